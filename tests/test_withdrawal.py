"""Tests of taking words away on both databases: they are gone in the transaction that forbids them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    AskedQuestion,
    EventKind,
    FaqDecision,
    FaqEntry,
    FaqId,
    FaqState,
    Question,
    Quote,
    Reason,
    Review,
    ReviewId,
    RightsClass,
    Scope,
    Sentence,
    SourceId,
    State,
    SubjectId,
    Use,
)
from engine.errors import NotFoundError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN, declared_consent
from engine.store import Store, Transaction
from tests.factories import EVERY_USE, NOON, fill, make_review, make_snippet, make_source

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


def publish_with_quotes_of(store: Store, *reviews: Review) -> None:
    """A list and an FAQ page that quote the reviews one by one, a badge that quotes nobody, and an approved answer."""
    ids = [each.id for each in reviews]
    snippets = [make_snippet("badge"), make_snippet("list", *ids), *(make_snippet(f"faq{each}", each) for each in ids)]
    with store.writing() as transaction:
        transaction.snippets.save(snippets)
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, ids)
        transaction.faq.replace(KETTLE, [answer(each) for each in reviews])
        for each in reviews:
            transaction.faq.decide(approval(each))


def answer(review: Review) -> FaqEntry:
    quote = Quote(review_id=review.id, text="It pours well")
    sentence = Sentence(text="“It pours well”", review_ids=(review.id,), quote=quote)
    return FaqEntry(
        id=FaqId(f"f{review.id}"),
        subject_id=KETTLE,
        language="en",
        question="How does it pour?",
        sentences=(sentence,),
        phrase="pour",
        state=FaqState.APPROVED,
    )


def approval(review: Review) -> FaqDecision:
    entry = answer(review)
    return FaqDecision(
        id=entry.id,
        subject_id=KETTLE,
        language="en",
        state=FaqState.APPROVED,
        by="ann",
        at=NOON,
        question=entry.question,
        quotes=tuple(each.quote for each in entry.sentences if each.quote),
    )


def answers(store: Store) -> dict[str, tuple[FaqState, FaqState, int]]:
    """By entry: its state, that of the decision about it, and how many quotes both still hold."""
    with store.reading() as transaction:
        decisions = {each.id: each for each in transaction.faq.decisions(KETTLE)}
        return {
            each.id: (each.state, decisions[each.id].state, len(each.review_ids) + len(decisions[each.id].quotes))
            for each in transaction.faq.of(KETTLE)
        }


def bodies(store: Store) -> dict[str, bytes]:
    with store.reading() as transaction:
        return {key.name: each.body for key, each in transaction.snippets.of_page(Scope.SUBJECT, KETTLE).items()}


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_words_that_may_no_longer_stand_are_gone_with_the_decision(store: Store, state: State) -> None:
    gone, stays = make_review(), make_review()
    fill(store, [gone, stays])
    publish_with_quotes_of(store, gone, stays)

    move(store, gone.id, state)

    assert bodies(store) == {"badge": b"words", "list": b"", f"faq{gone.id}": b"", f"faq{stays.id}": b"words"}
    with store.reading() as transaction:
        removed = [each for _, each in transaction.events.since() if each.kind is EventKind.SNIPPET_REMOVED]
    assert answers(store) == {
        f"f{gone.id}": (FaqState.STALE, FaqState.STALE, 0),
        f"f{stays.id}": (FaqState.APPROVED, FaqState.APPROVED, 2),
    }
    assert sorted(str(each.details["name"]) for each in removed) == [f"faq{gone.id}", "list"]
    assert {(each.details["scope"], each.details["version"]) for each in removed} == {("subject", 2)}


def test_an_approval_takes_nothing_away(store: Store) -> None:
    waiting, stands = make_review(state=State.PENDING), make_review()
    fill(store, [waiting, stands])
    publish_with_quotes_of(store, stands)

    move(store, waiting.id, State.APPROVED)

    assert set(bodies(store).values()) == {b"words"}


def test_a_withdrawal_that_fails_to_commit_takes_nothing_away(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    publish_with_quotes_of(store, review)

    def withdraw_and_fail() -> None:
        with store.writing() as transaction:
            moderation(transaction).withdraw(review.id, by="author")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        withdraw_and_fail()

    assert set(bodies(store).values()) == {b"words"}
    assert kept(store, review.id) == review


def test_a_withdrawal_ends_the_consent(store: Store) -> None:
    review = make_review()
    fill(store, [review])

    move(store, review.id, State.WITHDRAWN)

    ended = kept(store, review.id)
    assert ended.consent.withdrawn_at == LATER
    assert not any(ended.consent.covers(use) for use in Use)


def test_a_use_can_be_taken_back_alone(store: Store) -> None:
    review, other = make_review(), make_review()
    fill(store, [review, other])
    publish_with_quotes_of(store, review, other)

    with store.writing() as transaction:
        left = moderation(transaction).withdraw(review.id, frozenset({Use.MARKUP}), by="author")

    assert left == kept(store, review.id)
    assert left.state is State.APPROVED
    assert {use for use in Use if left.consent.covers(use)} == EVERY_USE.uses - {Use.MARKUP}
    assert bodies(store)["list"] == b""
    assert {state for state, _, _ in answers(store).values()} == {FaqState.APPROVED}
    with store.reading() as transaction:
        assert transaction.summaries.all() == transaction.summaries.counted() != {}
        assert transaction.marks.next_due([Work.PUBLISH]) == LATER
        assert [each.kind for each in transaction.events.of_review(review.id)] == [EventKind.REVIEW_CHANGED]


def test_an_answer_is_stale_when_its_author_takes_back_the_excerpt(store: Store) -> None:
    review, other = make_review(), make_review()
    fill(store, [review, other])
    publish_with_quotes_of(store, review, other)

    with store.writing() as transaction:
        moderation(transaction).withdraw(review.id, frozenset({Use.EXCERPT}), by="author")

    assert answers(store)[f"f{review.id}"] == (FaqState.STALE, FaqState.STALE, 0)
    assert answers(store)[f"f{other.id}"] == (FaqState.APPROVED, FaqState.APPROVED, 2)


def test_a_draft_that_quotes_what_may_not_be_quoted_is_thrown_away(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [replace(answer(review), state=FaqState.DRAFT)])

    move(store, review.id, State.WITHDRAWN)

    with store.reading() as transaction:
        assert transaction.faq.of(KETTLE) == []


def test_withdrawing_what_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NotFoundError), store.writing() as transaction:
        moderation(transaction).withdraw(ReviewId("r0"), by="author")


def test_what_an_author_took_back_stays_taken_back_under_other_rights(store: Store) -> None:
    declared = declared_consent(OWN, proof="shop.csv", now=NOON)
    review = make_review(consent=declared)
    fill(store, [review])

    with store.writing() as transaction:
        verbs = moderation(transaction)
        verbs.withdraw(review.id, frozenset({Use.MARKUP}), by="author")
        verbs.withdraw(review.id, frozenset({Use.EXCERPT}), by="author")
        verbs.change_rights(transaction.sources.all()[SourceId("shop")], DISPLAY_ONLY, by="ann")
        verbs.change_rights(transaction.sources.all()[SourceId("shop")], OWN, by="ann")

    consent = kept(store, review.id).consent
    assert {use for use in Use if consent.covers(use)} == {Use.DISPLAY, Use.FEED}


def test_other_rights_of_a_source_file_its_reviews_anew(store: Store) -> None:
    declared = declared_consent(OWN, proof="shop.csv", now=NOON)
    shown, pending = make_review(consent=declared), make_review(consent=declared, state=State.PENDING)
    fill(store, [shown, pending])
    publish_with_quotes_of(store, shown)

    with store.writing() as transaction:
        count = moderation(transaction).change_rights(make_source(), DISPLAY_ONLY, by="ann")

    assert count == 2
    assert bodies(store)["list"] == b""
    with store.reading() as transaction:
        assert transaction.sources.all()[SourceId("shop")].rights == DISPLAY_ONLY
        assert [each.state for each in transaction.faq.of(KETTLE)] == [FaqState.STALE]
        assert [rights_class for _, _, rights_class in transaction.summaries.all()] == [RightsClass.DISPLAY_ONLY]
        assert transaction.summaries.all() == transaction.summaries.counted()
        assert EventKind.SOURCE_CHANGED in {each.kind for _, each in transaction.events.since()}


def test_a_source_that_may_not_be_shown_any_more_takes_its_questions_off_the_page(store: Store) -> None:
    review = make_review()
    fill(store, [review], sources=[make_source("forum")])
    publish_with_quotes_of(store, review)
    asked = AskedQuestion(
        subject_id=KETTLE,
        source_id=SourceId("forum"),
        language="en",
        question=Question(id="q1", title="How does it pour?"),
    )
    with store.writing() as transaction:
        transaction.faq.save_questions({"1": asked})
        transaction.faq.replace(KETTLE, [replace(answer(review), question_id="q1")])

    with store.writing() as transaction:
        moderation(transaction).change_rights(make_source("forum"), INTERNAL, by="ann")

    assert bodies(store)["list"] == b""
    with store.reading() as transaction:
        assert transaction.faq.of(KETTLE) == []
        assert [each.state for each in transaction.faq.decisions(KETTLE)] == [FaqState.STALE]
        assert transaction.marks.next_due([Work.PUBLISH]) == LATER
