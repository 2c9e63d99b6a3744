"""What readers report: kept once, changing nothing by itself, answered by a person with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    Decision,
    EventKind,
    Flag,
    FlagId,
    FlagReason,
    FlagState,
    Locale,
    Reason,
    Review,
    Scope,
    State,
    Use,
)
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.flagging import LONGEST, REASONS, Notice, answer_flag, flag_review, reason_for, statement_to_author
from engine.moderation import Moderation
from engine.rights import INTERNAL
from engine.store import Store
from tests.factories import NOON, fill, make_review, make_snippet, make_source

APPROVED = Decision(state=State.APPROVED, by="operator", at=NOON)
REVIEW = make_review(external_id="flagged", decision=APPROVED)
NOTICE = Notice(
    reason=FlagReason.ABUSE,
    explanation="It calls me a thief.",
    locale=Locale("nl"),
    name="Ruth Reader",
    email="ruth@example.org",
)


def flag_it(store: Store, notice: Notice = NOTICE, review: Review = REVIEW) -> Flag:
    with store.writing() as transaction:
        return flag_review(transaction, review.id, notice, NOON)


def quote_it(store: Store) -> None:
    """Publishes a snippet that holds the review's words."""
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", REVIEW.id)])
        transaction.snippets.quote(Scope.SUBJECT, "kettle", {REVIEW.id})


def answer(store: Store, flag: Flag, text: str = "It does.", uphold: Reason | None = None) -> Flag:
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(hours=1))
        return answer_flag(transaction, moderation, flag.id, text, by="operator", uphold=uphold)[0]


def state_of(store: Store, review: Review = REVIEW) -> tuple[State, Reason | None]:
    with store.reading() as transaction:
        found = transaction.reviews.find(review.id).review
    return found.state, found.decision.reason if found.decision else None


def test_a_flag_changes_nothing_about_its_review(store: Store) -> None:
    fill(store, [REVIEW])
    quote_it(store)

    flag = flag_it(store)

    with store.reading() as transaction:
        assert transaction.flags.find(flag.id) == flag
        assert transaction.reviews.find(REVIEW.id).review == REVIEW
        assert len(transaction.snippets.quoting([REVIEW.id])) == 1
    assert (flag.state, flag.name, flag.email, flag.locale) == (FlagState.OPEN, "Ruth Reader", "ruth@example.org", "nl")


def test_the_record_of_events_names_the_flag_and_nobody(store: Store) -> None:
    fill(store, [REVIEW])

    flag = flag_it(store)
    answer(store, flag, "You are right, Ruth Reader.", Reason.ABUSE)

    with store.reading() as transaction:
        told = [each for _, each in transaction.events.since()]
    flagged, rejected, answered = told[0], told[-2], told[-1]
    assert (flagged.kind, flagged.by, flagged.review_id) == (EventKind.REVIEW_FLAGGED, "reader", REVIEW.id)
    assert flagged.details == {"flag": flag.id, "reason": "abuse"}
    assert (rejected.kind, rejected.details) == (EventKind.REVIEW_REJECTED, {"reason": "abuse"})
    assert (answered.kind, answered.details) == (EventKind.FLAG_ANSWERED, {"flag": flag.id, "state": "upheld"})
    assert not any(word in repr(told) for word in ("Ruth", "ruth@example.org", "thief"))


def test_the_same_notice_again_is_the_flag_that_there_is(store: Store) -> None:
    fill(store, [REVIEW])

    first, again = flag_it(store), flag_it(store, replace(NOTICE, explanation="  It calls me a thief.\n"))
    other = flag_it(store, replace(NOTICE, email="somebody@example.org"))

    assert first == again
    assert other.id != first.id
    with store.reading() as transaction:
        told = [each for _, each in transaction.events.since() if each.kind is EventKind.REVIEW_FLAGGED]
        assert len(transaction.flags.of_review(REVIEW.id)) == 2
    assert len(told) == 2


def test_the_same_notice_is_another_one_after_the_review_was_decided_about_anew(store: Store) -> None:
    fill(store, [REVIEW])
    first = flag_it(store)
    answer(store, first, uphold=Reason.ABUSE)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON + timedelta(days=1)).approve([REVIEW.id], by="operator")

    again = flag_it(store)

    assert again.id != first.id
    assert again.state is FlagState.OPEN


@pytest.mark.parametrize(
    "review",
    [
        pytest.param(replace(REVIEW, state=State.PENDING), id="pending"),
        pytest.param(replace(REVIEW, state=State.REJECTED), id="rejected"),
        pytest.param(replace(REVIEW, consent=replace(REVIEW.consent, uses=frozenset({Use.ADS}))), id="not agreed to"),
        pytest.param(replace(REVIEW, holds_contact_data=True), id="holds contact data"),
        pytest.param(replace(REVIEW, source_id=make_source("survey").id), id="internal"),
    ],
)
def test_what_nobody_can_see_cannot_be_flagged(store: Store, review: Review) -> None:
    fill(store, [review], sources=[make_source("survey", INTERNAL)])

    with pytest.raises(NotFoundError, match="there is no review"):
        flag_it(store, review=review)


