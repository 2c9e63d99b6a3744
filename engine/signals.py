"""Signals taken in: what customers answered when they were asked how satisfied they are, and what they reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.domain import (
    Change,
    Problem,
    Severity,
    Signal,
    SignalId,
    SignalKind,
    SourceId,
    SubjectId,
    digest,
)
from engine.errors import BadValueError
from engine.fields import UNWRITABLE
from engine.mail_addresses import addresses_in
from engine.store import Transaction
from engine.text import clean_line
from engine.times import parse_time
from engine.tombstones import Seal

NPS_WORST, NPS_BEST = Decimal(0), Decimal(10)
"""The scale of the Net Promoter question is always the same one."""
LONGEST_NAME = 100
READMIT = "let the person in again with plaudit person readmit, once they have asked for that"


class Fate(StrEnum):
    """What became of something that was handed in."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSignal:
    """One signal as a program tells it: of the right types, and nothing else of it is checked."""

    place: str
    """Where a person finds it: ``$[3]``."""
    external_id: str
    kind: str
    at: str
    score: Decimal | None = None
    worst: Decimal | None = None
    best: Decimal | None = None
    subject: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalOutcome:
    fate: Fate
    signal: Signal | None = None
    problems: Sequence[Problem] = ()


def read_signal(
    told: ToldSignal, source: SourceId, timezone: ZoneInfo, now: datetime
) -> tuple[Signal | None, list[Problem]]:
    """The signal that was told, or None and everything that is wrong with it; pure.

    An NPS answer is a whole number from 0 to 10; CSAT and CES name their scale; a milestone has a name and no score.
    """
    wrong = _Wrong(told.place)
    kind = SignalKind(told.kind)
    if UNWRITABLE.search(told.external_id):
        wrong.say("external_id", "holds a character that cannot be kept")
    name = clean_line(told.name)
    if len(name) > LONGEST_NAME:
        wrong.say("name", f"is {len(name)} characters long, {LONGEST_NAME} are allowed")
    worst, best = _scale(told, kind, wrong)
    at = _moment(told, timezone, now, wrong)
    _refuse_wrong_score(told, kind, name, wrong)
    if wrong.problems or at is None:
        return None, wrong.problems
    signal = Signal(
        id=signal_id(source, told.external_id),
        source_id=source,
        external_id=told.external_id,
        kind=kind,
        at=at,
        received_at=now,
        score=told.score,
        worst=worst,
        best=best,
        subject_id=SubjectId(told.subject) if told.subject else None,
        name=name,
    )
    return signal, []


def signal_id(source: SourceId, external_id: str) -> SignalId:
    """The id of a signal: the same source and external id always give the same one."""
    return SignalId("s" + digest(source, external_id))


def take_in(
    transaction: Transaction,
    source: SourceId,
    told: Sequence[ToldSignal],
    *,
    by: str,
    timezone: ZoneInfo,
    now: datetime,
    seal: Seal | None = None,
    within: AbstractSet[SubjectId] = frozenset(),
) -> list[SignalOutcome]:
    """Keeps what can be kept, and says of each what became of it, in the order in which they were told.

    ``within`` are the only subjects whose signals the sender may overwrite; empty: all.
    """
    read = [(each, *read_signal(each, source, timezone, now)) for each in told]
    subjects = transaction.subjects.among(sorted({SubjectId(each.subject) for each in told if each.subject}))
    known = transaction.signals.among([signal.id for _, signal, _ in read if signal])
    outcomes: list[SignalOutcome] = []
    for each, signal, problems in read:
        wrong = _Wrong(each.place, problems)
        if seal is not None and _is_of_erased(transaction, seal, each):
            wrong.say("external_id", "its person had everything erased, so nothing of it is kept", READMIT)
        if each.subject and each.subject not in subjects:
            wrong.say("subject", f"there is no subject {each.subject[:80]!r}", "make it known first")
        if within and signal and signal.id in known and known[signal.id].subject_id not in within:
            wrong.say("external_id", "is the id of a signal about what this key does not reach", "use another id")
        outcome = _outcome(signal, known, wrong.problems)
        if outcome.signal:
            known[outcome.signal.id] = outcome.signal
        outcomes.append(outcome)
    kept = {each.signal.id: each.signal for each in outcomes if each.signal and each.fate is not Fate.UNCHANGED}
    transaction.signals.save(kept.values())
    if kept:
        transaction.audit.add(
            Change(at=now, by=by, action="signal.record", about=f"source/{source}", after={"count": len(kept)})
        )
    return outcomes


def _is_of_erased(transaction: Transaction, seal: Seal, told: ToldSignal) -> bool:
    digests = [seal.of_address(each) for each in addresses_in(f"{told.external_id} {told.name}")]
    return bool(digests and transaction.tombstones.among(digests))


def _outcome(signal: Signal | None, known: Mapping[SignalId, Signal], problems: Sequence[Problem]) -> SignalOutcome:
    if signal is None or problems:
        return SignalOutcome(fate=Fate.REFUSED, problems=problems)
    before = known.get(signal.id)
    if before is None:
        return SignalOutcome(fate=Fate.NEW, signal=signal)
    told_again = replace(signal, received_at=before.received_at)
    fate = Fate.UNCHANGED if told_again == before else Fate.CHANGED
    return SignalOutcome(fate=fate, signal=told_again)


class _Wrong:
    """Remembers what is wrong with a signal, so that all is told at once."""

    def __init__(self, place: str, problems: Sequence[Problem] = ()) -> None:
        self._place = place
        self.problems = list(problems)

    def say(self, name: str, message: str, fix: str = "") -> None:
        self.problems.append(
            Problem(
                rule=f"signal-{name.replace('_', '-')}",
                severity=Severity.ERROR,
                path=f"{self._place}.{name}",
                message=message,
                fix=fix,
            )
        )


def _scale(told: ToldSignal, kind: SignalKind, wrong: _Wrong) -> tuple[Decimal | None, Decimal | None]:
    if kind is SignalKind.MILESTONE:
        if told.worst is not None or told.best is not None:
            wrong.say("best", "a milestone has no scale", "leave worst and best out")
        return None, None
    if kind is SignalKind.NPS:
        if told.worst not in (None, NPS_WORST) or told.best not in (None, NPS_BEST):
            wrong.say("best", "an NPS answer is given on 0 to 10", "leave worst and best out")
        return NPS_WORST, NPS_BEST
    if told.worst is None or told.best is None or told.worst >= told.best:
        wrong.say("best", f"a {kind} answer needs its scale", "name worst and best, worst being the lower number")
        return None, None
    return told.worst, told.best


def _refuse_wrong_score(told: ToldSignal, kind: SignalKind, name: str, wrong: _Wrong) -> None:
    if kind is SignalKind.MILESTONE:
        if told.score is not None:
            wrong.say("score", "a milestone has no score")
        if not name:
            wrong.say("name", "is missing", "say what was reached: tenth-order")
        return
    worst, best = (NPS_WORST, NPS_BEST) if kind is SignalKind.NPS else (told.worst, told.best)
    if told.score is None:
        wrong.say("score", "is missing")
    elif worst is not None and best is not None and not worst <= told.score <= best:
        wrong.say("score", f"lies outside {worst} to {best}")
    elif kind is SignalKind.NPS and told.score != told.score.to_integral_value():
        wrong.say("score", "an NPS answer is a whole number")


def _moment(told: ToldSignal, timezone: ZoneInfo, now: datetime, wrong: _Wrong) -> datetime | None:
    try:
        return parse_time(told.at, timezone, None, now)
    except BadValueError as error:
        wrong.say("at", str(error))
        return None
