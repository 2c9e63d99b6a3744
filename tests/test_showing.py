"""The reviews that programs may have, on both databases: what is shown, and what is kept for whoever may read that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.domain import Review, State, SubjectId, Translation
from engine.errors import BadValueError
from engine.showing import Kept, KeptPage, ReviewPage, Shown, kept_review, kept_reviews, shown_reviews
from engine.store import Store, WantedReviews
from tests.factories import NOON, fill, make_review, make_settings

PENDING = frozenset({State.PENDING})
SETTINGS = make_settings()


def shown(store: Store, **changes: Any) -> ReviewPage:
    with store.reading() as transaction:
        return shown_reviews(transaction, WantedReviews(**{"limit": 100, **changes}), SETTINGS, NOON)


def kept(store: Store, **changes: Any) -> KeptPage:
    with store.reading() as transaction:
        return kept_reviews(transaction, WantedReviews(**{"limit": 100, "states": PENDING, **changes}), SETTINGS, NOON)


def titles(page: ReviewPage | KeptPage) -> list[str | None]:
    shown = (each.shown if isinstance(each, Kept) else each for each in page.reviews)
    return [each.review.title for each in shown]


def dated(*days: int | None) -> Sequence[Review]:
    moments = [None if day is None else datetime(2026, 9, day, tzinfo=UTC) for day in days]
    return [make_review(title=str(day), written_at=at) for day, at in zip(days, moments, strict=True)]


def test_those_written_last_come_first_and_the_undated_last(store: Store) -> None:
    fill(store, dated(2, None, 3, 1))

    assert titles(shown(store)) == ["3", "2", "1", "None"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_cursor_neither_skips_nor_repeats_whatever_comes_above_it(store: Store, limit: int) -> None:
    fill(store, dated(1, 2, 2, 2, 3, None, None))
    found: list[Shown] = []
    after: str | None = None
    for number in range(7):
        page = shown(store, limit=limit, after=after)
        found += page.reviews
        after = page.following
        fill(store, dated(20 + number))
        if after is None:
            break

    assert sorted(titles(ReviewPage(reviews=found, following=None)), key=str) == [
        "1", "2", "2", "2", "3", "None", "None",
    ]  # fmt: skip


@pytest.mark.parametrize("cursor", ["x", "1~r", "1~rzz", "9" * 18 + "~r" + "0" * 20, "٣~r" + "0" * 20])
def test_what_is_no_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadValueError, match="after"):
        shown(store, after=cursor)


def test_what_is_not_shown_is_listed_only_by_its_state(store: Store) -> None:
    fill(store, [make_review(title="shown"), make_review(title="waits", state=State.PENDING)])

    assert titles(shown(store)) == ["shown"]
    assert titles(shown(store, states=PENDING)) == ["shown"]
    assert titles(kept(store)) == ["waits"]
    assert not kept(store).reviews[0].shown.is_shown


def test_what_is_kept_reaches_no_further_than_the_subjects_asked_for(store: Store) -> None:
    fill(store, [make_review(title=each, state=State.PENDING, subject_id=SubjectId(each)) for each in ("a", "b", "c")])

    found = kept(store, subjects=frozenset({SubjectId("a"), SubjectId("c")}))

    assert sorted(map(str, titles(found))) == ["a", "c"]


def test_nobody_can_be_reached_by_what_is_kept(store: Store) -> None:
    words = "Write to owen@larkfield.example or call +31 20 624 1111."
    said = make_review(
        state=State.PENDING,
        title="owen@larkfield.example",
        body=words,
        original=Translation(language="nl", body=words),
        holds_contact_data=True,
    )
    fill(store, [said])

    [listed] = kept(store).reviews
    with store.reading() as transaction:
        alone = kept_review(transaction, said.id, SETTINGS, NOON)

    found = listed.shown.review
    texts = (found.title, found.body, found.original and found.original.body)
    assert not [each for each in texts if "owen@" in str(each) or "624" in str(each)]
    assert "[…]" in found.body
    assert alone == listed


def test_a_list_of_what_is_kept_needs_its_states(store: Store) -> None:
    with pytest.raises(ValueError, match="states"):
        kept(store, states=frozenset())


def test_only_those_written_since_a_moment(store: Store) -> None:
    fill(store, dated(1, 2, 3, None))

    assert titles(shown(store, since=datetime(2026, 9, 2, tzinfo=UTC))) == ["3", "2"]
    assert titles(shown(store, since=datetime(2026, 9, 2, tzinfo=UTC) + timedelta(microseconds=1))) == ["3"]
