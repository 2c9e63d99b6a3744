"""Tests of what may be done with a review: profile, consent, state, contact data and age taken together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from engine.domain import (
    Attribution,
    Consent,
    Excerpt,
    Incentive,
    Mining,
    Relation,
    Rights,
    RightsClass,
    State,
    Use,
)
from engine.errors import ForbiddenRightError, NotFoundError
from engine.rights import (
    DISPLAY_ONLY,
    FORBIDDEN,
    INTERNAL,
    OWN,
    PROFILES,
    class_of,
    declared_consent,
    is_too_old,
    may_mark_up,
    may_quote,
    may_show,
    profile,
    redeclared,
    refuse_unless_storable,
)
from tests.factories import EVERY_USE, NOON, make_review

MONTH = timedelta(days=30)
NO_CONSENT = Consent()
TAKEN_BACK = replace(EVERY_USE, withdrawn_at=NOON)


def without(*uses: Use) -> Consent:
    return replace(EVERY_USE, uses=frozenset(Use) - set(uses))


@pytest.mark.parametrize(
    ("rights", "consent", "holds_contact_data", "expected"),
    [
        (OWN, EVERY_USE, False, RightsClass.OWN),
        (OWN, without(Use.MARKUP, Use.EXCERPT), False, RightsClass.OWN),
        (OWN, without(Use.DISPLAY), False, RightsClass.INTERNAL),
        (OWN, NO_CONSENT, False, RightsClass.INTERNAL),
        (OWN, TAKEN_BACK, False, RightsClass.INTERNAL),
        (OWN, EVERY_USE, True, RightsClass.INTERNAL),
        (DISPLAY_ONLY, EVERY_USE, False, RightsClass.DISPLAY_ONLY),
        (DISPLAY_ONLY, without(Use.DISPLAY), False, RightsClass.INTERNAL),
        (DISPLAY_ONLY, TAKEN_BACK, False, RightsClass.INTERNAL),
        (DISPLAY_ONLY, EVERY_USE, True, RightsClass.INTERNAL),
        (INTERNAL, EVERY_USE, False, RightsClass.INTERNAL),
        (FORBIDDEN, EVERY_USE, False, RightsClass.INTERNAL),
    ],
)
def test_a_review_counts_for_the_narrower_of_rights_and_consent(
    rights: Rights, consent: Consent, holds_contact_data: bool, expected: RightsClass
) -> None:
    review = make_review(consent=consent, holds_contact_data=holds_contact_data)

    assert class_of(review, rights) is expected


@pytest.mark.parametrize("state", State)
def test_the_class_does_not_depend_on_the_state(state: State) -> None:
    assert class_of(make_review(state=state), OWN) is RightsClass.OWN


@pytest.mark.parametrize(
    ("rights", "consent", "shown", "marked_up", "quoted"),
    [
        (OWN, EVERY_USE, True, True, True),
        (OWN, without(Use.MARKUP), True, False, True),
        (OWN, without(Use.EXCERPT), True, True, False),
        (OWN, without(Use.DISPLAY), False, False, False),
        (OWN, TAKEN_BACK, False, False, False),
        (replace(OWN, may_mark_up=False), EVERY_USE, True, False, True),
        (replace(OWN, may_excerpt=Excerpt.WITH_LINK), EVERY_USE, True, True, False),
        (replace(OWN, may_mine=Mining.INTERNAL), EVERY_USE, True, True, False),
        (replace(OWN, max_age=MONTH), EVERY_USE, True, True, True),
        (DISPLAY_ONLY, EVERY_USE, True, False, False),
        (INTERNAL, EVERY_USE, False, False, False),
        (FORBIDDEN, EVERY_USE, False, False, False),
    ],
)
def test_an_approved_review_may_be_shown_marked_up_and_quoted_so_far(
    rights: Rights, consent: Consent, shown: bool, marked_up: bool, quoted: bool
) -> None:
    review = make_review(consent=consent)

    assert may_show(review, rights, NOON) is shown
    assert may_mark_up(review, rights, NOON) is marked_up
    assert may_quote(review, rights, NOON) is quoted


@pytest.mark.parametrize(
    "tie", [{"incentive": Incentive(kind="declared")}, {"relation": Relation.EMPLOYEE}, {"relation": Relation.FAMILY}]
)
def test_words_that_must_be_disclosed_are_shown_and_never_quoted(tie: dict[str, Any]) -> None:
    review = make_review(state=State.APPROVED, **tie)

    assert may_show(review, OWN, NOON)
    assert not may_quote(review, OWN, NOON)


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param({"state": State.PENDING}, id="nobody decided"),
        pytest.param({"state": State.REJECTED}, id="rejected"),
        pytest.param({"state": State.WITHDRAWN}, id="withdrawn"),
        pytest.param({"holds_contact_data": True}, id="contact data that may not be taken out"),
        pytest.param({"received_at": NOON - MONTH}, id="older than the source allows"),
    ],
)
def test_whatever_keeps_a_review_off_the_page_keeps_it_out_of_markup_and_quotes(reason: dict[str, Any]) -> None:
    review = make_review(**reason)
    rights = replace(OWN, max_age=MONTH)

    assert not may_show(review, rights, NOON)
    assert not may_mark_up(review, rights, NOON)
    assert not may_quote(review, rights, NOON)


def test_nothing_is_marked_up_or_quoted_that_is_not_shown() -> None:
    consents = (EVERY_USE, NO_CONSENT, TAKEN_BACK, without(Use.DISPLAY), without(Use.MARKUP))
    cases = product(PROFILES.values(), consents, State, (True, False), (None, MONTH), (NOON, NOON - MONTH))

    for rights, consent, state, contact, age, received in cases:
        review = make_review(consent=consent, state=state, holds_contact_data=contact, received_at=received)
        aged = replace(rights, max_age=age)
        if not may_show(review, aged, NOON):
            assert not may_mark_up(review, aged, NOON)
            assert not may_quote(review, aged, NOON)


def test_a_review_without_an_author_is_shown_but_not_marked_up() -> None:
    anonymous = make_review(author=None)

    assert may_show(anonymous, OWN, NOON)
    assert not may_mark_up(anonymous, OWN, NOON)


@pytest.mark.parametrize(("since", "expected"), [(MONTH - timedelta(microseconds=1), False), (MONTH, True)])
def test_a_review_is_too_old_at_the_very_end_of_its_time(since: timedelta, expected: bool) -> None:
    review = make_review(received_at=NOON - since)

    assert is_too_old(review, replace(OWN, max_age=MONTH), NOON) is expected
    assert not is_too_old(review, OWN, NOON)


def test_a_profile_is_found_by_its_name_with_its_attribution() -> None:
    assert profile("own") == OWN
    assert profile("own", attribution="Kettle Club").attribution == Attribution(name="Kettle Club")
    assert profile("display-only", attribution="Kettle Club").attribution == Attribution(name="Kettle Club")
    assert profile("g2", attribution="G2 Crowd").attribution == Attribution(
        name="G2 Crowd", link_required=True, url="https://www.g2.com"
    )
    with pytest.raises(NotFoundError, match="own, display-only, internal, forbidden"):
        profile("owned")


def test_a_declaration_gives_no_use_that_has_to_be_asked_for() -> None:
    consent = declared_consent(OWN, proof="shop.csv", now=NOON)

    assert consent == Consent(
        uses=frozenset({Use.DISPLAY, Use.MARKUP, Use.EXCERPT, Use.FEED}),
        wording="declared by the operator: rights own",
        proof="shop.csv",
        given_at=NOON,
    )
    assert declared_consent(INTERNAL, proof="", now=NOON).uses == frozenset()


def test_what_was_declared_follows_the_profile_and_what_an_author_gave_does_not() -> None:
    declared = declared_consent(OWN, proof="shop.csv", now=NOON)
    taken_back = replace(declared, taken_back=frozenset({Use.MARKUP}))

    assert redeclared(declared, DISPLAY_ONLY) == declared_consent(DISPLAY_ONLY, proof="shop.csv", now=NOON)
    assert redeclared(redeclared(taken_back, INTERNAL), OWN) == taken_back
    assert not taken_back.covers(Use.MARKUP)
    assert redeclared(EVERY_USE, INTERNAL) == EVERY_USE


def test_only_a_forbidden_profile_may_not_be_stored() -> None:
    for each in (OWN, DISPLAY_ONLY, INTERNAL):
        refuse_unless_storable(each, "shop")

    with pytest.raises(ForbiddenRightError, match="'shop' forbids storing"):
        refuse_unless_storable(FORBIDDEN, "shop")
