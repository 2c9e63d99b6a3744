"""What is told beside phrases: kept by the mining run, and counted from the reviews where it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain import Review, SubjectId
from engine.mining_run import Miner
from engine.outbox import Work
from engine.phrase_report import ReportedPhrase, subject_report
from engine.store import Store
from review_site.settings_changes import FIGURES, mark_phrases
from tests.factories import NOON, fill, lease, make_review

KETTLE = SubjectId("kettle")
AMSTERDAM, HONOLULU = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Pacific/Honolulu")
NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


def said(count: int = 6) -> list[Review]:
    """Whoever speaks of the lid does so at the turn of the year, or at no time that is known."""
    return [
        make_review(body=f"The lid is great, order {number}.", written_at=NEW_YEAR if number % 2 else None)
        for number in range(count)
    ]


def mine(store: Store, timezone: ZoneInfo = AMSTERDAM, now: datetime = NOON) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.MINE, [KETTLE], NOON)
    miner = Miner(store=store, languages=("en",), phrases=50, questions=0, timezone=timezone)
    miner.mine(lease(store, Work.MINE, KETTLE), now)


def told(store: Store, timezone: ZoneInfo = AMSTERDAM) -> dict[str, ReportedPhrase]:
    with store.reading() as transaction:
        found = subject_report(transaction, KETTLE, language=None, timezone=timezone, now=NOON)
    return {each.phrase.text: each for each in found}


def forget_figures(store: Store) -> None:
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE, transaction.phrases.of(KETTLE))


def test_what_is_kept_is_what_was_counted_from_the_reviews(store: Store) -> None:
    fill(store, [*said(), make_review(body="It came late.")])
    mine(store)

    kept = told(store)
    forget_figures(store)

    assert kept["lid"].voices == 7
    assert (kept["lid"].trend.quarters, kept["lid"].trend.undated) == ({"2026-Q1": 3}, 3)
    assert told(store) == kept


def test_a_report_tells_of_the_voices_that_were_mined(store: Store) -> None:
    fill(store, said())
    mine(store)

    fill(store, [make_review(body="The lid is not mined yet.")])

    assert told(store)["lid"].voices == 6


def test_another_time_zone_is_counted_anew(store: Store) -> None:
    fill(store, said())
    mine(store)

    assert told(store, HONOLULU)["lid"].trend.quarters == {"2025-Q4": 3}


def test_voices_that_change_no_phrase_are_counted_and_build_no_page(store: Store) -> None:
    fill(store, said())
    mine(store)
    with store.writing() as transaction:
        before = transaction.events.settled()
    fill(store, [make_review(body="It came late.")])

    mine(store, now=NOON + timedelta(hours=1))

    assert told(store)["lid"].voices == 7
    with store.reading() as transaction:
        assert [event.kind for _, event in transaction.events.since(before)] == []


def test_a_server_has_phrases_mined_anew_that_were_counted_otherwise(store: Store) -> None:
    fill(store, said())
    mine(store)

    marked = [marks_made(store, each) for each in ("Europe/Amsterdam", "Europe/Amsterdam", "Pacific/Honolulu")]
    forget_figures(store)
    with store.writing() as transaction:
        transaction.memory.forget(FIGURES)
    marked.append(marks_made(store, "Europe/Amsterdam"))

    assert marked == [0, 0, 1, 1]


def marks_made(store: Store, timezone: str) -> int:
    """How many subjects are marked by a server that starts with this time zone."""
    with store.writing() as transaction:
        transaction.marks.forget([Work.MINE], KETTLE)
        mark_phrases(transaction, timezone, NOON)
        return transaction.marks.count([Work.MINE], due_by=NOON)
