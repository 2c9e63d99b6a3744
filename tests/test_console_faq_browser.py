"""Tests of the workshop and the validator in a browser: by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from engine.domain import FaqId, FaqState, SubjectId
from engine.editing import Earlier, Editing
from review_site.wiring import now
from tests.doors import Company
from tests.seats import Seat, seated
from tests.serving import Served, serving
from tests.signing import make_account

pytestmark = pytest.mark.browser

KETTLE = SubjectId("k2-kettle")
PASTED = '{"@context": "https://schema.org",\n "@type": "Product",\n "name": "Kettle",\n "review": {"@type": "Review"}}'


@dataclass(frozen=True, slots=True)
class Desk:
    """A served company with something to decide, to judge and to follow."""

    served: Served
    company: Company
    drafts: list[FaqId]
    run: str
    """The path of a run over a sitemap."""


@pytest.fixture(scope="module")
def desk(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests: each of them changes what no other looks at."""
    company = Company(tmp_path_factory.mktemp("desk") / "company").configured()
    shutil.copytree(sample_company.store, company.store)
    with company.instance() as instance:
        make_account(instance.store, now=now())
        with instance.store.writing() as transaction:
            editing = Editing(transaction=transaction, now=now(), by="ann")
            for each in transaction.faq.listed(subject=KETTLE, language="en")[:3]:
                editing.put_back(Earlier(id=each.id, state=FaqState.DRAFT, question=each.question))
            # The sample company may have drafts of its own; the page shows all of a subject in this order.
            kettles = transaction.faq.listed(subject=KETTLE, language="en", state=FaqState.DRAFT)
            drafts = [each.id for each in kettles]
        run = instance.site_runs.begin("https://larkfield.example/sitemap.xml", by="ann", chance="0" * 20)
    with serving(company.store, "--no-worker") as served:
        yield Desk(served=served, company=company, drafts=drafts, run=f"/console/validator/runs/{run}")


@pytest.fixture
def seat(chromium: Browser, desk: Desk) -> Iterator[Seat]:
    """The first page of the console, by somebody who administers it."""
    with seated(chromium, desk.served, desk.company) as seat:
        seat.page.goto("/console")
        yield seat


def states(desk: Desk) -> list[FaqState]:
    with desk.company.instance() as instance, instance.store.reading() as transaction:
        return [transaction.faq.find(each).state for each in desk.drafts]


def test_answers_are_decided_by_keyboard_and_taken_back(seat: Seat, desk: Desk) -> None:
    page = seat.page
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
    assert seat.told == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]


def test_a_text_is_judged_by_keyboard_and_leads_to_its_line(seat: Seat, desk: Desk) -> None:
    page = seat.page
    page.goto("/console/validator")
    page.keyboard.press("p")
    page.keyboard.insert_text(PASTED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not eligible").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("l")
    page.wait_for_url("**#L*")
    expect(page.locator(".source li:target")).to_be_in_viewport()

    assert seat.told == []


def test_a_run_is_followed_as_it_goes(seat: Seat, desk: Desk) -> None:
    page = seat.page
    page.goto(desk.run)
    expect(page.get_by_text("A worker begins in a moment.")).to_be_visible()
    with desk.company.instance() as instance:
        run = instance.site_runs.latest()[0]
        instance.site_runs.stop(run.id)
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible(timeout=10_000)

    assert seat.told == []
