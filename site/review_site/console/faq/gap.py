"""Which of the words that customers use a page of ours does not use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.content_gap import content_gap
from engine.domain import MonitoredPage, Permission
from engine.errors import NotAllowedError
from engine.http import Answer
from engine.phrase_report import ReportedPhrase
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.faq.filters import Narrowed, narrowed
from review_site.console.faq.phrases import phrase_table, report
from review_site.console.fetching import Hindered, fetch
from review_site.console.pages import Fault
from review_site.console.shell import Page, Table, exported, respond
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from schema_markup.page import read_page

LARGEST = 4 * 1024 * 1024
"""Bytes of a form with a page in it."""
MOST_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    narrowed: Narrowed
    pages: Sequence[MonitoredPage] = ()
    """Those of the subject that are watched, to choose from."""
    table: Table | None = None
    """What is missing; None where nothing was asked yet."""
    total: int = 0
    """How many phrases there are."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/gap", view_func=gap)
    blueprint.add_url_rule("/gap", view_func=compare, methods=["POST"])
    blueprint.before_request(_take_whole_pages)


@needs(Permission.READ)
def gap() -> Response:
    wanted = narrowed()
    typed = {"subject": wanted.subject or "", "address": request.args.get("address", "")}
    return _page(Gap(narrowed=wanted, pages=_watched(wanted)), typed=typed)


@needs(Permission.READ, FORM)
def compare() -> Response:
    """Holds the phrases of a subject against a text, or against a page that is fetched."""
    wanted = narrowed()
    typed = {name: request.form.get(name, "") for name in ("subject", "address", "text")}
    faults = [Fault(name="subject", key="fault-subject")] if wanted.subject is None else []
    text = typed["text"]
    if not text.strip() and not faults:
        fetched = _fetched(typed["address"].strip())
        if isinstance(fetched, Fault):
            faults = [fetched]
        else:
            text = fetched
    if faults:
        return _page(Gap(narrowed=wanted, pages=_watched(wanted)), faults, typed)
    _, found = report(wanted)
    table = _missing(found, read_page(text).text if text.lstrip().startswith("<") else text)
    if request.form.get("format") == "csv":
        return exported(table, "gap")
    return _page(Gap(narrowed=wanted, pages=_watched(wanted), table=table, total=len(found)), typed=typed)


def _fetched(address: str) -> str | Fault:
    if not address:
        return Fault(name="text", key="fault-text")
    if not who().may(Permission.WRITE_COLLECTIONS):
        raise NotAllowedError(f"{who().name} may not have pages fetched: it takes {Permission.WRITE_COLLECTIONS}")
    found: Answer | Hindered = fetch(address)
    if isinstance(found, Hindered):
        return Fault(name="address", key=f"fetch-{found.why}", values={"why": found.words})
    return found.text


def _missing(found: Sequence[ReportedPhrase], text: str) -> Table:
    missing = {(each.language, each.text) for each in content_gap([each.phrase for each in found], text)}
    return phrase_table(
        area_texts(Area.FAQ), [each for each in found if (each.phrase.language, each.phrase.text) in missing]
    )


def _watched(wanted: Narrowed) -> Sequence[MonitoredPage]:
    if wanted.subject is None:
        return ()
    with instance().store.reading() as transaction:
        return transaction.monitored.about(wanted.subject, limit=MOST_PAGES)


def _page(body: Gap, faults: Sequence[Fault] = (), typed: dict[str, str] | None = None) -> Response:
    page = Page(area=Area.FAQ, template="faq/gap.html", title="gap", body=body, faults=faults, typed=typed or {})
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _take_whole_pages() -> None:
    """Before the token in the form is read."""
    if request.path.endswith("/gap"):
        request.max_content_length = request.max_form_memory_size = LARGEST
