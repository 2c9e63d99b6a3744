"""Tests of runs on both databases: sources, streams, and batches that are saved with their cursor or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.domain import Batch, Problem, Review, Severity, SourceId
from engine.errors import ForbiddenRightError, RefusedError
from engine.intake import Intake, Report, register, run
from engine.rights import DISPLAY_ONLY, FORBIDDEN, OWN
from engine.store import Store
from tests.factories import NOON, make_intake, make_record, make_rules, make_source

SHOP = SourceId("shop")


def reviews(store: Store) -> list[Review]:
    with store.reading() as transaction:
        return [each.review for each in transaction.reviews.of_source(SHOP)]


def test_rows_that_cannot_be_taken_in_are_each_counted_and_named(store: Store) -> None:
    unread = Problem(rule="file-row", severity=Severity.ERROR, path="reviews.csv row 9", message="has no columns")
    intake = make_intake()
    register(store, intake.source)

    with store.writing() as transaction:
        batch = Batch(records=[make_record("1", rating="9"), make_record("2")], cursor="2", problems=[unread])
        report = intake.take_in(transaction, batch, "reviews.csv", NOON)

    assert (report.taken, report.refused, report.seen) == (1, 2, 3)
    assert [each.path for each in report.problems] == ["reviews.csv row 9", "reviews.csv row 1, field rating"]


def test_trying_out_saves_nothing(store: Store) -> None:
    intake = make_intake()

    cleaned, problems = intake.try_out(make_record(), NOON)
    refused, reasons = intake.try_out(make_record(rating="9"), NOON)

    assert cleaned is not None
    assert problems == []
    assert refused is None
    assert len(reasons) == 1
    with store.reading() as transaction:
        assert transaction.reviews.count() == 0


def test_a_source_is_registered_once(store: Store) -> None:
    first = register(store, make_source())

    assert register(store, replace(make_source(), collector="api")) == first


def test_a_source_that_is_known_with_other_rights_is_refused(store: Store) -> None:
    register(store, make_source(rights=OWN))

    with pytest.raises(RefusedError, match="'shop' is known with rights 'own', not 'display-only'"):
        register(store, make_source(rights=DISPLAY_ONLY))


def test_a_source_that_forbids_storing_is_refused(store: Store) -> None:
    with pytest.raises(ForbiddenRightError, match="forbids storing its reviews"):
        register(store, make_source(rights=FORBIDDEN))

    with store.reading() as transaction:
        assert transaction.sources.all() == {}


def batches_from(cursor: str | None) -> Iterator[Batch]:
    """Three batches of two records; the cursor is how many were read."""
    for read in range(int(cursor or 0), 6, 2):
        records = [make_record(str(number), language="", body=f"words {number}") for number in (read, read + 1)]
        yield Batch(records=records, cursor=str(read + 2) if read < 4 else None)


def detector_that_breaks_at(words: str) -> Intake:
    def detect(text: str) -> str:
        if words in text:
            raise RuntimeError(words)
        return "en"

    return make_intake(rules=make_rules(detect=detect))


def cursor_of(store: Store) -> str | None:
    with store.reading() as transaction:
        return transaction.cursors.find(SHOP, "reviews.csv")


def test_a_batch_that_fails_leaves_neither_reviews_nor_its_cursor(store: Store) -> None:
    register(store, make_source())

    with pytest.raises(RuntimeError, match="words 3"):
        run(store, detector_that_breaks_at("words 3"), batches_from, "reviews.csv", now=NOON)

    assert {each.external_id for each in reviews(store)} == {"0", "1"}
    assert cursor_of(store) == "2"


def test_a_run_that_was_stopped_goes_on_to_the_same_rows(store: Store) -> None:
    register(store, make_source())
    with pytest.raises(RuntimeError):
        run(store, detector_that_breaks_at("words 3"), batches_from, "reviews.csv", now=NOON)
    seen: list[int] = []

    report = run(store, detector_that_breaks_at("-"), batches_from, "reviews.csv", now=NOON, progress=seen.append)

    assert (report.taken, seen) == (4, [2, 2])
    assert {each.external_id for each in reviews(store)} == {"0", "1", "2", "3", "4", "5"}
    assert cursor_of(store) is None, "a stream that was read to its end begins anew"


def test_streams_of_one_source_have_their_own_cursors(store: Store) -> None:
    register(store, make_source())
    with pytest.raises(RuntimeError):
        run(store, detector_that_breaks_at("words 3"), batches_from, "reviews.csv", now=NOON)

    report = run(store, detector_that_breaks_at("-"), batches_from, "other.csv", now=NOON)

    assert (report.taken, report.unchanged) == (4, 2)
    assert cursor_of(store) == "2"


def test_reports_add_up() -> None:
    problem = Problem(rule="x", severity=Severity.ERROR, path="", message="")
    report = Report(taken=1, changed=2, unchanged=3, refused=4, approved=1, problems=[problem])

    report.add(replace(report, problems=[problem]))

    assert (report.seen, report.approved, len(report.problems)) == (20, 2, 2)
