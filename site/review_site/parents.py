"""Processes that end with the one that started them, however that one ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Event, Thread

BETWEEN_LOOKS = 1.0
"""Seconds."""


def when_gone(parent: int, then: Callable[[], object]) -> None:
    """Calls ``then`` once the process ``parent`` is no longer the parent of this one, which a kill -9 does not tell."""

    def watch() -> None:
        between = Event()
        while os.getppid() == parent:
            between.wait(BETWEEN_LOOKS)
        then()

    Thread(target=watch, name="parent watch", daemon=True).start()
