"""Tests of what is hidden at its source: known here, never shown, and decided about only when it is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    ApprovalRule,
    Record,
    Review,
    ReviewId,
    RightsClass,
    Scope,
    SourceId,
    Standing,
    State,
    SubjectId,
    review_id,
)
from engine.errors import RefusedError
from engine.moderation import Moderation
from engine.store import Store
from tests.doors import Company
from tests.factories import NOON, make_intake, make_record, make_snippet, take_in

SHOP = SourceId("shop")
KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(days=1)


def hidden(record: Record) -> Record:
    return replace(record, standing=Standing.HIDDEN)


def the_review(store: Store) -> Review:
    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(SHOP)
    return filed.review


def approve(store: Store, *ids: ReviewId) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve(ids, by="ann")


def is_shown(store: Store) -> bool:
    with store.reading() as transaction:
        assert transaction.summaries.all() == transaction.summaries.counted()
        return bool(list(transaction.reviews.shown(KETTLE)))


def test_what_is_hidden_at_its_source_is_known_and_internal(store: Store) -> None:
    take_in(store, hidden(make_record()))

    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(SHOP)
    assert (filed.review.standing, filed.review.state) == (Standing.HIDDEN, State.PENDING)
    assert filed.rights_class is RightsClass.INTERNAL


def test_what_is_hidden_at_its_source_cannot_be_approved(store: Store) -> None:
    take_in(store, hidden(make_record("a")), make_record("b"))
    with store.reading() as transaction:
        ids = [each.review.id for each in transaction.reviews.of_source(SHOP)]

    with pytest.raises(RefusedError, match="hidden at the source, and so never shown here; nothing was changed"):
        approve(store, *ids)

    with store.reading() as transaction:
        assert {each.review.state for each in transaction.reviews.of_source(SHOP)} == {State.PENDING}


def test_approving_all_that_waits_passes_it_over(store: Store) -> None:
    take_in(store, hidden(make_record("a")), make_record("b"))

    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        approved = [moderation.approve_waiting(SHOP, by="ann", limit=1) for _ in range(3)]

    assert approved == [1, 0, 0]


def test_no_policy_approves_it(store: Store) -> None:
    report = take_in(store, hidden(make_record()), intake=make_intake(policy=[ApprovalRule()]))

    assert report.approved == 0
    assert the_review(store).state is State.PENDING


def test_words_leave_the_page_when_their_source_hides_them(store: Store) -> None:
    take_in(store, make_record())
    review = the_review(store)
    approve(store, review.id)
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", review.id), make_snippet("badge")])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [review.id])

    take_in(store, hidden(make_record()), now=LATER)

    assert not is_shown(store)
    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
    assert {key.name: each.body for key, each in kept.items()} == {"list": b"", "badge": b"words"}


def test_an_approval_stands_when_the_same_words_are_public_again(store: Store) -> None:
    take_in(store, make_record())
    approve(store, the_review(store).id)
    take_in(store, hidden(make_record()), now=LATER)

    take_in(store, make_record(), now=LATER)

    review = the_review(store)
    assert (review.state, review.decision and review.decision.by) == (State.APPROVED, "ann")
    assert is_shown(store)


def test_other_words_wait_when_they_are_public_again(store: Store) -> None:
    take_in(store, make_record())
    approve(store, the_review(store).id)
    take_in(store, hidden(make_record(body="It leaks.")), now=LATER)

    take_in(store, make_record(body="It leaks."), now=LATER)

    assert the_review(store).state is State.PENDING
    assert not is_shown(store)


def test_a_moderator_sees_what_is_hidden_and_why_something_waits_again(company: Company) -> None:
    with company.instance() as instance:
        take_in(instance.store, hidden(make_record("a")), make_record("b"))
        with instance.store.writing() as transaction:
            moderation = Moderation(transaction=transaction, now=NOON)
            moderation.approve([review_id(SHOP, "b")], by="ann")
            moderation.recheck([transaction.reviews.find(review_id(SHOP, "b"))], by="source shop", note="gone there")

    listed = company.plaudit("reviews").output.splitlines()

    remarks = {each.split()[0]: each.rpartition(" | ")[2] for each in listed}
    assert remarks == {review_id(SHOP, "a"): "hidden at its source", review_id(SHOP, "b"): "gone there"}
