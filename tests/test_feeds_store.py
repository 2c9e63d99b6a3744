"""What the store tells feeds, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    Consent,
    Event,
    EventKind,
    Locale,
    Review,
    RightsClass,
    Scope,
    Snippet,
    SnippetKey,
    Source,
    SourceId,
    SubjectId,
    Use,
)
from engine.feeding import feedable, latest
from engine.rights import class_of, profile
from engine.store import FiledReview, Store, Tally
from tests.factories import EVERY_USE, NOON, make_review, make_subject

SHOP = Source(id=SourceId("shop"), collector="file", rights=profile("own"))
OTHER = Source(id=SourceId("other"), collector="file", rights=profile("display-only", attribution="Other"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store.open(database_url)
    yield store
    store.close()


def fill(store: Store, *reviews: Review) -> None:
    """Files reviews, with their sources, subjects and summaries."""
    rights = {each.id: each.rights for each in (SHOP, OTHER)}
    filed = [
        FiledReview(review=each, rights_class=class_of(each, rights[each.source_id]), content_hash="x")
        for each in reviews
    ]
    tally = Tally()
    for each in filed:
        tally.add(each)
    with store.writing() as transaction:
        for source in (SHOP, OTHER):
            transaction.sources.save(source)
        transaction.subjects.save(make_subject(id=each) for each in sorted({each.subject_id for each in reviews}))
        transaction.reviews.insert(filed)
        transaction.summaries.apply(tally)


def test_all_reviews_that_may_be_fed_come_once_in_the_order_of_their_ids(store: Store) -> None:
    ours = [make_review(stars % 5 + 1) for stars in range(30)]
    fill(store, *ours, make_review(source_id="other"), make_review(consent=Consent(uses=frozenset({Use.DISPLAY}))))

    found = [each.review.id for each in feedable(store, NOON)]

    assert found == sorted(each.id for each in ours)


def test_the_latest_come_first_and_those_without_a_date_last(store: Store) -> None:
    old, new = make_review(written_at=NOON - timedelta(days=9)), make_review(written_at=NOON)
    undated, elsewhere = make_review(written_at=None), make_review(subject_id=SubjectId("m1"))
    fill(store, old, new, undated, elsewhere)

    with store.reading() as transaction:
        of_all = [each.review.id for each in latest(transaction, NOON, limit=3)]
        of_one = [each.review.id for each in latest(transaction, NOON, subject=SubjectId("kettle"), limit=9)]

    assert of_one == [new.id, old.id, undated.id]
    assert len(of_all) == 3


def test_subjects_are_listed_by_how_often_they_are_rated_never_how_well(store: Store) -> None:
    loved = [make_review(5, subject_id=SubjectId("loved"))]
    hated = [make_review(1, subject_id=SubjectId("hated")) for _ in range(3)]
    fill(store, *loved, *hated, make_review(source_id="other", subject_id=SubjectId("others")))

    with store.reading() as transaction:
        listed = transaction.summaries.most_rated(RightsClass.OWN, 10)
        everything, subjects = transaction.summaries.of_everything(RightsClass.OWN)

    assert listed == ["hated", "loved"]
    assert (everything.rated, everything.hundredths, subjects) == (4, 800, 2)
    assert everything.histogram == (3, 0, 0, 0, 1)


def test_an_empty_store_has_nothing_to_feed(store: Store) -> None:
    with store.reading() as transaction:
        assert transaction.summaries.of_everything(RightsClass.OWN)[1] == 0
        assert transaction.events.last() == (0, None)
        assert transaction.snippets.count_reviewed_pages("page", Locale("en")) == 0
    assert list(feedable(store, NOON)) == []


def test_pages_with_reviews_are_listed_and_empty_ones_are_not(store: Store) -> None:
    ids = [SubjectId(name) for name in ("a", "b", "c", "d")]
    fill(store, *(make_review(subject_id=each) for each in ids[:3]))
    with store.writing() as transaction:
        transaction.snippets.save([page(each) for each in ids] + [page(ids[0], name="badge")])
        transaction.snippets.remove([page(ids[1]).key])

    with store.reading() as transaction:
        found = transaction.snippets.reviewed_pages("page", Locale("en"))
        skipped = transaction.snippets.reviewed_pages("page", Locale("en"), skip=1)
        count = transaction.snippets.count_reviewed_pages("page", Locale("en"))

    assert (found, skipped, count) == (["a", "c"], ["c"], 2)


def test_a_snippet_is_found_until_it_is_removed(store: Store) -> None:
    wanted = page(SubjectId("a"))
    with store.writing() as transaction:
        transaction.snippets.save([wanted])
        found = transaction.snippets.find(wanted.key)
        transaction.snippets.remove([wanted.key])
        removed = transaction.snippets.find(wanted.key)

    assert found == wanted
    assert removed is None


def test_the_last_event_has_a_number_and_a_time(store: Store) -> None:
    first = Event(kind=EventKind.REVIEW_RECEIVED, at=NOON, by="test")
    with store.writing() as transaction:
        transaction.events.add([first, replace(first, at=NOON + timedelta(hours=1))])
        number, at = transaction.events.last()

    assert number >= 2
    assert at == NOON + timedelta(hours=1)


def test_a_review_keeps_its_consent_to_feeds(store: Store) -> None:
    fill(store, make_review(consent=EVERY_USE), make_review(holds_contact_data=True))

    assert len(list(feedable(store, NOON))) == 1


def page(subject: SubjectId, name: str = "page") -> Snippet:
    key = SnippetKey(scope=Scope.SUBJECT, scope_id=subject, name=name, locale=Locale("en"))
    return Snippet(key=key, body=b"<p>x</p>", media_type="text/html", etag="e", version=1)


def test_newer_reviews_that_may_not_be_fed_do_not_empty_a_feed(store: Store) -> None:
    refusing = replace(EVERY_USE, uses=EVERY_USE.uses - {Use.FEED})
    newer = [make_review(written_at=NOON, consent=refusing) for _ in range(7)]
    older = [make_review(written_at=NOON - timedelta(days=each)) for each in range(1, 5)]
    fill(store, *newer, *older)

    with store.reading() as transaction:
        found = latest(transaction, NOON, limit=3)

    assert [each.review.id for each in found] == [each.id for each in older[:3]]
