"""What becomes of drafts once somebody decided about them: wording and quotes stay, numbers are live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.domain import FaqDecision, FaqEntry, FaqState, Phrase, Quote, ReviewId, SubjectId
from engine.faq import decided, draft, unknown_placeholders
from tests.factories import NOON

KETTLE = SubjectId("kettle")
QUOTABLE = frozenset(ReviewId(f"r{number}") for number in range(30))


def make_phrase(text: str = "handle", first: int = 1, **changes: Any) -> Phrase:
    quotes = tuple(
        Quote(review_id=ReviewId(f"r{number}"), text=f"The {text} is fine, number {number}.")
        for number in (first, first + 1)
    )
    return replace(Phrase(text=text, language="en", count=20, positive=9, negative=3, quotes=quotes), **changes)


def drafts_of(*phrases: Phrase, total: int = 40, **rest: Any) -> list[FaqEntry]:
    return draft(KETTLE, "K2", phrases, total, "en", **rest)


def decision_about(entry: FaqEntry, **changes: Any) -> FaqDecision:
    decision = FaqDecision(
        id=entry.id,
        subject_id=entry.subject_id,
        language=entry.language,
        state=FaqState.APPROVED,
        by="ann",
        at=NOON,
        question="Does the handle get hot?",
        quotes=tuple(each.quote for each in entry.sentences if each.quote),
    )
    return replace(decision, **changes)


def texts(entry: FaqEntry) -> list[str]:
    return [each.text for each in entry.sentences]


def test_what_nobody_decided_about_stays_a_draft() -> None:
    drafts = drafts_of(make_phrase())

    assert decided(drafts, [], QUOTABLE) == drafts


def test_a_setting_approves_what_nobody_decided_about() -> None:
    [entry] = decided(drafts_of(make_phrase()), [], QUOTABLE, automatic=True)

    assert entry.state is FaqState.APPROVED


def test_an_approved_wording_and_its_quotes_stay_when_the_numbers_move() -> None:
    [before] = drafts_of(make_phrase())
    approval = decision_about(before)

    [after] = decided(drafts_of(make_phrase(count=33, first=7), total=50), [approval], QUOTABLE)

    assert (after.state, after.question) == (FaqState.APPROVED, "Does the handle get hot?")
    assert texts(after) == [
        "33 of 50 reviewers of K2 mention the handle; 75% of those who give a clear opinion are positive.",
        "“The handle is fine, number 1.”",
        "“The handle is fine, number 2.”",
    ]


def test_the_numbers_in_an_approved_opening_are_live() -> None:
    [before] = drafts_of(make_phrase())
    approval = decision_about(before, opening="{percent} of {clear} like it; {count} of {total} mention it.")

    [after] = decided(drafts_of(make_phrase(count=1033, positive=30, negative=10), total=2000), [approval], QUOTABLE)

    assert texts(after)[0] == "75% of 40 like it; 1,033 of 2,000 mention it."


def test_it_is_stale_and_offers_other_quotes_when_one_of_its_own_may_not_be_quoted() -> None:
    [before] = drafts_of(make_phrase())

    [after] = decided(drafts_of(make_phrase(first=7)), [decision_about(before)], QUOTABLE - {ReviewId("r2")})

    assert (after.state, after.question) == (FaqState.STALE, "Does the handle get hot?")
    assert after.review_ids == ("r7", "r8")


def test_it_stays_stale_until_somebody_approves_it_again() -> None:
    [before] = drafts_of(make_phrase())

    [after] = decided(drafts_of(make_phrase()), [decision_about(before, state=FaqState.STALE)], QUOTABLE)

    assert after.state is FaqState.STALE


def test_it_is_stale_when_its_opening_asks_for_a_number_that_there_is_no_more() -> None:
    [before] = drafts_of(make_phrase())
    approval = decision_about(before, opening="{percent} are happy.")

    [after] = decided(drafts_of(make_phrase(positive=4, negative=2)), [approval], QUOTABLE)

    assert after.state is FaqState.STALE
    assert "{" not in texts(after)[0]


def test_it_is_stale_and_without_numbers_when_customers_stop_saying_it() -> None:
    [before] = drafts_of(make_phrase())

    [after] = decided([], [decision_about(before)], QUOTABLE - {ReviewId("r1")})

    assert (after.id, after.state, after.numbers) == (before.id, FaqState.STALE, {})
    assert texts(after) == ["“The handle is fine, number 2.”"]


def test_what_was_rejected_stays_so_and_is_forgotten_with_its_phrase() -> None:
    [before] = drafts_of(make_phrase())
    rejection = decision_about(before, state=FaqState.REJECTED, quotes=())

    [after] = decided(drafts_of(make_phrase(count=30)), [rejection], QUOTABLE)

    assert after.state is FaqState.REJECTED
    assert decided([], [rejection], QUOTABLE) == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [pytest.param(20, FaqState.PUBLISHED, id="as it was"), pytest.param(21, FaqState.APPROVED, id="other numbers")],
)
def test_what_is_published_stays_so_only_word_for_word(count: int, expected: FaqState) -> None:
    drafts = drafts_of(make_phrase())
    decisions = [decision_about(each) for each in drafts]
    published = [replace(each, state=FaqState.PUBLISHED) for each in decided(drafts, decisions, QUOTABLE)]

    [after] = decided(drafts_of(make_phrase(count=count)), decisions, QUOTABLE, before=published)

    assert after.state is expected


def phrases_asked(drafts: Sequence[FaqEntry]) -> list[str]:
    return [each.phrase for each in drafts]


def test_what_was_approved_is_drafted_whatever_became_of_its_rank() -> None:
    handle, lid, spout = make_phrase("handle", 1), make_phrase("lid", 3), make_phrase("spout", 5)
    [_, approved] = drafts_of(handle, lid)
    decisions = [decision_about(approved)]

    drafts = drafts_of(spout, handle, lid, limit=1, decisions=decisions)

    assert phrases_asked(drafts) == ["lid"]
    assert phrases_asked(drafts_of(spout, handle, lid, limit=2, decisions=decisions)) == ["spout", "lid"]


def test_what_was_approved_is_not_displaced_by_a_longer_phrase() -> None:
    [approved] = drafts_of(make_phrase("battery"))

    drafts = drafts_of(make_phrase("battery life", 3), make_phrase("battery"), decisions=[decision_about(approved)])

    assert phrases_asked(drafts) == ["battery"]


def test_what_was_rejected_takes_nobodys_place() -> None:
    [rejected] = drafts_of(make_phrase("handle"))
    decisions = [decision_about(rejected, state=FaqState.REJECTED)]

    drafts = drafts_of(make_phrase("handle", 1), make_phrase("lid", 3), limit=1, decisions=decisions)

    assert phrases_asked(drafts) == ["handle", "lid"]


def test_too_few_voices_draft_nothing_approved_or_not() -> None:
    [approved] = drafts_of(make_phrase())

    assert drafts_of(make_phrase(count=4), decisions=[decision_about(approved)]) == []


def test_placeholders_that_there_are_not_are_named_once() -> None:
    assert unknown_placeholders("{count} {stars} {stars} {} {0.real}") == ["stars", "", "0.real"]
