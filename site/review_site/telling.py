"""The threads of a worker that tell subscriptions what happened: a slow receiver holds one of them, and no more."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Event, Thread

from engine.errors import StoreError
from engine.http import GuardedSession
from engine.named_pages import Caller
from engine.outbox import Handler, Outbox, Outcome, Work
from engine.store import Transaction
from engine.subscribing import Subscribing
from engine.webhooks import TIMEOUT, Courier, mark_news, tell
from review_site.owners import new_owner
from review_site.wiring import CHANCE, Instance, now

log = logging.getLogger("plaudit.webhooks")

LONGEST_WAIT = 1.0
"""Seconds between two looks for what happened."""
SHORTEST_WAIT = 0.01
LARGEST_ANSWER = 10_000


def subscribing(instance: Instance, transaction: Transaction, by: str) -> Subscribing:
    """What can be done to subscriptions at this moment, in a transaction of this instance."""
    return Subscribing(
        transaction=transaction, now=now(), by=by, chance=secrets.token_bytes, allow=instance.config.http_allow
    )


@contextmanager
def telling(instance: Instance, stop: Event, say: Callable[[Outcome], None]) -> Iterator[None]:
    """Tells subscriptions what happened until ``stop`` is set, which leaving the block waits for.

    ``say`` hears what came of each mark. The deliveries in hand are finished first.
    """
    with ExitStack() as stack:
        http = stack.enter_context(courier_session(instance))
        handlers = handlers_of(instance, http, stop)
        threads = [
            Thread(target=_run, args=(instance, handlers, stop, say), name=f"webhooks {number}", daemon=True)
            for number in range(instance.config.webhooks_threads)
        ]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            stop.set()
            for each in threads:
                each.join()


def courier_session(instance: Instance) -> GuardedSession:
    return GuardedSession(
        instance.config.http_allow, timeout=TIMEOUT, max_bytes=LARGEST_ANSWER, max_redirects=0, clock=now
    )


def handlers_of(instance: Instance, http: GuardedSession, stop: Event) -> Mapping[Work, Handler]:
    courier = Courier(
        store=instance.store,
        http=http,
        clock=now,
        chance=CHANCE,
        keep=timedelta(days=instance.config.webhooks_keep_days),
        is_over=stop.is_set,
    )
    caller = Caller(store=instance.store, known=instance.config.cms, locales=instance.config.site_locales, http=http)
    return {
        Work.TELL: lambda lease: tell(instance.store, lease, now),
        Work.DELIVER: courier.deliver,
        Work.CALL_BACK: lambda lease: caller.call_back(lease, now()),
    }


def _run(instance: Instance, handlers: Mapping[Work, Handler], stop: Event, say: Callable[[Outcome], None]) -> None:
    outbox = Outbox(store=instance.store, owner=new_owner(), clock=now)
    while not stop.is_set():
        try:
            mark_news(instance.store, now())
            outcome = outbox.work_off(handlers)
            wait = 0.0 if outcome else _until_next(instance, handlers)
        except StoreError:
            # A thread that ended would leave subscriptions untold while the worker looks well.
            log.exception("the store could not be used; it is tried again")
            outcome, wait = None, LONGEST_WAIT
        if outcome is not None:
            say(outcome)
        stop.wait(wait)


def _until_next(instance: Instance, handlers: Mapping[Work, Handler]) -> float:
    with instance.store.reading() as transaction:
        due = transaction.marks.next_due(handlers)
    return LONGEST_WAIT if due is None else min(LONGEST_WAIT, max(SHORTEST_WAIT, (due - now()).total_seconds()))
