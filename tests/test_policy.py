"""Tests of the policy that may approve without a person: it sees everything but the rating."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import ApprovalRule, Rating, Review, SourceId, State, Verification, VerificationLevel
from engine.policy import POLICY, fits_policy
from engine.store import Store
from tests.factories import make_intake, make_rating, make_record, make_review, take_in

ANYTHING = ApprovalRule()
BOUGHT = Verification(level=VerificationLevel.PURCHASE)

ratings = st.one_of(st.none(), st.integers(2, 10).map(lambda halves: make_rating(halves / 2)))
rules = st.builds(
    ApprovalRule,
    sources=st.frozensets(st.sampled_from([SourceId("shop"), SourceId("till")])),
    verification=st.frozensets(st.sampled_from(VerificationLevel)),
    languages=st.frozensets(st.sampled_from(["en", "de"])),
    shortest=st.integers(0, 40),
    longest=st.integers(20, 80),
)
reviews = st.builds(
    lambda body, source, language, level, contact: make_review(
        body=body,
        source_id=source,
        language=language,
        verification=Verification(level=level),
        holds_contact_data=contact,
        state=State.PENDING,
    ),
    body=st.sampled_from(["", "It pours well.", "www.kettles.example", "It pours well and keeps the heat. " * 2]),
    source=st.sampled_from(["shop", "till"]),
    language=st.sampled_from(["en", "de", None]),
    level=st.sampled_from(VerificationLevel),
    contact=st.booleans(),
)


@given(review=reviews, policy=st.lists(st.just(ANYTHING) | rules, max_size=3), one=ratings, other=ratings)
def test_no_rating_makes_a_difference(
    review: Review, policy: list[ApprovalRule], one: Rating | None, other: Rating | None
) -> None:
    decisions = {fits_policy(replace(review, rating=each), policy) for each in (one, other)}

    assert len(decisions) == 1


@pytest.mark.parametrize(
    ("rule", "review", "expected"),
    [
        (ANYTHING, make_review(), True),
        (ApprovalRule(sources=frozenset({SourceId("shop")})), make_review(), True),
        (ApprovalRule(sources=frozenset({SourceId("till")})), make_review(), False),
        (ApprovalRule(verification=frozenset({VerificationLevel.PURCHASE})), make_review(), False),
        (ApprovalRule(verification=frozenset({VerificationLevel.PURCHASE})), make_review(verification=BOUGHT), True),
        (ApprovalRule(languages=frozenset({"en"})), make_review(), True),
        (ApprovalRule(languages=frozenset({"en"})), make_review(language="de"), False),
        (ApprovalRule(languages=frozenset({"en"})), make_review(language=None), False),
        (ApprovalRule(shortest=5, longest=5), make_review(body="a" * 5), True),
        (ApprovalRule(shortest=6), make_review(body="a" * 5), False),
        (ApprovalRule(longest=4), make_review(body="a" * 5), False),
        (ANYTHING, make_review(body="Look at https://kettles.example"), False),
        (ANYTHING, make_review(title="www.kettles.example"), False),
        (ANYTHING, make_review(holds_contact_data=True), False),
    ],
)
def test_a_rule_approves_what_fits_all_its_conditions(rule: ApprovalRule, review: Review, expected: bool) -> None:
    assert fits_policy(review, [rule]) is expected


def test_one_fitting_rule_is_enough_and_without_a_rule_people_decide() -> None:
    review = make_review()

    assert fits_policy(review, [ApprovalRule(shortest=1000), ANYTHING])
    assert not fits_policy(review, [])


def test_what_fits_is_approved_as_it_comes_in_whatever_its_rating(store: Store) -> None:
    intake = make_intake(policy=[ANYTHING])
    records = [make_record(f"rated {stars}", rating=stars) for stars in ("", "1", "2", "3", "4", "5")]

    report = take_in(store, *records, make_record("spam", body="www.kettles.example"), intake=intake)

    with store.reading() as transaction:
        filed = transaction.reviews.of_source(intake.source.id)
        kept, counted = transaction.summaries.all(), transaction.summaries.counted()
    decisions = {each.review.external_id: each.review.decision for each in filed if each.review.decision}
    assert report.approved == 6
    assert set(decisions) == {each.external_id for each in records}
    assert {each.by for each in decisions.values()} == {POLICY}
    assert kept == counted != {}


def test_a_policy_decides_anew_when_the_words_change(store: Store) -> None:
    intake = make_intake(policy=[ANYTHING])
    take_in(store, make_record(), intake=intake)

    take_in(store, make_record(body="www.kettles.example"), intake=intake)
    with_a_link = state_of_the_only_one(store)
    take_in(store, make_record(body="No link any more."), intake=intake)

    assert (with_a_link, state_of_the_only_one(store)) == (State.PENDING, State.APPROVED)


def state_of_the_only_one(store: Store) -> State:
    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(SourceId("shop"))
    return filed.review.state
