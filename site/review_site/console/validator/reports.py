"""A kept report: its page, its source, and itself as a file to hand on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from flask import Blueprint, Response

from engine.domain import Permission
from review_site.access import FORM, needs
from review_site.asking import instance
from review_site.console.pages import private
from review_site.console.shell import Page, Said, respond, sent_on
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.console.validator.places import PLACE, minute
from review_site.console.validator.shown import ShownReport, shown_report
from schema_markup.outputs import as_html, as_jsonl


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    report: ShownReport
    id: str
    when: str
    by: str
    kept: bool = True
    """Whether it can be handed on and removed; what a run found on one page stays with the run."""

    @property
    def address(self) -> str:
        return f"{PLACE}/reports/{self.id}"


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reports/<report>", "report-look", look)
    blueprint.add_url_rule("/reports/<report>/source", "report-source", source)
    blueprint.add_url_rule("/reports/<report>/report.html", "report-as_file", as_file)
    blueprint.add_url_rule("/reports/<report>/report.json", "report-as_data", as_data)
    blueprint.add_url_rule("/reports/<report>/remove", "report-remove", remove, methods=["POST"])


@needs(Permission.READ)
def look(report: str) -> Response:
    kept = instance().kept_reports.find(report)
    when = minute(area_texts(Area.VALIDATOR), kept.head.at)
    return report_page(
        ReportPage(report=shown_report(kept.checked, kept.source), id=report, when=when, by=kept.head.by)
    )


def report_page(body: ReportPage) -> Response:
    """The page of a report."""
    page = Page(
        area=Area.VALIDATOR,
        template="validator/report.html",
        title="report",
        body=body,
        style_sheets=("console-validator.css",),
    )
    return respond(page)


@needs(Permission.READ)
def source(report: str) -> Response:
    """What was judged, as a file that no browser opens as a page."""
    kept = instance().kept_reports.find(report)
    return _file(iter([kept.source]), "text/plain", f"source-{report}.txt")


@needs(Permission.READ)
def as_file(report: str) -> Response:
    """The report as one HTML file, to be mailed and printed."""
    kept = instance().kept_reports.find(report)
    pieces = as_html.write([kept.checked], now=kept.head.at, version=version("plaudit"))
    return _file(pieces, "text/html", f"report-{report}.html")


@needs(Permission.READ)
def as_data(report: str) -> Response:
    """The report as ``plaudit validate --format json`` writes it."""
    kept = instance().kept_reports.find(report)
    told = json.dumps(as_jsonl.as_mapping(kept.checked.report), indent=2)
    return _file(iter([told, "\n"]), "application/json", f"report-{report}.json")


@needs(Permission.WRITE_COLLECTIONS, FORM)
def remove(report: str) -> Response:
    instance().kept_reports.find(report)
    instance().kept_reports.remove(report)
    return sent_on(PLACE, Said(key="said-removed"))


def _file(pieces: Iterator[str], media_type: str, name: str) -> Response:
    # A source may hold half a character.
    body = "".join(pieces).encode("utf-8", "replace")
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
