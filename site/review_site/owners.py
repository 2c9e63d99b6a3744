"""The names by which processes lease work, and whether the process behind a name still runs."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """Names this process among all that ever lease marks."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether the process behind an owner ran on this host and runs no longer."""
    host, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:40] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_only_remembered(int(pid))


def _is_only_remembered(pid: int) -> bool:
    """Whether a process has ended and waits for its parent to take note, where the system can tell (Linux)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    # The state follows the name, which may hold anything, in parentheses: proc_pid_stat(5).
    return status.rpartition(")")[2].split()[:1] == ["Z"]
