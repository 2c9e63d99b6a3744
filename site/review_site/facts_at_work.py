"""The thread of a server that keeps what figures are made of at hand, so that no page reads all reviews."""

from __future__ import annotations

import logging
from threading import Event, Thread

from engine.errors import StoreError
from review_site.wiring import Instance

log = logging.getLogger("plaudit.insights")

EVERY = 5.0
"""Seconds between two looks for what changed."""


def keep_facts(instance: Instance, stop: Event, *, every: float = EVERY) -> None:
    """Reads on until ``stop`` is set; what the database refuses is tried again."""
    while True:
        try:
            with instance.store.reading() as transaction:
                instance.facts.keep(transaction)
        except StoreError:
            log.exception("what figures are made of could not be read; it is tried again")
        if stop.wait(every):
            return


def start_keeping(instance: Instance) -> None:
    Thread(target=keep_facts, args=(instance, Event()), name="facts", daemon=True).start()
