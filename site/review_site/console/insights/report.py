"""The audit report of a quarter: what was done, beside the quarter before, and what that means and does not mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain import EventKind, FlagReason, FlagState, Reason, State
from engine.insights import Audit, Quarter
from engine.kpi import Share, Suppression, shift_of_shares
from review_site.console.insights.figures import count_cell, gap_in_words
from review_site.console.insights.speech import Speech
from review_site.console.insights.summary import COLUMNS, answers_in_rows, reviews_in_rows
from review_site.console.shell import Cell, Column, Table

NAMED_STATES = (State.APPROVED, State.REJECTED, State.PENDING, State.WITHDRAWN)

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading of the report."""

    key: str
    heading: str
    table: Table
    sentences: Sequence[str]


def sections(found: Audit, speech: Speech, shell: Speech) -> Sequence[Section]:
    """The whole report; ``shell`` has the words for states and reasons."""
    now, before = found.now, found.before
    return [
        _section("asking", answers_in_rows(now.asking, before.asking, speech), speech),
        _section("received", _received(now, before, speech, shell), speech),
        _rejected(now, speech, shell),
        _decided(now.reviews.decided, before.reviews.decided, speech),
        _section("answers", _answers(now, before, speech), speech),
        _section("flags", _flags(now, before, speech), speech),
        _markup(found, speech),
    ]


def _section(key: str, rows: Iterator[Row], speech: Speech, more: Sequence[str] = ()) -> Section:
    columns = [Column(title=speech.texts(f"col-{each}"), is_number=at > 0) for at, each in enumerate(COLUMNS)]
    return _told(key, columns, list(rows), speech, more)


def _told(
    key: str, columns: Sequence[Column], rows: Sequence[Row], speech: Speech, more: Sequence[str] = ()
) -> Section:
    heading = speech.texts(f"audit-{key}")
    return Section(
        key=key,
        heading=heading,
        table=Table(caption=heading, columns=columns, rows=rows, is_exported=False),
        sentences=[*more, speech.texts(f"audit-means-{key}")],
    )


def _received(now: Quarter, before: Quarter, speech: Speech, shell: Speech) -> Iterator[Row]:
    yield _counted(
        speech.texts("came-in"), sum(now.reviews.received.values()), sum(before.reviews.received.values()), speech
    )
    for state in NAMED_STATES:
        name = shell.texts(f"state-{state}")
        yield _counted(name, now.reviews.received[state], before.reviews.received[state], speech)


def _rejected(now: Quarter, speech: Speech, shell: Speech) -> Section:
    texts = speech.texts
    heads = [texts.plural("star", star) for star in range(1, 6)]
    columns = [Column(title=texts("col-reason")), *(Column(title=each, is_number=True) for each in heads)]
    columns += [Column(title=texts("unrated"), is_number=True), Column(title=texts("col-all"), is_number=True)]
    rows = [
        [
            Cell(text=shell.texts(f"reason-{reason}")),
            *(count_cell(speech, each) for each in (*counts[1:], counts[0], sum(counts))),
        ]
        for reason in Reason
        if (counts := now.reviews.rejected.get(reason))
    ]
    return _told("rejected", columns, rows, speech)


def _decided(now: Suppression, before: Suppression, speech: Speech) -> Section:
    def rows() -> Iterator[Row]:
        for later, earlier in zip(reversed(now.stars), reversed(before.stars), strict=True):
            is_now = Share(later.approved, later.approved + later.rejected)
            was = Share(earlier.approved, earlier.approved + earlier.rejected)
            shift = speech.shift(shift_of_shares(was, is_now), speech.percentage_points)
            yield [Cell(text=speech.texts.plural("star", later.star)), speech.share(is_now), speech.share(was), shift]

    return _section("decided", rows(), speech, [gap_in_words(now, speech)])


def _answers(now: Quarter, before: Quarter, speech: Speech) -> Iterator[Row]:
    yield from reviews_in_rows(now.reviews, before.reviews, speech)
    moved = shift_of_shares(before.incentivized, now.incentivized)
    yield [
        Cell(text=speech.texts("row-incentivized")),
        speech.share(now.incentivized),
        speech.share(before.incentivized),
        speech.shift(moved, speech.percentage_points),
    ]


def _flags(now: Quarter, before: Quarter, speech: Speech) -> Iterator[Row]:
    yield _counted(speech.texts("flags-all"), sum(now.flags.values()), sum(before.flags.values()), speech)
    for state in FlagState:
        name = speech.texts(f"flags-{state}")
        yield _counted(name, _of_state(now, state), _of_state(before, state), speech)
    for reason in FlagReason:
        later, earlier = _of_reason(now, reason), _of_reason(before, reason)
        if later or earlier:
            yield _counted(speech.texts(f"flag-{reason}"), later, earlier, speech)
    empty = Cell(text="", value="")
    yield [Cell(text=speech.texts("flag-time")), speech.times(now.flag_times), speech.times(before.flag_times), empty]


def _markup(found: Audit, speech: Speech) -> Section:
    texts = speech.texts

    def rows() -> Iterator[Row]:
        for key, kind in (("regressed", EventKind.MARKUP_REGRESSED), ("restored", EventKind.MARKUP_RESTORED)):
            yield _counted(texts(key), found.now.markup.get(kind, 0), found.before.markup.get(kind, 0), speech)

    listed = "; ".join(f"{rule} ({speech.number(count)})" for rule, count in found.findings.items())
    pages = texts.plural("pages", found.pages)
    return _section(
        "markup", rows(), speech, [pages, texts("findings", rules=listed) if listed else texts("no-findings")]
    )


def _of_state(quarter: Quarter, wanted: FlagState) -> int:
    return sum(count for (_, state), count in quarter.flags.items() if state is wanted)


def _of_reason(quarter: Quarter, wanted: FlagReason) -> int:
    return sum(count for (reason, _), count in quarter.flags.items() if reason is wanted)


def _counted(name: str, now: int, before: int, speech: Speech) -> Row:
    return [
        Cell(text=name),
        count_cell(speech, now),
        count_cell(speech, before),
        speech.difference(before, now),
    ]
