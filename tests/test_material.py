"""Tests of selecting the material on both databases: the one place where rights, consent and state decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    Attribution,
    ControlledBy,
    FaqEntry,
    FaqId,
    FaqState,
    Locale,
    Material,
    Order,
    Phrase,
    Quote,
    Review,
    Rights,
    Sentence,
    State,
    Subject,
    SubjectType,
    Use,
    View,
)
from engine.material import select_material
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store
from tests.factories import EVERY_USE, NOON, fill, make_review, make_settings, make_source, make_subject

MONTH = timedelta(days=30)
CLUB = replace(
    DISPLAY_ONLY, attribution=Attribution(name="Kettle Club", link_required=True, url="https://club.example")
)
KETTLE = make_subject()


def selected(store: Store, locale: str = "en", subject: Subject = KETTLE, **changes: Any) -> Material:
    view = changes.pop("view", None)
    with store.reading() as transaction:
        return select_material(transaction, subject, Locale(locale), make_settings(**changes), now=NOON, view=view)


def without(use: Use) -> Any:
    return replace(EVERY_USE, uses=EVERY_USE.uses - {use})


def phrase_of(*reviews: Review) -> Phrase:
    quotes = tuple(Quote(review_id=each.id, text="pours well") for each in reviews)
    return Phrase(text="pours well", language="en", count=len(reviews), positive=0, negative=0, quotes=quotes)


def answer_of(review: Review, state: FaqState = FaqState.APPROVED) -> FaqEntry:
    quote = Quote(review_id=review.id, text="pours well")
    sentences = (Sentence(text="It pours.", review_ids=()), Sentence(text="“pours well”", review_ids=(), quote=quote))
    return FaqEntry(
        id=FaqId(f"f{review.id}{state}"),
        subject_id=KETTLE.id,
        language="en",
        question="How does it pour?",
        sentences=sentences,
        phrase="pour",
        state=state,
    )


def test_what_is_ours_is_shown_counted_and_marked_up(store: Store) -> None:
    review = make_review(4)
    fill(store, [review])

    material = selected(store)

    assert material.shown == material.marked_up == (review,)
    assert (material.summary.rated, material.summary.hundredths, material.total_shown) == (1, 400, 1)
    assert material.others == ()
    assert material.following is None


def test_a_display_only_source_stands_beside_ours_under_its_name(store: Store) -> None:
    ours, theirs = make_review(5), make_review(1, source_id="club", written_at=None)
    fill(store, [ours, theirs], sources=[make_source("club", CLUB)])

    material = selected(store)

    assert material.shown == (ours, theirs)
    assert material.marked_up == (ours,)
    assert material.summary.hundredths == 500
    [other] = material.others
    assert (other.name, other.summary.hundredths) == ("Kettle Club", 100)
    assert material.attributions == {"club": CLUB.attribution}
    assert material.total_shown == 2


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param({"state": State.PENDING}, id="pending"),
        pytest.param({"state": State.REJECTED}, id="rejected"),
        pytest.param({"state": State.WITHDRAWN}, id="withdrawn"),
        pytest.param({"consent": without(Use.DISPLAY)}, id="no consent to display"),
        pytest.param({"holds_contact_data": True}, id="contact data"),
        pytest.param({"source_id": "desk"}, id="an internal source"),
    ],
)
def test_what_may_not_be_shown_is_nowhere(store: Store, hidden: dict[str, Any]) -> None:
    fill(store, [make_review(**hidden)], sources=[make_source("desk", INTERNAL)])

    material = selected(store)

    assert material.shown == material.marked_up == ()
    assert (material.summary.rated, material.total_shown, material.others) == (0, 0, ())


@pytest.mark.parametrize("kept_back", [{"author": None}, {"consent": without(Use.MARKUP)}])
def test_what_may_not_be_marked_up_is_shown_and_counted(store: Store, kept_back: dict[str, Any]) -> None:
    review = make_review(3, **kept_back)
    fill(store, [review])

    material = selected(store)

    assert material.shown == (review,)
    assert material.marked_up == ()
    assert material.summary.rated == 1


@pytest.mark.parametrize("kind", [SubjectType.LOCAL_BUSINESS, SubjectType.ORGANIZATION])
def test_nothing_of_a_self_serving_subject_is_marked_up(store: Store, kind: SubjectType) -> None:
    review = make_review(5)
    ours = make_subject(type=kind)
    fill(store, [review], subjects=[ours])

    assert selected(store, subject=ours).marked_up == ()
    assert not selected(store, subject=ours).may_mark_up_rating
    assert selected(store, subject=ours).shown == (review,)
    assert selected(store, subject=replace(ours, controlled_by=ControlledBy.OTHER)).marked_up == (review,)


def test_the_language_of_the_locale_comes_first(store: Store) -> None:
    english, german = make_review(), make_review(language="de", written_at=None)
    fill(store, [english, german])

    assert selected(store, "de-AT").shown == (german, english)
    assert selected(store, "en").shown == (english, german)


def test_a_list_ends_where_the_settings_say_and_goes_on_by_its_cursor(store: Store) -> None:
    fill(store, [make_review() for _ in range(5)])

    first = selected(store, reviews_per_list=3)
    second = selected(store, reviews_per_list=3, view=View(after=first.following))

    assert (len(first.shown), len(second.shown), second.following) == (3, 2, None)
    assert first.total_shown == second.total_shown == 5
    assert first.summary == second.summary
    assert {each.id for each in first.shown}.isdisjoint(each.id for each in second.shown)


def test_a_view_chooses_reviews_and_leaves_the_summary_whole(store: Store) -> None:
    fill(store, [make_review(5), make_review(1)])

    material = selected(store, view=View(order=Order.LOWEST, star=1))

    assert [each.rating and each.rating.star for each in material.shown] == [1]
    assert material.summary.rated == 2


def test_what_is_older_than_its_source_allows_is_not_shown(store: Store) -> None:
    stale = make_review(source_id="club", received_at=NOON - MONTH)
    fresh = make_review(source_id="club", received_at=NOON - MONTH + timedelta(seconds=1))
    fill(store, [stale, fresh], sources=[make_source("club", replace(CLUB, max_age=MONTH))])

    assert selected(store).shown == (fresh,)


@pytest.mark.parametrize(
    "unquotable",
    [
        pytest.param({"state": State.WITHDRAWN}, id="withdrawn"),
        pytest.param({"consent": without(Use.EXCERPT)}, id="no consent to excerpts"),
        pytest.param({"source_id": "club"}, id="excerpts only with a link"),
        pytest.param({"source_id": "old", "received_at": NOON - MONTH}, id="too old"),
    ],
)
def test_a_phrase_or_an_answer_with_one_quote_too_many_is_left_out(store: Store, unquotable: dict[str, Any]) -> None:
    good, bad = make_review(), make_review(**unquotable)
    fill(store, [good, bad], sources=[make_source("club", CLUB), make_source("old", replace(OWN, max_age=MONTH))])
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE.id, [phrase_of(good), phrase_of(good, bad)])
        transaction.faq.replace(KETTLE.id, [answer_of(bad), answer_of(good)])

    material = selected(store)

    assert material.phrases == (phrase_of(good),)
    assert material.faq == (answer_of(good),)


@pytest.mark.parametrize(
    ("changes", "rights"),
    [
        pytest.param({"consent": without(Use.MARKUP)}, OWN, id="no consent to markup"),
        pytest.param({}, replace(OWN, may_mark_up=False), id="no right to markup"),
    ],
)
def test_an_answer_that_quotes_what_may_not_be_marked_up_stays_out_of_structured_data(
    store: Store, changes: dict[str, Any], rights: Rights
) -> None:
    marked, bare = make_review(), make_review(source_id="plain", **changes)
    fill(store, [marked, bare], sources=[make_source("plain", rights)])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE.id, [answer_of(marked), answer_of(bare)])

    material = selected(store)

    assert {each.id for each in material.faq} == {answer_of(marked).id, answer_of(bare).id}
    assert material.marked_up_faq == (answer_of(marked),)


def test_only_what_was_approved_is_published(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE.id, [answer_of(review, state) for state in FaqState])

    assert [each.state for each in selected(store).faq] == [FaqState.APPROVED, FaqState.PUBLISHED]


def test_a_view_that_is_not_the_default_one_has_reviews_alone(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE.id, [phrase_of(review)])
        transaction.faq.replace(KETTLE.id, [answer_of(review)])

    material = selected(store, view=View(order=Order.LOWEST))

    assert (material.shown, material.phrases, material.faq) == ((review,), (), ())


def test_phrases_are_those_of_the_locales_language(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE.id, [phrase_of(review), replace(phrase_of(review), language="de")])

    assert [each.language for each in selected(store, "de-AT").phrases] == ["de"]
    assert selected(store, "nl").phrases == ()
