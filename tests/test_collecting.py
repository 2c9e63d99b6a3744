"""Tests of runs over sources: what is saved together, where the next run goes on, and how long it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.budget import Budget, Pace, pause_before
from engine.collecting import TRIES, next_due, schedule, sync
from engine.domain import Reading, ReadingState
from engine.errors import (
    BudgetSpentError,
    LeaseLostError,
    PluginError,
    RefusedError,
    RetryLaterError,
    SourceRefusedError,
)
from engine.outbox import Work
from engine.readings import is_full_due
from engine.rights import DISPLAY_ONLY, OWN
from engine.store import KeptMark, Store
from tests.factories import NOON, make_intake, make_source
from tests.played_source import DAY, SHOP, Clock, PlayedSource, ids_kept, leased, make_job, pages_of, run


def mark_of(store: Store) -> KeptMark:
    with store.reading() as transaction:
        mark = transaction.marks.find(Work.COLLECT, SHOP)
    assert mark is not None
    return mark


def test_a_source_is_read_to_its_end_and_marked_for_the_next_time(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(5), reported=5)

    synced = run(make_job(store, source, clock), clock)

    assert ids_kept(store) == ["1", "2", "3", "4", "5"]
    assert (synced.report.taken, synced.report.refused, synced.gone) == (5, 0, 0)
    assert synced.reading.state is ReadingState.DONE
    assert synced.next_at == mark_of(store).due_at == NOON + DAY
    assert mark_of(store).owner is None


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_run_that_breaks_at_any_page_is_gone_on_with_where_it_was(store: Store, page: int) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), reported=6, errors={page: [ZeroDivisionError()]})
    job = make_job(store, source, clock)

    with pytest.raises(ZeroDivisionError):
        run(job, clock)
    kept = ids_kept(store)
    synced = run(job, clock)

    assert kept == ["1", "2", "3", "4", "5", "6"][: 2 * page]
    assert source.asked == [None, str(page) if page else None]
    assert ids_kept(store) == ["1", "2", "3", "4", "5", "6"]
    assert synced.reading.number == 1
    assert synced.reading.proof is not None
    assert synced.reading.proof.is_complete


def test_what_broke_after_the_last_batch_is_concluded_by_the_next_run(store: Store) -> None:
    clock = Clock()
    job = make_job(store, PlayedSource(pages_of(4), reported=4), clock)
    lease = leased(store, clock)
    with store.writing() as transaction:
        # Somebody asks for a run while this one is under way, so that its end cannot be written.
        transaction.marks.set(Work.COLLECT, [SHOP], NOON)

    with pytest.raises(LeaseLostError):
        sync(job, lease)
    synced = run(job, clock)

    assert synced.report.seen == 0
    assert synced.reading.state is ReadingState.DONE
    assert synced.reading.seen == 4


def test_a_batch_is_undone_when_another_worker_took_over(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(4))
    lost = leased(store, clock)
    with store.writing() as transaction:
        transaction.marks.release_all_of("worker")
    leased(store, clock, owner="another")

    with pytest.raises(LeaseLostError):
        sync(make_job(store, source, clock), lost)

    assert ids_kept(store) == []


def test_a_busy_source_is_asked_again_after_pauses_that_grow(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(4), errors={1: [RetryLaterError("busy") for _ in range(3)]})

    synced = run(make_job(store, source, clock), clock)

    assert clock.waits == [1.0, 2.0, 4.0]
    assert source.asked == [None, "1", "1", "1"]
    assert synced.reading.state is ReadingState.DONE


def test_a_source_says_itself_how_long_to_wait(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(4), errors={0: [RetryLaterError("busy", retry_after=17)]})

    run(make_job(store, source, clock), clock)

    assert clock.waits == [17]


def test_a_long_wait_ends_the_run_and_the_next_one_goes_on(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(4), errors={1: [RetryLaterError("busy until noon", retry_after=3600)]})
    job = make_job(store, source, clock)

    first = run(job, clock)
    second = run(job, clock)

    assert clock.waits == []
    assert (first.reading.state, first.reading.said) == (ReadingState.WAITING, "busy until noon")
    assert first.next_at == NOON + timedelta(hours=1)
    assert source.asked == [None, "1"]
    assert second.reading.state is ReadingState.DONE
    assert second.reading.number == 1


def test_a_source_that_stays_broken_is_left_for_longer_each_time(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(4), errors={0: [RetryLaterError("500") for _ in range(9 * TRIES)]})
    job = make_job(store, source, clock, pace=Pace(wait=lambda _: None, chance=lambda: 0.0))

    pauses = [run(job, clock).next_at - NOON for _ in range(9)]

    assert len(source.asked) == 9 * TRIES
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]
    assert mark_of(store).last_error == "500"


def test_what_is_refused_ends_the_reading_and_the_next_begins_again(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), reported=6, errors={1: [SourceRefusedError("401", status=401)]})
    job = make_job(store, source, clock)

    first = run(job, clock)
    second = run(job, clock)

    assert (first.reading.state, first.reading.said) == (ReadingState.REFUSED, "401")
    assert first.next_at == NOON + DAY
    assert source.asked == [None, None]
    assert second.reading.number == 2
    assert second.reading.full


def test_the_next_reading_resumes_and_a_full_one_comes_round(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), reported=6, resume="2")
    job = make_job(store, source, clock)

    fulls = []
    for _ in range(9):
        fulls.append(run(job, clock).reading.full)
        clock.at += DAY

    assert fulls == [True, *[False] * 6, True, False]
    assert source.asked[:3] == [None, "2", "2"]


def test_a_full_reading_can_be_asked_for(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6), resume="2")
    job = make_job(store, source, clock)

    run(job, clock)
    synced = run(job, clock, full=True)

    assert source.asked == [None, None]
    assert synced.reading.full


def test_a_turn_that_is_over_leaves_the_reading_to_be_gone_on_with_at_once(store: Store) -> None:
    clock = Clock()
    source = PlayedSource(pages_of(6))
    job = make_job(store, source, clock, pace=Pace(wait=clock.wait, chance=lambda: 0.0, is_over=lambda: True))

    turns = [run(job, clock) for _ in range(3)]

    assert [each.reading.state for each in turns] == ["reading", "reading", "done"]
    assert [each.next_at for each in turns] == [NOON, NOON, NOON + DAY]
    assert source.asked == [None, "1", "2"]


def test_a_collector_that_stops_without_a_last_batch_is_told_so(store: Store) -> None:
    clock = Clock()

    with pytest.raises(PluginError, match="stopped without a last batch"):
        run(make_job(store, PlayedSource([]), clock), clock)


def test_a_source_keeps_the_rights_that_a_person_gave_it(store: Store) -> None:
    clock = Clock()
    job = make_job(store, PlayedSource(pages_of(2)), clock)
    run(job, clock)
    widened = replace(job, intake=make_intake(make_source(rights=DISPLAY_ONLY)))

    with pytest.raises(RefusedError, match="known with rights 'own', and configured with 'display-only'"):
        run(widened, clock)


def test_a_profile_that_says_more_than_before_is_taken_over(store: Store) -> None:
    clock = Clock()
    job = make_job(store, PlayedSource(pages_of(2)), clock)
    run(job, clock)
    dated = replace(OWN, max_age=timedelta(days=1))

    run(replace(job, intake=make_intake(make_source(rights=dated))), clock)

    with store.reading() as transaction:
        known = transaction.sources.find(SHOP)
    assert known is not None
    assert known.rights == dated


def test_calls_are_counted_by_the_day_and_outlive_the_process(store: Store) -> None:
    clock = Clock()
    budget = Budget(per_minute=1_000, per_day=3, clock=clock)
    job = make_job(store, PlayedSource(pages_of(2)), clock, budget=budget)
    budget.spend()
    budget.spend()
    run(job, clock)
    later = Budget(per_minute=1_000, per_day=3, clock=clock)

    run(replace(job, budget=later), clock)
    later.spend()
    with pytest.raises(BudgetSpentError, match="3 calls a day") as spent:
        later.spend()

    assert spent.value.retry_after == 12 * 3600
    clock.at += timedelta(hours=13)
    later.spend()


def test_a_minute_that_is_used_up_is_waited_for_whole() -> None:
    clock = Clock()
    budget = Budget(per_minute=2, per_day=100, clock=clock)
    budget.spend()
    clock.wait(20)
    budget.spend()

    with pytest.raises(BudgetSpentError, match="2 calls a minute") as spent:
        budget.spend()
    clock.wait(spent.value.retry_after or 0)
    budget.spend()
    budget.spend()

    assert clock.waits == [20, 60]


def test_a_clock_that_is_set_back_costs_a_minute_and_no_more() -> None:
    clock = Clock()
    budget = Budget(per_minute=1, per_day=100, clock=clock)
    budget.spend()
    clock.at -= 30 * DAY

    with pytest.raises(BudgetSpentError) as spent:
        budget.spend()

    assert spent.value.retry_after == 60


def test_the_day_of_a_budget_has_24_hours_when_the_clocks_change() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    clock = Clock(datetime(2026, 10, 25, 2, 59, tzinfo=madrid))
    budget = Budget(per_minute=100, per_day=1, clock=clock)
    budget.spend()

    with pytest.raises(BudgetSpentError) as spent:
        budget.spend()

    assert spent.value.retry_after == 23 * 3600 + 60


def test_what_a_wrong_clock_wrote_puts_nothing_off() -> None:
    ahead = NOON + 400 * DAY
    read = Reading(source_id=SHOP, number=1, finished_at=ahead, full_at=ahead, resume="2")

    assert next_due(read, DAY, NOON) == NOON + DAY
    assert is_full_due(read, NOON, 7 * DAY)


def test_a_spent_budget_is_no_failure_however_often_it_happens(store: Store) -> None:
    clock = Clock()
    spent: list[Exception] = [BudgetSpentError("spent", retry_after=30) for _ in range(2 * TRIES)]

    synced = run(make_job(store, PlayedSource(pages_of(2), errors={0: spent}), clock), clock)

    assert clock.waits == [30] * 2 * TRIES
    assert synced.reading.state is ReadingState.DONE


@pytest.mark.parametrize(
    ("tries", "retry_after", "chance", "seconds"),
    [(1, None, 0.0, 1.0), (1, None, 1.0, 0.5), (4, None, 0.0, 8.0), (50, None, 0.0, 60.0), (1, 0.0, 1.0, 0.1)],
)
def test_a_pause_doubles_to_a_minute_and_is_spread_by_chance(
    tries: int, retry_after: float | None, chance: float, seconds: float
) -> None:
    assert pause_before(tries, retry_after, chance) == seconds


def test_a_source_that_was_never_read_is_due_at_once() -> None:
    read = Reading(source_id=SHOP, number=1, finished_at=NOON)

    assert next_due(None, DAY, NOON) == NOON
    assert next_due(read, DAY, NOON) == NOON + DAY
    assert next_due(read, DAY, NOON + 3 * DAY) == NOON + 3 * DAY


def test_a_mark_is_only_ever_brought_forward(store: Store) -> None:
    schedule(store, {SHOP: NOON + DAY})
    schedule(store, {SHOP: NOON + 2 * DAY})
    later = mark_of(store).due_at
    schedule(store, {SHOP: NOON})

    assert (later, mark_of(store).due_at) == (NOON + DAY, NOON)
