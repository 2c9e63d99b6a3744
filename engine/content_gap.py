"""Which of the words that customers use a page of ours does not use; pure: phrases and a text in, phrases out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from engine.domain import Phrase
from engine.mining.grammar import Grammar, grammar
from engine.mining.segment import keys_of

BETWEEN = 3
"""Words that may stand between those of a phrase: ``quality of the picture`` uses ``picture quality``."""


def content_gap(phrases: Sequence[Phrase], page: str) -> list[Phrase]:
    """Those phrases that a page's text uses in none of their forms, in their order.

    Words are compared by their stems in the language of the phrase. Those of a longer phrase may stand in any order,
    near each other. Raises NotFoundError where a phrase is in a language that cannot be mined.
    """
    used = {language: _Text(page, grammar(language)) for language in {each.language for each in phrases}}
    return [each for each in phrases if not used[each.language].holds(each)]


class _Text:
    """A text as the stems of its words, with the places of each."""

    def __init__(self, text: str, words: Grammar) -> None:
        self._grammar = words
        self._keys = keys_of(text, words.elisions, words.stem)
        self._places: dict[str, list[int]] = {}
        for place, key in enumerate(self._keys):
            self._places.setdefault(key, []).append(place)

    def holds(self, phrase: Phrase) -> bool:
        forms = [_stems(form, self._grammar.language) for form in (phrase.text, *phrase.variants)]
        return any(self._holds(form) for form in forms if form)

    def _holds(self, stems: frozenset[str]) -> bool:
        reach = len(stems) + BETWEEN
        rarest = min(stems, key=lambda each: len(self._places.get(each, ())))
        return any(
            stems <= set(self._keys[max(0, place - reach + 1) : place + reach])
            for place in self._places.get(rarest, ())
        )


@lru_cache(maxsize=4096)
def _stems(form: str, language: str) -> frozenset[str]:
    """The stems of a form's words, without the articles and links between them."""
    words = grammar(language)
    joints = {words.stem(word) for word in words.links | words.determiners}
    keys = frozenset(keys_of(form, words.elisions, words.stem))
    return keys - joints or keys
