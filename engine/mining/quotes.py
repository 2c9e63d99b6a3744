"""The sentences that show best what people say about a phrase: verbatim, one per voice, balanced as opinions are."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.domain import Quote
from engine.mining.lexemes import Lexemes, before
from engine.mining.ranking import Found
from engine.mining.segment import CLOSING, Numbers, Reals, sentences, word_pattern
from engine.mining.texts import MinedText

MOST = 3
SHORTEST, LONGEST = 4, 32
"""In words; a sentence outside does not stand well on its own."""
LONGEST_TEXT = 260
TRIES = 24
Spans = list[tuple[int, int]]
OPENING = "\"'“„«‘¡¿"
PHONE = re.compile(r"\+?\d(?:[\s./()-]{0,2}\d){6,}")


class Quotes:
    """Picks quotes for one phrase after the other, and rather not a sentence that was picked before."""

    def __init__(self, texts: Sequence[MinedText], words: Lexemes) -> None:
        row = words.row
        self._texts, self._words = texts, words
        self._length = np.bincount(row.sentence)
        self._hidden = np.bincount(row.sentence, row.hidden)
        self._first = np.searchsorted(row.text, np.arange(len(texts)))
        goes_on = ~words.mid_sentence & words.flags(words.grammar.continuations | words.grammar.contrasts)
        self._goes_on = np.unique(row.sentence[goes_on])
        self._determined = before(words.flags(words.grammar.determiners), words.inside)
        self._used: set[int] = set()
        # Where words and sentences stand in a text is asked for one phrase after the other.
        self._cut: dict[int, tuple[Spans, Spans]] = {}

    def pick(self, found: Found, told: Reals, well: int, ill: int) -> tuple[Quote, ...]:
        """At most three quotes; ``told`` is how people speak at each place, ``well`` and ``ill`` how many voices do."""
        ranked = self._ranked(found, told)
        praise, blame = _balance(well, ill)
        quotes: dict[int, Quote] = {}
        self._take(ranked[told[ranked] > 0], found, praise, quotes)
        self._take(ranked[told[ranked] < 0], found, praise + blame, quotes)
        self._take(ranked, found, MOST, quotes)
        self._take(ranked, found, MOST, quotes, may_break_off=True)
        return tuple(quotes.values())

    def _take(
        self, ranked: Numbers, found: Found, until: int, quotes: dict[int, Quote], *, may_break_off: bool = False
    ) -> None:
        row = self._words.row
        for at in ranked[:TRIES].tolist():
            place = int(found.places[at])
            if len(quotes) >= until:
                return
            if int(row.text[place]) in quotes:
                continue
            quote = self._quote(place, int(found.lengths[at]), may_break_off=may_break_off)
            if quote and all(quote.text != other.text for other in quotes.values()):
                quotes[int(row.text[place])] = quote
                self._used.add(int(row.sentence[place]))

    def _ranked(self, found: Found, told: Reals) -> Numbers:
        """Places in sentences that can be quoted, the clearest and best sized first."""
        sentence = self._words.row.sentence[found.places]
        ends = self._words.row.sentence[found.places + found.lengths - 1]
        length = self._length[sentence]
        fits = (length >= SHORTEST) & (length <= LONGEST) & (self._hidden[sentence] == 0) & (ends == sentence)
        used = np.isin(sentence, np.fromiter(self._used, np.int64, len(self._used)))
        worth = np.minimum(np.abs(told), 1.0) - 0.02 * np.abs(length - 14.0) - 1.0 * used
        worth += 0.25 * self._determined[found.places] - 0.4 * np.isin(sentence, self._goes_on)
        order = np.lexsort((found.places, -worth))
        ranked: Numbers = order[fits[order]]
        return ranked

    def _quote(self, place: int, length: int, *, may_break_off: bool) -> Quote | None:
        """The sentence around a place, or None where it does not stand well on its own."""
        of = int(self._words.row.text[place])
        mined = self._texts[of]
        spans, cuts = self._cut_up(of)
        at = place - int(self._first[of])
        start, end = spans[at][0], spans[at + length - 1][1]
        for begin, stop in cuts:
            if begin <= start and end <= stop:
                cut = mined.text[begin:stop]
                may_end_anyhow = may_break_off and stop == len(mined.text.rstrip())
                if not _stands_alone(cut) or not (may_end_anyhow or _is_closed(cut)):
                    return None
                return Quote(review_id=mined.id, text=cut, author=mined.author)
        return None

    def _cut_up(self, of: int) -> tuple[Spans, Spans]:
        """Where the words of a text stand, and its sentences."""
        if of not in self._cut:
            text, grammar = self._texts[of].text, self._words.grammar
            found = sentences(text, grammar.abbreviations, ordinal_dots=grammar.ordinal_dots)
            self._cut[of] = _word_spans(text, grammar.elisions), found
        return self._cut[of]


def _stands_alone(sentence: str) -> bool:
    """Whether it begins like a sentence, is not too long and holds no telephone number."""
    begins_well = sentence[0].isalnum() or sentence[0] in OPENING
    return begins_well and len(sentence) <= LONGEST_TEXT and not PHONE.search(sentence)


def _is_closed(sentence: str) -> bool:
    """Whether it ends like a sentence: lines may break anywhere, and sources cut long texts short."""
    return sentence.rstrip(CLOSING)[-1:] in {".", "!", "?", "…"}


def _word_spans(text: str, elisions: tuple[str, ...]) -> Spans:
    return [word.span() for word in word_pattern(elisions).finditer(text) if word.group()[0].isalnum()]


def _balance(well: int, ill: int) -> tuple[int, int]:
    """How many quotes praise and how many blame: as the voices do, and each side heard that a fifth of them take."""
    if not well or not ill:
        return (MOST if well else 0, MOST if ill else 0)
    share = ill / (well + ill)
    blame = min(MOST, max(round(MOST * share), 1 if share >= 0.2 else 0))
    if share <= 0.8:
        blame = min(blame, MOST - 1)
    return MOST - blame, blame
