"""Saved searches: questions under a name, for everybody in the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Permission
from engine.domain.saved import SavedSearch
from engine.errors import RefusedError
from engine.saved_searches import forget_search, save_search
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.search.questions import kept_query
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.wiring import new_key, now

HOME = "/console/search/saved"
blueprint = Blueprint("console-saved", __name__, url_prefix=HOME)
writes = needs(Permission.WRITE_COLLECTIONS, FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    searches: Sequence[SavedSearch]
    table: Table
    may_write: bool


@blueprint.get("")
@needs(Permission.READ)
def index() -> Response:
    return _index()


@blueprint.post("")
@writes
def save() -> Response:
    query = kept_query(request.form.get("query", ""))
    wanted = SavedSearch(id=new_key(), name=request.form.get("name", ""), query=query, by=who().name, at=now())
    try:
        with instance().store.writing() as transaction:
            save_search(transaction, wanted)
    except RefusedError:
        return _index([Fault(name="name", key="fault-name")], HTTPStatus.UNPROCESSABLE_ENTITY)
    return sent_on(f"/console/search?{query}", Said(key="saved"))


@blueprint.post("/<search>/delete")
@writes
def delete(search: str) -> Response:
    with instance().store.writing() as transaction:
        forget_search(transaction, search, by=who().name, now=now())
    return sent_on(HOME, Said(key="forgotten"))


def _index(faults: Sequence[Fault] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    texts, settings = area_texts(Area.SEARCH), instance().settings
    with instance().store.reading() as transaction:
        searches = transaction.saved_searches.all()
    rows = [
        [
            Cell(text=each.name, href=f"/console/search?{each.query}", value=each.name),
            Cell(text=each.query),
            Cell(text=texts.date(each.at, settings.timezone), value=each.at.isoformat()),
        ]
        for each in searches
    ]
    columns = [Column(title=texts(key)) for key in ("name", "question", "date")]
    table = Table(caption=texts("saved-searches"), columns=columns, rows=rows)
    if wants_csv():
        return exported(table, "searches")
    body = Saved(searches=searches, table=table, may_write=who().may(Permission.WRITE_COLLECTIONS))
    page = Page(
        area=Area.SEARCH,
        template="search/saved.html",
        title="saved-searches",
        body=body,
        faults=faults,
        typed={"name": request.form.get("name", ""), "query": request.form.get("query", "")},
    )
    return respond(page, status)
