"""The queue as a page shows it, and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from engine.domain import FlagState, State
from engine.kpi import StarShare, Suppression
from engine.queueing import SOUGHT, Queued, QueuePage, Why
from engine.store import Transaction
from review_site.asking import instance
from review_site.console.reviews.asked import QUEUE, STARS, queue_address
from review_site.console.reviews.words import Spoken, in_two
from review_site.console.shell import Cell, Column, Table

MOST_NAMES = 100
"""Subjects that the field for them offers by itself; any other is typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    title: str
    number: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One review of the queue."""

    queued: Queued
    address: str
    mark: str
    """What a form says of it: its id and what was seen."""
    following: str
    """The id of the row after it, which is looked at next."""
    received: str
    lead: str
    rest: str
    whys: Sequence[Why]
    decided: str
    """Who decided about it, and how; empty where nobody did."""
    is_first: bool

    @property
    def star(self) -> int:
        rating = self.queued.review.rating
        return rating.star if rating else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    star: int
    share: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBody:
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    state: State
    following: str
    back: str
    """This page, for its forms."""
    export: str
    is_narrowed: bool
    shares: Sequence[ShareLine]
    is_much_worse: bool
    gap: str
    choices: Mapping[str, Sequence[Choice]]
    """By the name of the field."""
    subjects: Sequence[tuple[str, str]]
    asked: Mapping[str, str]
    may_approve: bool
    may_reject: bool
    queue: str = QUEUE


def queue_body(
    transaction: Transaction, page: QueuePage, state: State, asked: Mapping[str, str], spoken: Spoken
) -> QueueBody:
    """``asked`` are the parameters of the page."""
    ids = [each.review.id for each in page.rows]
    start = asked.get("at") if asked.get("at") in ids else (ids[0] if "at" in asked and ids else None)
    rows = [
        _row(each, ids[number + 1] if number + 1 < len(ids) else "", each.review.id == start, spoken)
        for number, each in enumerate(page.rows)
    ]
    narrowing = ("subject", "source", "language", "star", "why", "flagged", "media", "q")
    return QueueBody(
        tabs=tabs(transaction, page.counts, state, spoken),
        rows=rows,
        state=state,
        following=queue_address({"after": page.following}) if page.following else "",
        back=queue_address({}),
        export=queue_address({"format": "csv"}),
        is_narrowed=any(asked.get(each) for each in narrowing),
        shares=[_share_line(each, spoken) for each in reversed(page.suppression.stars)],
        is_much_worse=page.suppression.is_much_worse,
        gap=_gap(page.suppression, spoken),
        choices=_choices(transaction, asked, spoken),
        subjects=[(each.id, each.name) for each in transaction.subjects.page(limit=MOST_NAMES)],
        asked=asked,
        may_approve=state in (State.PENDING, State.REJECTED),
        may_reject=state in (State.PENDING, State.APPROVED),
    )


def tabs(
    transaction: Transaction, counts: Mapping[State, int], state: State | None, spoken: Spoken, here: str = ""
) -> list[Tab]:
    """The states with their counts, then what readers reported and the pictures that wait."""
    states = [
        Tab(
            title=spoken.shell(f"state-{each}"),
            number=spoken.texts.number(counts[each]),
            address=QUEUE if each is State.PENDING else f"{QUEUE}?state={each}",
            is_current=each is state,
        )
        for each in State
    ]
    open_flags, pictures = transaction.flags.count(FlagState.OPEN), transaction.media.count(State.PENDING)
    others = {"reports": open_flags, "media": pictures}
    return states + [
        Tab(
            title=spoken.texts(f"tab-{name}"),
            number=spoken.texts.number(number),
            address=f"{QUEUE}/{name}",
            is_current=name == here,
        )
        for name, number in others.items()
    ]


def queue_table(page: QueuePage, spoken: Spoken) -> Table:
    """The page of the queue as a table, the texts in full."""
    texts = spoken.texts
    columns = ("id", "subject", "source", "received", "stars", "language", "author", "why", "title", "text")
    return Table(
        caption=texts("reviews"),
        columns=[Column(title=texts(f"column-{each}"), is_number=each == "stars") for each in columns],
        rows=[_cells(each, spoken) for each in page.rows],
    )


def _cells(queued: Queued, spoken: Spoken) -> list[Cell]:
    review = queued.review
    whys = "; ".join(spoken.texts(f"short-{each}") for each in queued.whys)
    stars = review.rating.star if review.rating else None
    return [
        Cell(text=review.id),
        Cell(text=review.subject_id),
        Cell(text=review.source_id),
        Cell(text=review.received_at.isoformat(timespec="seconds")),
        Cell(text="" if stars is None else str(stars), value=stars),
        Cell(text=review.language or ""),
        Cell(text=review.author or ""),
        Cell(text=whys),
        Cell(text=review.title or ""),
        Cell(text=review.body),
    ]


def _row(queued: Queued, following: str, is_first: bool, spoken: Spoken) -> Row:
    review = queued.review
    lead, rest = in_two(review.body)
    return Row(
        queued=queued,
        address=f"{QUEUE}/{review.id}",
        mark=f"{review.id}.{queued.seen}",
        following=following,
        received=spoken.moment(review.received_at),
        lead=lead,
        rest=rest,
        whys=queued.whys,
        decided=_decided(queued, spoken),
        is_first=is_first,
    )


def _decided(queued: Queued, spoken: Spoken) -> str:
    decision = queued.review.decision
    if decision is None:
        return ""
    reason = f"{spoken.shell(f'reason-{decision.reason}')}, " if decision.reason else ""
    note = f" – {decision.note}" if decision.note else ""
    state = spoken.shell(f"state-{decision.state}")
    return f"{state}{spoken.texts.colon}{reason}{spoken.who(decision.by)}, {spoken.moment(decision.at)}{note}"


def _share_line(each: StarShare, spoken: Spoken) -> ShareLine:
    decided = each.approved + each.rejected
    share = each.approved_share
    return ShareLine(
        star=each.star,
        share="–" if share is None else spoken.texts.percent(share),
        decided=spoken.texts.plural("of-decided", decided),
    )


def _gap(figure: Suppression, spoken: Spoken) -> str:
    """The gap in percentage points, without a sign."""
    return spoken.texts.number(round(abs(figure.gap or 0) * 100))


def _choices(transaction: Transaction, asked: Mapping[str, str], spoken: Spoken) -> Mapping[str, Sequence[Choice]]:
    texts, shell = spoken.texts, spoken.shell
    stars = sorted(STARS.items(), key=itemgetter(1), reverse=True)
    offered: Mapping[str, Sequence[tuple[str, str]]] = {
        "source": [(each, each) for each in sorted(transaction.sources.all())],
        "language": [(each, texts.language(each)) for each in instance().config.languages],
        "star": [(name, shell.plural("stars", star) if star else shell("no-stars")) for name, star in stars],
        "why": [(each.value, texts(f"short-{each}")) for each in SOUGHT],
    }
    return {
        name: [Choice(value=value, label=label, is_chosen=asked.get(name) == value) for value, label in some]
        for name, some in offered.items()
    }
