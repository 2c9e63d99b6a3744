"""What strangers try with forms and authors' links: to frame them, to overhear them, and to write what is no text."""

from __future__ import annotations

import pytest

from tests.doors import Company, execute, text_of
from tests.forms import KETTLE, own_link, reviews, send, with_forms


@pytest.mark.parametrize("address", ["/mine/x", "/mine/x/edit", "/r/x", "/thanks/x", "/f/none"])
def test_errors_under_these_addresses_are_kept_nowhere_either(company: Company, address: str) -> None:
    with with_forms(company).serving() as site:
        page = site.get(address)

    assert page.status_code == 404
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize("path", ["", "/edit", "/withdraw"])
def test_no_page_of_an_author_is_framed_whatever_its_address_asks_for(company: Company, path: str) -> None:
    with with_forms(company).serving() as site:
        own = own_link(site, send(site, "/f/framed?subject=kettle"))
        page = site.get(f"{own}{path}?embed=1")

    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_an_error_is_logged_without_the_link_of_an_author(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    with with_forms(company).serving() as site:
        own = own_link(site, send(site, KETTLE))
        execute(company, "DROP TABLE media")
        page = site.get(own)

    assert page.status_code == 500
    assert "GET /mine/…" in caplog.text
    assert own.rpartition("/")[2] not in caplog.text + page.text


@pytest.mark.parametrize("body", ["\u200b\u200b", "<br>", "\u202e \u2066", "&nbsp;"])
def test_words_that_nobody_could_read_are_none(company: Company, body: str) -> None:
    with with_forms(company).serving() as site:
        page = send(site, KETTLE, body=body)

    assert page.status_code == 422
    assert "Write a few words." in text_of(page.text)


@pytest.mark.parametrize(
    "email",
    ["a@b.example\nBcc: c@d.example", "a\x00@b.example", "a@b.example,c@d.example", "<a@b.example>", "a@b.example;"],
)
def test_takes_no_address_that_a_mail_program_would_read_as_more_than_one(company: Company, email: str) -> None:
    with with_forms(company).serving() as site:
        page = send(site, KETTLE, email=email)

    assert page.status_code == 422
    assert reviews(company) == []


def test_a_name_is_one_line_whose_letters_stay_in_their_order(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, KETTLE, author="Owen\r\nBcc: b@c.example\u202e")
        mine = site.get(own_link(site, sent))

    [review] = reviews(company)
    assert review.author is not None
    assert review.author.startswith("Owen Bcc:")
    assert not {"\n", "\r", "\u202e"} & set(review.author)
    assert mine.status_code == 200
