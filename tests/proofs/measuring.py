"""What all proofs measure with: what a command cost, what a process tree used, and a ledger of what was found."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SHARED = Path(__file__).resolve().parents[2].parent / "shared"


class SkippedError(Exception):
    """This machine lacks what a proof needs; the message says what."""


class TooSlowError(Exception):
    """Something that was waited for did not happen in its time."""


@dataclass(slots=True)
class Ledger:
    """Prints each figure as it is found, and remembers which claims do not hold."""

    broken: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(f"       {text}", flush=True)

    def claim(self, what: str, *, holds: bool, found: object = "") -> None:
        """One thing that must be shown, with the figure that shows it or does not."""
        print(f"  {'ok  ' if holds else 'NOT '} {what}{f': {found}' if found != '' else ''}", flush=True)
        if not holds:
            self.broken.append(what)

    def at_most(self, what: str, figure: float, most: float, unit: str) -> None:
        self.claim(f"{what}: at most {most:g} {unit}", holds=figure <= most, found=f"{figure:.1f} {unit}")

    def leave_out(self, what: str, reason: object) -> None:
        print(f"  left out {what}: {reason}", flush=True)
        self.left_out.append(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended, and what it cost."""

    status: int
    out: str
    err: str
    cpu: float
    """CPU seconds, user and system, of the process and those it waited for."""
    peak: float
    """Megabytes of memory at the highest."""
    seconds: float


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], limit: float = 900) -> Ran:
    """Runs a command to its end; raises TooSlowError, and ends it, after ``limit`` seconds."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        # wait4, because RUSAGE_CHILDREN adds up all children; its peak would be ours where the child has less.
        ended, status, usage, peak = 0, 0, None, 0.0
        while not ended:
            peak = max(peak, _peak(process.pid))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if not ended and time.monotonic() - begun > limit:
                process.kill()
                raise TooSlowError(f"{command} ran for more than {limit} s")
            time.sleep(0 if ended else 0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Ran(
            status=process.returncode,
            out=out.read(),
            err=err.read(),
            cpu=usage.ru_utime + usage.ru_stime if usage else 0,
            peak=peak,
            seconds=time.monotonic() - begun,
        )


def memory_of(pid: int) -> float:
    """Megabytes of memory that a process has; 0 for one that has ended."""
    return _megabytes(pid, "VmRSS")


def _peak(pid: int) -> float:
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, field: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0


def wait_until(what: str, happened: Callable[[], bool], *, limit: float = 60, every: float = 0.02) -> None:
    """Raises TooSlowError when it did not happen within ``limit`` seconds."""
    end = time.monotonic() + limit
    while not happened():
        if time.monotonic() > end:
            raise TooSlowError(f"{what} did not happen within {limit} s")
        time.sleep(every)


def tree_of(pid: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            parents[int(folder.name)] = int(fields[1])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def cpu_of_tree(pid: int) -> float:
    """CPU seconds that a process, all below it, and all it has waited for, have used so far."""
    return sum(sum(int(each) for each in fields[11:15]) for each in tree_of(pid) if (fields := _stat(each))) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


@contextmanager
def started(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block is left; then it and all below it are ended, by their pids."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a process gently, and whatever is left of its tree without asking."""
    tree = tree_of(process.pid)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
    for pid in tree:
        if _is_below(pid, tree):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait(15)


def _is_below(pid: int, tree: Sequence[int]) -> bool:
    """Whether the pid still is the one of the tree: the child of one of it, or of init when that one ended first."""
    fields = _stat(pid)
    return bool(fields) and (pid == tree[0] or int(fields[1]) in (*tree, 1)) and fields[0] != "Z"


def load_average() -> str:
    """The machine's load over one, five and fifteen minutes: other people may be at work on it."""
    return " ".join(f"{each:.2f}" for each in os.getloadavg()) + f" on {os.cpu_count()} cores"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines with the columns under each other, the first to the left and the others to the right."""
    cells = [[str(each) for each in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in cells]
