"""The thread of a server that loads beforehand what pages are made of, so that none reads all reviews or the index."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from itertools import count
from threading import Event, Thread

from engine.errors import ConfigError, IndexUnusableError, StoreError
from engine.search.questions import read_question
from review_site.loaded import leave_loaded_alone
from review_site.wiring import Instance

log = logging.getLogger("plaudit.insights")

EVERY = 5.0
"""Seconds between two looks for what changed."""


def keep_facts(
    instance: Instance, stop: Event, *, every: float = EVERY, loaded: Callable[[], None] = lambda: None
) -> None:
    """Reads on until ``stop`` is set; what the database refuses is tried again. ``loaded`` hears of the first look."""
    _open_index(instance)
    for look in count():
        try:
            with instance.store.reading() as transaction:
                instance.decisions.tally(transaction)
                instance.facts.keep(transaction)
        except StoreError:
            log.exception("what figures are made of could not be read; it is tried again")
        if look == 0:
            loaded()
        if stop.wait(every):
            return


def _open_index(instance: Instance) -> None:
    """The first search after a start loads words and the engine behind it, ten times what a later one takes."""
    try:
        instance.index.search(read_question("a b").asked, within=None, limit=1)
    except (IndexUnusableError, StoreError, ConfigError) as error:
        log.info("nothing can be searched yet: %s", error)


def start_keeping(instance: Instance) -> None:
    thread = partial(keep_facts, instance, Event(), loaded=leave_loaded_alone)
    Thread(target=thread, name="facts", daemon=True).start()
