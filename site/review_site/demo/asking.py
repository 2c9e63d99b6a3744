"""Whom the sample company asked: for a review after a purchase, and how satisfied they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from engine.asking import Invitation, ask
from engine.domain import Ask, Form, FormId, ReviewId, SignalKind, SubjectId
from engine.signals import ToldSignal, take_in
from engine.store import Transaction
from review_site.demo.arriving import id_of
from review_site.demo.company import NPS, SHOP
from review_site.demo.days import Days, Line, begins, spread
from review_site.demo.story import Act, Step, Turn
from review_site.wiring import Instance, new_key

FORM = Form(id=FormId("after-purchase"))
LASTS = timedelta(days=60)
READY = timedelta(days=10)
"""From an invitation to the review that follows it, at the least."""
SILENT = 3
"""Of four who are asked, those who write nothing."""
LAST_WEEKS = (9.4, 2.4)
"""Invitations so many days before the story ends, which nobody had the time to follow."""
QUARTER, WEEK, ROOM = 91, 7, 1.5
"""Days; the last is what lies between two quarters."""
SCALES: Mapping[SignalKind, tuple[int, int]] = {
    SignalKind.NPS: (0, 10),
    SignalKind.CSAT: (1, 5),
    SignalKind.CES: (1, 7),
}
SUBJECTS = ("k2-kettle", "k2-kettle", "m1-grinder", "brew-app", "k2-kettle", "m1-grinder", "utrecht-shop")


def invitations(instance: Instance, lines: Sequence[Line], days: Days) -> Iterator[Step]:
    """Everybody who bought is asked, whatever they may think; whoever shows a purchase followed an invitation."""
    bought = [each for each in lines if each["source"] == SHOP and each["verified"] == "purchase"]
    weeks: defaultdict[datetime, list[Invitation]] = defaultdict(list)
    sent: dict[str, Ask] = {}
    for line in bought:
        # On the Monday ten days before, so that a week's invitations leave together.
        ready = begins(line["written_at"]) - READY
        weeks[ready - timedelta(days=ready.weekday())] += _around(line["external_id"], line["subject"])
        followed = begins(line["written_at"]) + timedelta(minutes=10)
        yield Act(at=followed, do=partial(_follow, sent, line["external_id"], id_of(line)))
    for ago in LAST_WEEKS:
        weeks[days.before(ago)] += [each for at in range(2) for each in _around(f"late-{ago}-{at}", SUBJECTS[at])]
    for at, wanted in weeks.items():
        yield Turn(at=at, do=partial(_send, instance, wanted, sent))


def signals(instance: Instance, quarters: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    """The answers to questions about satisfaction, each on a day of its quarter; they come in week by week."""
    weeks: defaultdict[int, list[ToldSignal]] = defaultdict(list)
    for ago, quarter in enumerate(reversed(quarters)):
        for kind, scale in SCALES.items():
            scores = (score for score, times in enumerate(quarter[kind], scale[0]) for _ in range(times))
            for number, score in enumerate(scores):
                name = f"{kind}-{ago}-{number}"
                at = days.before(QUARTER * ago + ROOM) - spread(name, timedelta(days=QUARTER - ROOM))
                weeks[(days.begun - at).days // WEEK].append(_told(name, kind, at, score))
    for week, told in weeks.items():
        yield Act(at=days.before(WEEK * week + ROOM / 2), do=partial(_hear, instance, told))


def _around(order: str, subject: str) -> list[Invitation]:
    """One order, and those of the same days that nobody wrote about."""
    orders = [order, *(f"{order}-{each}" for each in range(SILENT))]
    return [Invitation(subject=SubjectId(subject), order=each, campaign="after purchase") for each in orders]


def _send(instance: Instance, wanted: Sequence[Invitation], sent: dict[str, Ask], at: datetime) -> None:
    made = ask(instance.store, FORM, wanted, lasts=LASTS, now=at, key=new_key)
    sent.update({each.order: each for each in made})


def _follow(sent: Mapping[str, Ask], order: str, review: ReviewId, transaction: Transaction, at: datetime) -> None:
    if order in sent:
        transaction.asks.use(sent[order].id, review, at)


def _told(name: str, kind: SignalKind, at: datetime, score: int) -> ToldSignal:
    # The Net Promoter question is always asked on one scale, which nobody names.
    worst, best = (None, None) if kind is SignalKind.NPS else map(Decimal, SCALES[kind])
    return ToldSignal(
        place=f"sample {name}",
        external_id=name,
        kind=kind,
        at=at.isoformat(),
        score=Decimal(score),
        worst=worst,
        best=best,
        subject=SUBJECTS[spread(name, timedelta(days=len(SUBJECTS))).days % len(SUBJECTS)],
    )


def _hear(instance: Instance, told: Sequence[ToldSignal], transaction: Transaction, at: datetime) -> None:
    take_in(
        transaction,
        NPS,
        told,
        by=f"source/{NPS}",
        timezone=instance.config.site_timezone,
        now=at,
        seal=instance.privacy.seal,
    )
