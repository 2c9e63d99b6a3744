"""Finding the sentences of reviews that answer a customer's question, or that none does."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import Quote
from engine.faq.wording import wordings
from engine.mining import MinedText
from engine.mining.grammar import Grammar, grammar
from engine.mining.quotes import LONGEST_TEXT, OPENING, PHONE
from engine.mining.segment import keys_of, sentences
from engine.mining.texts import one_per_voice

COVERED = 0.6
"""The share of the words of a question that a sentence must speak of to be an answer."""
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""BM25's k1 and b: https://doi.org/10.1561/1500000019."""
TELLS, AMOUNT, GOES_ON = 0.15, 0.35, 0.4
"""What it is worth that a sentence judges, that it has a number where an amount is asked for, that it stands alone."""
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that answers, and how well."""

    quote: Quote
    score: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    of: int
    """The place of its review among the texts."""
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question with those that would answer it."""

    keys: frozenset[str]
    weight: float


class Finder:
    """The sentences of one subject in one language, one review of each voice."""

    def __init__(self, texts: Sequence[MinedText], language: str) -> None:
        self._texts = one_per_voice(texts)
        self._grammar = grammar(language)
        self._asking = wordings(language).asking
        self._silent = self._asking.dropped | (_stems_of_stop_words(self._grammar) - self._asking.groups.keys())
        self._opinions = self._grammar.positive_stems | self._grammar.negative_stems
        self._sentences = [each for at, text in enumerate(self._texts) for each in _sentences(at, text, self._grammar)]
        self._holding: defaultdict[str, set[int]] = defaultdict(set)
        for place, each in enumerate(self._sentences):
            for key in each.keys:
                self._holding[key].add(place)
        self._mean = sum(len(each.keys) for each in self._sentences) / max(1, len(self._sentences))

    def keys(self, text: str) -> frozenset[str]:
        """The stems of a text's words."""
        return frozenset(keys_of(text, self._grammar.elisions, self._grammar.stem))

    def subjects_of(self, question: str) -> frozenset[str]:
        """What a question asks about, as stems; the same for two ways of asking the same."""
        return frozenset().union(*(each.keys for each in self._terms(question)))

    def nearest(self, question: str) -> list[Hit]:
        """The sentences that answer a question, the best first, one of each voice; none where none does."""
        terms = self._terms(question)
        places = set().union(*(self._holding.get(key, ()) for term in terms for key in term.keys))
        asks_for_an_amount = not self._asking.amounts.isdisjoint(self.keys(question))
        best: dict[int, Hit] = {}
        for place in sorted(places):
            sentence = self._sentences[place]
            matched = [each for each in terms if not each.keys.isdisjoint(sentence.keys)]
            if len(matched) < COVERED * len(terms):
                continue
            hit = Hit(self._quote(sentence), self._score(sentence, matched, asks_for_an_amount=asks_for_an_amount))
            if sentence.of not in best or hit.score > best[sentence.of].score:
                best[sentence.of] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.quote.review_id))

    def _quote(self, sentence: _Sentence) -> Quote:
        text = self._texts[sentence.of]
        return Quote(review_id=text.id, text=sentence.text, author=text.author)

    def _terms(self, question: str) -> list[_Term]:
        """What is asked about; in "how big is the tank" that is the tank, in "how big is it" the size."""
        grammar, amounts = self._grammar, self._asking.amounts
        named: dict[str, _Term] = {}
        asked_for: dict[str, _Term] = {}
        for key in keys_of(question, grammar.elisions, grammar.stem):
            if key in self._silent or (len(key) < 2 and not key.isdigit()):
                continue
            keys = self._asking.groups.get(key, frozenset({key}))
            (asked_for if key in amounts else named)[min(keys)] = _Term(keys, self._rarity(keys))
        return list((named or asked_for).values())

    def _rarity(self, keys: frozenset[str]) -> float:
        having = len(set().union(*(self._holding.get(key, ()) for key in keys)))
        return math.log(1 + (len(self._sentences) - having + 0.5) / (having + 0.5))

    def _score(self, sentence: _Sentence, matched: Sequence[_Term], *, asks_for_an_amount: bool) -> float:
        length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(sentence.keys) / self._mean
        score = 0.0
        for term in matched:
            often = sum(key in term.keys for key in sentence.keys)
            score += term.weight * often * (SATURATION + 1) / (often + SATURATION * length)
        first = sentence.text.split(maxsplit=1)[0].lower().strip(OPENING + ",")
        worth = 1.0 + TELLS * (not self._opinions.isdisjoint(sentence.keys))
        worth += AMOUNT * (asks_for_an_amount and any(each.isdigit() for each in sentence.text))
        worth -= GOES_ON * (first in self._grammar.continuations)
        return score * worth


def _sentences(at: int, text: MinedText, grammar: Grammar) -> list[_Sentence]:
    """The sentences of a review that can stand on their own; one that asks something answers nothing."""
    spans = sentences(text.text, grammar.abbreviations, ordinal_dots=grammar.ordinal_dots)
    cuts = [text.text[begin:end] for begin, end in spans]
    return [
        _Sentence(cut, at, keys)
        for cut in cuts
        if _stands_alone(cut) and len(keys := keys_of(cut, grammar.elisions, grammar.stem)) >= FEWEST_WORDS
    ]


def _stands_alone(sentence: str) -> bool:
    begins_well = sentence[0].isalnum() or sentence[0] in OPENING
    return begins_well and len(sentence) <= LONGEST_TEXT and "?" not in sentence and not PHONE.search(sentence)


def _stems_of_stop_words(grammar: Grammar) -> frozenset[str]:
    return frozenset(map(grammar.stem, grammar.stop_words | grammar.determiners | grammar.links))
