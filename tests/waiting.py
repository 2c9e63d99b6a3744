"""Two transactions of which one begins while the other is under way, so that they meet on purpose and not by chance."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from sqlalchemy import create_engine, text

from engine.store import Store, Transaction
from tests.serving import until


def in_the_way_of(
    store: Store,
    other: Callable[[], object],
    ours: Callable[[Transaction], object],
    then: Callable[[Transaction], object] = lambda _: None,
) -> None:
    """Does ours, lets the other begin and run into it, and then goes on and commits."""
    thread = Thread(target=other)
    with store.writing() as transaction:
        ours(transaction)
        thread.start()
        if store.url.startswith("postgresql"):
            until(lambda: waits_for_a_lock(store.url))
        then(transaction)
    thread.join()


def waits_for_a_lock(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        found = bool(connection.scalar(text(waiting)))
    engine.dispose()
    return found
