"""Tests of the workshop and the validator in a browser: by keyboard alone, light, and for everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.domain import Embedded, FaqId, FaqState, Locale, SubjectId
from engine.editing import Earlier, Editing
from review_site.judging import judged_text
from review_site.wiring import now
from tests.conftest import lacking
from tests.doors import Company
from tests.proofs.axe import axe_script
from tests.proofs.measuring import SkippedError
from tests.proofs.widgets_access import MODES, SIDEWAYS, objected
from tests.serving import Served, serving
from tests.signing import EMAIL, PASSWORD, make_account

pytestmark = pytest.mark.browser

KETTLE = SubjectId("k2-kettle")
HEAVIEST = 100_000
"""Bytes of a page with its style sheets and scripts, packed."""
PASTED = '{"@context": "https://schema.org",\n "@type": "Product",\n "name": "Kettle",\n "review": {"@type": "Review"}}'


@dataclass(frozen=True, slots=True)
class Desk:
    """A served company with something to do on every page."""

    served: Served
    company: Company
    drafts: list[FaqId]
    pages: Mapping[str, str]


@pytest.fixture(scope="module")
def desk(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests: each of them changes what no other looks at."""
    company = Company(tmp_path_factory.mktemp("desk") / "company").configured()
    shutil.copytree(sample_company.store, company.store)
    with company.instance() as instance:
        make_account(instance.store, now=now())
        with instance.store.writing() as transaction:
            editing = Editing(transaction=transaction, now=now(), by="ann")
            some = transaction.faq.listed(subject=KETTLE, language="en")[:3]
            for each in some:
                editing.put_back(Earlier(id=each.id, state=FaqState.DRAFT, question=each.question))
            # The sample company may have drafts of its own; the page shows all of a subject in this order.
            kettles = transaction.faq.listed(subject=KETTLE, language="en", state=FaqState.DRAFT)
            drafts = [each.id for each in kettles]
        kept = instance.kept_reports.keep(
            judged_text(PASTED.encode(), "pasted"), PASTED, by="ann", now=now(), chance="0" * 20
        )
        run = instance.site_runs.begin("https://larkfield.example/sitemap.xml", by="ann", chance="0" * 20)
        page = instance.monitor.add("https://larkfield.example/k2", KETTLE, Locale("en"), Embedded.LIST, now())
    pages = {
        "overview": "/console/faq?show=all",
        "answers": "/console/faq/answers?state=draft",
        "entry": f"/console/faq/answers/{some[0].id}",
        "phrases": "/console/faq/phrases?subject=k2-kettle&language=en",
        "asked": "/console/faq/asked",
        "gap": "/console/faq/gap?subject=k2-kettle",
        "validator": "/console/validator",
        "report": f"/console/validator/reports/{kept}",
        "run": f"/console/validator/runs/{run}",
        "watched": "/console/validator/pages",
        "watched page": f"/console/validator/pages/{page.id}",
    }
    with serving(company.store, "--no-worker") as served:
        yield Desk(served=served, company=company, drafts=drafts, pages=pages)


@contextmanager
def signed_in(chromium: Browser, desk: Desk, said: list[str], **options: Any) -> Iterator[Page]:
    """A page of somebody who signed in; what the browser's console says is added to ``said``."""
    with chromium.new_context(locale="en-GB", **options) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{desk.served.url}/console/login")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/console")
        yield page


def states(desk: Desk) -> list[FaqState]:
    with desk.company.instance() as instance, instance.store.reading() as transaction:
        return [transaction.faq.find(each).state for each in desk.drafts]


def test_answers_are_decided_by_keyboard_and_taken_back(chromium: Browser, desk: Desk) -> None:
    said: list[str] = []

    with signed_in(chromium, desk, said) as page:
        page.keyboard.press("g")
        page.keyboard.press("f")
        page.wait_for_url("**/console/faq")
        row = page.get_by_role("row").filter(has_text="K2 Gooseneck Kettle").filter(has_text="English")
        row.get_by_role("link", name=str(len(desk.drafts)), exact=True).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/answers?**")
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
        expect(page.locator("[data-row][aria-current=true]")).to_be_focused()
        page.keyboard.press("r")
        expect(page.get_by_role("status").filter(has_text="Rejected.")).to_be_visible()
        page.keyboard.press("u")
        expect(page.get_by_role("status").filter(has_text="what it was before")).to_be_visible()
        page.keyboard.press("e")
        expect(page.get_by_label("What the answer says before its quotes")).to_be_focused()
        page.keyboard.type("{weight} speak of it.")
        page.get_by_role("button", name="Save and approve").press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()

    assert states(desk) == [FaqState.APPROVED, *[FaqState.DRAFT] * (len(desk.drafts) - 1)]
    assert said == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]


def test_a_text_is_judged_by_keyboard_and_leads_to_its_line(chromium: Browser, desk: Desk) -> None:
    said: list[str] = []

    with signed_in(chromium, desk, said) as page:
        page.goto(f"{desk.served.url}/console/validator")
        page.keyboard.press("p")
        page.keyboard.insert_text(PASTED)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Not eligible").first).to_be_visible()
        page.keyboard.press("j")
        page.keyboard.press("l")
        page.wait_for_url("**#L*")
        expect(page.locator(".source li:target")).to_be_in_viewport()

    assert said == []


def test_a_run_is_followed_as_it_goes(chromium: Browser, desk: Desk) -> None:
    said: list[str] = []

    with signed_in(chromium, desk, said) as page:
        page.goto(desk.served.url + desk.pages["run"])
        expect(page.get_by_text("A worker begins in a moment.")).to_be_visible()
        with desk.company.instance() as instance:
            run = instance.site_runs.latest()[0]
            instance.site_runs.stop(run.id)
        expect(page.get_by_role("heading", name="Stopped")).to_be_visible(timeout=10_000)

    assert said == []


@pytest.mark.parametrize("mode", ["light", "dark", "320 px", "200 %", "forced colours"])
def test_every_page_is_for_everybody(
    chromium: Browser, desk: Desk, mode: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        axe = axe_script(tmp_path_factory.mktemp("axe"))
    except SkippedError as error:
        lacking("npm", str(error))
        raise
    said: list[str] = []

    found: dict[str, list[str]] = {}
    with signed_in(chromium, desk, said, bypass_csp=True, **MODES[mode]) as page:
        for name, address in desk.pages.items():
            page.goto(desk.served.url + address, wait_until="networkidle")
            found[name] = list(objected(page, axe))
            wider = page.evaluate(SIDEWAYS)
            if wider > 0:
                found[name].append(f"{wider} px wider than the window")

    assert {name: each for name, each in found.items() if each} == {}
    assert said == []


def test_a_page_with_all_it_loads_is_light(chromium: Browser, desk: Desk) -> None:
    said: list[str] = []
    sums: dict[str, int] = {}

    with signed_in(chromium, desk, said) as page:
        for name, address in desk.pages.items():
            page.goto(desk.served.url + address, wait_until="networkidle")
            sums[name] = page.evaluate(
                """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
                .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
            )

    assert {name: weight for name, weight in sums.items() if weight > HEAVIEST} == {}
