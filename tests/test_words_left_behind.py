"""Tests on both databases of words that were mined, edited or approved before their review changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import (
    AskedQuestion,
    FaqEntry,
    FaqId,
    FaqState,
    Locale,
    Material,
    Phrase,
    Point,
    Question,
    Quote,
    Review,
    ReviewId,
    Scope,
    Sentence,
    SourceId,
    State,
    SubjectId,
    TextSummary,
    Use,
)
from engine.editing import Editing
from engine.material import select_material
from engine.moderation import Moderation
from engine.outbox import Work, finish, mark_changed, page_key
from engine.rights import INTERNAL
from engine.store import Store, Transaction
from tests.factories import (
    NOON,
    fill,
    lease,
    make_record,
    make_review,
    make_settings,
    make_snippet,
    make_source,
    make_subject,
    take_in,
)
from tests.waiting import in_the_way_of

KETTLE = SubjectId("kettle")
SAID = "The handle got hot."
ENTRY = FaqId("f1")


def quote_of(review: Review, said: str = SAID) -> Quote:
    return Quote(review_id=review.id, text=said, author=review.author)


def entry_of(*reviews: Review, state: FaqState = FaqState.APPROVED) -> FaqEntry:
    counts = Sentence(text="5 of 9 reviewers mention the handle.", review_ids=tuple(each.id for each in reviews))
    quotes = [quote_of(each) for each in reviews]
    return FaqEntry(
        id=ENTRY,
        subject_id=KETTLE,
        language="en",
        question="How is the handle?",
        sentences=(counts, *(Sentence(text=f"“{q.text}”", review_ids=(q.review_id,), quote=q) for q in quotes)),
        phrase="handle",
        state=state,
        numbers={"count": "5", "total": "9", "positive": "1", "clear": "4"},
    )


def mined_from(store: Store, *reviews: Review) -> None:
    """A phrase, an approved answer and a summary that quote each of the reviews."""
    quotes = tuple(quote_of(each) for each in reviews)
    phrase = Phrase(text="handle", language="en", count=9, positive=0, negative=9, quotes=quotes)
    points = tuple(Point(phrase="handle", count=9, positive=0, negative=9, quote=each) for each in quotes)
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE, [phrase])
        transaction.faq.replace(KETTLE, [entry_of(*reviews)])
        transaction.text_summaries.replace(
            KETTLE, [TextSummary(subject_id=KETTLE, language="en", voices=30, criticised=points)]
        )


def selected(store: Store) -> Material:
    with store.reading() as transaction:
        return select_material(transaction, make_subject(), Locale("en"), make_settings(), now=NOON)


def kept(store: Store) -> FaqEntry:
    with store.reading() as transaction:
        return transaction.faq.find(ENTRY)


def verbs(transaction: Transaction) -> Moderation:
    return Moderation(transaction=transaction, now=NOON)


def approve(store: Store, review: ReviewId) -> None:
    with store.writing() as transaction:
        verbs(transaction).approve([review], by="ann")


def edit(store: Store, **words: str) -> None:
    with store.writing() as transaction:
        Editing(transaction=transaction, now=NOON, by="ann").edit(ENTRY, **words)


def withdraw(store: Store, review: Review, *uses: Use) -> None:
    with store.writing() as transaction:
        verbs(transaction).withdraw(review.id, frozenset(uses or Use), by="author")


def serve(store: Store, name: str, *reviews: Review) -> None:
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet(name, *(each.id for each in reviews))])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [each.id for each in reviews])


def is_served(store: Store, name: str) -> bool:
    with store.reading() as transaction:
        return any(each.key.name == name for each in transaction.snippets.listed(Scope.SUBJECT, KETTLE))


def test_what_stands_in_its_review_still_is_published(store: Store) -> None:
    review = make_review(body=f"Nice. {SAID} I sent it back.")
    fill(store, [review])
    mined_from(store, review)

    material = selected(store)

    assert len(material.phrases) == len(material.faq) == 1
    assert material.text_summary is not None


@pytest.mark.parametrize(
    ("body", "author"),
    [
        pytest.param("I was wrong about it, all is fine.", "Owen B.", id="other words"),
        pytest.param(SAID, "Somebody Else", id="another name"),
    ],
)
def test_words_that_were_changed_and_approved_again_are_not_published_as_they_were(
    store: Store, body: str, author: str
) -> None:
    take_in(store, make_record("1", body=SAID, author="Owen B."))
    [review] = shown_after_approval(store)
    mined_from(store, review)
    take_in(store, make_record("1", body=body, author=author))
    approve(store, review.id)

    material = selected(store)

    assert [each.id for each in material.shown] == [review.id]
    assert (material.phrases, material.faq, material.text_summary) == ((), (), None)


def shown_after_approval(store: Store) -> list[Review]:
    with store.writing() as transaction:
        verbs(transaction).approve_waiting(SourceId("shop"), by="ann", limit=10)
    with store.reading() as transaction:
        return list(transaction.reviews.shown(KETTLE))


def test_a_phrase_of_few_voices_is_published_while_each_of_them_may_be_quoted(store: Store) -> None:
    voices = [make_review(body=SAID) for _ in range(3)]
    fill(store, voices)
    ids = tuple(each.id for each in voices)
    rare = Phrase(text="hot handle", language="en", count=3, positive=0, negative=3, review_ids=ids)
    with store.writing() as transaction:
        transaction.phrases.replace(KETTLE, [rare])

    before = selected(store).phrases
    withdraw(store, voices[2], Use.EXCERPT)

    assert before == (rare,)
    assert selected(store).phrases == ()


def test_an_approval_does_not_bring_back_what_a_withdrawal_takes_away_meanwhile(store: Store) -> None:
    gone, stays = make_review(body=SAID), make_review(body=SAID)
    fill(store, [gone, stays])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [entry_of(gone, stays, state=FaqState.STALE)])

    def approval() -> None:
        with store.writing() as transaction:
            Editing(transaction=transaction, now=NOON, by="bob").approve([ENTRY])

    in_the_way_of(store, approval, lambda transaction: verbs(transaction).withdraw(gone.id, by="author"))

    with store.reading() as transaction:
        decision = transaction.faq.decision(ENTRY)
    assert kept(store).review_ids == (stays.id,)
    assert decision is not None
    assert [each.review_id for each in decision.quotes] == [stays.id]


def test_a_withdrawal_and_a_miner_that_finishes_do_not_wait_for_each_other(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        mark_changed(transaction, [KETTLE], now=NOON, mining_delay=timedelta(0))
    mining = lease(store, Work.MINE, KETTLE)

    in_the_way_of(
        store,
        lambda: withdraw(store, review),
        lambda transaction: finish(transaction, mining),
        lambda transaction: transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, KETTLE)], NOON),
    )

    with store.reading() as transaction:
        assert transaction.reviews.find(review.id).review.state is State.WITHDRAWN


def test_words_that_an_editor_copied_go_with_the_review_that_they_are_from(store: Store) -> None:
    gone, stays = make_review(body="Honestly, the handle burnt my little finger badly."), make_review(body=SAID)
    fill(store, [gone, stays])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [entry_of(stays)])
    edit(store, opening="{count} speak of it: “The handle burnt my little finger”.")
    serve(store, "faq", stays)

    withdraw(store, gone)

    with store.reading() as transaction:
        decision = transaction.faq.decision(ENTRY)
    assert decision is not None
    assert (kept(store).state, decision.state, decision.opening) == (FaqState.STALE, FaqState.STALE, None)
    assert "burnt" not in repr(kept(store)) + repr(decision)
    assert not is_served(store, "faq")


def test_an_editors_own_words_stay_when_somebody_withdraws(store: Store) -> None:
    gone, stays = make_review(body="The handle burnt my little finger."), make_review(body=SAID)
    fill(store, [gone, stays])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [entry_of(stays)])
    edit(store, opening="{count} customers say that the handle gets hot.")

    withdraw(store, gone)

    assert kept(store).state is FaqState.APPROVED


def test_a_review_that_turns_out_to_be_paid_for_is_quoted_no_more(store: Store) -> None:
    take_in(store, make_record("1", body=SAID))
    [review] = shown_after_approval(store)
    mined_from(store, review)
    serve(store, "faq", review)

    take_in(store, make_record("1", body=SAID, incentive="discount"))

    assert kept(store).state is FaqState.STALE
    assert not is_served(store, "faq")


def test_a_miner_in_flight_cannot_answer_a_question_that_may_no_longer_be_shown(store: Store) -> None:
    fill(store, [make_review()], sources=[make_source("forum")])
    asked = AskedQuestion(
        subject_id=KETTLE,
        source_id=SourceId("forum"),
        language="en",
        question=Question(id="q1", title="How does it pour?"),
    )
    with store.writing() as transaction:
        transaction.faq.save_questions({"1": asked})
        transaction.marks.set(Work.MINE, [KETTLE], NOON)
    in_flight = lease(store, Work.MINE, KETTLE)

    with store.writing() as transaction:
        verbs(transaction).change_rights(make_source("forum"), INTERNAL, by="ann")

    with store.writing() as transaction:
        assert not transaction.marks.finish(in_flight)
