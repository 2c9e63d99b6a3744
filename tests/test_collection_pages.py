"""Tests of what is published about collections, on both databases: in the order given, and only what may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    Collection,
    Kind,
    Order,
    ReviewId,
    State,
    SubjectId,
    TopicId,
    View,
)
from engine.errors import BadValueError
from engine.plugins import load_generators
from engine.publish import Publisher
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store
from engine.testing import check_generator
from schema_markup.check import BundleChecker
from tests.factories import (
    EVERY_USE,
    NOON,
    fill,
    make_material,
    make_review,
    make_settings,
    make_source,
    summary_of,
)
from tests.picked import (
    BEST,
    bodies_of,
    pick,
    picked,
    picking,
    publish_picked,
    shelf,
)

KETTLE, GRINDER = SubjectId("kettle"), SubjectId("grinder")


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
