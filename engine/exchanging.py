"""Two folders change places in one step, where the system has one (Linux: renameat2), else in two."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_CWD = -100
_EXCHANGE = 2


def exchange(new: Path, target: Path, aside: Path) -> None:
    """Puts ``new`` into the place of ``target``, which is then ``new`` or, where it took two steps, ``aside``.

    Between two steps there is no ``target`` for a moment; ``aside`` is whole then.
    """
    if not target.exists():
        new.rename(target)
    elif not exchanged(new, target):
        in_two_steps(new, target, aside)


def exchanged(one: Path, other: Path) -> bool:
    """Whether the system could do it in one step: https://man7.org/linux/man-pages/man2/rename.2.html."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return int(call(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE)) == 0


def in_two_steps(new: Path, target: Path, aside: Path) -> None:
    target.rename(aside)
    new.rename(target)
