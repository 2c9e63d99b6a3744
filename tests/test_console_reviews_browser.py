"""Tests of moderation in a browser: by keyboard alone, and for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.domain import FlagReason, Locale, Media, MediaId, MediaKind, Role, State
from engine.flagging import Notice, flag_review
from review_site.wiring import now
from tests.conftest import lacking
from tests.doors import Company
from tests.factories import make_record, take_in
from tests.proofs.axe import axe_script
from tests.proofs.measuring import SkippedError
from tests.proofs.widgets_access import SIDEWAYS, objected
from tests.serving import Served, serving
from tests.signing import EMAIL, PASSWORD, make_account

pytestmark = pytest.mark.browser

QUEUE = "/console/reviews"


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        return axe_script(tmp_path_factory.mktemp("axe"))
    except SkippedError as error:
        lacking("npm", str(error))
        raise


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For all who only look."""
    with queue(Company(tmp_path_factory.mktemp("queue") / "company").configured()) as server:
        yield server


@contextmanager
def queue(company: Company) -> Iterator[Served]:
    """Twenty-three reviews wait, and one that is approved was reported and has a picture."""
    with company.instance() as instance:
        make_account(instance.store, role=Role.MODERATOR, now=now())
        take_in(instance.store, make_record("0", body="It has stood on our stove since spring."), now=now())
        with instance.store.writing() as transaction:
            [filed] = transaction.reviews.waiting(State.PENDING)
            instance.moderation(transaction).approve([filed.review.id], by="operator")
            picture = Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url="https://img.example/k2.jpg", alt="A kettle")
            transaction.media.insert({filed.review.id: [picture]})
            notice = Notice(reason=FlagReason.SPAM, explanation="An advert.", locale=Locale("en"))
            flag_review(transaction, filed.review.id, notice, now() - timedelta(days=9))
        for number in range(1, 24):
            record = make_record(str(number), body=f"Kettle number {number}, see www.example.com")
            take_in(instance.store, record, now=now())
    with serving(company.store, "--no-worker") as server:
        yield server


def signed_in(page: Page, served: Served, told: list[str]) -> None:
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{served.url}/console/login")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")


def press(page: Page, *keys: str) -> None:
    """Presses keys, the last of which leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def test_twenty_reviews_are_decided_and_three_given_back_by_keyboard(chromium: Browser, company: Company) -> None:
    told: list[str] = []

    with queue(company) as own, chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        signed_in(page, own, told)
        press(page, "g", "r")

        page.keyboard.press("j")
        for _ in range(17):
            expect(page.locator("[data-row][aria-current=true]")).to_be_focused()
            press(page, "a")
        page.keyboard.press("r")
        expect(page.locator("[data-row][aria-current=true]").locator("select")).to_be_focused()
        press(page, "s", "Tab", "Enter")
        expect(page.get_by_role("status").first).to_contain_text("1 review was rejected.")
        press(page, "u")
        expect(page.get_by_role("status").first).to_contain_text("1 review is as it was before.")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.get_by_role("button", name="Approve the marked").focus()
        press(page, "Enter")
        expect(page.get_by_role("status").first).to_contain_text("2 reviews were approved.")
        press(page, "u")
        expect(page.get_by_role("status").first).to_contain_text("2 reviews are as they were before.")
        for _ in range(3):
            press(page, "a")

        expect(page.get_by_role("navigation", name="What to look at")).to_contain_text("Waiting 3")

    assert told == []


def test_a_filter_keeps_the_page_and_changes_the_address(chromium: Browser, served: Served) -> None:
    context, told = chromium.new_context(locale="en-GB"), list[str]()
    page = context.new_page()
    signed_in(page, served, told)
    page.goto(f"{served.url}{QUEUE}")

    page.keyboard.press("/")
    page.keyboard.type("number 23,")
    page.keyboard.press("Enter")

    expect(page.locator("[data-row]")).to_have_count(1)
    assert "number" in page.url
    context.close()
    assert told == []


@pytest.mark.parametrize(
    ("scheme", "width", "language"), [("light", 1280, "en-GB"), ("dark", 1280, "nl-NL"), ("light", 320, "de-DE")]
)
def test_its_pages_are_accessible(
    chromium: Browser, served: Served, axe: str, scheme: str, width: int, language: str
) -> None:
    context = chromium.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
        locale=language,
        bypass_csp=True,
    )
    page, told = context.new_page(), list[str]()
    signed_in(page, served, told)
    page.goto(f"{served.url}{QUEUE}?state=approved")
    one = page.locator("[data-open]").first.get_attribute("href") or ""

    found: dict[str, list[str]] = {}
    for path in (QUEUE, f"{QUEUE}?why=link", f"{QUEUE}?q=nothing", one, f"{QUEUE}/reports", f"{QUEUE}/media"):
        page.goto(f"{served.url}{path}", wait_until="networkidle")
        for each in page.locator("main details").all():
            each.evaluate("each => { each.open = true }")
        wider = page.evaluate(SIDEWAYS)
        found[path] = [*objected(page, axe), *([f"{wider} px wider than the window"] if wider > 0 else [])]

    context.close()
    assert {path: each for path, each in found.items() if each} == {}


def test_what_a_page_loads_fits_into_a_hundred_kilobytes(chromium: Browser, served: Served) -> None:
    context, sizes = chromium.new_context(), list[int]()
    page = context.new_page()
    signed_in(page, served, [])
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))

    page.goto(f"{served.url}{QUEUE}", wait_until="networkidle")

    context.close()
    assert 0 < sum(sizes) < 100_000
