"""Tests of what is published about topics: on both databases, and through both doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    FaqEntry,
    FaqId,
    FaqState,
    Locale,
    Material,
    Quote,
    Review,
    Scope,
    Sentence,
    Topic,
    TopicId,
    Use,
    View,
)
from engine.errors import LeaseLostError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.plugins import load_generators
from engine.publish import Publisher
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN, oldest_allowed
from engine.store import Store
from engine.testing import check_generator
from engine.topic_material import select_topic_material
from schema_markup.check import BundleChecker
from tests.factories import (
    EVERY_USE,
    NOON,
    fill,
    lease,
    make_material,
    make_review,
    make_settings,
    make_source,
)
from tests.publishing import Bodies, make_publisher
from tests.topics import (
    GRINDER,
    KETTLE,
    LATER,
    bodies_of,
    marked,
    mined,
    phrase,
    publish_topic,
    regroup,
    reviews_of,
)

BATTERY = "en-battery"
TALKATIVE = Bodies(name="list-bare", scopes=frozenset({Scope.TOPIC}))


def grouped(store: Store, *reviews: Review, sources: Sequence[Any] = ()) -> None:
    """A shop in which all these reviews speak of the battery."""
    fill(store, reviews, sources=sources)
    for subject in sorted({each.subject_id for each in reviews}):
        mined(store, subject, phrase("battery", [each for each in reviews if each.subject_id == subject]))
    regroup(store)


def selected(store: Store, view: View | None = None) -> Material:
    with store.reading() as transaction:
        topic = transaction.topics.find(TopicId(BATTERY))
        return select_topic_material(transaction, topic, Locale("en"), make_settings(), now=NOON, view=view)


def test_a_topic_shows_reviews_of_all_its_subjects_newest_first(store: Store) -> None:
    reviews = [
        replace(each, written_at=NOON - timedelta(days=at))
        for at, each in enumerate([*reviews_of(KETTLE, 3), *reviews_of(GRINDER, 3)])
    ]
    grouped(store, *reversed(reviews))

    material = selected(store)

    assert material.shown == tuple(reviews)
    assert set(material.subjects) == {KETTLE, GRINDER}
    assert (material.total_shown, material.marked_up, material.summary.rated) == (6, (), 0)
    assert [(each.text, each.count) for each in material.phrases] == [("battery", 6)]


def test_a_review_that_was_handed_on_is_named_after_where_it_comes_from(store: Store) -> None:
    handed_on = make_review(source_id="wall", narrowed_to="google-business-profile")
    grouped(store, *reviews_of(KETTLE, 5), handed_on)

    material = selected(store)

    assert handed_on.id in {each.id for each in material.shown}
    assert {each: named.name for each, named in material.origins.items()} == {handed_on.id: "Google"}


def test_somebody_who_wrote_the_same_about_two_subjects_is_one_voice(store: Store) -> None:
    grouped(store, *reviews_of(KETTLE, 5), *(make_review(subject_id=each, voice="v1") for each in (KETTLE, GRINDER)))

    assert [each.count for each in selected(store).phrases] == [6]


def test_a_cursor_leads_through_all_reviews_of_a_topic(store: Store) -> None:
    grouped(store, *reviews_of(KETTLE, 7), *reviews_of(GRINDER, 7))
    settings = make_settings(reviews_per_list=5)

    seen, after = [], None
    for _ in range(3):
        with store.reading() as transaction:
            topic = transaction.topics.find(TopicId(BATTERY))
            page = select_topic_material(
                transaction, topic, Locale("en"), settings, now=NOON, view=View(after=after) if after else None
            )
        seen += [each.id for each in page.shown]
        after = page.following

    assert after is None
    assert len(set(seen)) == len(seen) == 14


@pytest.mark.parametrize(
    ("hidden", "rights"),
    [
        pytest.param({"consent": replace(EVERY_USE, uses=frozenset())}, OWN, id="no consent"),
        pytest.param({}, INTERNAL, id="internal"),
        pytest.param(
            {"received_at": NOON - timedelta(days=31)}, replace(OWN, max_age=timedelta(days=30)), id="too old"
        ),
    ],
)
def test_what_a_subject_may_not_show_its_topics_may_not_either(
    store: Store, hidden: dict[str, Any], rights: Any
) -> None:
    other = make_review(subject_id=GRINDER, source_id="other", body="The battery died.", **hidden)
    grouped(store, *reviews_of(KETTLE, 6), other, sources=[make_source("other", rights)])

    material = selected(store)

    assert other.id not in {each.id for each in material.shown}
    assert [each.count for each in material.phrases] == [6]


def test_what_may_not_be_quoted_is_shown_whole_and_not_in_parts(store: Store) -> None:
    other = make_review(subject_id=GRINDER, source_id="other", body="The battery died.")
    grouped(store, *reviews_of(KETTLE, 6), other, sources=[make_source("other", DISPLAY_ONLY)])

    material = selected(store)

    assert other.id in {each.id for each in material.shown}
    assert other.id not in {quote.review_id for each in material.phrases for quote in each.quotes}


def test_a_topic_answers_what_was_approved_about_its_phrases(store: Store) -> None:
    reviews = reviews_of(KETTLE, 6)
    grouped(store, *reviews)
    quote = Quote(review_id=reviews[0].id, text="The battery lasts")
    entries = [
        FaqEntry(
            id=FaqId(f"f{about}{state}"),
            subject_id=KETTLE,
            language="en",
            question="How is it?",
            sentences=(Sentence(text="“The battery lasts”", review_ids=(reviews[0].id,), quote=quote),),
            phrase=about,
            state=state,
        )
        for about, state in (("battery", FaqState.DRAFT), ("lid", FaqState.APPROVED), ("battery", FaqState.APPROVED))
    ]
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, entries)

    assert [each.id for each in selected(store).faq] == ["fbatteryapproved"]


def test_a_mined_topic_is_published_in_its_language_and_a_tag_in_all(store: Store) -> None:
    tagged = [replace(each, tags=("gift",)) for each in reviews_of(KETTLE, 6)]
    grouped(store, *tagged)
    regroup(store, "tags")
    publisher = make_publisher(store, generators=(TALKATIVE,))

    publish_topic(publisher, BATTERY)
    publish_topic(publisher, "tag-gift")

    assert bodies_of(store, BATTERY).keys() == {"list-bare/en"}
    assert bodies_of(store, "tag-gift").keys() == {"list-bare/en", "list-bare/de"}


def test_the_words_of_a_withdrawn_review_are_gone_from_its_topics_at_once(store: Store) -> None:
    reviews = reviews_of(KETTLE, 6)
    grouped(store, *reviews)
    publisher = make_publisher(store, generators=(TALKATIVE,))
    publish_topic(publisher, BATTERY)

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=LATER).withdraw(reviews[0].id, by="author")

    assert bodies_of(store, BATTERY) == {}
    assert "topic/en-battery" in marked(store, Work.PUBLISH)
    publish_topic(publisher, BATTERY, now=LATER + timedelta(days=2))
    assert reviews[0].body not in bodies_of(store, BATTERY)["list-bare/en"]
    assert reviews[1].body in bodies_of(store, BATTERY)["list-bare/en"]


@pytest.mark.parametrize("uses", [frozenset(Use), frozenset({Use.DISPLAY})])
def test_words_that_were_taken_back_while_they_were_printed_are_not_published(
    store: Store, uses: frozenset[Use]
) -> None:
    reviews = reviews_of(KETTLE, 6)
    grouped(store, *reviews)

    def withdraw_unseen() -> None:
        # Whoever withdraws it has not seen yet that it came to the topic: the topic's mark stays as it is.
        with store.writing() as transaction:
            filed = transaction.reviews.find(reviews[0].id)
            consent = replace(filed.review.consent, taken_back=uses)
            transaction.reviews.replace([replace(filed, review=replace(filed.review, consent=consent))])

    publisher = make_publisher(store, generators=(replace(TALKATIVE, meanwhile=withdraw_unseen),))

    with pytest.raises(LeaseLostError):
        publish_topic(publisher, BATTERY)
    assert bodies_of(store, BATTERY) == {}


def test_a_page_is_built_again_when_its_first_review_becomes_too_old(store: Store) -> None:
    month = timedelta(days=30)
    old = make_review(source_id="club", received_at=NOON - month / 2)
    grouped(store, *reviews_of(KETTLE, 6), old, sources=[make_source("club", replace(OWN, max_age=month))])
    lease(store, Work.PUBLISH, "topic/en-battery")
    publisher = make_publisher(store, generators=(TALKATIVE,))
    with store.writing() as transaction:
        held = transaction.marks.lease([Work.PUBLISH], "w", now=LATER, until=LATER + month)[0]

    publisher.publish(held, NOON)

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.PUBLISH]) == NOON + month / 2


def test_a_topic_does_not_count_what_is_too_old_and_is_built_again_when_more_is(store: Store) -> None:
    month = timedelta(days=30)
    stale, waning = (make_review(source_id="club", received_at=NOON - month * part) for part in (1, 0.5))
    undated = replace(waning, written_at=None)
    club = make_source("club", replace(OWN, max_age=month))
    grouped(store, *reviews_of(KETTLE, 6), stale, undated, sources=[club])
    lease(store, Work.PUBLISH, "topic/en-battery")
    publisher = make_publisher(store, generators=(TALKATIVE,), settings=make_settings(reviews_per_list=1))
    with store.writing() as transaction:
        held = transaction.marks.lease([Work.PUBLISH], "w", now=LATER, until=LATER + month)[0]

    publisher.publish(held, NOON)

    with store.reading() as transaction:
        oldest = oldest_allowed([club], NOON)
        assert transaction.topics.counts([TopicId(BATTERY)], oldest)[TopicId(BATTERY)].reviews == 7
        assert transaction.topics.subjects(TopicId(BATTERY), oldest=oldest) == [(KETTLE, 7)]
        assert transaction.marks.next_due([Work.PUBLISH]) == NOON + month / 2
    assert selected(store).total_shown == 7


def test_the_event_of_a_topic_names_the_topic_and_no_subject(store: Store) -> None:
    grouped(store, *reviews_of(KETTLE, 6))
    publish_topic(make_publisher(store, generators=(TALKATIVE,)), BATTERY)

    with store.reading() as transaction:
        [event] = [each for _, each in transaction.events.since() if each.kind == "snippet.updated"]

    assert (event.subject_id, event.details["topic"], event.details["scope"]) == (None, BATTERY, "topic")


def test_every_generator_of_topics_keeps_its_promises(store: Store) -> None:
    grouped(store, *reviews_of(KETTLE, 6), *reviews_of(GRINDER, 6))
    material = selected(store)
    empty = make_material(about=Topic(id=TopicId("en-lid"), name="lid", language="en", is_retired=True))

    generators = [each for each in load_generators() if Scope.TOPIC in each.scopes]

    assert {each.name for each in generators} >= {"list-bare", "faq", "page"}
    for each in generators:
        check_generator(each, [material, empty])


def test_the_checker_lets_a_topic_pass_as_the_real_generators_make_it(store: Store) -> None:
    grouped(store, *reviews_of(KETTLE, 6), *reviews_of(GRINDER, 6))
    publisher = Publisher(store=store, generators=load_generators(), checker=BundleChecker(), settings=make_settings())

    published = publish_topic(publisher, BATTERY)

    assert not published.blocked
    assert {each.name for each in published.updated} >= {"list-bare", "page"}
    assert all("application/ld+json" not in each for each in bodies_of(store, BATTERY).values())
