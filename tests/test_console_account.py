"""Tests of one's own account: its language, where one is signed in, and another password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.domain import Role
from review_site.wiring import Instance, now
from tests.doors import Company, text_of
from tests.signing import PASSWORD, Visitor, make_account, signed_in

ACCOUNT = "/console/account"


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, role=Role.VIEWER, now=now())
        yield opened


def test_the_console_speaks_the_language_that_was_chosen(visitor: Visitor) -> None:
    sent = visitor.post(f"{ACCOUNT}/language", csrf=visitor.csrf(), locale="nl")

    page = visitor.get(ACCOUNT, {"Accept-Language": "de"})
    assert (sent.status_code, sent.location) == (303, ACCOUNT)
    assert page.headers["Content-Language"] == "nl"
    assert "De taal is opgeslagen." in page.text
    visitor.post(f"{ACCOUNT}/language", csrf=visitor.csrf(), locale="")
    assert visitor.get(ACCOUNT, {"Accept-Language": "de"}).headers["Content-Language"] == "de"


def test_a_language_that_it_does_not_speak_is_refused(visitor: Visitor) -> None:
    assert visitor.post(f"{ACCOUNT}/language", csrf=visitor.csrf(), locale="tlh").status_code == 400


def test_other_browsers_are_listed_and_signed_out(visitor: Visitor, instance: Instance) -> None:
    other = signed_in(instance)

    page = text_of(visitor.get(ACCOUNT).text)
    visitor.post(f"{ACCOUNT}/sign-out-elsewhere", csrf=visitor.csrf())

    assert page.count("Last used") == 2
    assert page.count("This browser") == 1
    after = visitor.get(ACCOUNT).text
    assert (visitor.is_in(), other.is_in()) == (True, False)
    assert "You were signed out of 1 other browser." in after
    assert "sign-out-elsewhere" not in after


def test_after_another_password_the_page_goes_on_in_the_new_session(visitor: Visitor) -> None:
    new = "nine white egrets"

    answer = visitor.post(ACCOUNT, csrf=visitor.csrf(), current=PASSWORD, password=new, again=new)

    assert "Your password was changed." in answer.text
    assert f'name="csrf" value="{visitor.csrf()}"' in answer.text


def test_what_is_wrong_with_a_password_is_said_with_its_limit(visitor: Visitor) -> None:
    answer = visitor.post(ACCOUNT, csrf=visitor.csrf(), current=PASSWORD, password="short", again="short")

    assert answer.status_code == 422
    assert "At least 12 characters are needed." in answer.text
