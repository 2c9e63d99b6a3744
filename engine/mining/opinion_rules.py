"""What a language praises and blames with, read from ``opinions/<code>.toml``, and how its words turn each other."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "opinions"

Words = AbstractSet[str]
SIGNS = {"praise": 1, "blame": -1, "neutral": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionRules:
    """One language's words in lower case; those of its grammar that are no phrases come on top."""

    praise: Words
    blame: Words
    things: Words
    """Opinions only where neither a noun nor praise follows: none in ``trash bag`` and ``smells great``."""
    silent: Words
    """Words that hold no opinion about what is reviewed although a lexicon says so."""
    denials: Words
    """Negators that blame where they deny what is no opinion: ``does not open``."""
    behind: Words
    """Negators that also turn what stands before them: German ``schmeckt mir nicht``."""
    harmless: Words
    """A denial of one of these blames nobody: ``I don't know``."""
    conditions: Words
    """What follows one of these in its clause is only supposed: ``if it breaks``."""
    removes: Words
    """Verbs that turn what they take away: ``keeps out odours`` praises."""
    other_side: Words
    """Behind one of these stands what something is compared with: ``better than``."""
    wordings: tuple[tuple[tuple[str, ...], int], ...]
    """Wordings with their own sign, 1, -1 or 0, the longest first."""
    beginnings: Mapping[str, Sequence[int]]
    """By its first word: which of the wordings begin with it, by their numbers."""


@lru_cache(maxsize=32)
def opinion_rules(language: str) -> OpinionRules:
    """The rules of a language by its code; empty ones where it has no file."""
    path = FOLDER / f"{language}.toml"
    return to_rules(tomllib.loads(path.read_text("utf-8")) if path.exists() else {})


def to_rules(table: Mapping[str, Any]) -> OpinionRules:
    """A file's table as rules; what it leaves out is empty."""
    signed = {
        tuple(wording.split()): sign
        for name, sign in SIGNS.items()
        for wording in table.get("wordings", {}).get(name, "").split(";")
    }
    signed.pop((), None)
    words: dict[str, Any] = {
        name: frozenset(table.get(name, "").split())
        for name in (
            "praise",
            "blame",
            "things",
            "silent",
            "denials",
            "behind",
            "harmless",
            "conditions",
            "removes",
            "other_side",
        )
    }
    wordings = tuple(sorted(signed.items(), key=lambda each: (-len(each[0]), each[0])))
    beginnings: dict[str, list[int]] = {}
    for number, (wording, _) in enumerate(wordings):
        beginnings.setdefault(wording[0], []).append(number)
    return OpinionRules(wordings=wordings, beginnings=beginnings, **words)
