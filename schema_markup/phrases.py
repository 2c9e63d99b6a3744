"""Texts that give something away: names that advertise, goods without results, rewards for reviews."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from typing import Any

from schema_markup.rulebook import FOLDER

_WEB_SITE = re.compile(r"\b[\w-]{1,60}\.(?:com|net|shop|store)\b", re.IGNORECASE)
_FIGURES = re.compile(
    r"[0-9]\s?%|%\s?[0-9]|[$€£¥]\s?[0-9]|[0-9]\s?[€$£¥]|https?://|www\.|\.(?:com|net|shop|store)\b|!!"
)
_SENTENCE_END = re.compile(r"[.!?\n]")
_LONGEST_NAME = 200
_LONGEST_PAGE = 200_000


def advertises(name: str, *, is_team: bool = False) -> bool:
    """Whether an author's name is an advertisement or an address; some teams are called as their site is."""
    name = name[:_LONGEST_NAME]
    return _advertises(_WEB_SITE.sub(" ", name) if is_team and "." in name else name)


# Few names are written only once, and looking through one for every phrase is what costs time.
@lru_cache(maxsize=4096)
def _advertises(name: str) -> bool:
    if _FIGURES.search(name) or _words("slogans").search(name):
        return True
    # Korting is a surname too: such a word advertises in a slogan only.
    return bool(_words("wares").search(name)) and bool(_words("lures").search(name))


def is_prohibited(category: str) -> bool:
    """Whether a category names goods that earn no results; toys and tools that are called after weapons are none."""
    plain = _words("harmless").sub(" ", category[:_LONGEST_NAME])
    return bool(_words("prohibited").search(plain))


def undisclosed_reward(text: str) -> str | None:
    """The sentence in which a page offers something for reviews, where it never says that a review was rewarded.

    The lines of ``text`` are the paragraphs of the page: what stands in two of them is no sentence.
    """
    text = text[:_LONGEST_PAGE]
    offers = (each for each in _offer().finditer(text) if not _refuses(text, each))
    offered = next(offers, None)
    if offered is None or _words("incentive", "disclosed").search(text):
        return None
    return offered[0]


def _refuses(text: str, offer: re.Match[str]) -> bool:
    sentence = _SENTENCE_END.split(text[max(0, offer.start() - _LONGEST_NAME) : offer.start()])[-1] + offer[0]
    return bool(_words("incentive", "refused").search(sentence))


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
    reward, gap = f"(?:{_listed('incentive', 'reward')})", "[^.!?\\n]{0,60}?"
    return re.compile(f"{give}{gap}{reward}{gap}{review}|{review}{gap}{give}{gap}{reward}", re.IGNORECASE)
