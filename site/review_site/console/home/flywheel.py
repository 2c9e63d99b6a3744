"""The flywheel at a glance: asked, heard, approved, published, served and answered in four weeks, and before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain import EventKind
from engine.store import Transaction
from review_site.method.facts import DecisionCount

PERIOD = timedelta(days=28)
STAGES = ("asked", "heard", "approved", "published", "served", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage; ``name`` ends the keys of its words."""

    name: str
    number: int
    before: int


def flywheel(transaction: Transaction, decisions: DecisionCount, now: datetime) -> Sequence[Stage]:
    """The stages in their order. Approvals and what was served are counted by whole days of UTC, approvals by the last
    decision about each review."""
    start, middle = now - 2 * PERIOD, now - PERIOD
    happened = transaction.attention.happened(start, middle, now)
    earlier = _counts(transaction, start, middle, happened[0])
    recent = _counts(transaction, middle, now, happened[1])
    tally = decisions.tally(transaction)
    approved = [tally.since(now - some * PERIOD).get((EventKind.REVIEW_APPROVED, ""), 0) for some in (1, 2)]
    counted = {name: (recent[name], earlier[name]) for name in recent}
    today = now.date() + timedelta(days=1)
    served = [transaction.served.total(today - some * PERIOD, today - (some - 1) * PERIOD) for some in (1, 2)]
    counted["served"] = (served[0], served[1])
    counted["approved"] = (approved[0], approved[1] - approved[0])
    return [Stage(name=name, number=counted[name][0], before=counted[name][1]) for name in STAGES]


def _counts(
    transaction: Transaction, since: datetime, until: datetime, happened: Mapping[EventKind, int]
) -> Mapping[str, int]:
    return {
        "asked": transaction.attention.asked(since, until),
        "heard": happened.get(EventKind.REVIEW_RECEIVED, 0),
        "published": happened.get(EventKind.SNIPPET_UPDATED, 0),
        "answered": transaction.attention.replied(since, until) + happened.get(EventKind.FLAG_ANSWERED, 0),
    }
