"""How customers of a language say what something is good for, read from ``languages/<code>.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.mining.grammar import Words, base_language

FOLDER = Path(__file__).parent / "languages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """One language: all words in lower case, with straight apostrophes."""

    praise: Words
    """Words that recommend for a use: ``perfect``."""
    links: Words
    """What stands between these and the use: ``for``."""
    joints: Words
    """What joins two uses: ``and``."""
    no_uses: Words
    """What may follow without being a use: ``the price``."""
    also_uses: Words
    """What names a use although it mostly says nothing: French ``été`` is a summer too."""
    demonstratives: Words
    """Before a noun, these say that it is the very thing the review is about: ``this sweater``."""
    circumstances: Words
    """Before a bare noun, these say that it is no part of it, but what it is used with or for: ``with jeans``."""
    which_one: Words
    """Colours, sizes and seasons: they say which one somebody bought, and no side of it."""


NONE = Cues(
    praise=frozenset(),
    links=frozenset(),
    joints=frozenset(),
    no_uses=frozenset(),
    also_uses=frozenset(),
    demonstratives=frozenset(),
    circumstances=frozenset(),
    which_one=frozenset(),
)


@lru_cache(maxsize=32)
def cues(language: str) -> Cues:
    """The cues of a language by its tag; none where the language has no file."""
    path = FOLDER / f"{base_language(language)}.toml"
    if not path.exists():
        return NONE
    with path.open("rb") as file:
        table = tomllib.load(file)
    return Cues(**{name: frozenset(table[name].split()) for name in Cues.__slots__})


@lru_cache(maxsize=32)
def recommendation(known: Cues) -> re.Pattern[str]:
    """What finds a word of praise with a link behind it; nothing where the language has none."""
    if not known.praise or not known.links:
        return re.compile(r"(?!)")
    praise, links = ("|".join(map(re.escape, sorted(words))) for words in (known.praise, known.links))
    return re.compile(rf"\b(?:{praise})\s+(?:{links})\b", re.IGNORECASE)
