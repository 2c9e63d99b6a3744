"""Tests of the proof of completeness: what calls itself complete, what does not, and that only the first deletes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.domain import Completeness, ReadingState, State
from engine.errors import SourceRefusedError
from engine.readings import LOOP, in_words
from engine.store import Store
from tests.factories import NOON
from tests.played_source import DAY, SHOP, Clock, PlayedSource, make_job, pages_of, run


def proof_of(store: Store, source: PlayedSource, clock: Clock | None = None) -> Completeness:
    clock = clock or Clock()
    proof = run(make_job(store, source, clock), clock, full=True).reading.proof
    assert proof is not None
    return proof


def withdrawn(store: Store) -> list[str]:
    with store.reading() as transaction:
        found = [each.review for each in transaction.reviews.of_source(SHOP)]
    return sorted(each.external_id for each in found if each.state is State.WITHDRAWN)


def test_a_reading_is_complete_when_its_ids_are_as_many_as_the_source_counts(store: Store) -> None:
    proof = proof_of(store, PlayedSource(pages_of(5), reported=5))

    assert proof == Completeness(at=NOON, seen=5, reported=5)
    assert in_words(proof) == "complete: 5 of 5"


def test_a_source_without_a_count_is_read_to_its_end_and_says_no_more(store: Store) -> None:
    proof = proof_of(store, PlayedSource(pages_of(5)))

    assert proof.is_complete
    assert in_words(proof) == "completeness unknown: 5 read to the end; the source tells no count"


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"reported": 9}, "4 of 9 are missing"),
        ({"reported": 4}, "5 were told of where the source counts 4"),
        ({"reported": 5, "unread": 2}, "2 could not be read"),
        ({"reported": 8, "unread": 3}, "3 of 8 are missing; 3 could not be read"),
    ],
)
def test_what_is_missing_is_told_with_its_reason(store: Store, changes: dict[str, Any], lacking: str) -> None:
    proof = proof_of(store, replace(PlayedSource(pages_of(5)), **changes))

    assert proof.lacking == lacking
    assert in_words(proof) == f"not complete: {lacking}"


def test_what_a_source_cannot_tell_is_unknown_and_nobodys_fault(store: Store) -> None:
    proof = proof_of(store, PlayedSource(pages_of(5), shortfall="the App Store gives the newest 500"))

    assert (proof.is_complete, proof.is_known, proof.is_excused) == (False, False, True)
    assert in_words(proof) == "completeness unknown: the App Store gives the newest 500"


def test_what_came_while_it_was_read_is_nobodys_fault(store: Store) -> None:
    clock = Clock()
    growing = PlayedSource(pages_of(6), reported=6, errors={2: [ZeroDivisionError()]})
    job = make_job(store, growing, clock)

    with pytest.raises(ZeroDivisionError):
        run(job, clock)
    growing.reported = 7
    proof = run(job, clock).reading.proof

    assert proof is not None
    assert in_words(proof) == (
        "completeness unknown: 1 of 7 are missing; the source's count moved meanwhile, from 6 to 7"
    )


def test_a_malformed_record_whose_id_is_known_counts_as_told_of(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)

    proof = proof_of(store, PlayedSource(pages_of(5), reported=6, unread=1, skipped=["6"]), clock)

    assert in_words(proof) == "complete: 6 of 6, of which 1 skipped: malformed"
    assert withdrawn(store) == []


def test_a_malformed_record_hides_no_other_that_is_missing(store: Store) -> None:
    proof = proof_of(store, PlayedSource(pages_of(4), reported=6, unread=1, skipped=["5"]))

    assert in_words(proof) == "not complete: 1 of 6 are missing, of which 1 skipped: malformed"


def test_without_a_count_an_id_is_gone_when_two_full_readings_miss_it(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6)), clock)
    shorter = make_job(store, PlayedSource(pages_of(5), resume="2"), clock)

    missed = run(shorter, clock, full=True)
    after_one, said = withdrawn(store), in_words(missed.reading.proof)
    clock.at += DAY
    again = run(shorter, clock)

    assert (after_one, missed.gone) == ([], 0)
    assert said.endswith("; 1 others were known, and are gone if the next full reading misses them too")
    assert again.reading.full
    assert (withdrawn(store), again.gone) == (["6"], 1)


def test_an_id_that_comes_back_in_between_was_never_gone(store: Store) -> None:
    clock = Clock()
    for count in (6, 5, 6, 5):
        proof_of(store, PlayedSource(pages_of(count)), clock)

    assert withdrawn(store) == []


def test_a_source_that_lost_most_of_what_it_had_is_not_believed_at_once(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(40), reported=40), clock)
    broken = PlayedSource(pages_of(3), reported=3)

    first = run(make_job(store, broken, clock), clock, full=True)
    kept = withdrawn(store)
    again = run(make_job(store, broken, clock), clock, full=True)

    assert (kept, first.gone) == ([], 0)
    assert first.reading.proof is not None
    assert first.reading.proof.doubted == 37
    assert again.gone == 37


def test_a_source_that_is_configured_otherwise_is_read_from_the_beginning_and_doubted(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6, resume="2"), clock)
    run(make_job(store, PlayedSource(pages_of(6), reported=6, resume="2"), clock, options="shop a"), clock)
    other = PlayedSource(pages_of(5), reported=5, resume="2")
    job = make_job(store, other, clock, options="shop b")

    first, kept = run(job, clock), withdrawn(store)
    again = run(job, clock, full=True)

    assert other.asked[0] is None
    assert first.reading.full
    assert kept == []
    assert again.gone == 1


def test_a_source_that_refuses_under_other_options_is_read_from_the_beginning_still(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), resume="2")
    run(make_job(store, source, clock, options="shop a"), clock)
    job = make_job(store, source, clock, options="shop b")
    source.errors = {0: [SourceRefusedError("not found", status=404)]}

    run(job, clock)
    run(job, clock)

    assert source.asked == [None, None, None]


def test_a_reading_in_the_middle_is_not_gone_on_with_at_another_place(store: Store) -> None:
    clock = Clock()
    breaking = PlayedSource(pages_of(6), reported=6, errors={2: [ZeroDivisionError()]})
    with pytest.raises(ZeroDivisionError):
        run(make_job(store, breaking, clock, options="shop a"), clock)

    synced = run(make_job(store, breaking, clock, options="shop b"), clock)

    assert breaking.asked == [None, None]
    assert synced.reading.number == 2


def test_what_is_gone_after_a_complete_reading_is_gone_here(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)

    synced = run(make_job(store, PlayedSource(pages_of(4), reported=4), clock), clock, full=True)

    assert withdrawn(store) == ["5", "6"]
    assert synced.gone == 2


def test_what_is_gone_is_found_once(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)

    runs = [run(make_job(store, PlayedSource(pages_of(4), reported=4), clock), clock, full=True).gone for _ in range(2)]

    assert runs == [2, 0]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(PlayedSource(pages_of(4), reported=6), id="ids are missing"),
        pytest.param(PlayedSource(pages_of(4), shortfall="the window ends at 10,000"), id="a known shortfall"),
        pytest.param(PlayedSource(pages_of(4), reported=4, unread=1), id="a malformed record"),
        pytest.param(PlayedSource([[]]), id="suddenly nothing"),
        pytest.param(PlayedSource([[]], reported=0), id="suddenly none"),
    ],
)
def test_nothing_is_withdrawn_after_a_reading_that_is_not_complete(store: Store, source: PlayedSource) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)

    proof = proof_of(store, source, clock)

    assert not proof.is_complete
    assert withdrawn(store) == []


def test_nothing_is_withdrawn_after_a_reading_that_was_refused(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)
    refusing = PlayedSource(pages_of(4), reported=2, errors={1: [SourceRefusedError("not found", status=404)]})

    proof = proof_of(store, refusing, clock)

    assert proof.lacking == "not found"
    assert withdrawn(store) == []


def test_a_count_that_moves_while_it_is_read_proves_nothing(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)
    moving = PlayedSource(pages_of(5), reported=6, errors={2: [ZeroDivisionError()]})
    job = make_job(store, moving, clock)

    with pytest.raises(ZeroDivisionError):
        run(job, clock, full=True)
    moving.reported = 5
    proof = run(job, clock).reading.proof

    assert proof is not None
    assert proof.lacking == "the source's count moved meanwhile, from 6 to 5"
    assert withdrawn(store) == []


def test_ids_that_the_source_itself_calls_deleted_need_no_proof(store: Store) -> None:
    clock = Clock()
    proof_of(store, PlayedSource(pages_of(6), reported=6), clock)

    synced = run(make_job(store, PlayedSource(pages_of(2), reported=6, deleted=["5"]), clock), clock)

    assert withdrawn(store) == ["5"]
    assert synced.gone == 1


def test_pages_that_repeat_themselves_are_left_and_are_not_complete(store: Store) -> None:
    clock = Clock()
    circles = [*pages_of(4), *[pages_of(4)[-1]] * 50]
    source = PlayedSource(circles, reported=7)

    synced = run(make_job(store, source, clock), clock)

    assert synced.report.seen == 4 + 2 * LOOP
    assert synced.reading.state is ReadingState.DONE
    assert in_words(synced.reading.proof) == (
        "not complete: 3 of 7 are missing; the source repeats itself: its last 3 pages held nothing new"
    )


def test_the_count_of_repeated_pages_outlives_an_interruption(store: Store) -> None:
    clock = Clock()
    source = PlayedSource([*pages_of(4), *[pages_of(4)[-1]] * 50], reported=7, errors={4: [ZeroDivisionError()]})
    job = make_job(store, source, clock)

    with pytest.raises(ZeroDivisionError):
        run(job, clock)
    synced = run(job, clock)

    assert synced.reading.repeats == LOOP


def test_pages_of_a_site_may_show_the_same_reviews(store: Store) -> None:
    clock = Clock()
    source = PlayedSource([*pages_of(4), *[pages_of(4)[0]] * 50])

    synced = run(make_job(store, source, clock), clock)

    assert in_words(synced.reading.proof) == "completeness unknown: 4 read to the end; the source tells no count"


def test_a_later_reading_of_what_is_new_keeps_what_the_full_one_proved(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), reported=6, resume="2")
    job = make_job(store, source, clock)
    run(job, clock)
    clock.at += DAY

    synced = run(job, clock)

    assert not synced.reading.full
    assert synced.reading.proof == Completeness(at=NOON, seen=6, reported=6)


def told_by_webhook(store: Store, *ids: str) -> None:
    with store.writing() as transaction:
        transaction.readings.tell(SHOP, ids)


@pytest.mark.parametrize("when", ["before any reading", "between two"])
def test_what_came_by_webhook_and_is_missed_by_the_next_readings_is_gone(store: Store, when: str) -> None:
    clock = Clock()
    job = make_job(store, PlayedSource(pages_of(4), reported=4), clock)
    if when == "between two":
        run(job, clock, full=True)
    told_by_webhook(store, "1", "9")

    gone = sum(run(job, clock, full=True).gone for _ in range(3))

    with store.reading() as transaction:
        assert (gone, transaction.readings.known(SHOP)) == (1, 4)


def test_what_comes_by_webhook_during_a_reading_is_counted_once_and_not_gone(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), reported=6, errors={2: [ZeroDivisionError()]})
    job = make_job(store, source, clock)
    with pytest.raises(ZeroDivisionError):
        run(job, clock)
    # One that was told of, one that is yet to come, and one that is newer than the page it stands on.
    told_by_webhook(store, "1", "6", "9")

    synced = run(job, clock)

    assert (synced.reading.seen, synced.gone) == (6, 0)
    assert synced.reading.proof is not None
    assert synced.reading.proof.is_complete
    with store.reading() as transaction:
        assert transaction.readings.known(SHOP) == 7
