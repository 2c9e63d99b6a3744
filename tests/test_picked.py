"""Pictures and testimonials that are shown apart from the list, on both databases: same rights, blind to stars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    Attribution,
    Excerpt,
    Kind,
    Locale,
    Material,
    MediaId,
    MediaKind,
    Review,
    Scope,
    State,
    TopicId,
    Use,
    View,
)
from engine.material import MOST_PICKED, select_material
from engine.media import MediaApproval
from engine.moderation import Moderation
from engine.outbox import Work, page_key
from engine.plugins import load_generators
from engine.rights import INTERNAL, OWN, may_excerpt
from engine.store import Store
from engine.topic_material import select_topic_material, still_stands
from tests.factories import EVERY_USE, NOON, fill, lease, make_review, make_settings, make_source, make_subject
from tests.kinds import picture
from tests.publishing import KETTLE, bodies, make_publisher, publish
from tests.topics import mined, phrase, regroup


def hang(store: Store, review: Review, *kinds: MediaKind, state: State = State.APPROVED) -> None:
    some = [
        replace(picture(number, kind), id=MediaId(f"{review.id}{number}"), state=state)
        for number, kind in enumerate(kinds)
    ]
    with store.writing() as transaction:
        transaction.media.insert({review.id: some})


def selected(store: Store, view: View | None = None) -> Material:
    with store.reading() as transaction:
        subject = transaction.subjects.find(KETTLE)
        return select_material(transaction, subject, Locale("en"), make_settings(), now=NOON, view=view)


def ids(reviews: Sequence[Review]) -> list[str]:
    return [each.id for each in reviews]


def aged(count: int, **changes: Any) -> list[Review]:
    """The newest first."""
    return [make_review(1 + at % 5, written_at=NOON - timedelta(days=at), **changes) for at in range(count)]


def test_the_newest_pictured_reviews_are_found_however_far_down_they_stand(store: Store) -> None:
    reviews = aged(30)
    fill(store, reviews)
    for each in (reviews[29], reviews[2]):
        hang(store, each, MediaKind.IMAGE)

    material = selected(store)

    assert ids(material.pictured) == ids([reviews[2], reviews[29]])
    assert [len(each.media) for each in material.pictured] == [1, 1]


def test_the_newest_testimonials_are_found_whatever_they_rate(store: Store) -> None:
    clients = aged(MOST_PICKED + 3, kind=Kind.TESTIMONIAL)
    fill(store, [*aged(12), *clients])

    assert ids(selected(store).testimonials) == ids(clients[:MOST_PICKED])


@pytest.mark.parametrize(
    ("kind", "state"),
    [(MediaKind.LOGO, State.APPROVED), (MediaKind.IMAGE, State.PENDING), (MediaKind.IMAGE, State.REJECTED)],
)
def test_a_logo_or_a_picture_that_waits_makes_no_review_pictured(store: Store, kind: MediaKind, state: State) -> None:
    review = make_review()
    fill(store, [review])
    hang(store, review, kind, state=state)

    assert selected(store).pictured == ()


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": State.PENDING},
        {"source_id": "desk"},
        {"consent": replace(EVERY_USE, uses=EVERY_USE.uses - {Use.DISPLAY})},
    ],
)
def test_what_may_not_be_shown_is_not_shown_apart_either(store: Store, hidden: dict[str, Any]) -> None:
    review = make_review(kind=Kind.TESTIMONIAL, **hidden)
    fill(store, [review], sources=[make_source("desk", INTERNAL)])
    hang(store, review, MediaKind.IMAGE)

    material = selected(store)

    assert (material.pictured, material.testimonials, material.excerptable) == ((), (), frozenset())


def test_another_view_shows_nothing_apart(store: Store) -> None:
    review = make_review(kind=Kind.TESTIMONIAL)
    fill(store, [review])
    hang(store, review, MediaKind.IMAGE)

    material = selected(store, View(star=4))

    assert (material.shown[0].id, material.pictured, material.testimonials) == (review.id, (), ())


@pytest.mark.parametrize(
    ("rights", "changes", "may"),
    [
        pytest.param(OWN, {}, True, id="ours"),
        pytest.param(OWN, {"consent": replace(EVERY_USE, uses=EVERY_USE.uses - {Use.EXCERPT})}, False, id="no consent"),
        pytest.param(OWN, {"state": State.PENDING}, False, id="not shown at all"),
        pytest.param(replace(OWN, may_excerpt=Excerpt.NO), {}, False, id="forbidden"),
        pytest.param(replace(OWN, may_excerpt=Excerpt.WITH_LINK), {}, False, id="nothing to link to"),
        pytest.param(
            replace(OWN, may_excerpt=Excerpt.WITH_LINK), {"url": "https://x.example"}, True, id="with its link"
        ),
        pytest.param(
            replace(OWN, may_excerpt=Excerpt.WITH_LINK, attribution=Attribution(name="X", url="https://x.example")),
            {},
            True,
            id="with its source's link",
        ),
    ],
)
def test_what_may_be_cut(rights: Any, changes: dict[str, Any], may: bool) -> None:
    assert may_excerpt(make_review(**changes), rights, NOON) is may


def test_a_topic_has_its_pictures_and_testimonials_too(store: Store) -> None:
    reviews = aged(6, kind=Kind.TESTIMONIAL)
    fill(store, reviews)
    mined(store, KETTLE, phrase("battery", reviews))
    regroup(store)
    hang(store, reviews[3], MediaKind.IMAGE)

    with store.reading() as transaction:
        topic = transaction.topics.find(TopicId("en-battery"))
        material = select_topic_material(transaction, topic, Locale("en"), make_settings(), now=NOON)

    assert ids(material.pictured) == [reviews[3].id]
    assert ids(material.testimonials) == ids(reviews)
    assert material.excerptable == {each.id for each in reviews}
    assert [each.media for each in material.shown if each.media] == [material.pictured[0].media]


def test_a_topic_does_not_stand_with_a_picture_that_was_rejected_meanwhile(store: Store) -> None:
    reviews = aged(6)
    fill(store, reviews)
    mined(store, KETTLE, phrase("battery", reviews))
    regroup(store)
    hang(store, reviews[3], MediaKind.IMAGE)
    with store.reading() as transaction:
        topic = transaction.topics.find(TopicId("en-battery"))
        material = select_topic_material(transaction, topic, Locale("en"), make_settings(), now=NOON)

    with store.writing() as transaction:
        stood = still_stands(transaction, [material], NOON)
        transaction.media.move([MediaId(f"{reviews[3].id}0")], State.REJECTED)
        stands = still_stands(transaction, [material], NOON)

    assert (stood, stands) == (True, False)


def test_other_views_can_be_narrowed_by_topics_and_by_nothing_whose_words_are_gone(store: Store) -> None:
    reviews = aged(6, body="The battery lasts.")
    fill(store, reviews)
    mined(store, KETTLE, phrase("battery", reviews[:5]), phrase("lid", reviews[5:]))
    regroup(store)

    before = selected(store, View(star=4)).phrases
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(reviews[0].id, by="ann")
    after = selected(store, View(star=4)).phrases

    assert [each.text for each in before] == ["battery"]
    assert after == ()


def test_a_picture_that_is_not_in_the_list_goes_with_its_review(store: Store) -> None:
    reviews = aged(15)
    fill(store, reviews, subjects=[make_subject()])
    hang(store, reviews[14], MediaKind.IMAGE)
    publisher = make_publisher(store, generators=tuple(load_generators()), settings=make_settings(locales=("en",)))
    publish(publisher)
    assert reviews[14].id in bodies(store)["gallery/en"]

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(reviews[14].id, by="ann")

    assert "gallery/en" not in bodies(store)
    assert "badge/en" in bodies(store)


def test_a_decision_about_a_picture_builds_the_pages_of_its_topics_anew(store: Store) -> None:
    reviews = aged(6)
    fill(store, reviews)
    mined(store, KETTLE, phrase("battery", reviews))
    regroup(store)
    hang(store, reviews[3], MediaKind.IMAGE, state=State.PENDING)
    page = page_key(Scope.TOPIC, "en-battery")
    done = lease(store, Work.PUBLISH, page)
    with store.writing() as transaction:
        transaction.marks.finish(done)

    with store.writing() as transaction:
        approval = MediaApproval(transaction=transaction, now=NOON)
        approval.approve([MediaId(f"{reviews[3].id}0")], by="ann")

    assert lease(store, Work.PUBLISH, page)
