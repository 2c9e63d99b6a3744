"""A small shop whose topics tests look at: phrases of its subjects, grouped and published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.domain import Phrase, Quote, Review, Scope, SubjectId, TopicId
from engine.outbox import Work, page_key
from engine.publish import Published, Publisher
from engine.store import Store
from engine.topics_run import Regrouped, TopicKeeper
from tests.factories import NOON, lease, make_review

KETTLE, GRINDER = SubjectId("kettle"), SubjectId("grinder")
LATER = NOON + timedelta(hours=1)


def reviews_of(subject: SubjectId, count: int, **changes: Any) -> list[Review]:
    return [
        make_review(subject_id=subject, body=f"The battery lasts, {subject} {at}.", **changes) for at in range(count)
    ]


def phrase(text: str, reviews: Sequence[Review], language: str = "en") -> Phrase:
    """A phrase that these reviews use, the first of which is quoted."""
    quote = Quote(review_id=reviews[0].id, text="The battery lasts", author=reviews[0].author)
    ids = tuple(each.id for each in reviews)
    return Phrase(
        text=text, language=language, count=len(ids), positive=len(ids), negative=0, quotes=(quote,), review_ids=ids
    )


def mined(store: Store, subject: SubjectId, *phrases: Phrase) -> None:
    """Puts these in place of what was mined of a subject; marks nothing."""
    with store.writing() as transaction:
        transaction.phrases.replace(subject, phrases)


def regroup(store: Store, key: str = "en", now: datetime = NOON) -> Regrouped:
    with store.writing() as transaction:
        transaction.marks.set(Work.TOPICS, [key], now)
    return TopicKeeper(store=store).regroup(lease(store, Work.TOPICS, key, now=now), now)


def publish_topic(publisher: Publisher, topic: str, now: datetime = NOON) -> Published:
    """Publishes a topic's page, marked or not."""
    key = page_key(Scope.TOPIC, topic)
    with publisher.store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, [key], now)
    return publisher.publish(lease(publisher.store, Work.PUBLISH, key, now=now), now)


def bodies_of(store: Store, topic: str) -> dict[str, str]:
    """What is served of a topic, by ``name/locale``."""
    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.TOPIC, topic)
    return {f"{key.name}/{key.locale}": each.body.decode() for key, each in kept.items() if each.etag}


def marked(store: Store, kind: Work) -> set[str]:
    """The keys that are marked, taken from whoever would work them off."""
    with store.writing() as transaction:
        taken = transaction.marks.lease([kind], "test", now=LATER, until=LATER + timedelta(days=1), limit=100)
    return {each.key for each in taken}


def topic_ids(store: Store, subject: SubjectId) -> dict[str, TopicId | None]:
    """The topic of each phrase of a subject."""
    with store.reading() as transaction:
        return {each.text: each.topic for each in transaction.phrases.of(subject)}
