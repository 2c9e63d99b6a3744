"""Telling subscriptions what happened: each event at least once, signed, and never to an inside address.

An event becomes a delivery for each subscription that wants it, in the transaction that moves the cursor; a delivery
is sent until it is taken or given up, and what came of it is written before the next are fetched. Whatever kills the
worker, the next one goes on from there: a receiver may hear something twice, and knows it by its ``webhook-id``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain import Attempt, Delivery, DeliveryState, Event, EventKind, Subscription, SubscriptionId
from engine.errors import LeaseLostError, NotFoundError, RetryLaterError, SourceError
from engine.http import GuardedSession
from engine.lines import Line
from engine.notices import TOLD, message, waiting, wants
from engine.outbox import LEASE_TIME, Work, finish
from engine.signatures import standard_headers
from engine.store import Lease, Store, Transaction

log = logging.getLogger("plaudit.webhooks")

TELLING = "events"
"""The key of the only mark of its kind."""
CURSOR = "told up to"
MOST_ROWS = 2_000
"""Deliveries that one transaction makes."""
BATCH = 100
"""Deliveries that one turn sends at most; those that a worker killed in its turn has sent are sent again."""
TURN = timedelta(seconds=20)
"""With one more attempt that takes all of its time, well within a lease."""
TIMEOUT = 15.0
"""Seconds for an attempt. Standard Webhooks: 15 to 30."""
PAUSES = tuple(timedelta(seconds=each) for each in (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000))
"""Between attempts, after the schedule of Standard Webhooks: 28 hours in all."""
JITTER = 0.1
LONGEST_RETRY_AFTER = timedelta(hours=12)
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)
DISABLED_AFTER = timedelta(hours=120)
KEPT = timedelta(days=30)
LONGEST_LOG = 20
LONGEST_PROBLEM = 200
GONE = 410


def has_news(transaction: Transaction) -> bool:
    """Whether something happened since subscriptions were told last."""
    return transaction.events.last()[0] > int(transaction.memory.find(CURSOR) or 0)


def mark_news(store: Store, now: datetime) -> None:
    """Marks that subscriptions are to be told, where there is something to tell."""
    # Not in the transaction of the event: on PostgreSQL all who write would wait for each other at this one row.
    with store.reading() as transaction:
        if not has_news(transaction) or transaction.marks.find(Work.TELL, TELLING):
            return
    with store.writing() as transaction:
        transaction.marks.set(Work.TELL, [TELLING], now)


def tell(store: Store, lease: Lease, clock: Callable[[], datetime]) -> int:
    """Turns events into deliveries, each once for each subscription that wants it; how many deliveries were made.

    Raises LeaseLostError when another worker took over.
    """
    made = 0
    while True:
        with store.writing() as transaction:
            events = _next_events(transaction)
            if not events:
                finish(transaction, lease)
                return made
            if not transaction.marks.extend(lease, clock() + LEASE_TIME):
                raise LeaseLostError("another worker tells what happened")
            made += _make_deliveries(transaction, events, clock())
            transaction.memory.save(CURSOR, str(events[-1][0]))


def _next_events(transaction: Transaction) -> Sequence[tuple[int, Event]]:
    cursor = int(transaction.memory.hold(CURSOR) or 0)
    listening = sum(each.disabled_at is None for each in transaction.subscriptions.all())
    return transaction.events.since(cursor, limit=max(1, MOST_ROWS // max(1, listening)))


def _make_deliveries(transaction: Transaction, events: Sequence[tuple[int, Event]], now: datetime) -> int:
    told = [(number, event) for number, event in events if event.kind in TOLD]
    subscriptions = transaction.subscriptions.all() if told else []
    # By number and not by time: an event has the time at which its work began, and clocks are set back. Without it the
    # first subscription of an old instance would be told all of its past.
    made = [
        waiting(each, number, event, now)
        for each in subscriptions
        for number, event in told
        if number > each.told_after and wants(each, event)
    ]
    transaction.deliveries.add(made)
    transaction.marks.set(Work.DELIVER, {each.subscription_id for each in made}, now)
    return len(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of one turn of one subscription."""

    delivered: int = 0
    failed: int = 0
    disabled_because: str = ""


