"""How a source stands, in the reader's words: for a line of the list, its own page, and a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from engine.domain import Completeness, Reading, Rights, SourceId
from review_site.asking import instance
from review_site.console.shell import Cell, Column, Table
from review_site.console.shell.areas import Area
from review_site.console.shell.moments import moment_words
from review_site.console.shell.page import area_texts, shell_texts
from review_site.console.shell.rights import RightLine, right_lines
from review_site.source_states import Condition, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source in the list; moments and numbers are words here, and values in ``state``."""

    id: SourceId
    address: str
    kind: str
    condition: Condition
    condition_key: str
    said: str
    """Why it is so; in English, as the source or the program said it."""
    completeness: str
    lacking: str
    is_incomplete: bool
    last: str
    following: str
    shown: int
    state: SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    line: SourceLine
    profile: str
    because: str
    rights: Sequence[RightLine]
    is_configured: bool
    readings: Table


def line_of(state: SourceState, shown: int) -> SourceLine:
    proof = state.reading.proof if state.reading else None
    return SourceLine(
        id=state.id,
        address=f"/console/sources/known/{quote(state.id, safe='')}",
        kind=state.kind,
        condition=state.condition,
        condition_key=f"condition-{state.condition.name.lower().replace('_', '-')}",
        said=state.said,
        completeness=_completeness(state, proof),
        lacking=proof.lacking if proof else "",
        is_incomplete=state.is_incomplete,
        last=_moment(_last(state)),
        following=_moment(state.next_at),
        shown=shown,
        state=state,
    )


def table_of(lines: Sequence[SourceLine]) -> Table:
    """All sources as a file has them."""
    spoken = area_texts(Area.SOURCES)
    names = ("source", "kind", "state", "last", "completeness", "next", "shown")
    return Table(
        caption=spoken("sources"),
        columns=[Column(title=spoken(f"column-{each}"), is_number=each == "shown") for each in names],
        rows=[
            [
                Cell(text=each.id),
                Cell(text=each.kind),
                Cell(text=spoken(each.condition_key), note=each.said),
                _when(_last(each.state)),
                Cell(text=each.completeness, note=each.lacking),
                _when(each.state.next_at),
                Cell(text=spoken.number(each.shown), value=each.shown),
            ]
            for each in lines
        ],
    )


def page_of(line: SourceLine, state: SourceState, rights: Rights | None, history: Sequence[Reading]) -> SourcePage:
    return SourcePage(
        line=line,
        profile=rights.profile if rights else "",
        because=rights.because if rights else "",
        rights=right_lines(shell_texts(), rights) if rights else (),
        is_configured=state.condition is not Condition.BY_HAND,
        readings=_readings(history),
    )


def _readings(history: Sequence[Reading]) -> Table:
    spoken = area_texts(Area.SOURCES)
    names = ("number", "begun", "ended", "extent", "seen", "reported", "result")
    numbers = ("number", "seen", "reported")
    return Table(
        caption=spoken("readings"),
        columns=[Column(title=spoken(f"reading-{each}"), is_number=each in numbers) for each in names],
        rows=[
            [
                Cell(text=spoken.number(each.number), value=each.number),
                _when(each.started_at),
                _when(each.finished_at),
                Cell(text=spoken("extent-full" if each.full else "extent-new")),
                Cell(text=spoken.number(each.seen), value=each.seen),
                Cell(text="" if each.reported is None else spoken.number(each.reported), value=each.reported or ""),
                Cell(text=spoken(f"result-{each.state}"), note=each.said),
            ]
            for each in history
        ],
    )


def _completeness(state: SourceState, proof: Completeness | None) -> str:
    spoken = area_texts(Area.SOURCES)
    if state.condition is Condition.BY_HAND:
        return ""
    if proof is None:
        return spoken("complete-unread")
    counted = {"seen": spoken.number(proof.seen), "reported": spoken.number(proof.reported or 0)}
    if not proof.is_known:
        return spoken("complete-unknown", **counted)
    return spoken("complete-yes" if proof.is_complete else "complete-no", **counted)


def _last(state: SourceState) -> datetime | None:
    return (state.reading.finished_at or state.reading.started_at) if state.reading else None


def _moment(moment: datetime | None) -> str:
    return moment_words(area_texts(Area.SOURCES), moment, instance().config.site_timezone)


def _when(moment: datetime | None) -> Cell:
    return Cell(text=_moment(moment), value=moment.isoformat(timespec="seconds") if moment else "")
