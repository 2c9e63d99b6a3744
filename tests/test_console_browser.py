"""Tests of the console in a browser: somebody without a mouse gets in and out, and sees what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from engine.domain import Role
from review_site.wiring import now
from tests.doors import Company
from tests.serving import serving
from tests.signing import EMAIL, PASSWORD, make_account

pytestmark = pytest.mark.browser

MARK = """item => {
  const mark = document.createElement("span");
  mark.style.display = "inline-block";
  item.prepend(mark);
  return mark.getBoundingClientRect().bottom - item.querySelector("a").getBoundingClientRect().top;
}"""
"""How many pixels the baseline of an item, on which its mark stands, lies below the top of its words."""


def test_somebody_gets_in_and_out_by_keyboard(chromium: Browser, company: Company) -> None:
    with company.instance() as instance:
        make_account(instance.store, role=Role.MODERATOR, now=now())

    with serving(company.store, "--no-worker") as served:
        context = chromium.new_context(locale="nl-NL")
        page = context.new_page()
        page.goto(f"{served.url}/console/account")
        page.get_by_label("E-mailadres").focus()
        page.keyboard.type(EMAIL)
        page.keyboard.press("Tab")
        page.keyboard.type("verkeerd geraden")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("E-mailadres")).to_have_value(EMAIL)
        page.get_by_label("Wachtwoord").focus()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Je account")
        page.get_by_role("button", name="Afmelden").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")
        context.close()


def test_the_first_start_prints_a_link_that_makes_the_first_account(chromium: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "store", "--no-worker") as served:
        said = served.log.read_text(encoding="utf-8")
        [link] = [line.strip() for line in said.splitlines() if "/console/welcome/" in line]
        context = chromium.new_context(locale="de-DE")
        page = context.new_page()
        page.goto(link)
        for label, typed in (("Ihr Name", "Ann"), ("E-Mail-Adresse", EMAIL)):
            page.get_by_label(label, exact=True).fill(typed)
        for label in ("Passwort", "Das Passwort noch einmal"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Von null zum ersten Snippet")
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link führt nirgends mehr hin")
        context.close()


def test_a_keeper_of_passwords_knows_whose_one_is_changed(chromium: Browser, company: Company) -> None:
    with company.instance() as instance:
        make_account(instance.store, now=now())

    with serving(company.store, "--no-worker") as served:
        context = chromium.new_context()
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{served.url}/console/account")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("New password").wait_for()
        whose = page.locator("input[autocomplete=username]")
        expect(whose).to_have_value(EMAIL)
        expect(whose).to_be_hidden()
        context.close()

    assert said == []


def test_the_mark_of_a_fault_stands_beside_its_first_line(chromium: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "store", "--no-worker") as served:
        said = served.log.read_text(encoding="utf-8")
        [link] = [line.strip() for line in said.splitlines() if "/console/welcome/" in line]
        context = chromium.new_context(viewport={"width": 320, "height": 640})
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_be_focused()
        below = page.locator(".faults li").first.evaluate(MARK)
        context.close()

    assert 0 < below < 24
