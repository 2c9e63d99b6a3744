"""Tests of deciding about questions and answers, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import EventKind, FaqEntry, FaqId, FaqState, Quote, Review, Sentence, State, SubjectId
from engine.editing import Editing
from engine.errors import ForbiddenMoveError, NotFoundError, RefusedError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.store import Store, Transaction
from tests.factories import NOON, fill, make_record, make_review, take_in

KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(hours=1)


def make_entry(*reviews: Review, **changes: Any) -> FaqEntry:
    counts = Sentence(text="2 of 3 reviewers mention the handle.", review_ids=tuple(each.id for each in reviews))
    quotes = [Quote(review_id=each.id, text="It pours well", author=each.author) for each in reviews]
    entry = FaqEntry(
        id=FaqId("f1"),
        subject_id=KETTLE,
        language="en",
        question="How is the handle?",
        sentences=(counts, *(Sentence(text=f"“{q.text}”", review_ids=(q.review_id,), quote=q) for q in quotes)),
        phrase="handle",
        numbers={"count": "2", "total": "3", "positive": "1", "clear": "2"},
    )
    return replace(entry, **changes)


def drafted(store: Store, **changes: Any) -> Review:
    """Puts one entry into the store, that quotes the review which is returned."""
    review = make_review()
    fill(store, [review])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [make_entry(review, **changes)])
    return review


def editing(transaction: Transaction, by: str = "ann") -> Editing:
    return Editing(transaction=transaction, now=LATER, by=by)


def kept(store: Store) -> FaqEntry:
    with store.reading() as transaction:
        return transaction.faq.find(FaqId("f1"))


def test_an_approval_keeps_wording_quotes_and_who_gave_it(store: Store) -> None:
    review = drafted(store)

    with store.writing() as transaction:
        [approved] = editing(transaction).approve([FaqId("f1")])

    assert approved == kept(store) == make_entry(review, state=FaqState.APPROVED)
    with store.reading() as transaction:
        [decision] = transaction.faq.decisions(KETTLE)
    assert (decision.state, decision.by, decision.at) == (FaqState.APPROVED, "ann", LATER)
    assert (decision.question, decision.opening) == ("How is the handle?", None)
    assert [each.text for each in decision.quotes] == ["It pours well"]


def test_a_decision_leaves_the_work_and_an_event(store: Store) -> None:
    drafted(store)

    with store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.MINE]) == transaction.marks.next_due([Work.PUBLISH]) == LATER
        [(_, event)] = transaction.events.since()
    assert (event.kind, event.by, event.subject_id) == (EventKind.FAQ_UPDATED, "ann", KETTLE)
    assert event.details == {"question": "f1", "was": "draft", "is": "approved"}


def test_a_decision_outlives_the_entries(store: Store) -> None:
    drafted(store)
    with store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])

    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [])

    with store.reading() as transaction:
        assert [each.id for each in transaction.faq.decisions(KETTLE)] == ["f1"]


def test_an_entry_that_goes_stale_takes_its_decision_along(store: Store) -> None:
    review = drafted(store)
    with store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])

    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [make_entry(review, state=FaqState.STALE)])

    with store.reading() as transaction:
        assert [each.state for each in transaction.faq.decisions(KETTLE)] == [FaqState.STALE]


def test_what_is_stale_can_be_approved_again(store: Store) -> None:
    drafted(store, state=FaqState.STALE)

    with store.writing() as transaction:
        [approved] = editing(transaction).approve([FaqId("f1")])

    assert approved.state is FaqState.APPROVED


def test_a_rejection_keeps_nobodys_words(store: Store) -> None:
    drafted(store)

    with store.writing() as transaction:
        [rejected] = editing(transaction).reject([FaqId("f1")])

    with store.reading() as transaction:
        [decision] = transaction.faq.decisions(KETTLE)
    assert rejected.state is kept(store).state is decision.state is FaqState.REJECTED
    assert decision.quotes == ()


def test_an_edit_fills_in_the_numbers_and_approves(store: Store) -> None:
    drafted(store)

    with store.writing() as transaction:
        editing(transaction).edit(FaqId("f1"), question=" Is it\nhot? ", opening="{count} of {total} <b>say</b> so.")

    entry = kept(store)
    assert (entry.state, entry.question) == (FaqState.APPROVED, "Is it hot?")
    assert [each.text for each in entry.sentences] == ["2 of 3 say so.", "“It pours well”"]


def test_an_approval_after_an_edit_keeps_the_edited_opening(store: Store) -> None:
    drafted(store)
    with store.writing() as transaction:
        editing(transaction).edit(FaqId("f1"), opening="{count} say so.")

    with store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])

    with store.reading() as transaction:
        assert [each.opening for each in transaction.faq.decisions(KETTLE)] == ["{count} say so."]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param({"opening": "{count} and {stars}"}, r"\{stars\}.*\{count\}, \{total\}", id="no such placeholder"),
        pytest.param({"opening": "{percent} like it"}, r"\{percent\}", id="too few for a percentage"),
        pytest.param({"opening": " <br> "}, "answer is empty", id="no answer"),
        pytest.param({"question": ""}, "question is empty", id="no question"),
    ],
)
def test_refuses_to_edit(store: Store, words: dict[str, str], told: str) -> None:
    review = drafted(store)

    with pytest.raises(RefusedError, match=told), store.writing() as transaction:
        editing(transaction).edit(FaqId("f1"), **words)

    assert kept(store) == make_entry(review)


def test_a_stale_entry_whose_opening_has_no_numbers_any_more_has_to_be_edited(store: Store) -> None:
    review = drafted(store)
    with store.writing() as transaction:
        editing(transaction).edit(FaqId("f1"), opening="{positive} like it.")
        transaction.faq.replace(KETTLE, [make_entry(review, state=FaqState.STALE, numbers={"count": "2"})])

    with pytest.raises(RefusedError, match=r"\{positive\}"), store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param((), id="nothing is left"),
        pytest.param((Sentence(text="2 of 3 do.", review_ids=()),), id="no quote is left"),
        pytest.param(make_entry(make_review()).sentences[1:], id="no longer said often enough"),
    ],
)
def test_what_rests_on_nothing_cannot_be_approved(store: Store, sentences: tuple[Sentence, ...]) -> None:
    drafted(store, state=FaqState.STALE, sentences=sentences)

    with pytest.raises(ForbiddenMoveError, match="f1 cannot be approved"), store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])


def test_one_unknown_id_and_nothing_is_decided(store: Store) -> None:
    drafted(store)

    with pytest.raises(NotFoundError, match="'f2'"), store.writing() as transaction:
        editing(transaction).approve([FaqId("f1"), FaqId("f2")])

    assert kept(store).state is FaqState.DRAFT


@pytest.mark.parametrize("by", ["", "a" * 65])
def test_whoever_decides_is_named(store: Store, by: str) -> None:
    with pytest.raises(RefusedError, match="by whom"), store.reading() as transaction:
        editing(transaction, by)


def test_what_was_approved_is_published_with_its_page(store: Store) -> None:
    drafted(store, state=FaqState.APPROVED)

    with store.writing() as transaction:
        transaction.faq.show(KETTLE, {"de"})
        transaction.faq.show(SubjectId("grinder"), {"en"})
    before = kept(store).state
    with store.writing() as transaction:
        transaction.faq.show(KETTLE, {"en"})

    assert (before, kept(store).state) == (FaqState.APPROVED, FaqState.PUBLISHED)


def test_entries_are_listed_and_counted_by_what_they_are(store: Store) -> None:
    review = drafted(store)
    entries = [make_entry(review, id=FaqId(f"f{at}"), state=state) for at, state in enumerate(FaqState)]
    german = make_entry(review, id=FaqId("g1"), language="de")
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [german, *entries])

    with store.reading() as transaction:
        listed = transaction.faq.listed(language="en", skip=1, limit=2)
        stale = transaction.faq.listed(subject=KETTLE, state=FaqState.STALE)
        counted = transaction.faq.counted(subject=KETTLE)
        nothing = transaction.faq.listed(subject=SubjectId("grinder"))

    assert listed == entries[1:3]
    assert [each.id for each in stale] == ["f3"]
    assert counted == dict.fromkeys(FaqState, 1) | {FaqState.DRAFT: 2}
    assert nothing == []


def test_words_that_change_at_their_source_make_the_answer_stale(store: Store) -> None:
    take_in(store, make_record("1"))
    with store.writing() as transaction:
        [waiting] = transaction.reviews.waiting(State.PENDING)
        Moderation(transaction=transaction, now=NOON).approve([waiting.review.id], by="ann")
        transaction.faq.replace(KETTLE, [make_entry(waiting.review)])
        editing(transaction).approve([FaqId("f1")])

    take_in(store, make_record("1", body="It drips now."), now=LATER)

    assert (kept(store).state, kept(store).review_ids) == (FaqState.STALE, ())


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_a_decision_about_a_draft_is_taken_back(store: Store, act: str) -> None:
    review = drafted(store)
    with store.writing() as transaction:
        earlier = editing(transaction).earlier(FaqId("f1"))
        getattr(editing(transaction), act)([FaqId("f1")])

    with store.writing() as transaction:
        editing(transaction, "bea").put_back(earlier)

    assert kept(store) == make_entry(review)
    with store.reading() as transaction:
        assert transaction.faq.decision(FaqId("f1")) is None
        assert transaction.audit.last(limit=1)[0][1].action == "faq.reopen"


def test_what_was_approved_in_other_words_gets_them_back(store: Store) -> None:
    drafted(store)
    with store.writing() as transaction:
        editing(transaction).edit(FaqId("f1"), question="And the handle?", opening="{count} of {total} say so.")
        earlier = editing(transaction).earlier(FaqId("f1"))
        editing(transaction).edit(FaqId("f1"), question="What of it?", opening="They speak of it.")
        editing(transaction).reject([FaqId("f1")])

    with store.writing() as transaction:
        editing(transaction).put_back(earlier)

    after = kept(store)
    assert (after.state, after.question) == (FaqState.APPROVED, "And the handle?")
    assert after.sentences[0].text == "2 of 3 say so."


def test_what_was_stale_is_stale_again_and_what_was_rejected_rejected(store: Store) -> None:
    drafted(store, state=FaqState.STALE)
    for state in (FaqState.STALE, FaqState.REJECTED):
        with store.writing() as transaction:
            earlier = replace(editing(transaction).earlier(FaqId("f1")), state=state)
            editing(transaction).approve([FaqId("f1")])
            editing(transaction).put_back(earlier)
            decision = transaction.faq.decision(FaqId("f1"))

        assert kept(store).state is state
        assert decision
        assert decision.state is state


def test_nothing_is_put_back_that_was_taken_out_meanwhile(store: Store) -> None:
    review = drafted(store)
    with store.writing() as transaction:
        editing(transaction).approve([FaqId("f1")])
        earlier = editing(transaction).earlier(FaqId("f1"))
        editing(transaction).reject([FaqId("f1")])
        editing(transaction).approve([FaqId("f1")])
        transaction.faq.take_away(KETTLE, [review.id])

    with store.writing() as transaction, pytest.raises(ForbiddenMoveError):
        editing(transaction).put_back(earlier)

    assert kept(store).quotes == ()


def test_counts_what_waits_for_each_subject_and_language(store: Store) -> None:
    review = drafted(store)
    more = [make_entry(review, id=FaqId(f"f{at}"), language="de", state=FaqState.STALE) for at in (2, 3)]
    done = make_entry(review, id=FaqId("f4"), language="fr", state=FaqState.PUBLISHED)
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [make_entry(review), *more, done])

    with store.reading() as transaction:
        waiting = transaction.faq.tallies([FaqState.STALE, FaqState.DRAFT])

        assert [(each.language, each.counts) for each in waiting] == [
            ("de", {FaqState.STALE: 2}),
            ("en", {FaqState.DRAFT: 1}),
        ]
        assert transaction.faq.tallies(list(FaqState), after=KETTLE) == []
