"""Tests of what all pages of the console stand in: its navigation, its messages, its tables, and what it allows."""

from __future__ import annotations

import csv
import io
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from engine.domain import Role
from review_site import create_app
from review_site.console.shell import Cell, Column, Said, Table, exported, sent_on
from review_site.console.shell.said import COOKIE
from review_site.wiring import Instance, now
from tests.doors import BASE, Company
from tests.seats import seated
from tests.serving import serving
from tests.signing import Visitor, make_account, signed_in


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


@pytest.fixture
def app(instance: Instance) -> Flask:
    """The console with a page that says what it did."""
    app = create_app(instance)
    app.add_url_rule("/console/x", "x", lambda: sent_on("/console", Said(key="no such words", undo="/console/y")))
    app.add_url_rule("/console/w", "w", lambda: sent_on("/console/search", Said(key="made")))
    app.add_url_rule("/console/z", "z", lambda: sent_on("//evil.example/console"))
    return app


@pytest.fixture
def visitor(app: Flask, instance: Instance) -> Visitor:
    return signed_in(instance, app=app)


def test_its_pages_are_kept_nowhere_and_run_our_own_scripts_alone(visitor: Visitor) -> None:
    answer = visitor.get("/console")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


def test_leads_to_what_there_is_and_to_what_one_may(visitor: Visitor, instance: Instance, app: Flask) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    viewer = signed_in(instance, "vic@example.com", app)

    for asker, is_admin in ((visitor, True), (viewer, False)):
        page = asker.get("/console").text
        assert 'data-go="h" aria-current="page"' in page
        assert ('href="/console/settings"' in page) is (is_admin and "/console/settings" in _rules(app))


def test_sends_nobody_out_of_the_console(visitor: Visitor) -> None:
    assert visitor.get("/console/z").location == "/console"


def test_a_message_for_another_area_is_not_said(visitor: Visitor) -> None:
    visitor.get("/console/x")

    answer = visitor.get("/console")

    assert answer.status_code == 200
    assert 'class="said"' not in answer.text


FORGED = (
    '["made", 1, "/console/settings/users", "x", "", 0]',
    '["made", 1' + "0" * 300 + ', "", "", "", 0]',
    "[" * 2900,
)


@pytest.mark.parametrize("told", FORGED)
@pytest.mark.parametrize("sign", ["", ".", f".{'0' * 64}"])
def test_a_message_that_nobody_here_wrote_is_not_said(app: Flask, visitor: Visitor, told: str, sign: str) -> None:
    name = f"__Secure-{COOKIE}"
    value = urlsafe_b64encode(told.encode()).decode() + sign
    visitor.client.set_cookie(name, value, domain=urlsplit(BASE).hostname or "", path="/console", secure=True)

    answer = visitor.get("/console/search")

    assert answer.status_code == 200
    assert 'class="said"' not in answer.text


def test_a_message_of_another_session_is_not_said(app: Flask, instance: Instance, visitor: Visitor) -> None:
    other = signed_in(instance, app=app)
    other.get("/console/w")
    name, domain = f"__Secure-{COOKIE}", urlsplit(BASE).hostname or ""
    kept = other.client.get_cookie(name, domain=domain, path="/console")
    visitor.client.set_cookie(name, kept.value if kept else "", domain=domain, path="/console", secure=True)

    assert 'class="said"' in other.get("/console/search").text
    assert 'class="said"' not in visitor.get("/console/search").text


def test_a_file_of_a_table_runs_nothing_in_a_spreadsheet(app: Flask) -> None:
    table = Table(
        caption="Sums",
        columns=[Column(title="name"), Column(title="share", is_number=True)],
        rows=[[Cell(text='=HYPERLINK("x")'), Cell(text="25%", value=0.25)]],
    )

    with app.test_request_context("/console?a=1&format=csv", base_url=BASE):
        response = exported(table, "sums")
        assert table.export == "/console?a=1&format=csv"

    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True))))
    assert rows == [["name", "share"], ['\'=HYPERLINK("x")', "0.25"]]
    assert response.headers["Content-Disposition"] == 'attachment; filename="sums.csv"'


@pytest.mark.browser
def test_keys_lead_through_it_and_can_be_turned_off(chromium: Browser, company: Company) -> None:
    with company.instance() as instance:
        make_account(instance.store, now=now())

    with serving(company.store, "--no-worker") as served, seated(chromium, served, company, locale="nl-NL") as seat:
        page = seat.page
        page.goto("/console")
        expect(page.get_by_role("navigation", name="Onderdelen")).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Sneltoetsen")).to_be_visible()
        page.get_by_label("Deze sneltoetsen in deze browser gebruiken").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_have_count(0)

    assert seat.told == []


def _rules(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules()}
