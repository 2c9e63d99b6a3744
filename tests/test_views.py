"""Tests of the views on both databases: each order, the page's language first, cursors that neither skip nor repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from engine.domain import Order, Review, SourceId, State, SubjectId, View
from engine.errors import BadValueError
from engine.rights import DISPLAY_ONLY
from engine.store import Store, Wanted
from tests.factories import NOON, fill, make_review, make_rights, make_source

KETTLE = SubjectId("kettle")


def wanted(view: View | None = None, language: str = "en", limit: int = 100, **changes: Any) -> Wanted:
    oldest: Mapping[SourceId, datetime] = changes.pop("oldest", {})
    return Wanted(subject=KETTLE, language=language, view=view or View(), limit=limit, oldest=oldest)


def page(store: Store, wanted: Wanted) -> tuple[list[Review], str | None]:
    with store.reading() as transaction:
        return transaction.views.page(wanted)


def titles(store: Store, wanted: Wanted) -> list[str | None]:
    return [each.title for each in page(store, wanted)[0]]


def day(number: int) -> datetime:
    return datetime(2026, 9, number, tzinfo=UTC)


def some_reviews() -> list[Review]:
    """Reviews of three languages, some undated and some not rated, and several of one moment."""
    kinds = product(("en", "de", None), (1, 4.5, None), (day(1), day(1), day(2), None))
    return [make_review(stars, language=language, written_at=at) for language, stars, at in kinds]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEWEST, ["three", "two", "one", "undated"]),
        (Order.HIGHEST, ["two", "undated", "three", "one"]),
        (Order.LOWEST, ["three", "one", "undated", "two"]),
    ],
)
def test_reviews_come_in_the_order_of_the_view(store: Store, order: Order, expected: list[str]) -> None:
    fill(
        store,
        [
            make_review(1, title="one", written_at=day(1)),
            make_review(5, title="two", written_at=day(2)),
            make_review(1, title="three", written_at=day(3)),
            make_review(3, title="undated", written_at=None),
        ],
    )

    assert titles(store, wanted(View(order=order))) == expected


def test_the_oldest_come_first_where_they_are_asked_for(store: Store) -> None:
    fill(store, [make_review(title=str(number), written_at=day(number)) for number in (2, 1, 3)])

    assert titles(store, wanted(View(order=Order.OLDEST))) == ["1", "2", "3"]


@pytest.mark.parametrize("order", [Order.HIGHEST, Order.LOWEST])
def test_an_order_by_rating_leaves_out_what_is_not_rated(store: Store, order: Order) -> None:
    fill(store, [make_review(None, title="words only"), make_review(4, title="rated")])

    assert titles(store, wanted(View(order=order))) == ["rated"]
    assert len(titles(store, wanted())) == 2


@pytest.mark.parametrize("order", Order)
def test_the_language_of_the_page_comes_first(store: Store, order: Order) -> None:
    languages = ["de", "en", None, "de", "nl"]
    fill(store, [make_review(language=each, written_at=day(at)) for at, each in enumerate(languages, start=1)])

    reviews, _ = page(store, wanted(View(order=order), language="de"))

    assert [each.language == "de" for each in reviews] == [True, True, False, False, False]


def test_only_one_subjects_shown_reviews_are_there(store: Store) -> None:
    fill(
        store,
        [
            make_review(title="shown"),
            make_review(title="pending", state=State.PENDING),
            make_review(title="withdrawn", state=State.WITHDRAWN),
            make_review(title="contact", holds_contact_data=True),
            make_review(title="internal", source_id="desk"),
            make_review(title="another", subject_id=SubjectId("teapot")),
            make_review(title="club", source_id="club", written_at=None),
        ],
        sources=[make_source("desk", make_rights(may_show=False)), make_source("club", DISPLAY_ONLY)],
    )

    assert titles(store, wanted()) == ["shown", "club"]


@pytest.mark.parametrize(("star", "expected"), [(5, ["4.5", "5"]), (4, ["4"]), (2, [])])
def test_one_bar_of_the_histogram_can_be_asked_for(store: Store, star: int, expected: list[str]) -> None:
    fill(store, [make_review(stars, title=str(stars)) for stars in (4, 4.5, 5, None)])

    assert sorted(str(each) for each in titles(store, wanted(View(star=star)))) == expected


def test_what_its_source_calls_too_old_is_left_out(store: Store) -> None:
    moment = NOON - timedelta(days=30)
    fill(
        store,
        [
            make_review(title="stale", source_id="club", received_at=moment),
            make_review(title="fresh", source_id="club", received_at=moment + timedelta(microseconds=1)),
            make_review(title="ours", received_at=moment, written_at=None),
        ],
    )

    assert titles(store, wanted(oldest={SourceId("club"): moment})) == ["fresh", "ours"]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 5, 1000])
def test_cursors_walk_through_every_review_once(store: Store, order: Order, limit: int) -> None:
    fill(store, some_reviews())
    whole = [each.id for each in page(store, wanted(View(order=order), "de"))[0]]

    seen, after = page(store, wanted(View(order=order), "de", limit))
    while after is not None:
        found, after = page(store, wanted(View(order=order, after=after), "de", limit))
        assert found
        seen += found

    assert [each.id for each in seen] == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize("order", [Order.NEWEST, Order.HIGHEST])
def test_reviews_that_come_in_above_are_neither_skipped_to_nor_repeated(store: Store, order: Order) -> None:
    fill(store, some_reviews())
    before = [each.id for each in page(store, wanted(View(order=order), "de"))[0]]

    seen, after = page(store, wanted(View(order=order), "de", 4))
    while after is not None:
        fill(store, [make_review(5, language="de", written_at=NOON)])
        found, after = page(store, wanted(View(order=order, after=after), "de", 4))
        seen += found

    assert [each.id for each in seen] == before


@pytest.mark.parametrize("order", Order)
def test_a_cursor_of_another_order_is_refused(store: Store, order: Order) -> None:
    fill(store, some_reviews())
    foreign = [page(store, wanted(View(order=each), limit=2))[1] for each in Order if each is not order]

    for cursor in foreign:
        assert cursor is not None
        with pytest.raises(BadValueError, match="not a cursor that this order"):
            page(store, wanted(View(order=order, after=cursor)))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "kettle",
        "0",
        "newest~0~1",
        "newest~2~1~r" + "0" * 20,
        "newest~0~1~r" + "0" * 20 + "\n",
        "newest~0~1~r" + "g" * 20,
        "newest~0~" + "9" * 19 + "~r" + "0" * 20,
        "newest~0~1~1~r" + "0" * 20,
        "highest~0~" + "9" * 12 + "~1~r" + "0" * 20,
        "newest~0~1~' OR 1=1 --",
        "newest~0~١~r" + "0" * 20,
    ],
)
def test_a_cursor_that_nobody_gave_is_refused(store: Store, cursor: str) -> None:
    for order in Order:
        with pytest.raises(BadValueError):
            page(store, wanted(View(order=order, after=cursor)))


def test_the_largest_cursor_that_is_read_is_taken_by_the_database(store: Store) -> None:
    fill(store, [make_review()])

    for cursor in ("newest~0~" + "9" * 18, "highest~0~999~" + "9" * 18):
        view = View(order=Order(cursor.partition("~")[0]), after=f"{cursor}~r{'0' * 20}")
        assert len(page(store, wanted(view))[0]) == 1
