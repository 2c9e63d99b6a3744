"""Phrases that name no side of a subject: the subject itself, what it is used with, and which one it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.domain import Phrase
from engine.mining import MinedText
from engine.mining.grammar import Grammar, Words
from engine.mining.segment import keys_of
from engine.text_summary.best_for import words_of
from engine.text_summary.cues import Cues

FEWEST = 3
"""So often a word must stand so that its company says something."""
ITSELF = 0.15
"""A word that stands behind ``this`` so often is the subject, not something about it: ``this sweater``."""
USED_WITH = 0.35
"""A word that stands behind a bare ``with`` so often is what it is used with: ``with jeans``, ``for spring``."""
LOOKED_AT = 2000
"""Reviews that are enough to tell that."""
SHORTEST_PART = 4
"""Letters of a part of a compound; fewer may end any word."""


def sides(phrases: Sequence[Phrase], texts: Sequence[MinedText], words: Grammar, cues: Cues, name: str) -> list[Phrase]:
    """The phrases that name something about the subject, in their order; ``name`` is what it is called."""
    called = keys_of(name, words.elisions, words.stem)
    looked_at = texts[:LOOKED_AT]
    asides = _behind(looked_at, words, cues.demonstratives, ITSELF)
    asides |= _behind(looked_at, words, cues.circumstances, USED_WITH)
    asides |= {words.stem(word) for word in cues.which_one}
    return [
        each
        for each in phrases
        if not all(stem in asides or _stands_in(stem, called) for stem in stems_of(each, words))
    ]


def stems_of(phrase: Phrase, words: Grammar) -> frozenset[str]:
    """The stems of a phrase's words, without articles and the links between them."""
    joints = {words.stem(word) for word in words.links | words.determiners}
    return frozenset(keys_of(phrase.text, words.elisions, words.stem)) - joints


def _stands_in(stem: str, called: Sequence[str]) -> bool:
    """Whether it is a word of the name, or the last part of one: ``Kessel`` of a ``Schwanenhalskessel``."""
    return stem in called or (len(stem) >= SHORTEST_PART and any(word.endswith(stem) for word in called))


def _behind(texts: Iterable[MinedText], words: Grammar, openers: Words, share: float) -> set[str]:
    """The stems that stand so often behind one of the openers, with one word between them at most and no article."""
    often: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    for text in texts:
        earlier, before = "", ""
        for word in words_of(text.text, words):
            often[word.plain] += 1
            if before in openers or (earlier in openers and before not in words.determiners):
                opened[word.plain] += 1
            earlier, before = (before, word.plain) if word.text else ("", "")
    return _mostly(_by_stem(opened, words), _by_stem(often, words), share)


def _by_stem(forms: Counter[str], words: Grammar) -> Counter[str]:
    stems: Counter[str] = Counter()
    for form, count in forms.items():
        if form:
            stems[words.stem(form)] += count
    return stems


def _mostly(part: Counter[str], whole: Counter[str], share: float) -> set[str]:
    return {stem for stem, count in part.items() if count >= FEWEST and count >= share * whole[stem]}
