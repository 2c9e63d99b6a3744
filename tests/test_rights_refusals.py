"""Tests of the reasons why a review may not be shown: there is one exactly where it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from engine.domain import Attribution, Standing, State
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN, may_show, why_not_shown
from tests.factories import EVERY_USE, NOON, make_review

MONTH = timedelta(days=30)
LINKED = replace(OWN, profile="linked", attribution=Attribution(name="Trustspot", link_required=True))
FRESH = replace(OWN, profile="fresh", max_age=MONTH)
NOBODY = replace(EVERY_USE, uses=frozenset())


@pytest.mark.parametrize(
    ("changes", "rights", "said"),
    [
        ({"state": State.PENDING}, OWN, "it is pending: approve it first"),
        ({"state": State.REJECTED}, OWN, "it was rejected"),
        ({"state": State.WITHDRAWN}, OWN, "it was withdrawn"),
        ({"standing": Standing.HIDDEN}, OWN, "it is hidden at its source"),
        ({"standing": Standing.DELETED}, OWN, "it is deleted at its source"),
        ({}, INTERNAL, "the rights profile 'internal' of shop forbids showing it"),
        ({"consent": NOBODY}, OWN, "its author did not consent to its being shown, or took that back"),
        ({"holds_contact_data": True}, OWN, "it holds contact data"),
        ({}, LINKED, "the rights profile 'linked' asks for a link to its source, and there is none"),
        ({"received_at": NOON - MONTH}, FRESH, "its copy is older than the rights profile 'fresh' allows"),
        ({"narrowed_to": "nobody knows"}, OWN, "the rights profile 'own' of shop forbids showing it"),
        ({}, OWN, None),
        ({}, DISPLAY_ONLY, None),
        ({"url": "https://shop.example/1"}, LINKED, None),
    ],
)
def test_says_what_stands_against_showing_it(changes: dict[str, Any], rights: Any, said: str | None) -> None:
    assert why_not_shown(make_review(**changes), rights, NOON) == said


def test_there_is_a_reason_exactly_where_a_review_may_not_be_shown() -> None:
    kinds = product(
        State,
        Standing,
        (EVERY_USE, NOBODY),
        (True, False),
        (NOON, NOON - MONTH),
        (OWN, INTERNAL, LINKED, FRESH),
    )

    differing = [
        (state, standing, rights.profile)
        for state, standing, consent, contact, received, rights in kinds
        for review in [
            make_review(
                state=state, standing=standing, consent=consent, holds_contact_data=contact, received_at=received
            )
        ]
        if may_show(review, rights, NOON) is not (why_not_shown(review, rights, NOON) is None)
    ]

    assert differing == []
