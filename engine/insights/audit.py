"""What an auditor asks of a quarter: what was asked, decided, reported and answered, and how monitored pages stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain import EventKind, FlagReason, FlagState
from engine.insights import reviews
from engine.insights.asked import Asking, Wanted, asking
from engine.insights.facts import Facts
from engine.insights.seen import Stretch, stretch
from engine.kpi import Share, Spans, spans
from engine.periods import Period, begins
from engine.store import Transaction

AT_ONCE = 1000
MARKUP = (EventKind.MARKUP_REGRESSED, EventKind.MARKUP_RESTORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """What one quarter amounts to."""

    reviews: Stretch
    asking: Asking
    incentivized: Share
    """Of what was written and can be read, the reviews that something was given for."""
    flags: Mapping[tuple[FlagReason, FlagState], int]
    """Reports of readers, as they stand now."""
    flag_times: Spans
    """Seconds from a report to its answer."""
    markup: Mapping[EventKind, int]
    """How often the markup of a monitored page went wrong, and was mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    now: Quarter
    before: Quarter
    pages: int
    """Monitored pages, at this moment."""
    findings: Mapping[str, int]
    """On how many of them each rule is broken, at this moment."""


def audit(transaction: Transaction, facts: Facts, wanted: Wanted) -> Audit:
    """The wanted period, which is a quarter, beside the one before it."""
    return Audit(
        now=_quarter(transaction, facts, wanted, wanted.period),
        before=_quarter(transaction, facts, wanted, wanted.period.before()),
        pages=_pages(transaction),
        findings=transaction.insight_counts.open_findings(),
    )


def _quarter(transaction: Transaction, facts: Facts, wanted: Wanted, period: Period) -> Quarter:
    start, end = begins(period.start, wanted.timezone), begins(period.end, wanted.timezone)
    counts = transaction.insight_counts
    seen = reviews.shown(reviews.written(facts, period, wanted.timezone))
    return Quarter(
        reviews=stretch(facts, wanted, period),
        asking=asking(transaction, wanted, period),
        incentivized=Share(int(seen["incentive"].sum()), len(seen)),
        flags=counts.flags(start, end),
        flag_times=spans(counts.flag_times(start, end)),
        markup=counts.happened(start, end, MARKUP),
    )


def _pages(transaction: Transaction) -> int:
    count, after = 0, ""
    while page := transaction.monitored.page(after=after, limit=AT_ONCE):
        count, after = count + len(page), page[-1].id
    return count
