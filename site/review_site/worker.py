"""The worker: works off what is due, waits when nothing is, and stops when it is told to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from threading import Event

from engine.outbox import Outcome, Work
from review_site.indexing import indexing
from review_site.observing.backlog import beat
from review_site.owners import is_gone
from review_site.telling import telling
from review_site.wiring import Instance

log = logging.getLogger("plaudit.worker")

LONGEST_WAIT = 1.0
"""Seconds between two looks at the outbox when nothing is due."""
HEARTBEAT_EVERY = timedelta(seconds=30)
LOOK_FOR_THE_GONE = 100
"""Marks between two looks for workers that died with leases in their hands."""


def work(instance: Instance, stop: Event) -> None:
    """Works until ``stop`` is set; the mark in hand is finished first."""
    instance.mark_what_settings_changed()
    instance.sources.schedule()
    with telling(instance, stop, tell), indexing(instance, stop):
        _work(instance, stop)


def _work(instance: Instance, stop: Event) -> None:
    instance.privacy.retention.schedule()
    done = 0
    beat_at = instance.outbox.clock()
    while not stop.is_set():
        if instance.outbox.clock() >= beat_at:
            beat(instance.store, instance.outbox.clock())
            beat_at = instance.outbox.clock() + HEARTBEAT_EVERY
        if done % LOOK_FOR_THE_GONE == 0:
            instance.outbox.take_over_from(is_gone)
        outcome = instance.outbox.work_off(instance.handlers)
        if outcome is None:
            done = 0
            stop.wait(_until_next(instance))
        else:
            done += 1
            tell(outcome)


def catch_up(
    instance: Instance,
    progress: Callable[[Outcome], None],
    stop: Event,
    kinds: Collection[Work] = (Work.MINE, Work.TOPICS, Work.PUBLISH),
) -> list[Outcome]:
    """Works off everything that is to be mined or published, and returns what failed.

    What another worker has in hand is waited for, so that nothing is stale when this returns.
    """
    instance.mark_what_settings_changed()
    instance.outbox.take_over_from(is_gone)
    failed: list[Outcome] = []
    # Mining first: what it finds is grouped, and then stands on the pages that are built afterwards.
    ahead_of = {
        Work.MINE: instance.mining_delay,
        Work.TOPICS: max(instance.mining_delay, instance.topics_delay),
        Work.PUBLISH: timedelta(0),
    }
    for kind, ahead in ahead_of.items():
        if kind not in kinds:
            continue
        while not stop.is_set():
            outcome = instance.outbox.work_off({kind: instance.handlers[kind]}, ahead=ahead)
            if outcome is not None:
                progress(outcome)
                if outcome.error and any(each.lease.key == outcome.lease.key for each in failed):
                    break
                failed += [outcome] if outcome.error else []
            elif _left(instance, kind, ahead):
                stop.wait(0.1)
                instance.outbox.take_over_from(is_gone)
            else:
                break
    return failed


def tell(outcome: Outcome) -> None:
    """Logs what came of a mark."""
    lease = outcome.lease
    if outcome.error:
        log.error("%s %s failed, it will be tried again", lease.kind, lease.key, exc_info=outcome.error)
    elif outcome.lost:
        log.info("%s %s changed meanwhile, it will be done again", lease.kind, lease.key)
    else:
        log.info("%s %s done", lease.kind, lease.key)


def _left(instance: Instance, kind: Work, ahead: timedelta) -> int:
    with instance.store.reading() as transaction:
        return transaction.marks.count([kind], due_by=instance.outbox.clock() + ahead)


def _until_next(instance: Instance) -> float:
    with instance.store.reading() as transaction:
        due = transaction.marks.next_due(instance.handlers)
    if due is None:
        return LONGEST_WAIT
    return min(LONGEST_WAIT, max(0.01, (due - instance.outbox.clock()).total_seconds()))
