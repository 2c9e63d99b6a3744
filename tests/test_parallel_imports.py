"""Tests of many hands at once on both databases: nobody waits for somebody who waits for him."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.domain import ApprovalRule, Batch, Record, SourceId, SubjectId
from engine.intake import Intake, register
from engine.mining_run import Miner
from engine.moderation import Moderation
from engine.outbox import Outbox, Work
from engine.store import Store
from tests.factories import NOON, make_intake, make_record, make_source

SHOP = SourceId("shop")
SUBJECTS = 7
REVIEWS = 60
ROUNDS = 6


def records(round_number: int) -> list[Record]:
    """The same reviews of the same few subjects, in other words each round."""
    return [
        make_record(str(number), subject=f"s{number % SUBJECTS}", body=f"Words {number} of round {round_number}.")
        for number in range(REVIEWS)
    ]


def at_once(*hands: Callable[[int], object]) -> None:
    """Runs each in a thread of its own, round by round together; raises what one of them raised."""
    together = Barrier(len(hands))

    def work(hand: Callable[[int], object]) -> None:
        try:
            for number in range(ROUNDS):
                together.wait(timeout=60)
                hand(number)
        except BaseException:
            together.abort()
            raise

    with ThreadPoolExecutor(len(hands)) as pool:
        for done in [pool.submit(work, each) for each in hands]:
            done.result()


def importing(
    store: Store, intake: Intake, order: Callable[[list[Record]], Sequence[Record]]
) -> Callable[[int], object]:
    def work(number: int) -> None:
        with store.writing() as transaction:
            batch = Batch(records=order(records(number)), cursor=str(number))
            intake.take_in(transaction, batch, "reading", NOON)

    return work


def counts_are_right(store: Store) -> bool:
    with store.reading() as transaction:
        return transaction.summaries.all() == transaction.summaries.counted()


def forwards(some: list[Record]) -> list[Record]:
    return some


def backwards(some: list[Record]) -> list[Record]:
    return some[::-1]


def by_subject(some: list[Record]) -> list[Record]:
    return sorted(some, key=lambda each: (each.fields["subject"], each.external_id))


def test_imports_of_one_source_take_turns(store: Store) -> None:
    intake = make_intake(policy=[ApprovalRule()])
    register(store, intake.source)

    at_once(*(importing(store, intake, each) for each in (forwards, backwards, by_subject, forwards)))

    with store.reading() as transaction:
        assert transaction.reviews.count() == REVIEWS
        assert {each.review.body[-2:] for each in transaction.reviews.of_source(SHOP)} == {f"{ROUNDS - 1}."}
    assert counts_are_right(store)


def test_imports_of_two_sources_about_the_same_subjects_do_not_wait_for_each_other_in_a_circle(store: Store) -> None:
    intakes = [make_intake(make_source(each), policy=[ApprovalRule()]) for each in ("shop", "till")]
    for each in intakes:
        register(store, each.source)

    at_once(*(importing(store, intake, order) for intake in intakes for order in (forwards, backwards)))

    with store.reading() as transaction:
        assert transaction.reviews.count() == 2 * REVIEWS
    assert counts_are_right(store)


def test_moderators_and_miners_work_while_it_is_imported(store: Store) -> None:
    intake = make_intake(policy=[ApprovalRule(shortest=1000)])
    register(store, intake.source)
    miner = Miner(store=store, languages=("en",), phrases=5, questions=0)
    outbox = Outbox(store=store, owner="worker", clock=lambda: NOON)

    def approving(_: int) -> None:
        with store.writing() as transaction:
            Moderation(transaction=transaction, now=NOON).approve_waiting(SHOP, by="ann", limit=REVIEWS)

    def mining(number: int) -> None:
        subject = SubjectId(f"s{number % SUBJECTS}")
        outcome = outbox.work_off_one(Work.MINE, subject, lambda lease: miner.mine(lease, NOON))
        assert outcome is None or outcome.error is None

    at_once(importing(store, intake, forwards), importing(store, intake, backwards), approving, mining)

    assert counts_are_right(store)
