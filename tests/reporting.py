"""A company with one review written in its form, and readers who report it over HTTP."""

from __future__ import annotations

from werkzeug.test import TestResponse

from engine.domain import Flag, Review
from tests.doors import Company, Site, tree_of
from tests.forms import KETTLE, field, own_link, post, reviews, send, with_forms

AT_ONCE = "\n[flags]\nleast_seconds = 0\n"
FORM = "\n[forms.shop]\nleast_seconds = 0\n"
NOTICE = {
    "reason": "personal-data",
    "explanation": "It names my neighbour.",
    "author": "Ruth Reader",
    "email": "ruth@example.org",
    "faith": "1",
}


def with_a_review(company: Company, settings: str = AT_ONCE) -> tuple[Review, str]:
    """The published review, and its author's link."""
    with with_forms(company, FORM + settings).serving() as site:
        link = own_link(site, send(site, KETTLE, use=["markup", "excerpt"]))
    for words in (("approve", "--source", "form.shop", "--all"), ("publish",)):
        done = company.plaudit(*words)
        assert done.exit_code == 0, done.output
    [review] = reviews(company)
    return review, link


def report(site: Site, address: str, **changes: str) -> TestResponse:
    """Opens the form, fills it in and sends it."""
    page = site.get(address)
    assert page.status_code == 200, page.text
    return post(site, address, {"sheet": field(page.text, "sheet"), **NOTICE, **changes})


def answer_link(site: Site, sent: TestResponse) -> str:
    """The reader's link, as the receipt shows it."""
    assert sent.status_code == 303, sent.text
    receipt = site.get(sent.headers["Location"])
    found = (str(each.get("href") or "") for each in tree_of(receipt.text).iter("a"))
    [link] = [each for each in found if "/report/answer/" in each and "://" in each and "locale=" not in each]
    return link


def flags(company: Company) -> list[Flag]:
    with company.instance() as instance, instance.store.reading() as transaction:
        return transaction.flags.page()
