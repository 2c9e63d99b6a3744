"""Tests of what is published about collections, on both databases: in the order given, and only what may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.attached import media_id
from engine.collections import mark_all_collections
from engine.domain import (
    Collection,
    Kind,
    Order,
    Review,
    ReviewId,
    SourceId,
    State,
    SubjectId,
    TopicId,
    Use,
    View,
    review_id,
)
from engine.errors import BadValueError, LeaseLostError
from engine.media import MediaApproval
from engine.moderation import Moderation
from engine.outbox import Work, mark_changed
from engine.plugins import load_generators
from engine.publish import Publisher
from engine.replying import answer
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store
from engine.testing import check_generator
from schema_markup.check import BundleChecker
from tests.factories import (
    EVERY_USE,
    NOON,
    fill,
    make_material,
    make_record,
    make_review,
    make_settings,
    make_source,
    summary_of,
    take_in,
)
from tests.picked import BEST, LATER, PAGE, TALKATIVE, bodies_of, marked_pages, pick, picked, picking, publish_picked
from tests.publishing import make_publisher

KETTLE, GRINDER = SubjectId("kettle"), SubjectId("grinder")


def shelf(count: int = 3, **changes: Any) -> list[Review]:
    """Reviews of the kettle, each with words of its own, the newest first."""
    return [
        make_review(body=f"Shelf {at} stands.", written_at=NOON - timedelta(days=at), **changes) for at in range(count)
    ]


def test_a_collection_shows_its_reviews_in_the_order_given_whatever_they_are_about_and_in(store: Store) -> None:
    reviews = [*shelf(2), make_review(subject_id=GRINDER, language="de"), make_review(2, subject_id=GRINDER)]
    fill(store, reviews)
    order = [reviews[2], reviews[1], reviews[3], reviews[0]]
    pick(store, order)

    material = picked(store)

    assert material.shown == tuple(order)
    assert material.name == "The best"
    assert set(material.subjects) == {KETTLE, GRINDER}
    assert (material.total_shown, material.marked_up, material.following) == (4, (), None)


def test_what_was_picked_stands_beside_the_mean_of_all_that_it_is_about(store: Store) -> None:
    other = [make_review(1), make_review(1, subject_id=GRINDER), make_review(3, subject_id=SubjectId("teapot"))]
    theirs = make_review(1, source_id="club")
    chosen = [make_review(5), make_review(5, subject_id=GRINDER)]
    fill(store, [*chosen, *other, theirs], sources=[make_source("club", DISPLAY_ONLY)])
    pick(store, chosen)

    summary = picked(store).summary

    assert summary == summary_of([*chosen, *other[:2]])
    assert summary.rated == 4


def test_a_later_page_shows_the_same_mean_and_goes_on_where_the_one_before_ended(store: Store) -> None:
    reviews = [*shelf(4), make_review(subject_id=GRINDER)]
    fill(store, reviews)
    pick(store, reviews)
    settings = make_settings(reviews_per_list=2)

    first = picked(store, settings=settings)
    second = picked(store, View(after=first.following), settings)
    third = picked(store, View(after=second.following), settings)

    assert [len(each.shown) for each in (first, second, third)] == [2, 2, 1]
    assert (*first.shown, *second.shown, *third.shown) == tuple(reviews)
    assert third.following is None
    assert first.summary == third.summary == summary_of(reviews)


@pytest.mark.parametrize(
    "cursor", ["picked~", "picked~x", "picked~-1", "newest~0~1~r0", "picked~1\n", "picked~" + "9" * 10]
)
def test_a_cursor_that_no_collection_gave_is_refused(store: Store, cursor: str) -> None:
    pick(store, [])

    with pytest.raises(BadValueError, match="not a cursor that a collection gave"):
        picked(store, View(after=cursor))


@pytest.mark.parametrize(
    ("view", "named"),
    [
        (View(order=Order.HIGHEST), "sort:"),
        (View(star=5), "star:"),
        (View(topic=TopicId("en-spout"), star=1), "star, topic:"),
    ],
)
def test_a_view_that_would_drop_or_sort_what_was_picked_is_refused(store: Store, view: View, named: str) -> None:
    pick(store, [])

    with pytest.raises(BadValueError, match=f"^{named} a collection is shown whole"):
        picked(store, view)


@pytest.mark.parametrize(
    ("hidden", "rights"),
    [
        pytest.param({"state": State.PENDING}, OWN, id="pending again"),
        pytest.param({"state": State.REJECTED}, OWN, id="rejected"),
        pytest.param({"consent": replace(EVERY_USE, uses=frozenset())}, OWN, id="no consent"),
        pytest.param({}, INTERNAL, id="internal"),
        pytest.param(
            {"received_at": NOON - timedelta(days=31)}, replace(OWN, max_age=timedelta(days=30)), id="too old"
        ),
    ],
)
def test_what_was_picked_and_may_be_shown_no_more_is_left_out(
    store: Store, hidden: dict[str, Any], rights: Any
) -> None:
    stays, gone = make_review(), make_review(subject_id=GRINDER, source_id="other", **hidden)
    fill(store, [stays, gone], sources=[make_source("other", rights)])
    pick(store, [stays])
    with store.writing() as transaction:
        transaction.collections.change(Collection(id=BEST, name="The best", reviews=(gone.id, stays.id)))

    material = picked(store)

    assert material.shown == (stays,)
    assert (material.total_shown, set(material.subjects)) == (1, {KETTLE})


def test_what_was_erased_is_left_out_and_can_be_taken_out(store: Store) -> None:
    review, erased = make_review(), ReviewId("r" + "0" * 20)
    fill(store, [review])
    pick(store, [review])
    with store.writing() as transaction:
        transaction.collections.change(Collection(id=BEST, name="The best", reviews=(erased, review.id)))

    assert picked(store).shown == (review,)

    with store.writing() as transaction:
        picking(transaction).remove(BEST, [erased])
        assert transaction.collections.find(BEST).reviews == (review.id,)


def test_a_testimonial_of_a_collection_is_material_for_testimonials(store: Store) -> None:
    said, plain = make_review(None, kind=Kind.TESTIMONIAL, company="Northlight"), make_review()
    fill(store, [said, plain])
    pick(store, [plain, said])

    assert picked(store).testimonials == (said,)


def test_a_testimonial_below_the_first_page_is_material_for_testimonials_too(store: Store) -> None:
    said, plain = make_review(None, kind=Kind.TESTIMONIAL, company="Northlight"), shelf(4)
    fill(store, [said, *plain])
    pick(store, [*plain, said])
    settings = make_settings(reviews_per_list=2)

    first = picked(store, settings=settings)
    second = picked(store, View(after=first.following), settings)

    assert (len(first.shown), first.testimonials) == (2, (said,))
    assert second.testimonials == ()


def test_the_words_of_a_withdrawn_review_are_gone_from_its_collections_at_once(store: Store) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)
    publisher = make_publisher(store, generators=(TALKATIVE,))
    publish_picked(publisher)

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=LATER).withdraw(reviews[0].id, by="author")

    assert bodies_of(store) == {}
    assert PAGE in marked_pages(store)
    publish_picked(publisher, now=LATER + timedelta(days=2))
    assert bodies_of(store)["list-bare/en"] == "en: Shelf 1 stands.\nShelf 2 stands."


@pytest.mark.parametrize("uses", [frozenset(Use), frozenset({Use.DISPLAY})])
def test_words_that_were_taken_back_while_they_were_printed_are_not_published(
    store: Store, uses: frozenset[Use]
) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)

    def withdraw_unseen() -> None:
        # Whoever withdraws it has not seen yet that it was picked: the collection's mark stays as it is.
        with store.writing() as transaction:
            filed = transaction.reviews.find(reviews[0].id)
            consent = replace(filed.review.consent, taken_back=uses)
            transaction.reviews.replace([replace(filed, review=replace(filed.review, consent=consent))])

    publisher = make_publisher(store, generators=(replace(TALKATIVE, meanwhile=withdraw_unseen),))

    with pytest.raises(LeaseLostError):
        publish_picked(publisher)
    assert bodies_of(store) == {}


def test_another_order_while_a_page_is_built_is_not_lost(store: Store) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)

    def put_last_first() -> None:
        with store.writing() as transaction:
            picking(transaction).move(BEST, [reviews[2].id], before=reviews[0].id)

    publisher = make_publisher(store, generators=(replace(TALKATIVE, meanwhile=put_last_first),))

    with pytest.raises(LeaseLostError):
        publish_picked(publisher)
    publish_picked(make_publisher(store, generators=(TALKATIVE,)), now=LATER)
    assert bodies_of(store)["list-bare/en"].startswith("en: Shelf 2")


def test_a_collection_that_is_deleted_before_its_page_is_built_leaves_no_work_that_fails(store: Store) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)
    publisher = make_publisher(store, generators=(TALKATIVE,))
    publish_picked(publisher)
    with store.writing() as transaction:
        picking(transaction).delete(BEST)

    published = publish_picked(publisher, now=LATER)

    assert (published.updated, published.removed) == ([], [])
    assert bodies_of(store) == {}
    assert marked_pages(store) == set()


def test_a_collection_that_is_deleted_while_its_page_is_built_is_not_published(store: Store) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)

    def delete() -> None:
        with store.writing() as transaction:
            if BEST in transaction.collections.ids():
                picking(transaction).delete(BEST)

    publisher = make_publisher(store, generators=(replace(TALKATIVE, meanwhile=delete),))

    with pytest.raises(LeaseLostError):
        publish_picked(publisher)
    assert bodies_of(store) == {}


def test_a_change_of_any_review_of_a_subject_marks_the_collections_that_show_its_mean(store: Store) -> None:
    chosen, other, elsewhere = make_review(), make_review(), make_review(subject_id=GRINDER)
    fill(store, [chosen, other, elsewhere])
    pick(store, [chosen])
    marked_pages(store)

    def pages_after(review: Review) -> set[str]:
        with store.writing() as transaction:
            mark_changed(transaction, [review.subject_id], now=NOON, mining_delay=timedelta(0), reviews=[review])
        return {each for each in marked_pages(store) if each.startswith("collection/")}

    assert pages_after(elsewhere) == set()
    assert pages_after(other) == {PAGE}


def test_the_owners_answer_to_a_picked_review_marks_its_collections(store: Store) -> None:
    chosen = make_review()
    fill(store, [chosen])
    pick(store, [chosen])
    marked_pages(store)

    with store.writing() as transaction:
        answer(transaction, chosen.id, "Thank you.", by="ann", now=LATER, settings_of=lambda _: None)

    assert {"collection/best", "subject/kettle"} <= marked_pages(store)
    assert [each.body for each in picked(store).shown[0].replies] == ["Thank you."]


def test_a_page_is_built_again_when_its_first_review_becomes_too_old(store: Store) -> None:
    month = timedelta(days=30)
    old = make_review(source_id="club", received_at=NOON - month / 2)
    fill(store, [make_review(), old], sources=[make_source("club", replace(OWN, max_age=month))])
    pick(store, [old])

    publish_picked(make_publisher(store, generators=(TALKATIVE,)))

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.PUBLISH]) == NOON + month / 2


def test_the_event_of_a_collection_names_it_and_no_subject(store: Store) -> None:
    reviews = shelf()
    fill(store, reviews)
    pick(store, reviews)
    publish_picked(make_publisher(store, generators=(TALKATIVE,)))

    with store.reading() as transaction:
        told = [each for _, each in transaction.events.since() if each.kind == "snippet.updated"]

    assert {(each.subject_id, each.details["collection"], each.details["scope"]) for each in told} == {
        (None, "best", "collection")
    }


def test_every_collection_is_marked_when_everything_is_built_anew(store: Store) -> None:
    pick(store, [])
    marked_pages(store)

    with store.writing() as transaction:
        mark_all_collections(transaction, NOON)

    assert marked_pages(store) == {PAGE}


def test_every_generator_of_collections_keeps_its_promises(store: Store) -> None:
    reviews = [*shelf(), make_review(None, kind=Kind.TESTIMONIAL, subject_id=GRINDER)]
    fill(store, reviews)
    pick(store, reviews)
    material = picked(store)
    empty = make_material(about=Collection(id=BEST, name="The best"))

    generators = [each for each in load_generators() if material.scope in each.scopes]

    assert "page" in {each.name for each in generators}
    for each in generators:
        check_generator(each, [material, empty])


def test_the_checker_lets_a_collection_pass_as_the_real_generators_make_it(store: Store) -> None:
    reviews = [*shelf(), make_review(1, subject_id=GRINDER)]
    fill(store, reviews)
    pick(store, reviews)
    publisher = Publisher(store=store, generators=load_generators(), checker=BundleChecker(), settings=make_settings())

    published = publish_picked(publisher)

    assert not published.blocked
    assert {each.locale for each in published.updated} == set(make_settings().locales)
    assert all("application/ld+json" not in each for each in bodies_of(store).values())


def test_a_picture_that_is_taken_down_is_gone_from_the_collections_of_its_review(store: Store) -> None:
    address = "https://img.example/1.jpg"
    take_in(store, replace(make_record(), media=[{"url": address}]))
    review = review_id(SourceId("shop"), "1")
    picture = media_id(review, address)
    publisher = make_publisher(store, generators=(TALKATIVE,))
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([review], by="ann")
    with store.writing() as transaction:
        picking(transaction).create(BEST, "The best", [review])
    with store.writing() as transaction:
        MediaApproval(transaction=transaction, now=NOON).approve([picture], by="ann")
    publish_picked(publisher)
    shown = picked(store)

    with store.writing() as transaction:
        MediaApproval(transaction=transaction, now=LATER).reject([picture], by="ann")

    assert [each.id for each in shown.pictured] == [review]
    assert picked(store).pictured == ()
    assert bodies_of(store) == {}
    assert PAGE in marked_pages(store)
