"""Load on a server: wrk asks, nginx serves the same bytes beside us, and both are charged for the CPU they used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.proofs.instances import Server, free_port
from tests.proofs.measuring import SkippedError, cpu_of_tree, started, wait_until

CONNECTIONS = 16
PATHS_VARIABLE = "PROOF_PATHS"
WRK_SCRIPT = f"""
local requests, at = {{}}, 0
init = function(_)
  for line in io.lines(os.getenv("{PATHS_VARIABLE}")) do
    local path, etag = line:match("^(%S+) ?(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, etag ~= "" and {{["If-None-Match"] = etag}} or {{}})
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
done = function(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("MEASURED %d %d %d %d %d\\n", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
"""
NGINX_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  types {{ }}
  default_type "text/html; charset=utf-8";
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load found: times in milliseconds, CPU in microseconds for each request."""

    requests: int
    rate: float
    failed: int
    p50: float
    p99: float
    cpu: float


def need_tools() -> None:
    """Raises SkippedError when wrk or nginx is missing."""
    missing = [each for each in ("wrk", "nginx") if not shutil.which(each, path=_path())]
    if missing:
        raise SkippedError(f"there is no {' and no '.join(missing)}: apt-get install nginx-light wrk")


@contextmanager
def nginx(folder: Path, files: Mapping[str, bytes]) -> Iterator[Server]:
    """nginx with one worker, serving files under the paths they are given."""
    for path, body in files.items():
        file = folder / "files" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX_CONFIGURATION.format(folder=folder, port=port))
    command: list[str | Path] = [_tool("nginx"), "-p", folder, "-c", configuration, "-e", folder / "nginx.log"]
    with started(command, cwd=folder, env=os.environ, log=folder / "nginx.out") as process:
        server = Server(port=port, pid=process.pid)
        first = next(iter(files))
        wait_until("nginx", lambda: _answers(server, first), limit=10)
        yield server


def measure(server: Server, requests: Path, *, seconds: int, connections: int = CONNECTIONS) -> Loaded:
    """Loads a server with the requests of a file (a path and perhaps an ETag on each line)."""
    before = cpu_of_tree(server.pid)
    with wrk(server, requests, connections=connections, seconds=seconds) as process:
        out = process.communicate(timeout=seconds + 30)[0]
    return _loaded(out, cpu_of_tree(server.pid) - before)


@contextmanager
def wrk(server: Server, requests: Path, *, connections: int, seconds: int) -> Iterator[subprocess.Popen[str]]:
    script = requests.with_suffix(".lua")
    script.write_text(WRK_SCRIPT)
    command = [_tool("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    process = subprocess.Popen(
        [*command, "-s", str(script), f"http://127.0.0.1:{server.port}"],
        env={**os.environ, PATHS_VARIABLE: str(requests)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def read_result(process: subprocess.Popen[str]) -> Loaded:
    """What a wrk that was started beside another measured; its CPU is not known."""
    return _loaded(process.communicate(timeout=60)[0], 0)


def write_requests(path: Path, requests: Sequence[tuple[str, str]]) -> Path:
    path.write_text("".join(f"{address} {etag}\n" for address, etag in requests))
    return path


def median_of(runs: Sequence[Loaded]) -> Loaded:
    """The medians of several runs, figure by figure; what failed is added up."""
    return Loaded(
        requests=int(median(each.requests for each in runs)),
        rate=median(each.rate for each in runs),
        failed=sum(each.failed for each in runs),
        p50=median(each.p50 for each in runs),
        p99=median(each.p99 for each in runs),
        cpu=median(each.cpu for each in runs),
    )


def _loaded(out: str, cpu: float) -> Loaded:
    found = re.search(r"^MEASURED (\d+) (\d+) (\d+) (\d+) (\d+)$", out, re.MULTILINE)
    if not found:
        raise RuntimeError(f"wrk measured nothing:\n{out}")
    requests, micros, failed, p50, p99 = map(int, found.groups())
    return Loaded(
        requests=requests,
        rate=requests / micros * 1e6,
        failed=failed,
        p50=p50 / 1000,
        p99=p99 / 1000,
        cpu=cpu / max(requests, 1) * 1e6,
    )


def _answers(server: Server, path: str) -> bool:
    try:
        connection = server.connection()
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False


def _tool(name: str) -> str:
    return shutil.which(name, path=_path()) or name


def _path() -> str:
    # nginx lies where only root looks.
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
