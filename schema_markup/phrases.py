"""Texts that give something away: names that advertise, goods without results, rewards for reviews."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from typing import Any

from schema_markup.rulebook import FOLDER

_FIGURES = re.compile(
    r"[0-9]\s?%|%\s?[0-9]|[$€£¥]\s?[0-9]|[0-9]\s?[€$£¥]|https?://|www\.|\.(?:com|net|shop|store)\b|!!"
)
_LONGEST_NAME = 200
_LONGEST_PAGE = 200_000


def advertises(name: str) -> bool:
    """Whether an author's name is an advertisement or an address."""
    return _advertises(name[:_LONGEST_NAME])


# Few names are written only once, and looking through one for every phrase is what costs time.
@lru_cache(maxsize=4096)
def _advertises(name: str) -> bool:
    return bool(_FIGURES.search(name) or _words("slogans").search(name))


def is_prohibited(category: str) -> bool:
    """Whether a category names goods that earn no results."""
    return bool(_words("prohibited").search(category[:_LONGEST_NAME]))


def undisclosed_reward(text: str) -> str | None:
    """The sentence in which a page offers something for reviews, where it never says that a review was rewarded."""
    text = text[:_LONGEST_PAGE]
    offered = _offer().search(text)
    if offered is None or _words("incentive", "disclosed").search(text):
        return None
    return offered[0]


@cache
def _phrases() -> dict[str, Any]:
    with (FOLDER / "phrases.toml").open("rb") as file:
        return tomllib.load(file)


def _listed(*keys: str) -> str:
    found: Any = _phrases()
    for key in keys:
        found = found[key]
    return "|".join(found)


@cache
def _words(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_listed(*keys)})\b", re.IGNORECASE)


@cache
def _offer() -> re.Pattern[str]:
    give, review = (rf"\b(?:{_listed('incentive', key)})\b" for key in ("give", "review"))
    reward, gap = f"(?:{_listed('incentive', 'reward')})", "[^.!?]{0,60}?"
    return re.compile(f"{give}{gap}{reward}{gap}{review}|{review}{gap}{give}{gap}{reward}", re.IGNORECASE)
