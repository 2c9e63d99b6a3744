"""The collectors of forms, surveys, walls and feeds keep what every collector promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.plugins import load_kinds
from engine.testing import Expected, check_source_kind
from tests.signal_sources import SIGNALS, like_the_sample

IDS = ("r1", "r2", "r3", "r4", "r5")
MALFORMED: Mapping[str, Any] = {
    "rss": {"title": "who knows which"},
    # Its pages go on after the token of the last response.
    "typeform": {"token": "m1", "answers": "none of these"},
}
HUNDREDTHS = {"hubspot": 500, "zendesk": 500, "tally": 400, "delighted": 460}
COUNTED = frozenset({"typeform", "tally", "intercom"})


@pytest.mark.parametrize("kind", [each for each in SIGNALS if each != "testimonialto"])
def test_the_collector_keeps_every_promise_over_a_source_in_pages(kind: str) -> None:
    rows = like_the_sample(kind, len(IDS))
    rows.insert(3, MALFORMED.get(kind, {"answers": "none of these"}))
    expected = Expected(
        ids=IDS,
        malformed=1,
        reported=len(rows) if kind in COUNTED else None,
        hundredths=dict.fromkeys(IDS, HUNDREDTHS.get(kind, 500)),
        bodies={"r2": "It pours well and keeps the heat, says number 2."},
    )

    promises = check_source_kind(load_kinds()[kind], SIGNALS[kind].given, SIGNALS[kind].pages(rows, 2), expected)

    assert len(promises) > 5


def test_a_source_without_pages_is_read_in_parts_that_can_be_gone_on_with() -> None:
    rows = [*like_the_sample("testimonialto", 150), {"name": "nobody knows which"}]
    expected = Expected(ids=[f"r{number}" for number in range(1, 151)], malformed=1)

    promises = check_source_kind(
        load_kinds()["testimonialto"],
        SIGNALS["testimonialto"].given,
        SIGNALS["testimonialto"].pages(rows, 100),
        expected,
    )

    assert len(promises) > 5
