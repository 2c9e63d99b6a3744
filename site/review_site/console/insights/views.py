"""The pages of insights: the figures of a period, each as a file, and the audit report of a quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from engine.domain import Permission, SourceId, SubjectId
from engine.errors import BadValueError
from engine.insights import Insights, Wanted, audit, look
from engine.periods import QUARTER, WORDS, Period, quarter_name, read_period
from review_site.access import needs
from review_site.asking import instance
from review_site.console.insights.figures import Figure
from review_site.console.insights.report import Section, sections
from review_site.console.insights.speech import Speech
from review_site.console.insights.summary import KEY, summary
from review_site.console.insights.traffic import KEYS, MAKERS
from review_site.console.pages import Fault
from review_site.console.shell import Page, Table, exported, respond
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts, shell_texts
from review_site.wiring import now

blueprint = Blueprint("console-insights", __name__, url_prefix="/console/insights")

HERE = "/console/insights"
DEFAULT = WORDS[0]
SHEETS = ("charts.css",)
FORMER_QUARTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for, as it stands in it."""

    wanted: Wanted
    period: str
    subject: str
    source: str
    faults: Sequence[Fault] = ()

    def address(self, below: str = "", **changes: str) -> str:
        asked = {"period": self.period, "subject": self.subject, "source": self.source} | changes
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{HERE}{below}?{query}" if query else f"{HERE}{below}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    asked: Asked
    said: str
    """The period in words, and the one it is compared with."""
    periods: Mapping[str, str]
    sources: Sequence[str]
    summary: Table
    figures: Sequence[Figure]
    files: Mapping[str, str]
    """Where each table is as CSV."""
    audit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    sections: Sequence[Section]
    said: str
    made: str
    site: str
    quarters: Sequence[tuple[str, str]]
    """Name and words of those that can be looked at."""
    quarter: str
    is_running: bool


@blueprint.get("")
@needs(Permission.READ)
def show() -> Response:
    asked = _asked()
    speech = Speech(area_texts(Area.INSIGHTS))
    looked = _look(asked)
    if looked is None:
        return _being_read()
    found, sources = looked
    body = Body(
        asked=asked,
        said=speech.texts(
            "said", period=speech.period(found.wanted.period), before=speech.period(found.wanted.period.before())
        ),
        periods={each: speech.texts(f"period-{each}") for each in WORDS},
        sources=sources,
        summary=summary(found, speech),
        figures=[make(found, speech) for make in MAKERS],
        files={key: asked.address(f"/{key}.csv") for key in (KEY, *KEYS)},
        audit=f"{HERE}/audit",
    )
    return respond(
        Page(
            area=Area.INSIGHTS,
            template="insights/insights.html",
            title="insights",
            body=body,
            faults=asked.faults,
            typed={"period": request.args.get("period", asked.period), "subject": asked.subject},
            style_sheets=SHEETS,
        )
    )


@blueprint.get("/<chart>.csv")
@needs(Permission.READ)
def export(chart: str) -> Response:
    """The table of a chart, for the period and filters of the address."""
    if chart not in (KEY, *KEYS):
        abort(404)
    asked, speech = _asked(), Speech(area_texts(Area.INSIGHTS))
    looked = _look(asked)
    if looked is None:
        return _being_read()
    found, _ = looked
    table = summary(found, speech) if chart == KEY else MAKERS[KEYS.index(chart)](found, speech).table
    return exported(table, f"insights-{chart}-{found.wanted.period.start}-{found.wanted.period.last}")


@blueprint.get("/audit")
@needs(Permission.READ)
def report() -> Response:
    speech, shell = Speech(area_texts(Area.INSIGHTS)), Speech(shell_texts())
    period, faults = _quarter()
    wanted = Wanted(period=period, timezone=instance().config.site_timezone, today=_today())
    with instance().store.reading() as transaction:
        facts = instance().facts.at_hand(transaction)
        if facts is None:
            return _being_read()
        found = audit(transaction, facts, wanted)
    former = [read_period(QUARTER, _today())]
    while len(former) < FORMER_QUARTERS:
        former.append(former[-1].before())
    body = Report(
        sections=sections(found, speech, shell),
        said=speech.texts("said", period=speech.period(period), before=speech.period(period.before())),
        made=speech.day(_today()),
        site=instance().settings.site_name,
        quarters=[(quarter_name(each), speech.quarter_name(each.start)) for each in former],
        quarter=quarter_name(period),
        is_running=period.end > _today(),
    )
    return respond(
        Page(
            area=Area.INSIGHTS,
            template="insights/audit.html",
            title="audit",
            named={"quarter": speech.quarter_name(period.start)},
            body=body,
            faults=faults,
            style_sheets=SHEETS,
        )
    )


def _look(asked: Asked) -> tuple[Insights, Sequence[str]] | None:
    """The figures, and all sources; None while the server reads what figures are made of."""
    with instance().store.reading() as transaction:
        facts = instance().facts.at_hand(transaction)
        if facts is None:
            return None
        return look(transaction, facts, asked.wanted), sorted(transaction.sources.all())


def _being_read() -> Response:
    """For the seconds after a start in which there are no figures yet."""
    address = request.full_path.rstrip("?")
    page = Page(area=Area.INSIGHTS, template="insights/reading.html", title="being-read", body=address)
    response = respond(page, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "2"
    return response


def _asked() -> Asked:
    """What the address says; a period that cannot be read is named, and the last 28 days are shown."""
    period, faults = request.args.get("period") or DEFAULT, []
    try:
        wanted = read_period(period, _today())
    except BadValueError:
        faults.append(Fault(name="period", key="fault-period"))
        period, wanted = DEFAULT, read_period(DEFAULT, _today())
    subject, source = request.args.get("subject", "").strip(), request.args.get("source", "")
    return Asked(
        wanted=Wanted(
            period=wanted,
            timezone=instance().config.site_timezone,
            today=_today(),
            subjects=[SubjectId(subject)] if subject else [],
            sources=[SourceId(source)] if source else [],
        ),
        period=period,
        subject=subject,
        source=source,
        faults=faults,
    )


def _quarter() -> tuple[Period, Sequence[Fault]]:
    """The quarter that is asked for, or the last one that is over."""
    last = read_period(QUARTER, _today()).before()
    text = request.args.get("quarter", "")
    if not text:
        return last, ()
    try:
        period = read_period(text, _today())
    except BadValueError:
        return last, [Fault(name="quarter", key="fault-quarter")]
    return (period, ()) if period.months == 3 else (last, [Fault(name="quarter", key="fault-quarter")])


def _today() -> date:
    return now().astimezone(instance().config.site_timezone).date()
