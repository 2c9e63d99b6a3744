"""Builds a static site when something moved in Plaudit: as a receiver of its webhooks, or once, from cron.

``python rebuild_hook.py -- npm run build`` and, every minute, ``python rebuild_hook.py --once -- npm run build``.
PLAUDIT_URL is the instance, PLAUDIT_SECRETS what its webhooks are signed with. Needs plaudit_client.py beside it.

A webhook is only a knock: what moved is read from ``/v1/changes``. Twenty webhooks about one change make one build, and
a knock brings along whatever was lost before it.
"""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import subprocess
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import requests
from plaudit_client import ForgedError, Plaudit, check_webhook

LARGEST = 100_000
log = logging.getLogger("rebuild_hook")
AGAIN = 60
"""Seconds after which a build that failed is tried again."""


def build_if_moved(client: Plaudit, cursor_file: Path, command: Sequence[str]) -> bool:
    """Runs the command where a snippet moved since the last build that worked; whether it ran.

    Raises requests.RequestException or CalledProcessError: the cursor then stays where it was.
    """
    # The receiver and cron may both be about to build.
    with cursor_file.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        since = file.read() or None
        cursor, moved = since, since is None
        for changed, following, anew in client.changes(since):
            moved = moved or anew or any(each["kind"].startswith("snippet.") for each in changed)
            cursor = following
        if moved:
            subprocess.run(command, check=True)
        file.truncate(0)
        file.write(cursor or "")
    return moved


def build_when_told(told: Event, client: Plaudit, cursor_file: Path, command: Sequence[str]) -> None:
    """Builds again and again, one at a time; what is told meanwhile is built afterwards."""
    while True:
        told.wait()
        told.clear()
        try:
            build_if_moved(client, cursor_file, command)
        except (requests.RequestException, subprocess.CalledProcessError) as error:
            log.warning("not built, tried again in %s s: %s", AGAIN, error)
            time.sleep(AGAIN)
            told.set()


def receiver(port: int, secrets: Sequence[str], told: Event) -> ThreadingHTTPServer:
    """Answers before anything is built: Plaudit waits for 15 seconds and no longer."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers["Content-Length"] or ""
            if not length.isascii() or not length.isdigit() or int(length[:9]) > LARGEST:
                self.send_error(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                check_webhook(secrets, headers, self.rfile.read(int(length)), time.time())
            except ForgedError:
                self.send_error(403)
                return
            told.set()
            self.send_response(204)
            self.end_headers()

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8400, help="of 127.0.0.1, behind a proxy")
    parser.add_argument("--cursor", type=Path, default=Path(".plaudit-cursor"), help="the file that says what is built")
    parser.add_argument("--once", action="store_true", help="build if something moved, and end")
    parser.add_argument("command", nargs="+", help="what builds the site")
    said = parser.parse_args()
    client = Plaudit(os.environ["PLAUDIT_URL"].rstrip("/"))
    if said.once:
        build_if_moved(client, said.cursor, said.command)
        return
    told = Event()
    told.set()
    Thread(target=build_when_told, args=(told, client, said.cursor, said.command), daemon=True).start()
    receiver(said.port, os.environ.get("PLAUDIT_SECRETS", "").split(), told).serve_forever()


if __name__ == "__main__":
    main()
