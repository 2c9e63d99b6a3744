"""The thread of a worker that keeps the index of words what the store says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from engine.errors import IndexBusyError, IndexUnusableError, LeaseLostError, StoreError
from engine.search.projection import Indexer
from engine.search.seat import Seat
from review_site.owners import new_owner
from review_site.wiring import Instance, now

log = logging.getLogger("plaudit.search")

LOOK_EVERY = 0.2
"""Seconds between two looks for what changed."""
PAUSE = 1.0
"""Seconds before what could not be done is tried again, and between two looks while another process is at it."""
LONG_PAUSE = 10.0


@contextmanager
def indexing(instance: Instance, stop: Event) -> Iterator[None]:
    """Takes in what changes until ``stop`` is set, which leaving the block waits for; the batch in hand is finished."""
    thread = Thread(target=_run, args=(instance, stop), name="index", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(instance: Instance, stop: Event) -> None:
    seat, is_proved = Seat(store=instance.store, owner=new_owner(), clock=now), False
    while not stop.is_set():
        try:
            has_seat = seat.take()
            if has_seat and (not is_proved or instance.indexer.waits()):
                is_proved = turn(instance.indexer, seat, stop)
            wait = LOOK_EVERY if has_seat else PAUSE
            is_proved = is_proved and has_seat
        except (IndexBusyError, LeaseLostError) as error:
            log.info("the index is not changed now: %s", error)
            is_proved, wait = False, PAUSE
        except (IndexUnusableError, StoreError):
            log.exception("the index cannot be changed; it is tried again")
            is_proved, wait = False, PAUSE
        except Exception:
            # A thread that ended would leave reviews unfound while the worker looks well.
            log.exception("the index cannot be changed; it is tried again")
            is_proved, wait = False, LONG_PAUSE
        stop.wait(wait)
    with suppress(StoreError):
        seat.leave()


def turn(indexer: Indexer, seat: Seat, stop: Event) -> bool:
    """Makes the index what the store says by now; whether it is whole then, and nobody stopped it before."""
    if reason := indexer.must_rebuild():
        log.info("the index is made anew: %s", reason)
        return indexer.rebuild(lambda _: seat.hold(), stop.is_set)
    while not stop.is_set() and indexer.take_in():
        seat.hold()
    return True


def index_now(instance: Instance, stop: Event) -> bool:
    """Makes the index what the store says, where no worker has it in hand; whether it did."""
    seat = Seat(store=instance.store, owner=new_owner(), clock=now)
    try:
        return seat.take() and turn(instance.indexer, seat, stop)
    finally:
        seat.leave()
