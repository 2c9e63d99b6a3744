"""What a change does to collections, on both databases: their pages follow it, and what is gone is gone at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.attached import media_id
from engine.collections import mark_all_collections
from engine.domain import (
    Review,
    SourceId,
    SubjectId,
    Use,
    review_id,
)
from engine.errors import LeaseLostError
from engine.media import MediaApproval
from engine.moderation import Moderation
from engine.outbox import Work, mark_changed
from engine.replying import answer
from engine.rights import OWN
from engine.store import Store
from tests.factories import (
    NOON,
    fill,
    make_record,
    make_review,
    make_source,
    take_in,
)
from tests.picked import (
    BEST,
    LATER,
    PAGE,
    TALKATIVE,
    bodies_of,
    marked_pages,
    pick,
    picked,
    picking,
    publish_picked,
    shelf,
)
from tests.publishing import make_publisher

KETTLE, GRINDER = SubjectId("kettle"), SubjectId("grinder")


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
