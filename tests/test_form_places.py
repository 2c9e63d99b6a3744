"""Where a form is: about which subject, in which language, in whose frame, and what leads to it."""

from __future__ import annotations

import pytest

from engine.domain import Kind, SubjectId, View
from tests.doors import BASE, Company, text_of, tree_of
from tests.factories import NOON
from tests.forms import KETTLE, own_link, reviews, send, with_forms


def test_a_testimonial_asks_for_role_and_company_and_no_rating(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = site.get("/f/clients?subject=kettle")
        send(site, "/f/clients?subject=kettle", role="Head of Coffee", company="Bean There")
        send(site, "/f/clients?subject=kettle", body="Both of us like it.")

    found = reviews(company, "form.clients")
    assert 'type="radio"' not in page.text
    assert {(each.kind, each.role, each.company, each.rating) for each in found} == {
        (Kind.TESTIMONIAL, "Head of Coffee", "Bean There", None),
        (Kind.TESTIMONIAL, None, None, None),
    }


def test_a_form_of_one_subject_needs_not_be_told_which(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = site.get("/f/kettle")

    assert page.status_code == 200
    assert "K2 Gooseneck Kettle" in text_of(page.text)


def test_a_form_that_is_not_there_in_a_language_is_shown_in_its_own(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = site.get("/f/kettle?locale=fr")

    switches = [each.get("hreflang") for each in tree_of(page.text).iter("a") if each.get("hreflang")]
    assert page.headers["Content-Language"] == "nl"
    assert switches == ["de", "nl"]


@pytest.mark.parametrize(
    "address", ["/f/none", "/f/shop?subject=none", "/f/kettle?subject=mixer", "/r/none", "/mine/x"]
)
def test_what_is_not_there_is_a_page_in_words(company: Company, address: str) -> None:
    with with_forms(company).serving() as site:
        page = site.get(address)

    assert page.status_code == 404
    assert "There is nothing here" in text_of(page.text)


def test_without_a_subject_there_is_something_to_choose(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = site.get("/f/shop")

    assert "What would you like to review?" in text_of(page.text)


def test_a_public_page_leads_to_the_form_in_its_language(company: Company) -> None:
    with with_forms(company).instance() as instance:
        draft = instance.publisher.view(SubjectId("kettle"), instance.settings.locales[2], View(), "page", NOON)

    assert draft is not None
    links = [each.get("href") for each in tree_of(draft.body).iter("a") if "/f/" in (each.get("href") or "")]
    assert links == [f"{BASE}/f/shop?subject=kettle&locale=nl"]


def test_a_form_may_be_framed_by_the_named_pages_only(company: Company) -> None:
    with with_forms(company).serving() as site:
        framed = site.get("/f/framed?subject=kettle&embed=1")
        alone = site.get("/f/framed?subject=kettle")
        other = site.get(f"{KETTLE}&embed=1")

    policies = [each.headers["Content-Security-Policy"] for each in (framed, alone, other)]
    ancestors = [each.partition("frame-ancestors ")[2] for each in policies]
    assert ancestors == ["https://shop.example.com https://*.example.org", "'none'", "'none'"]
    assert [each.partition("frame-ancestors ")[0] for each in policies] == [policies[0].partition("frame-a")[0]] * 3
    assert "<header" not in framed.text
    assert "<header" in other.text


def test_a_framed_form_stays_in_its_frame_and_the_authors_own_page_does_not(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, "/f/framed?subject=kettle&embed=1")
        thanks = site.get(sent.headers["Location"])
        mine = site.get(own_link(site, sent))

    assert "frame-ancestors https://shop.example.com" in thanks.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in mine.headers["Content-Security-Policy"]
    assert 'target="_blank"' in thanks.text


def test_pages_about_one_person_are_kept_nowhere_and_told_to_nobody(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, KETTLE)
        pages = [sent, site.get(sent.headers["Location"]), site.get(own_link(site, sent)), site.get(KETTLE)]

    assert {each.headers["Cache-Control"] for each in pages} == {"no-store"}
    assert {each.headers["Referrer-Policy"] for each in pages} == {"no-referrer"}
    assert {each.headers["X-Robots-Tag"] for each in pages} == {"noindex"}
