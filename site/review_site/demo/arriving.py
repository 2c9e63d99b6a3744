"""How the sample's reviews came in one by one, and what moderators and authors did about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from engine.domain import Batch, Reason, ReviewId, SourceId, State, review_id
from engine.intake import Intake
from engine.moderation import Moderation
from engine.rights import declared_consent
from engine.store import Transaction
from review_site.demo.company import moderator, record_of, source_of
from review_site.demo.days import Days, Line, begins, spread
from review_site.demo.moderating import UPHELD
from review_site.demo.story import Act, Step
from review_site.wiring import Instance

STREAM = "demo"
ON_ITS_WAY = timedelta(hours=30)
"""How long the shop takes to hand a review on, at the most."""
AT_FIRST, OF_LATE = timedelta(hours=70), timedelta(hours=20)
"""How long moderators take to decide, at the most; the second in the last LATELY days."""
LATELY = 90
REGRETTED = timedelta(days=34)
MISTAKEN = "demo-149"
"""Rejected by mistake, and taken back at once."""
FIRST_WORDS = (
    "My notes on every bag since January are in here: grind, water, what I thought of it. The timer is good too."
)
EARLIER: Mapping[str, tuple[int, str]] = {"demo-134": (9, FIRST_WORDS)}
"""What a review said first, and how many days before the story ends its author wrote the rest."""


def arrivals(
    instance: Instance, lines: Sequence[Line], days: Days, elsewhere: Mapping[str, datetime]
) -> Iterator[Step]:
    """Every line, and what became of it; ``elsewhere`` are those that came in otherwise, with the moment."""
    for line in lines:
        at = elsewhere.get(line["external_id"])
        if at is None:
            at = begins(line["written_at"]) + spread(line["external_id"], ON_ITS_WAY)
            yield from _told(instance, line, days, at)
        yield from _decided(line, days, at)


def id_of(line: Line) -> ReviewId:
    return review_id(SourceId(line["source"]), line["external_id"])


def take_in(instance: Instance, line: Line, transaction: Transaction, at: datetime) -> None:
    """One line as its source tells it at that moment."""
    source = source_of(instance, SourceId(line["source"]))
    intake = Intake(
        source=source,
        consent=declared_consent(source.rights, proof="the sample company's own writing", now=at),
        rules=instance.rules,
        seal=instance.privacy.seal,
    )
    intake.take_in(transaction, Batch(records=[record_of(line)], cursor=None), STREAM, at)


def _told(instance: Instance, line: Line, days: Days, at: datetime) -> Iterator[Step]:
    """A review, and again whenever its author or the shop wrote more."""
    answered = begins(line["reply"]["written_at"]) if line["reply"] else at
    edited, first = EARLIER.get(line["external_id"], (0, ""))
    begun = {**line, **({"body": first} if first else {}), **({"reply": None} if answered > at else {})}
    yield Act(at=at, do=partial(take_in, instance, begun))
    if first:
        yield Act(at=days.before(edited), do=partial(take_in, instance, line))
        yield Act(at=days.before(edited - 0.3), do=partial(_approve, id_of(line), moderator(first)))
    elif answered > at:
        yield Act(at=answered, do=partial(take_in, instance, line))


def _decided(line: Line, days: Days, at: datetime) -> Iterator[Step]:
    state, which, by = line["state"], id_of(line), moderator(line["external_id"])
    slowest = OF_LATE if at > days.before(LATELY) else AT_FIRST
    decided = at + timedelta(hours=1) + spread(f"{which} decided", slowest)
    if state == State.REJECTED and line["external_id"] not in UPHELD:
        yield Act(at=decided, do=partial(_reject, which, by, Reason(line["reason"])))
    elif state != State.PENDING:
        if line["external_id"] == MISTAKEN:
            yield Act(at=decided - timedelta(minutes=3), do=partial(_reject, which, by, Reason.OFF_TOPIC))
            undone = partial(_undo, decided - timedelta(minutes=3), by)
            yield Act(at=decided - timedelta(minutes=2), do=undone)
        yield Act(at=decided, do=partial(_approve, which, by))
    if state == State.WITHDRAWN:
        yield Act(at=decided + REGRETTED, do=partial(_withdraw, which))


def _approve(which: ReviewId, by: str, transaction: Transaction, at: datetime) -> None:
    Moderation(transaction=transaction, now=at).approve([which], by=by)


def _reject(which: ReviewId, by: str, reason: Reason, transaction: Transaction, at: datetime) -> None:
    Moderation(transaction=transaction, now=at).reject([which], by=by, reason=reason)


def _undo(rejected: datetime, by: str, transaction: Transaction, at: datetime) -> None:
    Moderation(transaction=transaction, now=at).undo(rejected, by=by)


def _withdraw(which: ReviewId, transaction: Transaction, at: datetime) -> None:
    Moderation(transaction=transaction, now=at).withdraw(which, by="author")
