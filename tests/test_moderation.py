"""Tests of deciding on both databases: the decision, the summary, the marks and the events are one transaction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from engine.domain import (
    MOVES,
    EventKind,
    Reason,
    Review,
    ReviewId,
    SourceId,
    State,
    SubjectId,
    Use,
)
from engine.errors import ForbiddenMoveError, NotFoundError, PlauditError, RefusedError
from engine.moderation import Moderation, reason_from
from engine.outbox import Work
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store, Transaction
from tests.factories import NOON, fill, make_review, make_source

KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(days=1)


def moderation(transaction: Transaction) -> Moderation:
    return Moderation(transaction=transaction, now=LATER, mining_delay=timedelta(seconds=20))


def move(store: Store, review: ReviewId, state: State) -> Review:
    with store.writing() as transaction:
        verbs = moderation(transaction)
        if state is State.APPROVED:
            return verbs.approve([review], by="ann")[0]
        if state is State.REJECTED:
            return verbs.reject([review], by="ann", reason=Reason.SPAM)[0]
        return verbs.withdraw(review, by="author")


def kept(store: Store, review: ReviewId) -> Review:
    with store.reading() as transaction:
        return transaction.reviews.find(review).review


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", [State.APPROVED, State.REJECTED, State.WITHDRAWN])
def test_only_the_moves_of_the_table_are_made(store: Store, before: State, after: State) -> None:
    review = make_review(state=before)
    fill(store, [review])

    if after in MOVES[before]:
        moved = move(store, review.id, after)
        assert moved.state is after
    else:
        with pytest.raises(ForbiddenMoveError, match=f"{before} cannot become {after}"):
            move(store, review.id, after)
        assert kept(store, review.id) == review


def test_a_decision_says_who_when_and_why(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])

    with store.writing() as transaction:
        moderation(transaction).reject([review.id], by="ann", reason=Reason.ABUSE, note="insults the driver")

    decision = kept(store, review.id).decision
    assert decision is not None
    assert (decision.by, decision.at, decision.reason, decision.note) == (
        "ann",
        LATER,
        Reason.ABUSE,
        "insults the driver",
    )


def test_every_move_leaves_an_event_that_carries_nobodys_words(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])
    for state in (State.APPROVED, State.REJECTED, State.APPROVED, State.WITHDRAWN):
        move(store, review.id, state)

    with store.reading() as transaction:
        events = transaction.events.of_review(review.id)

    assert [(each.kind, each.by, each.at, each.subject_id) for each in events] == [
        (EventKind.REVIEW_APPROVED, "ann", LATER, KETTLE),
        (EventKind.REVIEW_REJECTED, "ann", LATER, KETTLE),
        (EventKind.REVIEW_APPROVED, "ann", LATER, KETTLE),
        (EventKind.REVIEW_WITHDRAWN, "author", LATER, KETTLE),
    ]
    assert [dict(each.details) for each in events] == [{}, {"reason": "spam"}, {}, {}]


def test_a_decision_leaves_work_for_publishing_and_mining(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])

    move(store, review.id, State.APPROVED)

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.PUBLISH]) == LATER
        assert transaction.marks.next_due([Work.MINE]) == LATER + timedelta(seconds=20)


def test_one_that_cannot_be_decided_leaves_all_undecided(store: Store) -> None:
    pending, withdrawn = make_review(state=State.PENDING), make_review(state=State.WITHDRAWN)
    fill(store, [pending, withdrawn])

    for ids, error in (([pending.id, withdrawn.id], ForbiddenMoveError), ([pending.id, ReviewId("r0")], NotFoundError)):
        with pytest.raises(error), store.writing() as transaction:
            moderation(transaction).approve(ids, by="ann")

    assert kept(store, pending.id).state is State.PENDING
    with store.reading() as transaction:
        assert transaction.events.since() == []
        assert transaction.marks.next_due(Work) is None


def test_a_review_named_twice_is_decided_once(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])

    with store.writing() as transaction:
        moved = moderation(transaction).approve([review.id, review.id], by="ann")

    assert [each.id for each in moved] == [review.id]
    with store.reading() as transaction:
        assert transaction.summaries.all() == transaction.summaries.counted()


def test_those_waiting_of_a_source_are_approved_in_portions(store: Store) -> None:
    waiting = [make_review(state=State.PENDING) for _ in range(5)]
    others = [make_review(state=State.PENDING, source_id="till"), make_review(state=State.REJECTED)]
    fill(store, [*waiting, *others])

    counts: list[int] = []
    for _ in range(4):
        with store.writing() as transaction:
            counts.append(moderation(transaction).approve_waiting(SourceId("shop"), by="ann", limit=2))

    assert counts == [2, 2, 1, 0]
    assert [kept(store, each.id).state for each in others] == [State.PENDING, State.REJECTED]


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_one_of_the_list(reason: Reason) -> None:
    assert reason_from(reason.value) is reason


@pytest.mark.parametrize("text", ["", "too negative", "one star", "SPAM"])
def test_any_other_reason_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(RefusedError, match="spam, off-topic, personal-data, abuse, illegal, not-a-customer, duplicate"):
        reason_from(text)


@pytest.mark.parametrize("seed", range(6))
def test_no_sequence_of_moves_leaves_a_summary_behind(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    reviews = some_reviews(chance)
    fill(store, reviews, sources=[make_source("club", DISPLAY_ONLY), make_source("desk", INTERNAL)])

    for _ in range(40):
        step(store, chance, reviews)
        with store.reading() as transaction:
            assert transaction.summaries.all() == transaction.summaries.counted()


def some_reviews(chance: random.Random) -> list[Review]:
    return [
        make_review(
            chance.choice([None, 1, 2.5, 5]),
            subject_id=SubjectId(chance.choice(["kettle", "teapot"])),
            source_id=chance.choice(["shop", "club", "desk"]),
            state=chance.choice([State.PENDING, State.APPROVED, State.REJECTED]),
            body=chance.choice(["", "words"]),
            title=chance.choice([None, "", "Title"]),
            holds_contact_data=chance.random() < 0.2,
        )
        for _ in range(12)
    ]


def step(store: Store, chance: random.Random, reviews: Sequence[Review]) -> None:
    """One verb on some of the reviews; what the engine refuses must change nothing either."""
    some = [each.id for each in chance.sample(reviews, 3)]
    verb = chance.randrange(5)
    try:
        with store.writing() as transaction:
            verbs = moderation(transaction)
            if verb == 0:
                verbs.approve(some, by="ann")
            elif verb == 1:
                verbs.reject(some, by="ann", reason=Reason.SPAM)
            elif verb == 2 and chance.random() < 0.3:
                verbs.withdraw(some[0], by="author")
            elif verb == 3:
                verbs.withdraw(some[0], frozenset({Use.EXCERPT}), by="author")
            else:
                source = transaction.sources.all()[SourceId("club")]
                verbs.change_rights(source, chance.choice([OWN, DISPLAY_ONLY, INTERNAL]), by="ann")
    except PlauditError:
        return
