"""What a wording is about: its telling stems, the one among them that names the thing, and a slug of its letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.mining.grammar import Grammar
from engine.mining.segment import keys_of

Key = tuple[str, ...]
"""The telling stems of a wording in the order of the alphabet: the same for every way to write it."""

LONGEST_SLUG = 80
# Letters that Unicode does not take apart into a letter and an accent.
LETTERS: Mapping[int, str] = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
# German writes its umlauts so where it has none: DIN 5007-2 and the Duden.
UMLAUTS: Mapping[int, str] = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording taken apart."""

    stems: Sequence[str]
    """Those that tell something, in their order."""
    head: str
    """The noun that the others describe."""

    @property
    def key(self) -> Key:
        return tuple(sorted(set(self.stems)))


class Wordings:
    """Takes wordings of one language apart, each once."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._links = frozenset(map(grammar.stem, grammar.links))
        self._silent = frozenset(map(grammar.stem, grammar.links | grammar.determiners | grammar.stop_words))
        self._known: dict[str, Wording] = {}
        self.generic = frozenset(map(grammar.stem, grammar.generic))
        """Nouns that people use about anything: two wordings that share one need not belong together."""

    def of(self, text: str) -> Wording:
        """A wording of at least one stem; where it holds no word, the text itself is taken for one."""
        if text not in self._known:
            self._known[text] = self._taken_apart(text)
        return self._known[text]

    def _taken_apart(self, text: str) -> Wording:
        stems = keys_of(text, self._grammar.elisions, self._grammar.stem) or [text.casefold()]
        telling = [each for each in stems if each not in self._silent] or stems
        if self._grammar.head_first:
            return Wording(telling, telling[0])
        # The quality of the picture is a quality: what a link word brings behind the noun describes it.
        end = next((at for at, each in enumerate(stems) if at and each in self._links), len(stems))
        before_link = [each for each in stems[:end] if each not in self._silent] or telling
        return Wording(telling, before_link[-1])


def slug(text: str, language: str) -> str:
    """A text in the letters a to z, digits and hyphens; empty where it holds nothing that becomes one of them."""
    small = unicodedata.normalize("NFC", text).casefold()
    if language == "de":
        small = small.translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", small.translate(LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
