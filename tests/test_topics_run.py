"""Tests of topics in the store, on both databases: what is grouped anew, and which pages that concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.domain import FaqEntry, FaqId, FaqState, Quote, Review, Sentence, State, Topic, TopicId
from engine.errors import LeaseLostError, NotFoundError
from engine.mining_run import Miner
from engine.moderation import Moderation
from engine.outbox import Work
from engine.rights import INTERNAL
from engine.store import KeptTopic, Store, TopicCounts
from engine.topics_run import A_PHRASE, TopicKeeper
from tests.factories import NOON, fill, lease, make_record, make_review, make_source, take_in
from tests.topics import GRINDER, KETTLE, LATER, marked, mined, phrase, regroup, reviews_of, topic_ids

BATTERY = TopicId("en-battery")


def test_a_topic_is_kept_and_found(store: Store) -> None:
    topics = [
        Topic(id=BATTERY, name="battery", language="en", phrases=("battery", "battery life")),
        Topic(id=TopicId("tag-gift"), name="gift", tag="gift"),
        Topic(id=TopicId("en-lid"), name="lid", language="en", phrases=("lid",), is_retired=True),
    ]
    with store.writing() as transaction:
        transaction.topics.save([KeptTopic(topic=each, fingerprint="1") for each in topics])
        transaction.topics.save([KeptTopic(topic=topics[0], fingerprint="2")])

    with store.reading() as transaction:
        assert transaction.topics.find(BATTERY) == topics[0]
        assert [(each.topic.id, each.fingerprint) for each in transaction.topics.all("en")] == [
            ("en-battery", "2"),
            ("en-lid", "1"),
        ]
        assert [each.id for each in transaction.topics.page()] == ["en-battery", "tag-gift"]
        assert [each.id for each in transaction.topics.page("tags")] == ["tag-gift"]
        assert transaction.topics.page("en", after="en-battery") == []
        with pytest.raises(NotFoundError):
            transaction.topics.find(TopicId("en-nothing"))


def test_phrases_of_all_subjects_come_into_one_topic_with_their_reviews(store: Store) -> None:
    kettles, grinders = reviews_of(KETTLE, 4), reviews_of(GRINDER, 3)
    fill(store, [*kettles, *grinders])
    mined(store, KETTLE, phrase("battery", kettles), phrase("lid", kettles[:3]))
    mined(store, GRINDER, phrase("battery life", grinders))

    regrouped = regroup(store)

    assert regrouped.changed == [BATTERY]
    assert topic_ids(store, KETTLE) == {"battery": BATTERY, "lid": None}
    assert topic_ids(store, GRINDER) == {"battery life": BATTERY}
    assert marked(store, Work.PUBLISH) == {"topic/en-battery"}
    with store.reading() as transaction:
        assert transaction.topics.counts([BATTERY]) == {BATTERY: TopicCounts(subjects=2, reviews=7)}
        assert transaction.topics.subjects(BATTERY) == [(KETTLE, 4), (GRINDER, 3)]
        assert transaction.topics.of_reviews([grinders[0].id]) == [BATTERY]
        assert transaction.topics.of_subject(KETTLE) == [BATTERY]


def test_grouping_again_changes_nothing(store: Store) -> None:
    kettles = reviews_of(KETTLE, 6)
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles))
    regroup(store)
    marked(store, Work.PUBLISH)

    assert regroup(store, now=LATER).changed == []


def test_a_topic_whose_phrases_are_gone_is_retired_and_its_page_built_anew(store: Store) -> None:
    kettles = reviews_of(KETTLE, 6)
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles))
    regroup(store)
    mined(store, KETTLE)

    assert regroup(store).changed == [BATTERY]
    with store.reading() as transaction:
        assert transaction.topics.find(BATTERY).is_retired
        assert transaction.topics.counts([BATTERY]) == {BATTERY: TopicCounts()}


def test_a_page_is_built_anew_when_an_answer_about_its_phrase_is_approved(store: Store) -> None:
    kettles = reviews_of(KETTLE, 6)
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles))
    regroup(store)
    quote = Quote(review_id=kettles[0].id, text="The battery lasts")
    entry = FaqEntry(
        id=FaqId("f1"),
        subject_id=KETTLE,
        language="en",
        question="How is the battery?",
        sentences=(Sentence(text="“The battery lasts”", review_ids=(kettles[0].id,), quote=quote),),
        phrase="battery",
    )

    changed: list[list[TopicId]] = []
    for state in (FaqState.DRAFT, FaqState.APPROVED, FaqState.PUBLISHED):
        with store.writing() as transaction:
            transaction.faq.replace(KETTLE, [replace(entry, state=state)])
        changed.append(list(regroup(store).changed))

    assert changed == [[], [BATTERY], []]


def test_what_is_mined_meanwhile_is_not_grouped_half(store: Store) -> None:
    kettles = reviews_of(KETTLE, 6)
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles))
    with store.writing() as transaction:
        transaction.marks.set(Work.TOPICS, ["en"], NOON)
    held = lease(store, Work.TOPICS, "en")
    with store.writing() as transaction:
        transaction.marks.set(Work.TOPICS, ["en"], NOON)

    with pytest.raises(LeaseLostError):
        TopicKeeper(store=store).regroup(held, NOON)

    assert topic_ids(store, KETTLE) == {"battery": None}


def test_the_more_there_is_to_group_the_longer_nobody_else_begins(store: Store) -> None:
    kettles = reviews_of(KETTLE, 6)
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles), phrase("lid", kettles))
    with store.writing() as transaction:
        transaction.marks.set(Work.TOPICS, ["en"], NOON)
    held = lease(store, Work.TOPICS, "en")
    with store.writing() as transaction:
        transaction.marks.set(Work.TOPICS, ["en"], NOON)

    with pytest.raises(LeaseLostError):
        TopicKeeper(store=store).regroup(held, NOON)

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.TOPICS]) == held.until + 2 * A_PHRASE


def test_tags_of_shown_reviews_are_topics(store: Store) -> None:
    tagged, hidden = make_review(tags=("gift", "tea")), make_review(tags=("trade",), source_id="nps")
    waiting = make_review(tags=("new",), state=State.PENDING)
    fill(store, [tagged, hidden, waiting], sources=[make_source("nps", INTERNAL)])

    regroup(store, "tags")

    with store.reading() as transaction:
        assert [each.id for each in transaction.topics.page("tags")] == ["tag-gift", "tag-tea"]
        assert transaction.topics.of_reviews([tagged.id]) == ["tag-gift", "tag-tea"]


@pytest.mark.parametrize(("which", "pages"), [(0, {"subject/kettle", "topic/en-battery"}), (-1, {"subject/kettle"})])
def test_a_change_of_a_review_marks_the_pages_of_its_own_topics(store: Store, which: int, pages: set[str]) -> None:
    kettles = [*reviews_of(KETTLE, 6), make_review(body="Nothing about it.")]
    fill(store, kettles)
    mined(store, KETTLE, phrase("battery", kettles[:6]))
    regroup(store)
    done_with(store, Work.PUBLISH, "topic/en-battery")

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=LATER).withdraw(kettles[which].id, by="author")

    assert marked(store, Work.PUBLISH) == pages


def test_a_decision_about_a_tagged_review_has_the_tags_grouped_anew(store: Store) -> None:
    tagged, plain = make_review(tags=("gift",), state=State.PENDING), make_review(state=State.PENDING)
    fill(store, [tagged, plain])

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([plain.id], by="ann")
    before = marked(store, Work.TOPICS)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([tagged.id], by="ann")

    assert (before, marked(store, Work.TOPICS)) == (set(), {"tags"})


def test_a_text_that_its_source_changed_marks_the_pages_of_its_topics(store: Store) -> None:
    take_in(store, make_record(), now=NOON)
    [review] = approved(store)
    mined(store, KETTLE, *(phrase(text, [review] * 6) for text in ("battery",)))
    regroup(store)
    done_with(store, Work.PUBLISH, "topic/en-battery")

    take_in(store, make_record(body="Another text."), now=LATER)

    assert "topic/en-battery" in marked(store, Work.PUBLISH)


def test_a_miner_leaves_the_topics_of_what_it_found_to_be_grouped_later(store: Store) -> None:
    kettles = [make_review(body="The battery lasts long and the lid is good.") for _ in range(6)]
    fill(store, [replace(each, author=f"{each.id}") for each in kettles])
    miner = Miner(store=store, languages=("en",), phrases=20, questions=0, topics_delay=timedelta(minutes=5))

    mine(miner, NOON)
    with store.reading() as transaction:
        due = transaction.marks.next_due([Work.TOPICS])

    assert due == NOON + timedelta(minutes=5)


def test_mining_again_keeps_the_topics_of_phrases_that_stay(store: Store) -> None:
    kettles = [make_review(body="The battery lasts long and the lid is good.") for _ in range(6)]
    fill(store, kettles)
    miner = Miner(store=store, languages=("en",), phrases=20, questions=0)
    mine(miner, NOON)
    regroup(store)
    grouped = topic_ids(store, KETTLE)

    mine(miner, LATER)

    assert "en-lid" in grouped.values()
    assert topic_ids(store, KETTLE) == grouped
    assert marked(store, Work.TOPICS) == set()


def done_with(store: Store, kind: Work, key: str) -> None:
    """Takes a mark away, as a worker does that has done it."""
    held = lease(store, kind, key)
    with store.writing() as transaction:
        assert transaction.marks.finish(held)


def approved(store: Store) -> list[Review]:
    with store.writing() as transaction:
        waiting = transaction.reviews.waiting(State.PENDING)
        return Moderation(transaction=transaction, now=NOON).approve([each.review.id for each in waiting], by="ann")


def mine(miner: Miner, now: datetime) -> None:
    with miner.store.writing() as transaction:
        transaction.marks.set(Work.MINE, [KETTLE], now)
    miner.mine(lease(miner.store, Work.MINE, KETTLE, now=now), now)