@dataclass(frozen=True, slots=True)
class _Tried:
    delivery: Delivery
    wait: timedelta | None = None
    """How long the receiver asked to be left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """What sends deliveries; may be shared between threads, each with a subscription of its own."""

    store: Store
    http: GuardedSession
    """With TIMEOUT."""
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    """A number from 0 to 1 for each retry, so that those that failed together do not come back together."""
    keep: timedelta = KEPT
    """How long what was delivered, or given up, stays in the log."""
    is_over: Callable[[], bool] = lambda: False
    """Whether to stop after the delivery in hand."""

    def deliver(self, lease: Lease) -> Turn:
        """Sends what is due for the subscription of a leased mark, and leaves the mark due for the rest.

        One turn is bounded by BATCH and TURN and ends at the first failure, after which the subscription rests: a
        receiver that is slow or down takes little of the time of the others.
        """
        with self.store.reading() as transaction:
            subscription, due = self._due(transaction, SubscriptionId(lease.key))
        tried = self._send_all(subscription, due) if subscription else []
        with self.store.writing() as transaction:
            return self._write(transaction, lease, tried)

    def _due(
        self, transaction: Transaction, wanted: SubscriptionId
    ) -> tuple[Subscription | None, Sequence[tuple[Delivery, Event]]]:
        now = self.clock()
        with suppress(NotFoundError):
            kept = transaction.subscriptions.find(wanted)
            if kept.disabled_at is None and (kept.rests_until is None or kept.rests_until <= now):
                return kept, transaction.deliveries.due(wanted, now, limit=BATCH)
        return None, ()

    def _send_all(self, subscription: Subscription, due: Sequence[tuple[Delivery, Event]]) -> list[_Tried]:
        tried: list[_Tried] = []
        ends = self.clock() + TURN
        with self.http.line(subscription.url) as line:
            for delivery, event in due:
                if self.is_over() or self.clock() >= ends:
                    break
                tried.append(self._send(line, subscription, delivery, event))
                if tried[-1].delivery.state is not DeliveryState.DELIVERED:
                    break
        return tried

    def _send(self, line: Line, subscription: Subscription, delivery: Delivery, event: Event) -> _Tried:
        begun, body = self.clock(), message(delivery.event, event)
        status, problem, wait = None, "", None
        try:
            secret, *others = subscription.signing_at(begun)
            signed = standard_headers(secret, delivery.id, begun, body, *others)
            headers = {"Content-Type": "application/json", **signed}
            status = line.post(body, headers)
            problem = "" if 200 <= status < 300 else f"it answered {status}"
        except SourceError as error:
            status, problem = getattr(error, "status", None), str(error)
            if isinstance(error, RetryLaterError) and error.retry_after:
                wait = min(timedelta(seconds=error.retry_after), LONGEST_RETRY_AFTER)
        ended = self.clock()
        attempt = Attempt(
            at=begun,
            milliseconds=max(0, (ended - begun) // timedelta(milliseconds=1)),
            status=status,
            problem=problem[:LONGEST_PROBLEM],
        )
        return _Tried(after(delivery, attempt, ended, chance=self.chance(), wait=wait), wait)

    def _write(self, transaction: Transaction, lease: Lease, tried: Sequence[_Tried]) -> Turn:
        # First of all, so that whoever adds deliveries meanwhile waits here, and their due times are not overwritten.
        holds = transaction.marks.extend(lease, lease.until)
        transaction.deliveries.record([each.delivery for each in tried])
        try:
            kept = transaction.subscriptions.hold(SubscriptionId(lease.key))
        except NotFoundError:
            transaction.marks.finish(lease)
            return Turn()
        judged = _judged(kept, tried, self.clock())
        if judged != kept:
            transaction.subscriptions.save(judged)
        transaction.deliveries.prune(judged.id, self.clock() - self.keep)
        if judged.disabled_at and not kept.disabled_at:
            _say_disabled(transaction, judged, judged.disabled_at)
        if holds:
            self._mark_next(transaction, lease, judged)
        delivered = sum(each.delivery.state is DeliveryState.DELIVERED for each in tried)
        return Turn(delivered=delivered, failed=len(tried) - delivered, disabled_because=judged.disabled_because)

    def _mark_next(self, transaction: Transaction, lease: Lease, subscription: Subscription) -> None:
        due = None if subscription.disabled_at else transaction.deliveries.next_due(subscription.id)
        if due is not None:
            transaction.marks.release(lease, due_at=max(due, subscription.rests_until or due))
        elif not transaction.marks.finish(lease):
            transaction.marks.release(lease, due_at=self.clock())


def after(
    delivery: Delivery, attempt: Attempt, now: datetime, *, chance: float, wait: timedelta | None = None
) -> Delivery:
    """A delivery after one more attempt: delivered, or due again, or failed for good.

    ``chance`` is a number from 0 to 1, ``wait`` what the receiver asked for.
    """
    tried = replace(delivery, attempts=delivery.attempts + 1, log=(*delivery.log, attempt)[-LONGEST_LOG:], due_at=None)
    if not attempt.problem:
        return replace(tried, state=DeliveryState.DELIVERED)
    if tried.attempts > len(PAUSES):
        return replace(tried, state=DeliveryState.FAILED)
    pause = PAUSES[delivery.attempts] * (1 + JITTER * (2 * chance - 1))
    return replace(tried, due_at=now + max(pause, wait or pause))


def _judged(kept: Subscription, tried: Sequence[_Tried], now: datetime) -> Subscription:
    """The subscription after a turn: well, failing and at rest, or disabled."""
    if not tried or kept.disabled_at:
        return kept
    last = tried[-1].delivery.last
    if last is None or not last.problem:
        return replace(kept, failing_since=None, rests_until=None)
    since = last.at if len(tried) > 1 else kept.failing_since or last.at
    if last.status == GONE:
        return _disabled(kept, since, now, "it answered 410 Gone")
    if now - since >= DISABLED_AFTER:
        return _disabled(kept, since, now, f"it took nothing for {DISABLED_AFTER // timedelta(hours=1)} hours")
    rest = min(max((now - since) / 10, SHORTEST_REST), LONGEST_REST)
    return replace(kept, failing_since=since, rests_until=now + max(rest, tried[-1].wait or rest))


def _disabled(kept: Subscription, since: datetime, now: datetime, because: str) -> Subscription:
    return replace(kept, failing_since=since, rests_until=None, disabled_at=now, disabled_because=because)


def _say_disabled(transaction: Transaction, subscription: Subscription, now: datetime) -> None:
    """Nothing waits for it any more, and those who listen elsewhere are told; so does doctor, and the log."""
    transaction.deliveries.give_up(subscription.id)
    details = {"subscription": str(subscription.id)}
    transaction.events.add([Event(kind=EventKind.SUBSCRIPTION_DISABLED, at=now, by="worker", details=details)])
    log.error("the subscription %s is disabled: %s", subscription.id, subscription.disabled_because)
