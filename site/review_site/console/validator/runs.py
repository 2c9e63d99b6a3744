"""A run over a sitemap: how far it is, what it found, one of its pages; stopping it, going on, removing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from limits import RateLimitItemPerHour

from engine.domain import Permission
from engine.errors import BadValueError
from engine.i18n import Texts
from review_site.access import FORM, needs
from review_site.asking import instance
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.console.validator.places import PLACE, minute
from review_site.console.validator.reports import ReportPage, report_page
from review_site.console.validator.shown import shown_report
from review_site.found_pages import UNREADABLE, FoundPage
from review_site.site_runs import SiteRun
from schema_markup.outputs.words import title
from schema_markup.rulebook import Rule, rules
from schema_markup.validate import Verdict

OFTEN = RateLimitItemPerHour(20)
AT_ONCE = 50
VERDICTS = (Verdict.VALID.value, Verdict.WARNING.value, Verdict.ERROR.value, UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    run: SiteRun
    when: str
    verdict: str
    """The only one that is shown; empty for all."""
    counts: Sequence[tuple[str, int]]
    frequent: Sequence[tuple[Rule, int]]
    """The rules that most pages break."""
    table: Table

    @property
    def address(self) -> str:
        return f"{PLACE}/runs/{self.run.id}"


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/runs/<run>", "run-look", look)
    blueprint.add_url_rule("/runs/<run>/pages/<int:number>", "run-page", page)
    for act in (stop, resume, remove):
        blueprint.add_url_rule(f"/runs/<run>/{act.__name__}", f"run-{act.__name__}", act, methods=["POST"])


@needs(Permission.READ)
def look(run: str) -> Response:
    texts, verdict = area_texts(Area.VALIDATOR), request.args.get("verdict", "")
    found = instance().site_runs.find(run)
    pages = found.found.of(verdict) if verdict else found.found
    if wants_csv():
        return exported(_table(texts, run, pages, ""), "run")
    start, verdicts = _start(), found.found.verdicts
    more = f"{PLACE}/runs/{run}?verdict={verdict}&start={start + AT_ONCE}" if len(pages) > start + AT_ONCE else ""
    body = RunPage(
        run=found,
        when=minute(texts, found.at),
        verdict=verdict if verdict in VERDICTS else "",
        counts=[(each, verdicts[each]) for each in VERDICTS],
        frequent=[(rules()[rule], count) for rule, count in found.found.rules if rule in rules()],
        table=_table(texts, run, pages[start : start + AT_ONCE], more),
    )
    return respond(
        Page(
            area=Area.VALIDATOR,
            template="validator/run.html",
            title="run",
            body=body,
            style_sheets=("console-validator.css",),
        )
    )


@needs(Permission.READ)
def page(run: str, number: int) -> Response:
    found = instance().site_runs.find(run, with_pages=False)
    checked = instance().site_runs.page(run, number)
    when = minute(area_texts(Area.VALIDATOR), found.at)
    return report_page(ReportPage(report=shown_report(checked), id=run, when=when, by=found.by, kept=False))


@needs(Permission.WRITE_COLLECTIONS, FORM)
def stop(run: str) -> Response:
    """Ends the run after the pages in hand."""
    instance().site_runs.stop(run)
    return sent_on(f"{PLACE}/runs/{run}", Said(key="said-stopped"))


@needs(Permission.WRITE_COLLECTIONS, FORM)
def resume(run: str) -> Response:
    """Goes on where it was stopped."""
    instance().site_runs.resume(run)
    return sent_on(f"{PLACE}/runs/{run}", Said(key="said-goes-on"))


@needs(Permission.WRITE_COLLECTIONS, FORM)
def remove(run: str) -> Response:
    instance().site_runs.remove(run)
    return sent_on(PLACE, Said(key="said-removed"))


def _table(texts: Texts, run: str, pages: Sequence[FoundPage], more: str) -> Table:
    columns = [
        Column(title=texts("page")),
        Column(title=texts("verdict")),
        Column(title=texts("problems"), is_number=True),
        Column(title=texts("results")),
    ]
    return Table(
        caption=texts("pages"), columns=columns, rows=[_row(texts, run, each) for each in pages], following=more
    )


def _row(texts: Texts, run: str, each: FoundPage) -> Sequence[Cell]:
    results = [f"{title(name)} ({texts(f'verdict-{verdict}')})" for name, verdict in each.features.items()]
    return [
        Cell(text=each.url, href=f"{PLACE}/runs/{run}/pages/{each.number}", value=each.url),
        Cell(text=texts(f"verdict-{each.verdict}"), value=each.verdict),
        Cell(text=texts.number(each.problems), value=each.problems),
        Cell(text=", ".join(results) or "–", value=" ".join(each.features)),
    ]


def _start() -> int:
    """Raises BadValueError for what is no number."""
    given = request.args.get("start", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise BadValueError("start: must be a whole number")
    return int(given)
