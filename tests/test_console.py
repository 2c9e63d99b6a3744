"""Tests of the console's doors: signing in and out, one-time links, one's own account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import Client

from engine.accounts import disable, make_first_link, make_link
from engine.domain import Role
from engine.signing_in import account_behind
from review_site.console.pages import is_within
from review_site.wiring import Instance, now
from review_site.wsgi import application
from tests.doors import BASE, Company, Site
from tests.signing import EMAIL, PASSWORD, Visitor, make_account

NEW = "nine white egrets"
PLAIN = 'base_url = "http://reviews.larkfield.example"\n'


@pytest.fixture
def site(company: Company) -> Iterator[Site]:
    with company.serving() as served:
        yield served


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site.client)


@pytest.fixture
def instance(company: Company, site: Site) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


@contextmanager
def another_browser(instance: Instance) -> Iterator[Visitor]:
    yield Visitor(Client(application(instance)))


def test_whoever_is_not_in_is_sent_to_the_door_and_then_on(visitor: Visitor, instance: Instance) -> None:
    sent = visitor.get("/console/account")

    assert (sent.status_code, sent.location) == (303, "/console/login?next=%2Fconsole%2Faccount")
    assert 'name="next" value="/console/account"' in visitor.get(sent.location).text
    assert visitor.sign_in(next="/console/account").location == "/console/account"
    assert EMAIL in visitor.get("/console/account").text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/console//evil.example",
        "/console\\evil",
        "/consoles",
        "/",
        "/console/\r\nx",
    ],
)
def test_nobody_is_sent_anywhere_else(visitor: Visitor, instance: Instance, address: str) -> None:
    assert not is_within(address)
    assert visitor.sign_in(next=address).location == "/console"


def test_the_session_is_kept_in_a_cookie_of_this_host_alone(visitor: Visitor, instance: Instance) -> None:
    cookies = visitor.sign_in().headers.getlist("Set-Cookie")

    assert [each.partition("=")[0] for each in cookies] == ["__Host-plaudit", "__Host-plaudit-device"]
    for each in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; "))
        assert "Domain" not in each


def test_a_site_without_https_keeps_its_session_too(company: Company) -> None:
    company.configured(f'[site]\nname = "Larkfield"\n{PLAIN}')
    with company.instance() as instance:
        make_account(instance.store, now=now())
        visitor = Visitor(Client(application(instance)), base="http://reviews.larkfield.example")

        cookie = visitor.sign_in().headers["Set-Cookie"]

        assert cookie.startswith("plaudit=")
        assert "Secure" not in cookie
        assert visitor.is_in()


def test_each_sign_in_begins_a_session_of_its_own(visitor: Visitor, instance: Instance) -> None:
    def session() -> str:
        visitor.sign_in()
        found = visitor.client.get_cookie("__Host-plaudit", domain="reviews.larkfield.example")
        return found.value if found else ""

    visitor.client.set_cookie("__Host-plaudit", "chosen by somebody else", domain="reviews.larkfield.example")
    first, second = session(), session()

    assert len({first, second, "chosen by somebody else", ""}) == 4


def test_every_failure_looks_the_same(visitor: Visitor, instance: Instance) -> None:
    off = make_account(instance.store, "off@example.com", Role.VIEWER, now=now())
    with instance.store.writing() as transaction:
        disable(transaction, off, by="operator", now=now())

    answers = [
        visitor.sign_in(EMAIL, "wrong"),
        visitor.sign_in("nobody@example.com", PASSWORD),
        visitor.sign_in("off@example.com", PASSWORD),
        visitor.sign_in("no address at all", PASSWORD),
    ]

    pages = {re.sub(r'name="email" value="[^"]*"', "", each.text) for each in answers}
    assert {each.status_code for each in answers} == {422}
    assert len(pages) == 1
    assert not visitor.is_in()


def test_no_password_is_ever_shown_again(visitor: Visitor, instance: Instance) -> None:
    assert "wrong herons" not in visitor.sign_in(EMAIL, "wrong herons").text


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://reviews.larkfield.example", f"{BASE}.evil.example"]
)
def test_no_page_of_others_signs_anybody_in(visitor: Visitor, instance: Instance, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}

    answer = visitor.client.post(
        "/console/login", base_url=BASE, headers=headers, data={"email": EMAIL, "password": PASSWORD}
    )

    assert answer.status_code == 403
    assert not visitor.is_in()


def test_guessing_is_slowed_down_and_does_not_lock_the_owner_out(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()
    with another_browser(instance) as guesser:
        guesses = [guesser.sign_in(EMAIL, f"guess number {number}") for number in range(11)]
        right = guesser.sign_in()
        also_nobodys = [guesser.sign_in("nobody@example.com", "guess") for _ in range(11)]

    assert [each.status_code for each in guesses] == [422] * 10 + [429]
    assert guesses[-1].headers["Retry-After"] == "900"
    assert right.status_code == 429
    assert [each.status_code for each in also_nobodys] == [each.status_code for each in guesses]
    assert visitor.post("/console/logout", csrf=visitor.csrf()).status_code == 303
    assert visitor.sign_in().status_code == 303


def test_the_cookie_of_a_known_browser_is_no_licence_to_guess(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()

    guesses = [visitor.sign_in(EMAIL, f"guess number {number}").status_code for number in range(11)]

    assert guesses == [422] * 10 + [429]


def test_a_cookie_that_is_spelt_otherwise_is_no_other_browser(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()
    name = "__Host-plaudit-device"
    kept = visitor.client.get_cookie(name, domain="reviews.larkfield.example")
    assert kept is not None
    guesses = []

    for number in range(11):
        visitor.client.set_cookie(name, kept.value + "!!!!" * number, domain="reviews.larkfield.example")
        guesses.append(visitor.sign_in(EMAIL, f"guess number {number}").status_code)

    assert guesses == [422] * 10 + [429]


def test_whoever_signs_in_anew_is_signed_out_before(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()
    before = visitor.client.get_cookie("__Host-plaudit", domain="reviews.larkfield.example")
    assert before is not None

    visitor.sign_in()

    assert visitor.is_in()
    assert account_behind(instance.store, before.value, now()) is None


def test_an_address_guesses_at_many_accounts_no_faster(visitor: Visitor, instance: Instance) -> None:
    guesses = [visitor.sign_in(f"somebody{number}@example.com", "guess").status_code for number in range(61)]

    assert guesses == [422] * 60 + [429]


def test_signing_out_takes_the_token_of_the_session(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()
    cookie = visitor.client.get_cookie("__Host-plaudit", domain="reviews.larkfield.example")

    assert visitor.post("/console/logout").status_code == 403
    assert visitor.post("/console/logout", csrf="0" * 64).status_code == 403
    assert visitor.is_in()
    assert visitor.post("/console/logout", csrf=visitor.csrf()).location == "/console/login"
    assert not visitor.is_in()
    visitor.client.set_cookie("__Host-plaudit", cookie.value if cookie else "", domain="reviews.larkfield.example")
    assert not visitor.is_in()


def test_a_link_lets_somebody_choose_a_password(visitor: Visitor, instance: Instance) -> None:
    account = make_account(instance.store, "ben@example.com", Role.WRITER, password=None, now=now())
    with instance.store.writing() as transaction:
        make_link(transaction, account, "abc", by="operator", now=now())

    shown = [visitor.get("/console/welcome/abc") for _ in range(2)]
    chosen = visitor.post("/console/welcome/abc", password=NEW, again=NEW)

    assert [each.status_code for each in shown] == [200, 200]
    assert "ben@example.com" in shown[0].text
    assert chosen.location == "/console"
    assert visitor.is_in()
    assert visitor.get("/console/welcome/abc").status_code == 410
    assert visitor.post("/console/welcome/abc", password=NEW, again=NEW).status_code == 410


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"password": "short", "again": "short"}, "At least 12 characters are needed", id="short"),
        pytest.param({"password": "password1234", "again": "password1234"}, "first passwords", id="common"),
        pytest.param(
            {"password": "ben@example.com", "again": "ben@example.com"}, "too close to your name", id="address"
        ),
        pytest.param({"password": NEW, "again": "other"}, "not the same", id="other"),
    ],
)
def test_a_poor_password_is_not_taken_and_the_link_stays(
    visitor: Visitor, instance: Instance, typed: dict[str, str], said: str
) -> None:
    account = make_account(instance.store, "ben@example.com", Role.WRITER, password=None, now=now())
    with instance.store.writing() as transaction:
        make_link(transaction, account, "abc", by="operator", now=now())

    answer = visitor.post("/console/welcome/abc", None, **typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert visitor.get("/console/welcome/abc").status_code == 200


def test_the_first_one_makes_the_first_account(site: Site, company: Company) -> None:
    visitor = Visitor(site.client)
    with company.instance() as instance, instance.store.writing() as transaction:
        make_first_link(transaction, "first", now())

    refused = visitor.post("/console/welcome/first", email="ann", name="Ann", password=NEW, again=NEW)
    made = visitor.post("/console/welcome/first", email=EMAIL, name="Ann", password=NEW, again=NEW)

    assert (refused.status_code, made.status_code) == (422, 303)
    assert "Administrator" in visitor.get("/console/account").text
    assert visitor.get("/console/welcome/first").status_code == 410


def test_another_password_ends_every_other_session(visitor: Visitor, instance: Instance) -> None:
    with another_browser(instance) as other:
        other.sign_in()
        visitor.sign_in()

        wrong = visitor.post("/console/account", csrf=visitor.csrf(), current="no", password=NEW, again=NEW)
        saved = visitor.post("/console/account", csrf=visitor.csrf(), current=PASSWORD, password=NEW, again=NEW)

        assert (wrong.status_code, saved.status_code) == (422, 200)
        assert (visitor.is_in(), other.is_in()) == (True, False)
        assert other.sign_in().status_code == 422
        assert other.sign_in(password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("language", "words"), [("de-AT, en;q=0.5", "Anmelden"), ("nl", "Aanmelden"), ("fr", "Sign in"), ("", "Sign in")]
)
def test_speaks_the_language_of_the_browser(visitor: Visitor, language: str, words: str) -> None:
    answer = visitor.get("/console/login", {"Accept-Language": language})

    assert words in answer.text
    assert f'<html lang="{answer.headers["Content-Language"]}"' in answer.text


def test_its_pages_are_kept_nowhere_and_framed_by_nobody(visitor: Visitor, instance: Instance) -> None:
    visitor.sign_in()

    for path in ("/console", "/console/login", "/console/account", "/console/welcome/x"):
        headers = visitor.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["X-Robots-Tag"] == "noindex", path


def test_what_is_typed_comes_back_as_text(visitor: Visitor, instance: Instance) -> None:
    answer = visitor.sign_in('"><script>alert(1)</script>@example.com', "wrong")

    assert "<script>" not in answer.text
