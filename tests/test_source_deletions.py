"""Tests of what is gone at its source: withdrawn, kept or looked at again, as the source's profile says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    ApprovalRule,
    Batch,
    OnSourceDelete,
    Review,
    RightsClass,
    Scope,
    Source,
    SourceId,
    Standing,
    State,
    SubjectId,
    Use,
    review_id,
)
from engine.errors import ForbiddenMoveError
from engine.moderation import Moderation
from engine.rights import OWN, class_of
from engine.source_deletions import apply
from engine.store import Store
from tests.factories import NOON, make_intake, make_record, make_snippet, make_source, take_in

SHOP = SourceId("shop")
KETTLE = SubjectId("kettle")
REVIEW = review_id(SHOP, "1")
LATER = NOON + timedelta(days=1)


def source(rule: OnSourceDelete) -> Source:
    return make_source(rights=replace(OWN, on_source_delete=rule))


def publish(store: Store, rule: OnSourceDelete) -> Source:
    """An approved review and a list that quotes it."""
    known = source(rule)
    take_in(store, make_record(), intake=make_intake(known))
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([REVIEW], by="ann")
        transaction.snippets.save([make_snippet("list", REVIEW)])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [REVIEW])
    return known


def delete(store: Store, known: Source, *external_ids: str) -> int:
    with store.writing() as transaction:
        return apply(transaction, known, external_ids, LATER)


def kept(store: Store) -> Review:
    with store.reading() as transaction:
        assert transaction.summaries.all() == transaction.summaries.counted()
        return transaction.reviews.find(REVIEW).review


def words(store: Store) -> bytes:
    with store.reading() as transaction:
        [snippet] = transaction.snippets.of_page(Scope.SUBJECT, KETTLE).values()
    return snippet.body


def test_what_is_withdrawn_is_gone_with_its_words(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)

    assert delete(store, known, "1", "unheard-of") == 1

    review = kept(store)
    assert (review.state, review.standing) == (State.WITHDRAWN, Standing.DELETED)
    assert review.decision is not None
    assert review.decision.by == "source shop"
    assert not review.consent.covers(Use.DISPLAY)
    assert words(store) == b""


def test_what_is_kept_stays_on_the_page(store: Store) -> None:
    known = publish(store, OnSourceDelete.KEEP)
    before = kept(store)

    assert delete(store, known, "1") == 0

    assert kept(store) == before
    assert words(store) == b"words"


def test_what_is_looked_at_again_waits_off_the_page_with_a_note(store: Store) -> None:
    known = publish(store, OnSourceDelete.RECHECK)

    assert delete(store, known, "1") == 1

    review = kept(store)
    assert review.state is State.PENDING
    assert review.decision is not None
    assert review.decision.note == "gone at its source"
    assert words(store) == b""


def test_what_was_approved_again_in_the_knowledge_that_it_is_gone_is_not_looked_at_a_third_time(store: Store) -> None:
    known = publish(store, OnSourceDelete.RECHECK)
    delete(store, known, "1")
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=LATER).approve([REVIEW], by="ann")

    assert delete(store, known, "1") == 0
    assert kept(store).state is State.APPROVED

    take_in(store, make_record(), intake=make_intake(known), now=LATER)
    assert kept(store).state is State.APPROVED
    assert delete(store, known, "1") == 1


def test_what_its_author_takes_back_after_its_source_deleted_it_stays_away(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)
    delete(store, known, "1")
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=LATER).withdraw(REVIEW, by="author")

    take_in(store, make_record(), intake=make_intake(known, policy=[ApprovalRule()]), now=LATER)

    review = kept(store)
    assert not review.consent.covers(Use.DISPLAY)
    assert class_of(review, known.rights) is RightsClass.INTERNAL


def test_what_is_gone_at_its_source_is_taken_back_once(store: Store) -> None:
    delete(store, publish(store, OnSourceDelete.WITHDRAW), "1")
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=LATER)
        moderation.withdraw(REVIEW, by="author")

        with pytest.raises(ForbiddenMoveError):
            moderation.withdraw(REVIEW, by="author")


@pytest.mark.parametrize("rule", OnSourceDelete)
def test_a_deletion_that_is_told_twice_changes_nothing_more(store: Store, rule: OnSourceDelete) -> None:
    known = publish(store, rule)
    delete(store, known, "1")
    before = kept(store)

    assert delete(store, known, "1", "1") == 0

    assert kept(store) == before


def test_a_batch_that_says_what_is_gone_is_believed(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)

    with store.writing() as transaction:
        batch = Batch(records=[make_record("2")], cursor=None, deleted=["1"])
        report = make_intake(known).take_in(transaction, batch, "reading", LATER)

    assert report.taken == 1
    assert kept(store).state is State.WITHDRAWN


def test_what_its_source_tells_again_after_deleting_it_waits_for_a_decision(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)
    delete(store, known, "1")

    report = take_in(store, make_record(), intake=make_intake(known), now=LATER)

    review = kept(store)
    assert report.changed == 1
    assert (review.state, review.standing, review.decision) == (State.PENDING, Standing.PUBLIC, None)
    assert review.consent.covers(Use.DISPLAY)
    assert words(store) == b""


def test_a_use_that_its_author_took_back_stays_taken_back_when_it_comes_again(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(REVIEW, frozenset({Use.MARKUP}), by="author")
    delete(store, known, "1")

    take_in(store, make_record(), intake=make_intake(known), now=LATER)

    consent = kept(store).consent
    assert (consent.covers(Use.DISPLAY), consent.covers(Use.MARKUP)) == (True, False)


def test_what_its_author_took_back_here_stays_withdrawn_whatever_its_source_does(store: Store) -> None:
    known = publish(store, OnSourceDelete.WITHDRAW)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(REVIEW, by="author")

    delete(store, known, "1")
    take_in(store, make_record(body="Told again."), intake=make_intake(known), now=LATER)

    review = kept(store)
    assert (review.state, review.standing) == (State.WITHDRAWN, Standing.PUBLIC)
    assert review.decision is not None
    assert review.decision.by == "author"
