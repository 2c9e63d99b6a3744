"""Tests of the owner's answers that are still being written."""

from __future__ import annotations

import pytest

from engine.domain import ReviewId
from engine.drafting import save_draft
from engine.errors import BadValueError, NotFoundError
from engine.replying import LONGEST
from engine.store import Store
from tests.factories import NOON, fill, make_review


def test_another_draft_takes_the_place_of_the_first_and_an_empty_one_drops_it(store: Store) -> None:
    review = make_review()
    fill(store, [review])

    for text, kept in (("Thank", "Thank"), (" Thank you. ", "Thank you."), (" ", None)):
        with store.writing() as transaction:
            save_draft(transaction, review.id, text, by="ann", now=NOON)
            found = transaction.reply_drafts.find(review.id)
        assert (found.body if found else None) == kept


def test_a_draft_is_bounded_and_belongs_to_a_review(store: Store) -> None:
    review = make_review()
    fill(store, [review])

    with store.writing() as transaction, pytest.raises(BadValueError, match="1 to 4,000 characters"):
        save_draft(transaction, review.id, "x" * (LONGEST + 1), by="ann", now=NOON)
    with store.writing() as transaction, pytest.raises(NotFoundError):
        save_draft(transaction, ReviewId("nobody"), "Thanks", by="ann", now=NOON)
