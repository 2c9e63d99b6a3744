"""Tests of the suppression figure: does a low rating fare worse than a high one?"""

from __future__ import annotations

import pytest

from engine.domain import State
from engine.kpi import suppression
from engine.store import Store
from tests.factories import fill, make_review


def test_equal_treatment_has_no_gap() -> None:
    counts = {(State.APPROVED, star, True): 9 for star in range(1, 6)}
    counts |= {(State.REJECTED, star, False): 1 for star in range(1, 6)}

    figure = suppression(counts)

    assert figure.gap == 0
    assert figure.shown_gap == 0
    assert [each.approved_share for each in figure.stars] == [0.9] * 5


def test_a_gap_shows_when_low_ratings_are_rejected_more_often() -> None:
    figure = suppression(
        {
            (State.APPROVED, 5, True): 8,
            (State.APPROVED, 4, True): 2,
            (State.APPROVED, 1, True): 1,
            (State.REJECTED, 1, False): 2,
            (State.REJECTED, 2, False): 1,
        }
    )

    assert figure.gap == pytest.approx(1 - 1 / 4)
    assert figure.shown_gap == pytest.approx(1 - 1 / 4)


def test_a_low_rating_left_waiting_shows_in_what_visitors_can_read() -> None:
    figure = suppression({(State.APPROVED, 5, True): 1, (State.APPROVED, 1, True): 1, (State.PENDING, 1, False): 3})

    assert figure.gap == 0
    assert figure.shown_gap == pytest.approx(0.75)


def test_what_authors_withdrew_counts_nowhere() -> None:
    figure = suppression({(State.WITHDRAWN, 1, False): 7, (State.APPROVED, 1, True): 1})

    assert figure.stars[0].received == 1
    assert figure.stars[0].shown_share == 1


def test_nothing_is_said_where_nothing_was_decided() -> None:
    figure = suppression({(State.PENDING, 5, False): 2, (State.PENDING, 0, False): 4})

    assert figure.gap is None
    assert figure.shown_gap is None
    assert figure.stars[4].approved_share is None
    assert figure.stars[4].shown_share == 0
    assert figure.stars[0].shown_share is None


def test_the_store_counts_by_state_star_and_standing(store: Store) -> None:
    fill(
        store,
        [
            make_review(rating=5),
            make_review(rating=4.5),
            make_review(rating=1, state=State.PENDING),
            make_review(rating=None, state=State.REJECTED),
            make_review(rating=2, holds_contact_data=True),
        ],
    )

    with store.reading() as transaction:
        counts = transaction.reviews.by_state_and_star()

    assert counts == {
        (State.APPROVED, 5, True): 2,
        (State.PENDING, 1, False): 1,
        (State.REJECTED, 0, False): 1,
        (State.APPROVED, 2, False): 1,
    }
