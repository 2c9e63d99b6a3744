"""The first page of the workshop: how much waits, and about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from engine.domain import FaqState, Permission
from engine.i18n import Texts
from engine.store import FaqTally, Transaction
from review_site.access import needs
from review_site.asking import instance
from review_site.console.faq.filters import PLACE, Narrowed
from review_site.console.shell import Cell, Column, Page, Table, exported, respond, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts

AT_ONCE = 50
WAITING = (FaqState.STALE, FaqState.DRAFT)
COLUMNS = (FaqState.STALE, FaqState.DRAFT, FaqState.APPROVED, FaqState.PUBLISHED, FaqState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    counted: Mapping[FaqState, int]
    table: Table
    is_all: bool
    """Whether subjects are shown that nothing waits for."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("", view_func=overview)


@needs(Permission.READ)
def overview() -> Response:
    is_all, after = request.args.get("show") == "all", request.args.get("after", "")
    with instance().store.reading() as transaction:
        counted = transaction.faq.counted()
        tallies = transaction.faq.tallies(list(FaqState) if is_all else WAITING, after=after, limit=AT_ONCE)
        names = _names(transaction, tallies)
    found = list(dict.fromkeys(each.subject_id for each in tallies))
    more = f"{PLACE}?{'show=all&' if is_all else ''}after={found[-1]}" if len(found) == AT_ONCE else ""
    table = _table(area_texts(Area.FAQ), tallies, names, more)
    if wants_csv():
        return exported(table, "questions")
    body = Overview(counted=counted, table=table, is_all=is_all)
    return respond(Page(area=Area.FAQ, template="faq/overview.html", title="workshop", body=body))


def _names(transaction: Transaction, tallies: Sequence[FaqTally]) -> Mapping[str, str]:
    subjects = transaction.subjects.among(sorted({each.subject_id for each in tallies}))
    return {each.id: each.name for each in subjects.values()}


def _table(texts: Texts, tallies: Sequence[FaqTally], names: Mapping[str, str], more: str) -> Table:
    columns = [
        Column(title=texts("about")),
        Column(title=texts("language")),
        *(Column(title=texts(f"state-{each}"), is_number=True) for each in COLUMNS),
        Column(title=texts("phrases")),
    ]
    rows = [_row(texts, each, names[each.subject_id]) for each in tallies]
    return Table(caption=texts("what-waits"), columns=columns, rows=rows, following=more)


def _row(texts: Texts, tally: FaqTally, name: str) -> Sequence[Cell]:
    here = Narrowed(subject=tally.subject_id, language=tally.language)
    counts = [(each, tally.counts.get(each, 0)) for each in COLUMNS]
    return [
        Cell(text=name, href=here.address("/answers"), value=tally.subject_id),
        Cell(text=texts.language(tally.language), value=tally.language),
        *(
            Cell(text=texts.number(count), href=here.address("/answers", state=state) if count else "", value=count)
            for state, count in counts
        ),
        Cell(text=texts("phrases"), href=here.address("/phrases"), value=""),
    ]
