"""What a reader typed who reports a review, and everything that is wrong with it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain import FlagReason
from engine.flagging import LONGEST
from review_site.form.reading import TRAP, Fault, Typed, faults_of_sender, plain

FAITH = "faith"
"""The box by which a reader says that he means it."""
FIELDS = ("reason", "explanation", "author", "email", FAITH, TRAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was typed, as it stands in the form when it is shown again."""

    reason: str = ""
    explanation: str = ""
    author: str = ""
    """The reader's name."""
    email: str = ""
    in_good_faith: bool = False
    trap: str = ""


def report_from(typed: Typed) -> Report:
    return Report(
        reason=typed.get("reason", ""),
        explanation=plain(typed.get("explanation", "")),
        author=plain(typed.get("author", "")),
        email=typed.get("email", "").strip(),
        in_good_faith=bool(typed.get(FAITH, "")),
        trap=typed.get(TRAP, ""),
    )


def faults_of(report: Report, longest_line: int) -> list[Fault]:
    """Everything that is wrong, in the order of the fields; ``longest_line`` in characters."""
    return list(_faults(report, longest_line))


def _faults(report: Report, longest_line: int) -> Iterator[Fault]:
    if report.reason not in set(FlagReason):
        yield Fault(name="reason", key="fault-reason")
    if not report.explanation:
        yield Fault(name="explanation", key="fault-explanation")
    for name, text, most in (
        ("explanation", report.explanation, LONGEST),
        ("author", report.author, longest_line),
    ):
        if len(text) > most:
            yield Fault(name=name, key="fault-long", values={"count": len(text), "most": most})
    if not report.in_good_faith:
        yield Fault(name=FAITH, key="fault-faith")
    yield from faults_of_sender(report.email, report.trap)
