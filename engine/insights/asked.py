"""What is looked at, and what the database counts of it by itself: asks, answers to questions, deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.domain import DeliveryState, SignalKind, SourceId, SubjectId, SubscriptionId
from engine.kpi import Nps, Satisfaction, Scale, Share, Spans, nps, satisfaction, spans
from engine.periods import Period, begins
from engine.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which days are looked at, and of what; all subjects or sources where none is named."""

    period: Period
    timezone: ZoneInfo
    today: date
    subjects: Sequence[SubjectId] = ()
    sources: Sequence[SourceId] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What was asked in a period, and what came back."""

    asks: Share
    """Invitations to write, and those that were followed by a review."""
    nps: Nps
    csat: Satisfaction
    ces: Satisfaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How subscriptions were told, as far back as deliveries are kept."""

    states: Mapping[DeliveryState, int]
    taken: Share
    """Of those that ended, the ones that were taken."""
    seconds: Spans
    first_time: Share
    """Of those that were taken, the ones that took one attempt."""
    failing: Sequence[SubscriptionId]


def asking(transaction: Transaction, wanted: Wanted, period: Period) -> Asking:
    start, end = begins(period.start, wanted.timezone), begins(period.end, wanted.timezone)
    counts = transaction.insight_counts

    def answers(kind: SignalKind) -> Mapping[tuple[Decimal, Scale], int]:
        return counts.answers(kind, start, end, subjects=wanted.subjects, sources=wanted.sources)

    asked, answered = counts.asks(start, end, wanted.subjects)
    return Asking(
        asks=Share(answered, asked),
        nps=nps({int(score): count for (score, _), count in answers(SignalKind.NPS).items()}),
        csat=satisfaction(answers(SignalKind.CSAT)),
        ces=satisfaction(answers(SignalKind.CES)),
    )


def telling(transaction: Transaction, wanted: Wanted) -> Telling:
    start, end = begins(wanted.period.start, wanted.timezone), begins(wanted.period.end, wanted.timezone)
    found = transaction.insight_counts.deliveries(start, end)
    taken = found.states.get(DeliveryState.DELIVERED, 0)
    failing = [each.id for each in transaction.subscriptions.all() if each.failing_since or each.disabled_at]
    return Telling(
        states=found.states,
        taken=Share(taken, taken + found.states.get(DeliveryState.FAILED, 0)),
        seconds=spans(found.seconds),
        first_time=Share(found.last_attempts.get(1, 0), sum(found.last_attempts.values())),
        failing=failing,
    )
