"""Which phrases are praised and which criticised, and the words of one customer for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain import Phrase, Point, Quote, ReviewId
from engine.mining import MinedText
from engine.mining.grammar import Grammar, grammar
from engine.mining.segment import CLOSING
from engine.text_summary.asides import sides, stems_of
from engine.text_summary.best_for import best_for, sentences_around, words_of
from engine.text_summary.cues import cues
from engine.text_summary.speaking import clarity

POINTS, FEWEST, MOST = 6, 2, 4
"""Praised and criticised points together, and of either where there are so many."""
BEST_FOR = 3
VOICES = 3
"""So many praise or criticise what is called praised or criticised."""
PART, ENOUGH = 10, 10
"""What is praised, one in so many voices praises; of a crowd, so many are enough."""
PRAISED_FROM = 0.6
"""Of those who judge it, the share that praises."""
CRITICISED = (0.25, 1.25, 0.5)
"""Criticised is what a quarter and clearly more than usual find fault with, and whatever half of them do."""
CLEAR = 0.35
"""How clearly a sentence must speak to stand for a point; one word of opinion beside the phrase counts 1."""
LISTENED_TO = 300
"""Reviews in which a sentence to quote is looked for."""
BREATH = 12
"""Words of a sentence that is said in one breath."""
AT_A_GLANCE = 20
"""Words of a sentence that need no second look."""


@dataclass(frozen=True, slots=True)
class Points:
    praised: tuple[Point, ...]
    criticised: tuple[Point, ...]
    best_for: tuple[Point, ...]


def points(
    phrases: Sequence[Phrase],
    texts: Sequence[MinedText],
    language: str,
    allowed: Mapping[ReviewId, MinedText],
    name: str,
) -> Points:
    """The points of a summary; each phrase, each of its words and each review's words stand in one of them at most."""
    words = grammar(language)
    about = sides(phrases, texts, words, cues(language), name)
    share = _blame(about)
    blamed = sorted((each for each in about if _is_criticised(each, share)), key=_by(lambda each: each.negative))
    least = max(VOICES, min(ENOUGH, len({each.voice for each in texts}) // PART))
    merits = [each for each in about if each not in blamed and each.positive >= least and _is_praised(each)]
    merits.sort(key=_by(lambda each: each.positive))
    # The rarer side speaks first, so that the other does not take its words.
    picked = _Picked(words, allowed)
    fault = min(MOST, max(FEWEST, round(POINTS * share)))
    criticised = picked.points(blamed, fault, -1)
    praised = picked.points(merits, min(MOST, POINTS - min(fault, len(criticised))), 1)
    uses = best_for(texts, words, cues(language), allowed, picked.quoted, limit=BEST_FOR)
    return Points(praised, criticised, tuple(uses))


class _Picked:
    """Points that were picked so far, and what they have used up."""

    def __init__(self, words: Grammar, allowed: Mapping[ReviewId, MinedText]) -> None:
        self._grammar, self._allowed = words, allowed
        self._stems: set[str] = set()
        self._topics: set[str] = set()
        self._reviews: set[ReviewId] = set()
        self.quoted: set[str] = set()

    def points(self, phrases: Iterable[Phrase], limit: int, sign: int) -> tuple[Point, ...]:
        """The first so many that repeat nothing and that somebody can be quoted for, speaking well (1) or ill (-1)."""
        found: list[Point] = []
        for phrase in phrases:
            stems = stems_of(phrase, self._grammar)
            repeats = not self._stems.isdisjoint(stems) or phrase.topic in self._topics
            if len(found) == limit or repeats:
                continue
            quote = self._quote(phrase, sign)
            if quote:
                found.append(_point(phrase, quote))
                self._stems.update(stems)
                self._topics.update([phrase.topic] if phrase.topic else [])
                self._reviews.add(quote.review_id)
                self.quoted.add(quote.text)
        return tuple(found)

    def _quote(self, phrase: Phrase, sign: int) -> Quote | None:
        """Of all sentences that speak clearly so of the phrase, the plainest."""
        sentences = [each for each in self._sentences(phrase) if not self._is_spent(each, sign)]
        told = clarity([each.text for each in sentences], (phrase.text, *phrase.variants), self._grammar)
        fitting = [(each, sign * clear) for each, clear in zip(sentences, told, strict=True) if sign * clear >= CLEAR]
        best = max(fitting, key=lambda each: (*self._plainness(each[0], sign), _worth(*each)), default=None)
        return best[0] if best else None

    def _sentences(self, phrase: Phrase) -> list[Quote]:
        """The phrase's own quotes, and what else its voices say with it."""
        forms = "|".join(re.escape(form) for form in (phrase.text, *phrase.variants))
        pattern = re.compile(rf"\b(?:{forms})\b", re.IGNORECASE)
        found = [each for each in phrase.quotes if each.review_id in self._allowed]
        for mined in (self._allowed[each] for each in phrase.review_ids[:LISTENED_TO] if each in self._allowed):
            places = [place.span() for place in pattern.finditer(mined.text)]
            around = sentences_around(mined.text, places, self._grammar)
            found += (Quote(review_id=mined.id, text=each, author=mined.author) for each in around)
        return list(dict.fromkeys(found))

    def _is_spent(self, quote: Quote, sign: int) -> bool:
        """Whether it was used before, or its author gave all the stars there are and would be quoted with blame."""
        stars = self._allowed[quote.review_id].hundredths
        is_gainsaid = stars is not None and (stars - 300) * sign <= -200
        return is_gainsaid or quote.review_id in self._reviews or quote.text in self.quoted

    def _plainness(self, quote: Quote, sign: int) -> tuple[bool, bool, bool, bool]:
        """A short, whole sentence that stands alone, without a turn, of somebody whose stars say the same."""
        said = [word.plain for word in words_of(quote.text, self._grammar)]
        stars = self._allowed[quote.review_id].hundredths
        turns = not self._grammar.contrasts.isdisjoint(said) or said[0] in self._grammar.continuations
        is_whole = quote.text.rstrip(CLOSING)[-1:] in set(".!?…")
        return is_whole, not turns, len(said) <= AT_A_GLANCE, stars is None or (stars - 300) * sign >= 0


def _worth(quote: Quote, clear: float) -> float:
    """Of two that are clear the one that is about as long as a person says in a breath."""
    return min(clear, 2.0) - 0.02 * abs(len(quote.text.split()) - BREATH)


def _blame(phrases: Iterable[Phrase]) -> float:
    """Of all that is clear, the share that finds fault; none where nothing is clear."""
    positive, negative = 0, 0
    for each in phrases:
        positive, negative = positive + each.positive, negative + each.negative
    return negative / (positive + negative) if positive + negative else 0.0


def _is_criticised(phrase: Phrase, usual: float) -> bool:
    least, more, most = CRITICISED
    share = phrase.negative / max(1, phrase.positive + phrase.negative)
    return phrase.negative >= VOICES and share >= min(most, max(least, more * usual))


def _is_praised(phrase: Phrase) -> bool:
    return phrase.positive >= PRAISED_FROM * (phrase.positive + phrase.negative)


def _by(side: Callable[[Phrase], int]) -> Callable[[Phrase], tuple[float, str]]:
    """Sorts by how many say so and how much they agree, the most first."""
    return lambda each: (-(side(each) ** 2) / max(1, each.positive + each.negative), each.text)


def _point(phrase: Phrase, quote: Quote) -> Point:
    return Point(
        phrase=phrase.text, count=phrase.count, positive=phrase.positive, negative=phrase.negative, quote=quote
    )
