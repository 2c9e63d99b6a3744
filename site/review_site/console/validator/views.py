"""The first page of the validator: what is judged, and the reports and runs that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Permission
from engine.i18n import Texts
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.fetching import WEB, Hindered, Hindrance, fetch
from review_site.console.pages import Fault
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.console.validator import reports, runs, watched
from review_site.console.validator.places import PLACE, minute
from review_site.crawl import Fetched
from review_site.judging import judged_page, judged_text
from review_site.kept_reports import ReportHead
from review_site.site_runs import SiteRun
from review_site.visitors import count_one
from review_site.wiring import new_key, now
from schema_markup.outputs.checked import Checked

blueprint = Blueprint("console-validator", __name__, url_prefix=PLACE)
for each in (reports, runs, watched):
    each.register(blueprint)

LARGEST = 4 * 1024 * 1024
"""Bytes of a form; some of them are three for one character."""
AT_ONCE = 20
PASTED = "pasted"
"""Where a text comes from that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    reports: Table
    runs: Table


@blueprint.before_request
def take_whole_pages() -> None:
    """Before the token in the form is read."""
    if request.path == f"{PLACE}/text":
        request.max_content_length = request.max_form_memory_size = LARGEST


@blueprint.get("")
@needs(Permission.READ)
def start() -> Response:
    texts, after = area_texts(Area.VALIDATOR), request.args.get("after", "")
    table = _reports(texts, instance().kept_reports.latest(after=after, limit=AT_ONCE + 1))
    if wants_csv():
        return exported(table, "reports")
    return _start(table)


@blueprint.post("/text")
@needs(Permission.READ, FORM)
def judge_text() -> Response:
    """Judges what was pasted, HTML or JSON-LD, and keeps the report."""
    text = request.form.get("text", "")
    if not text.strip():
        return _refuse(Fault(name="text", key="fault-text"))
    return _keep(judged_text(text.encode("utf-8", "replace"), PASTED), text)


@blueprint.post("/address")
@needs(Permission.WRITE_COLLECTIONS, FORM)
def judge_address() -> Response:
    """Judges the page at an address, and keeps the report."""
    address = request.form.get("address", "").strip()
    found = fetch(address)
    if isinstance(found, Hindered):
        return _refuse(Fault(name="address", key=f"fetch-{found.why}", values={"why": found.words}))
    return _keep(judged_page(Fetched(url=address, answer=found)), found.text)


@blueprint.post("/sitemap")
@needs(Permission.WRITE_COLLECTIONS, FORM)
def judge_sitemap() -> Response:
    """Leaves the work of judging all pages of a sitemap, and leads to where its progress is seen."""
    address = request.form.get("sitemap", "").strip()
    if not address.startswith(WEB) or len(address) > 2000:
        return _refuse(Fault(name="sitemap", key=f"fetch-{Hindrance.ADDRESS}"))
    if not count_one(runs.OFTEN, "sitemaps judged for", who().name):
        return _refuse(Fault(name="sitemap", key=f"fetch-{Hindrance.OFTEN}"))
    wanted = instance().site_runs.begin(address, by=who().name, chance=new_key())
    return sent_on(f"{PLACE}/runs/{wanted}", Said(key="said-begun"))


def _keep(checked: Checked, source: str) -> Response:
    wanted = instance().kept_reports.keep(checked, source, by=who().name, now=now(), chance=new_key())
    return sent_on(f"{PLACE}/reports/{wanted}")


def _refuse(fault: Fault) -> Response:
    texts = area_texts(Area.VALIDATOR)
    return _start(_reports(texts, instance().kept_reports.latest(limit=AT_ONCE + 1)), [fault])


def _start(table: Table, faults: Sequence[Fault] = ()) -> Response:
    page = Page(
        area=Area.VALIDATOR,
        template="validator/start.html",
        title="validator",
        body=Start(reports=table, runs=_runs(area_texts(Area.VALIDATOR), instance().site_runs.latest(AT_ONCE))),
        faults=faults,
        typed=request.form,
        style_sheets=("console-validator.css",),
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _reports(texts: Texts, found: Sequence[ReportHead]) -> Table:
    columns = [
        Column(title=texts("judged")),
        Column(title=texts("when")),
        Column(title=texts("verdict")),
        Column(title=texts("problems"), is_number=True),
        Column(title=texts("by")),
    ]
    rows = [
        [
            Cell(
                text=texts("pasted") if each.where == PASTED else each.where,
                href=f"{PLACE}/reports/{each.id}",
                value=each.where,
            ),
            Cell(text=minute(texts, each.at), value=each.at.isoformat(timespec="seconds")),
            Cell(text=texts(f"verdict-{each.verdict}"), value=each.verdict),
            Cell(text=texts.number(each.problems), value=each.problems),
            Cell(text=each.by),
        ]
        for each in found[:AT_ONCE]
    ]
    following = f"{PLACE}?after={found[AT_ONCE - 1].id}" if len(found) > AT_ONCE else ""
    return Table(caption=texts("kept-reports"), columns=columns, rows=rows, following=following)


def _runs(texts: Texts, found: Sequence[SiteRun]) -> Table:
    columns = [
        Column(title=texts("sitemap")),
        Column(title=texts("when")),
        Column(title=texts("stage")),
        Column(title=texts("pages"), is_number=True),
    ]
    rows = [
        [
            Cell(text=each.sitemap, href=f"{PLACE}/runs/{each.id}"),
            Cell(text=minute(texts, each.at), value=each.at.isoformat(timespec="seconds")),
            Cell(text=texts(f"stage-{each.stage}"), value=each.stage),
            Cell(text=texts.number(each.done), value=each.done),
        ]
        for each in found
    ]
    return Table(caption=texts("runs"), columns=columns, rows=rows, is_exported=False)
