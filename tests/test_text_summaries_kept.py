"""Summaries from the store to the page, on both databases: kept whole, and shown only while each quote may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.domain import Excerpt, Locale, Material, Point, Quote, Review, State, SubjectId, TextSummary, Use, View
from engine.material import select_material
from engine.rights import OWN
from engine.store import Store
from tests.doors import Company, row
from tests.factories import EVERY_USE, NOON, fill, make_review, make_settings, make_source, make_subject

KETTLE = make_subject()
NO_EXCERPT = replace(EVERY_USE, uses=EVERY_USE.uses - {Use.EXCERPT})
PRAISE, BLAME = "The spout is lovely and pours well.", "The lid is terrible and it broke."


def point(review: Review, phrase: str = "spout") -> Point:
    quote = Quote(review_id=review.id, text="It pours well", author=review.author)
    return Point(phrase=phrase, count=12, positive=9, negative=1, quote=quote)


def summary_of(*reviews: Review, language: str = "en") -> TextSummary:
    praised, *criticised = (point(each) for each in reviews)
    return TextSummary(
        subject_id=KETTLE.id, language=language, voices=40, praised=(praised,), criticised=tuple(criticised)
    )


def selected(store: Store, locale: str = "en", view: View | None = None) -> Material:
    with store.reading() as transaction:
        return select_material(transaction, KETTLE, Locale(locale), make_settings(), now=NOON, view=view)


def keep(store: Store, *summaries: TextSummary) -> None:
    with store.writing() as transaction:
        transaction.text_summaries.replace(KETTLE.id, summaries)


def kept(store: Store, language: str | None = None) -> list[TextSummary]:
    with store.reading() as transaction:
        return transaction.text_summaries.of(KETTLE.id, language)


def test_a_summary_is_read_as_it_was_kept(store: Store) -> None:
    review = make_review(author=None)
    fill(store, [review])
    english = replace(summary_of(review), best_for=(point(review, "trips"),))
    german = summary_of(review, language="de")

    keep(store, english, german)

    assert kept(store) == [german, english]
    assert kept(store, "en") == [english]
    assert kept(store, "nl") == []


def test_new_ones_take_the_place_of_those_before(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    keep(store, summary_of(review), summary_of(review, language="de"))

    keep(store, summary_of(review, language="nl"))

    assert [each.language for each in kept(store)] == ["nl"]


def test_a_page_is_given_the_summary_of_its_language(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    keep(store, summary_of(review))

    assert selected(store).text_summary == summary_of(review)
    assert selected(store, "de").text_summary is None


def test_another_view_has_none(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    keep(store, summary_of(review))

    assert selected(store, view=View(star=4)).text_summary is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": State.WITHDRAWN}, id="withdrawn"),
        pytest.param({"consent": NO_EXCERPT}, id="no consent to excerpts"),
        pytest.param({"source_id": "strict"}, id="a source that forbids excerpts"),
    ],
)
def test_a_summary_with_one_quote_too_many_is_not_shown(store: Store, change: dict[str, Any]) -> None:
    fine, other = make_review(), make_review(**change)
    fill(store, [fine, other], sources=[make_source("strict", replace(OWN, may_excerpt=Excerpt.NO))])

    keep(store, summary_of(fine, other))

    assert selected(store).text_summary is None


def test_withdrawn_words_are_gone_from_the_served_summary_at_the_next_request(company: Company) -> None:
    rows = [row(str(each), body=(PRAISE, BLAME)[each % 2], title="", author=f"A{each}") for each in range(60)]
    rows = [each | {"body": f"{each['body']} Order {number}."} for number, each in enumerate(rows)]
    company.publish(*rows)
    with company.instance() as instance, instance.store.reading() as transaction:
        [summary] = transaction.text_summaries.of(SubjectId("kettle"))
    address = "/v1/subjects/kettle/snippets/summary"
    with company.serving() as site:
        before = site.get(address).text
        company.plaudit("withdraw", summary.review_ids[0])
        after = site.get(address)

    quote = (*summary.praised, *summary.criticised)[0].quote
    assert quote.text in before
    assert f">{quote.author}<" in before
    assert f">{quote.author}<" not in after.text
