"""The page of one review: all of it, for as long as it may be shown, and never in place of the subject's page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain import Attribution, Excerpt, Incentive, Locale, Reason, Relation, Reply, ReviewId
from engine.errors import NotFoundError
from engine.i18n import PUBLIC_LOCALES
from engine.moderation import Moderation
from engine.review_material import select_review_material
from engine.store import Store
from review_site.flagging.reviews import one_review
from tests.doors import BASE, Company, addresses, row, text_of, tree_of
from tests.factories import NOON, fill, make_material, make_review, make_rights, make_settings, make_source
from tests.reporting import with_a_review

LONG = "\n\n".join(f"Paragraph {number} says what happened on day {number}." for number in range(1, 40))


def robots_of(html: str) -> list[str]:
    return [each.get("content") for each in tree_of(html).iter("meta") if each.get("name") == "robots"]


def test_a_review_stands_alone_and_whole_with_all_that_must_be_known() -> None:
    review = make_review(
        body=LONG,
        incentive=Incentive(kind="sample", disclosed_text="got the kettle for free"),
        relation=Relation.FAMILY,
        replies=(Reply(body="Thank you, Owen.", author="Larkfield"),),
    )

    seen = text_of(one_review(make_material([review])))

    assert all(f"on day {number}." in seen for number in range(1, 40))
    assert "got the kettle for free" in seen
    assert "Written by a relative" in seen
    assert "Thank you, Owen." in seen
    assert "Not verified" in seen


def test_it_stays_whole_where_no_part_of_it_may_stand_alone(store: Store) -> None:
    no_excerpts = make_rights(may_excerpt=Excerpt.NO, attribution=Attribution(name="Trustspot"))
    review = make_review(body=LONG, source_id="trustspot")
    fill(store, [review], sources=[make_source("trustspot", no_excerpts)])

    with store.reading() as transaction:
        material = select_review_material(transaction, review.id, Locale("en"), make_settings(), now=NOON)

    assert "on day 39." in text_of(one_review(material))
    assert "Source: Trustspot" in text_of(one_review(material))


def test_one_review_says_so_and_shows_the_mean_of_all(store: Store) -> None:
    shown = make_review(5)
    fill(store, [shown, make_review(1), make_review(2)])

    with store.reading() as transaction:
        html = one_review(select_review_material(transaction, shown.id, Locale("en"), make_settings(), now=NOON))

    assert "This is a single review, in full. All ratings together: 2.7 out of 5, 3 ratings." in text_of(html)
    assert "Show all reviews" in text_of(html)


@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_search_engines_are_sent_to_the_page_of_the_subject(company: Company, locale: str) -> None:
    company.publish(row("1"), row("2", body="It leaks."))
    with company.instance() as instance, instance.store.reading() as transaction:
        [first, _] = transaction.reviews.of_source(make_source().id)
    with company.serving() as site:
        page = site.get(f"/review/{first.review.id}?locale={locale}")

    canonical = [each.get("href") for each in tree_of(page.text).iter("link") if each.get("rel") == "canonical"]
    query = "" if locale == "en" else f"?locale={locale}"
    assert page.status_code == 200
    assert canonical == [f"{BASE}/reviews/kettle{query}"]
    assert robots_of(page.text) == ["noindex"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-cache"
    assert list(tree_of(page.text).iter("script")) == []
    assert f"{BASE}/reviews/kettle{query}" in addresses(page.text)
    assert f"{BASE}/report/{first.review.id}{query}" in addresses(page.text)
    assert [each for time in tree_of(page.text).iter("time") for each in time] == []
    assert f"{BASE}/method?locale={locale}" in addresses(page.text)


def test_it_is_gone_at_the_next_request_after_its_author_took_it_back(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        before = site.get(f"/review/{review.id}")
        company.plaudit("withdraw", review.id)
        after = site.get(f"/review/{review.id}")

    assert review.body in before.text
    assert after.status_code == 404
    assert review.body not in after.text


def test_a_review_that_may_not_be_shown_is_not_told_from_one_that_never_was(store: Store) -> None:
    fill(store, [kept := make_review()])
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).reject([kept.id], by="operator", reason=Reason.SPAM)

    said = []
    for wanted in (kept.id, ReviewId("r" + "0" * 20)):
        with store.reading() as transaction, pytest.raises(NotFoundError) as caught:
            select_review_material(transaction, wanted, Locale("en"), make_settings(), now=NOON)
        said.append(str(caught.value).replace(wanted, "ID"))

    assert said[0] == said[1]


def test_the_same_material_gives_the_same_bytes() -> None:
    material = make_material([make_review()])

    assert one_review(material) == one_review(replace(material))
