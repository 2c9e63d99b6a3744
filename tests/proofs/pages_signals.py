"""Forms, surveys, walls and feeds with thousands of answers, and with those of their sample documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from tests.proofs.source_pages import Played
from tests.signal_sources import SIGNALS, like_the_sample
from tests.source_server import Pages

_MOST: Mapping[str, int] = {"typeform": 1000, "intercom": 150}
"""Answers on a page, where the vendor allows other than a hundred."""
_LACKING: Mapping[str, str] = {"rss": "a feed holds the newest entries"}


def _many(kind: str, count: int) -> Pages:
    rows = like_the_sample(kind, count)
    for raw in rows if kind == "testimonialto" else ():
        # Everything comes in one answer, and the session takes ten million bytes.
        del raw["avatarURL"], raw["isHighlighted"]
    return SIGNALS[kind].pages(rows, _MOST.get(kind, 100))


def _sample(kind: str) -> Pages:
    return SIGNALS[kind].pages(SIGNALS[kind].rows(), 100)


def _ids(count: int) -> Sequence[str]:
    return [f"r{number}" for number in range(1, count + 1)]


PLAYED: Mapping[str, Played] = {
    kind: Played(
        given=signal.given,
        many=partial(_many, kind),
        sample=partial(_sample, kind),
        ids=_ids,
        lacking=_LACKING.get(kind, ""),
    )
    for kind, signal in SIGNALS.items()
}
