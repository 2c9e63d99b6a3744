"""What customers asked, and whether reviews answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from engine.domain import AskedQuestion, FaqEntry, FaqId, Permission
from engine.faq import answer_id
from engine.i18n import Texts
from review_site.access import needs
from review_site.asking import instance
from review_site.console.faq.filters import PLACE, Narrowed, narrowed
from review_site.console.shell import Cell, Column, Page, Table, exported, respond, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts

AT_ONCE = 50
COLUMNS = ("question", "about", "language", "asked-on", "source", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    narrowed: Narrowed
    table: Table


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/asked", view_func=asked)


@needs(Permission.READ)
def asked() -> Response:
    wanted, after = narrowed(), request.args.get("after", "")
    with instance().store.reading() as transaction:
        found = transaction.faq.asked(subject=wanted.subject, after=after, limit=AT_ONCE + 1)
        some = found[:AT_ONCE]
        answers = transaction.faq.among([answer_id(each.question.id) for each in some])
    following = wanted.address("/asked", after=some[-1].question.id) if len(found) > AT_ONCE else ""
    table = _table(area_texts(Area.FAQ), some, answers, following)
    if wants_csv():
        return exported(table, "asked")
    body = Asked(narrowed=wanted, table=table)
    return respond(Page(area=Area.FAQ, template="faq/asked.html", title="asked", body=body))


def _table(texts: Texts, some: Sequence[AskedQuestion], answers: Mapping[FaqId, FaqEntry], following: str) -> Table:
    columns = [Column(title=texts(each)) for each in COLUMNS]
    rows = [_row(texts, each, answers.get(answer_id(each.question.id))) for each in some]
    return Table(caption=texts("asked"), columns=columns, rows=rows, following=following)


def _row(texts: Texts, each: AskedQuestion, answer: FaqEntry | None) -> Sequence[Cell]:
    asked_at = each.question.written_at
    return [
        Cell(text=each.question.title, href=f"{PLACE}/answers/{answer.id}" if answer else ""),
        Cell(text=each.subject_id),
        Cell(text=texts.language(each.language), value=each.language),
        Cell(
            text=texts.date(asked_at, instance().settings.timezone) if asked_at else "–",
            value=asked_at.isoformat() if asked_at else "",
        ),
        Cell(text=each.source_id),
        Cell(
            text=texts(f"state-{answer.state}") if answer else texts("unanswered"), value=answer.state if answer else ""
        ),
    ]
