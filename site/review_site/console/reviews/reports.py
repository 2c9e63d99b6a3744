"""What readers reported, in the order of what is owed first, and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, request

from engine.domain import Flag, FlagId, FlagState, Permission, Reason
from engine.errors import BadValueError, RefusedError
from engine.flagging import REASONS, answer_flag
from engine.showing import silent
from engine.store import Transaction
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.reviews.asked import QUEUE, REPORTS, asked_reason, back, queue_address
from review_site.console.reviews.pages import shown
from review_site.console.reviews.queue import Tab, tabs
from review_site.console.reviews.words import Spoken, in_two, spoken
from review_site.console.shell import Cell, Column, Said, Table, exported, sent_on, wants_csv
from review_site.wiring import now

ROWS = 25
LETS_STAND = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report, without who sent it."""

    flag: Flag
    subject: str
    reported: str
    due: str
    is_late: bool
    answered: str
    suggested: Reason
    """For which the review would be rejected, were the report right as it was meant."""
    lead: str = ""
    rest: str = ""
    """The words of the review."""
    star: int = 0
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsBody:
    tabs: Sequence[Tab]
    kinds: Sequence[Tab]
    rows: Sequence[ReportRow]
    following: str
    export: str
    back: str
    queue: str = QUEUE


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reports", "reports", needs(Permission.MODERATE)(index))
    answered = needs(Permission.MODERATE, FORM)(answer)
    blueprint.add_url_rule("/reports/<flag>/answer", "answer_report", answered, methods=["POST"])


def index() -> Response:
    """Oldest first: what came in first is owed first."""
    state, after = request.args.get("state", FlagState.OPEN), request.args.get("after")
    if state not in set(FlagState):
        raise BadValueError(f"state: must be one of {', '.join(FlagState)}")
    with instance().store.reading() as transaction:
        found = transaction.flags.page(FlagState(state), after=FlagId(after) if after else None, limit=ROWS + 1)
        said = spoken(transaction)
        rows = _rows(transaction, found[:ROWS], said)
        tabs_here = tabs(transaction, transaction.queue.counts(), None, said, "reports")
    if wants_csv():
        return exported(_table(rows, said), "reports")
    titles = {each: said.texts(f"flag-{each}") for each in FlagState}
    body = ReportsBody(
        tabs=tabs_here,
        kinds=[
            Tab(title=title, number="", address=f"{REPORTS}?state={each}", is_current=each == state)
            for each, title in titles.items()
        ],
        rows=rows,
        following=queue_address({"after": found[ROWS - 1].id}) if len(found) > ROWS else "",
        export=queue_address({"format": "csv"}),
        back=queue_address({}),
    )
    return shown("reports.html", "reports", body)


def answer(flag: str) -> Response:
    """Upheld, the review is rejected in the same transaction; dismissed, it stands."""
    verdict, text = request.form.get("verdict", ""), request.form.get("text", "")
    uphold = None if verdict == LETS_STAND else asked_reason("verdict")
    try:
        with instance().store.writing() as transaction:
            moderation = instance().moderation(transaction)
            answer_flag(transaction, moderation, FlagId(flag), text, by=who().name, uphold=uphold)
    except BadValueError:
        return sent_on(back(at="-"), Said(key="answer-needs-words"))
    except RefusedError:
        return sent_on(back(at="-"), Said(key="answered-before"))
    return sent_on(back(at="-"), Said(key="report-upheld" if uphold else "report-dismissed"))


def report_row(flag: Flag, subject: str, spoken: Spoken, now: datetime) -> ReportRow:
    answered = ""
    if flag.answered_at:
        answered = f"{spoken.who(flag.answered_by or '')}, {spoken.moment(flag.answered_at)}"
    return ReportRow(
        flag=flag,
        subject=subject,
        reported=spoken.moment(flag.at),
        due=spoken.moment(flag.due_at),
        is_late=flag.state is FlagState.OPEN and flag.due_at < now,
        answered=answered,
        suggested=REASONS[flag.reason],
    )


def _rows(transaction: Transaction, flags: Sequence[Flag], spoken: Spoken) -> list[ReportRow]:
    """The reports with the words that they are about, without the contact data in them."""
    filed = transaction.reviews.among([each.review_id for each in flags], lock=False)
    reviews = {which: silent(each).review for which, each in filed.items()}
    names = transaction.subjects.among([each.subject_id for each in reviews.values()])
    rows = []
    for number, each in enumerate(flags):
        review = reviews[each.review_id]
        lead, rest = in_two(review.body or review.title or "")
        row = report_row(each, names[review.subject_id].name, spoken, now())
        star = review.rating.star if review.rating else 0
        rows.append(replace(row, lead=lead, rest=rest, star=star, is_first="at" in request.args and number == 0))
    return rows


def _table(rows: Sequence[ReportRow], spoken: Spoken) -> Table:
    texts = spoken.texts
    columns = ("report", "id", "subject", "reason", "when", "due", "state", "explanation", "answer")
    return Table(
        caption=texts("reports"),
        columns=[Column(title=texts(f"column-{each}")) for each in columns],
        rows=[
            [
                Cell(text=each.flag.id),
                Cell(text=each.flag.review_id),
                Cell(text=each.subject),
                Cell(text=texts(f"says-{each.flag.reason}")),
                Cell(text=each.flag.at.isoformat(timespec="seconds")),
                Cell(text=each.flag.due_at.isoformat(timespec="seconds")),
                Cell(text=texts(f"flag-{each.flag.state}")),
                Cell(text=each.flag.explanation),
                Cell(text=each.flag.answer),
            ]
            for each in rows
        ],
    )
