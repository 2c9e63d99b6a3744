"""The sources and what is known of each; reading one now, and how one of its records was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request

from engine.collecting import schedule
from engine.contact import without_contacts
from engine.domain import Permission, Source, SourceId, review_id
from engine.errors import NotFoundError, RefusedError
from engine.source_settings import SourceSettings
from review_site.access import FORM, needs
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.shell import Page, Said, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.sources.states import SourceLine, SourcePage, line_of, page_of, table_of
from review_site.explaining import Explanation, explained, raw_of
from review_site.source_states import SourceState, source_states
from review_site.wiring import now

ADDRESS = "/console/sources"
LONGEST_ID = 2000
"""Characters of the id of a record."""

blueprint = Blueprint("console-sources", __name__, url_prefix=ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    lines: list[SourceLine]
    export: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """How one record was read."""

    source: SourceId
    address: str
    record: str
    explanation: Explanation | None
    raw: str
    """As it was received, without addresses and numbers of persons."""


@blueprint.get("")
@needs(Permission.READ)
def overview() -> Response:
    states = source_states(instance(), now())
    with instance().store.reading() as transaction:
        shown = transaction.attention.shown_by_source()
    lines = [line_of(each, shown.get(each.id, 0)) for each in states]
    table = table_of(lines)
    if wants_csv():
        return exported(table, "sources")
    body = Overview(lines=lines, export=table.export)
    return respond(Page(area=Area.SOURCES, template="sources/overview.html", title="sources", body=body))


@blueprint.get("/known/<source>")
@needs(Permission.READ)
def one(source: str) -> Response:
    page = _page(SourceId(source))
    if wants_csv():
        return exported(page.readings, f"readings-{source}")
    title, named = "source-title", {"id": source}
    return respond(Page(area=Area.SOURCES, template="sources/source.html", title=title, named=named, body=page))


@blueprint.post("/known/<source>/run")
@needs(Permission.WRITE_REVIEWS, FORM)
def run(source: str) -> Response:
    """Marks it for the worker, which reads it next."""
    settings = _settings(SourceId(source))
    schedule(instance().store, {settings.id: now()})
    return sent_on(address_of(settings.id), Said(key="said-run"))


@blueprint.get("/known/<source>/record")
@needs(Permission.MODERATE)
def record(source: str) -> Response:
    """How one record of a source was read; without an id, the question which one."""
    named = SourceId(source)
    _state(named)
    asked = request.args.get("id", "").strip()[:LONGEST_ID]
    explanation, raw, faults = None, "", []
    if asked:
        try:
            explanation, raw = _explained(named, asked)
        except RefusedError as error:
            faults = [Fault(name="id", key="fault-record", values={"words": str(error)})]
    page = Page(
        area=Area.SOURCES,
        template="sources/record.html",
        title="record-title",
        named={"id": source},
        body=RecordPage(source=named, address=address_of(named), record=asked, explanation=explanation, raw=raw),
        faults=faults,
        typed={"id": asked},
    )
    return respond(page)


def address_of(source: SourceId) -> str:
    return f"{ADDRESS}/known/{quote(source, safe='')}"


def _explained(source: SourceId, asked: str) -> tuple[Explanation | None, str]:
    """How a record was read, and the record itself; a file that a person brought is no more there to be read again."""
    settings = instance().config.sources.get(source)
    if settings is None:
        with instance().store.reading() as transaction:
            payload = transaction.reviews.payload(review_id(source, asked))
        if payload is None:
            raise NotFoundError(f"no review {asked!r} came from {source}")
        return None, _printed(json.loads(payload))
    raw = raw_of(instance(), settings, asked)
    return explained(instance(), settings, asked, raw), _printed(raw)


def _printed(raw: object) -> str:
    return without_contacts(json.dumps(raw, indent=2, ensure_ascii=False))[0]


def _page(source: SourceId) -> SourcePage:
    state = _state(source)
    with instance().store.reading() as transaction:
        known: Source | None = transaction.sources.find(source)
        history = transaction.readings.history(source)
        shown = transaction.attention.shown_by_source().get(source, 0)
    settings = instance().config.sources.get(source)
    rights = known.rights if known else settings.rights if settings else None
    return page_of(line_of(state, shown), state, rights, history)


def _state(source: SourceId) -> SourceState:
    """Raises NotFoundError for a source that nobody knows."""
    found = next((each for each in source_states(instance(), now()) if each.id == source), None)
    if found is None:
        raise NotFoundError(f"there is no source {source!r}")
    return found


def _settings(source: SourceId) -> SourceSettings:
    found = instance().config.sources.get(source)
    if found is None:
        raise NotFoundError(f"the source {source!r} is not configured, so there is nothing to read")
    return found
