"""Tests of the pages of insights: figures with their tables, files of them, and the report of a quarter."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from engine.agents import AgentKind
from engine.domain import (
    Decision,
    Flag,
    FlagId,
    FlagReason,
    FlagState,
    Locale,
    Reason,
    Review,
    Role,
    Signal,
    SignalId,
    SignalKind,
    SourceId,
    State,
    SubjectId,
)
from engine.store import ServedCount, Store
from review_site.console.insights.traffic import KEYS
from review_site.wiring import Instance, now
from tests.doors import Company
from tests.factories import fill, make_review, make_subject
from tests.signing import Visitor, make_account, signed_in

HOSTILE = '=cmd<script>alert(1)</script>"'


def fill_a_shop(store: Store, at: datetime) -> None:
    """Two weeks of reviews about two subjects, with whatever figures are made of."""
    reviews = reviews_of_two_weeks(at)
    fill(store, reviews, subjects=[make_subject(id=SubjectId("mug"), name=HOSTILE), make_subject(id=SubjectId("jar"))])
    served = [
        ServedCount(day=at.date(), name="list", kind=AgentKind.SEARCH, agent="Googlebot", count=7),
        ServedCount(day=at.date(), name="list", kind=AgentKind.BROWSER, agent="", count=20),
    ]
    flag = Flag(
        id=FlagId("g1"),
        review_id=reviews[0].id,
        reason=FlagReason.SPAM,
        explanation="",
        at=at,
        locale=Locale("en"),
        state=FlagState.DISMISSED,
        answered_at=at + timedelta(hours=3),
    )
    with store.writing() as transaction:
        transaction.signals.save(scores_of_a_day(at))
        transaction.served.add(served)
        transaction.flags.add(flag)


def reviews_of_two_weeks(at: datetime) -> Sequence[Review]:
    reviews = []
    for number in range(40):
        written = at - timedelta(days=1 + number % 14)
        state = State.REJECTED if number % 10 == 9 else State.APPROVED
        reason = Reason.SPAM if state is State.REJECTED else None
        decision = Decision(state=state, by="ann", at=written + timedelta(hours=5), reason=reason)
        reviews.append(
            make_review(
                rating=number % 5 + 1,
                subject_id=SubjectId("mug" if number % 3 else "kettle"),
                source_id="survey" if number % 4 else "shop",
                written_at=written,
                received_at=written + timedelta(hours=1),
                state=state,
                decision=decision,
            )
        )
    return reviews


def scores_of_a_day(at: datetime) -> Sequence[Signal]:
    """Each answer of 0 to 10, twice."""
    return [
        Signal(
            id=SignalId(f"n{number}"),
            source_id=SourceId("shop"),
            external_id=f"n{number}",
            kind=SignalKind.NPS,
            at=at,
            received_at=at,
            score=Decimal(number % 11),
            worst=Decimal(0),
            best=Decimal(10),
        )
        for number in range(22)
    ]


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, now=now())
        make_account(opened.store, "vic@example.com", Role.VIEWER, now=now())
        yield opened


@pytest.fixture
def visitor(instance: Instance) -> Visitor:
    return signed_in(instance, "vic@example.com")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_chart_stands_beside_its_table_and_its_file(visitor: Visitor, instance: Instance) -> None:
    fill_a_shop(instance.store, now())

    page = visitor.get("/console/insights")

    assert page.status_code == 200
    files = re.findall(r'href="/console/insights/([a-z]+)\.csv\?period=28d"', page.text)
    assert files == ["summary", *(key for key in KEYS if key not in ("topics", "webhooks"))]
    drawings = re.findall(r'<svg class="chart" .*?</svg>', page.text, re.DOTALL)
    assert len(drawings) >= 9
    assert all(ET.fromstring(each.replace("&nbsp;", " ")) is not None for each in drawings)  # noqa: S314
    assert 'style="' not in page.text
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))


def test_names_from_outside_stay_words(visitor: Visitor, instance: Instance) -> None:
    fill_a_shop(instance.store, now())

    page, file = visitor.get("/console/insights"), visitor.get("/console/insights/coverage.csv")
    subjects = visitor.get("/console/insights/subjects.csv")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    assert file.headers["Content-Type"].startswith("text/csv")
    assert not any(cell.startswith("=") for row in rows_of(subjects.text) for cell in row.values())


def test_a_file_has_the_numbers_of_its_period_and_filters(visitor: Visitor, instance: Instance) -> None:
    fill_a_shop(instance.store, now())

    everything = rows_of(visitor.get("/console/insights/stars.csv").text)
    of_survey = rows_of(visitor.get("/console/insights/stars.csv?source=survey&subject=kettle").text)
    long_ago = rows_of(visitor.get("/console/insights/stars.csv?period=2019Q1").text)

    assert sum(int(each["Reviews"]) for each in everything) == 36
    assert 0 < sum(int(each["Reviews"]) for each in of_survey) < 15
    assert long_ago == []


def test_says_that_few_are_few_and_compares_them_with_nothing(visitor: Visitor, instance: Instance) -> None:
    at = now() - timedelta(days=1)
    fill(instance.store, [make_review(rating=5, written_at=at, received_at=at) for _ in range(2)])

    page = visitor.get("/console/insights").text

    assert "2 ratings; too few to tell" in page
    assert "too few to compare" in page
    assert "more than chance" not in page


def test_is_shown_where_there_is_nothing_yet(visitor: Visitor) -> None:
    for address in ("/console/insights", "/console/insights/audit", *(f"/console/insights/{key}.csv" for key in KEYS)):
        assert visitor.get(address).status_code == 200, address

    assert "There is nothing to count in this period." in visitor.get("/console/insights").text


@pytest.mark.parametrize("period", ["tomorrow", "9999Q4", "2026-99", "<b>"])
def test_a_period_that_cannot_be_read_is_named_and_never_an_error(visitor: Visitor, period: str) -> None:
    page = visitor.get(f"/console/insights?period={period}")

    assert page.status_code == 200
    assert "This period cannot be read" in page.text


def test_there_is_no_file_of_a_chart_that_there_is_not(visitor: Visitor) -> None:
    assert visitor.get("/console/insights/secrets.csv").status_code == 404


def test_the_report_is_of_the_last_quarter_that_is_over(visitor: Visitor, instance: Instance) -> None:
    fill_a_shop(instance.store, now() - timedelta(days=92))

    page = visitor.get("/console/insights/audit").text
    other = visitor.get("/console/insights/audit?quarter=2019Q2").text

    assert re.search(r"Audit report: [1-4](st|nd|rd|th) quarter", page)
    assert "This quarter is not over yet." not in page
    assert "2nd quarter 2019" in other


def test_the_report_tells_what_was_rejected_reported_and_answered(visitor: Visitor, instance: Instance) -> None:
    at = now()
    fill_a_shop(instance.store, at)
    quarter = f"{at.year}Q{(at.month + 2) // 3}"

    page = visitor.get(f"/console/insights/audit?quarter={quarter}").text

    assert "This quarter is not over yet." in page
    rejected = page.partition('id="audit-rejected"')[2].partition("</table>")[0]
    assert "Spam" in rejected
    reported = page.partition('id="audit-flags"')[2].partition("</table>")[0]
    assert "Review stands" in reported
    assert "3 hours" in reported
    assert "It does not say why" in page


@pytest.mark.parametrize("quarter", ["2026", "28d", "soon", "2026Q9"])
def test_what_is_no_quarter_is_named(visitor: Visitor, quarter: str) -> None:
    assert "This quarter cannot be read" in visitor.get(f"/console/insights/audit?quarter={quarter}").text


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "te weinig om te vergelijken"), ("de", "neun von zehn innerhalb")]
)
def test_speaks_the_languages_of_the_console(instance: Instance, language: str, words: str) -> None:
    fill_a_shop(instance.store, now())
    visitor = signed_in(instance)

    page = visitor.get("/console/insights", {"Accept-Language": language}).text

    assert f'<html lang="{language}"' in page
    assert words in page


def test_the_command_says_the_same_figures(company: Company, instance: Instance) -> None:
    fill_a_shop(instance.store, now())

    table = company.plaudit("insights")
    as_json = company.plaudit("insights", "--format", "json")
    as_csv = company.plaudit("insights", "--figure", "served", "--format", "csv", "--period", "month")
    unreadable = company.plaudit("insights", "--period", "soon")

    assert "Reviews written" in table.output
    found = json.loads(as_json.output)
    assert set(found["figures"]) == {"summary", *KEYS}
    assert found["figures"]["agents"][0]["Times"] == 20
    assert sum(int(each["Search engines"]) for each in rows_of(as_csv.output)) == 7
    assert (unreadable.exit_code, "2026Q3" in unreadable.output) == (2, True)