@pytest.mark.parametrize("explanation", ["", " \n ", "<script></script>", "x" * (LONGEST + 1)])
def test_an_explanation_says_something_and_ends(store: Store, explanation: str) -> None:
    fill(store, [REVIEW])

    with pytest.raises(BadValueError, match="an explanation has 1 to 4,000 characters"):
        flag_it(store, replace(NOTICE, explanation=explanation))


def test_upholding_takes_the_review_down_with_every_snippet_that_quotes_it(store: Store) -> None:
    fill(store, [REVIEW])
    quote_it(store)

    with store.reading() as transaction:
        before = transaction.snippets.quoting([REVIEW.id])
    answered = answer(store, flag_it(store), "It insults you by name.", Reason.ABUSE)

    assert (answered.state, answered.answer, answered.answered_by) == (
        FlagState.UPHELD,
        "It insults you by name.",
        "operator",
    )
    assert state_of(store) == (State.REJECTED, Reason.ABUSE)
    with store.reading() as transaction:
        assert (len(before), transaction.snippets.quoting([REVIEW.id])) == (1, [])


def test_dismissing_lets_the_review_stand(store: Store) -> None:
    fill(store, [REVIEW])

    answered = answer(store, flag_it(store), "It is an opinion, harsh and allowed.")

    assert answered.state is FlagState.DISMISSED
    assert state_of(store) == (State.APPROVED, None)


def test_a_flag_is_answered_once(store: Store) -> None:
    fill(store, [REVIEW])
    flag = flag_it(store)
    answer(store, flag)

    with pytest.raises(RefusedError, match="was answered before: dismissed"):
        answer(store, flag, uphold=Reason.ABUSE)

    assert state_of(store) == (State.APPROVED, None)


def test_an_answer_without_reasons_is_none_and_changes_nothing(store: Store) -> None:
    fill(store, [REVIEW])
    flag = flag_it(store)

    with pytest.raises(BadValueError, match="an answer has 1 to"):
        answer(store, flag, " ", Reason.ABUSE)

    assert state_of(store) == (State.APPROVED, None)
    with store.reading() as transaction:
        assert transaction.flags.find(flag.id).state is FlagState.OPEN


def test_two_readers_are_both_answered_when_one_of_them_had_the_review_taken_down(store: Store) -> None:
    fill(store, [REVIEW])
    one, other = flag_it(store), flag_it(store, replace(NOTICE, reason=FlagReason.SPAM))
    answer(store, one, uphold=Reason.ABUSE)

    answered = answer(store, other, "It is down already.", Reason.SPAM)

    assert answered.state is FlagState.UPHELD
    assert state_of(store) == (State.REJECTED, Reason.ABUSE)


def test_what_its_author_took_back_cannot_be_taken_down(store: Store) -> None:
    fill(store, [REVIEW])
    flag = flag_it(store)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(REVIEW.id, by="author")

    with pytest.raises(RefusedError, match="was withdrawn, and is shown nowhere: dismiss"):
        answer(store, flag, uphold=Reason.ABUSE)

    assert answer(store, flag, "Its author took it back.").state is FlagState.DISMISSED


def test_the_statement_is_the_authors_for_as_long_as_that_decision_holds(store: Store) -> None:
    fill(store, [REVIEW])
    answer(store, flag_it(store), "It insults somebody by name.", Reason.ABUSE)

    with store.reading() as transaction:
        taken_down = transaction.reviews.find(REVIEW.id).review
        told = statement_to_author(transaction, taken_down)
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(days=2))
        moderation.approve([REVIEW.id], by="operator")
        [rejected] = moderation.reject([REVIEW.id], by="operator", reason=Reason.SPAM)
        later = statement_to_author(transaction, rejected)

    assert told == "It insults somebody by name."
    assert later == ""


def test_flags_are_listed_oldest_first_page_by_page(store: Store) -> None:
    fill(store, [REVIEW])
    with store.writing() as transaction:
        made = [
            flag_review(transaction, REVIEW.id, replace(NOTICE, explanation=f"Number {number}"), NOON + after)
            for number, after in enumerate(timedelta(hours=hours) for hours in (2, 0, 1, 1))
        ]
    answer(store, made[1])

    with store.reading() as transaction:
        first = transaction.flags.page(limit=2)
        rest = transaction.flags.page(after=first[-1].id)
        waiting = transaction.flags.page(FlagState.OPEN)
        with pytest.raises(NotFoundError):
            transaction.flags.page(after=FlagId("nobody"))

    assert [each.at for each in (*first, *rest)] == [NOON + timedelta(hours=hours) for hours in (0, 1, 1, 2)]
    assert len({each.id for each in (*first, *rest)}) == 4
    assert [each.id for each in waiting] == [each.id for each in (*first, *rest) if each.id != made[1].id]


@pytest.mark.parametrize("said", FlagReason)
def test_every_reason_of_a_reader_is_one_for_which_a_review_can_be_rejected(said: FlagReason) -> None:
    assert reason_for(said) is REASONS[said]


@pytest.mark.parametrize("said", [*Reason])
def test_a_moderator_may_name_any_reason_of_the_list(said: Reason) -> None:
    assert reason_for(said) is said


@pytest.mark.parametrize("said", ["rating", "one-star", "negative", ""])
def test_a_rating_is_no_reason(said: str) -> None:
    with pytest.raises(RefusedError, match="is not a reason for rejecting"):
        reason_for(said)
