"""From texts to phrases: what many voices say again and again about one subject, with counts that can be checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from engine.domain import Phrase
from engine.mining.candidates import candidates
from engine.mining.grammar import Grammar
from engine.mining.lexemes import Lexemes, lexemes
from engine.mining.nouns import evidence
from engine.mining.quotes import Quotes
from engine.mining.ranking import Found, Index, Stems, distinct, expressions, wordings
from engine.mining.segment import Numbers, Reals, row
from engine.mining.sentiment import opinions
from engine.mining.texts import Listing, MinedText

MOST_VARIANTS = 6


def phrases(texts: Sequence[MinedText], grammar: Grammar, listing: Listing, limit: int, at_least: int) -> list[Phrase]:
    """The phrases of texts of one language, one text per voice, the best first."""
    words = lexemes(row([each.text for each in texts], grammar.elisions), grammar)
    if not words.content.any():
        return []
    said = evidence(words, _author_words(texts))
    index = Index(words)
    ranked = wordings(candidates(words, at_least), words, said, listing)
    ranked += expressions(words, index, at_least, listing)
    ranked.sort(key=lambda each: -each.score)
    told = opinions(words, [each.hundredths for each in texts])
    quotes = Quotes(texts, words)
    return [
        _phrase(found, texts, words, told.at(found.places, found.lengths), quotes)
        for found in distinct(ranked, index, limit)
    ]


def _author_words(texts: Sequence[MinedText]) -> frozenset[str]:
    return frozenset(word for each in texts for word in (each.author or "").lower().split() if len(word) > 2)


def _phrase(found: Found, texts: Sequence[MinedText], words: Lexemes, told: Reals, quotes: Quotes) -> Phrase:
    balance = np.bincount(words.row.text[found.places], np.sign(told), len(texts))[found.texts]
    positive, negative = int(np.count_nonzero(balance > 0)), int(np.count_nonzero(balance < 0))
    text, *variants = _forms(found, words)
    return Phrase(
        text=text,
        language=words.grammar.language,
        count=len(found.texts),
        positive=positive,
        negative=negative,
        variants=tuple(variants),
        quotes=quotes.pick(found, told, positive, negative),
        review_ids=tuple(texts[each].id for each in found.texts.tolist()),
        kind=_kind(found.wording.keys[0], words),
    )


def _forms(found: Found, words: Lexemes) -> list[str]:
    """How people write it: the commonest form first, and at least one form of each wording that was counted."""
    first: list[tuple[int, str]] = []
    needed: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for key, places in zip(found.wording.keys, found.of_key, strict=True):
        commonest, *rest = _forms_of(key, places, words)
        (needed if first else first).append(commonest)
        others += rest
    seen: dict[str, str] = {}
    for _, form in [*first, *needed, *sorted(others)]:
        seen.setdefault(form.casefold(), form)
    return list(seen.values())[: max(len(first) + len(needed), 1 + MOST_VARIANTS)]


def _forms_of(key: Stems, places: Numbers, words: Lexemes) -> list[tuple[int, str]]:
    """The forms of one wording with how often each is written, as a negative number: the commonest first."""
    written: Counter[str] = Counter()
    rows = np.stack([words.row.word[places + offset] for offset in range(len(key))], axis=1)
    for numbers, often in zip(*np.unique(rows, axis=0, return_counts=True), strict=True):
        written[_written(numbers.tolist(), words)] += int(often)
    return sorted((-often, form) for form, often in written.items())


def _written(numbers: Sequence[int], words: Lexemes) -> str:
    """Words as one text, in the case that the language gives them within a sentence."""
    parts = []
    for number in numbers:
        form, plain = words.row.forms[number], words.plain[number]
        parts.append(plain if form.istitle() and not words.grammar.capital_nouns else form[: len(plain)])
    return re.sub(r"(?<=['’]) ", "", " ".join(parts))


def _kind(stems: Stems, words: Lexemes) -> str:
    names = [words.keys[stem] for stem in stems]
    expression = words.grammar.expressions.get(tuple(names))
    if expression:
        return expression
    ordered = names if words.grammar.head_first else names[::-1]
    return next((words.grammar.kinds[name] for name in ordered if name in words.grammar.kinds), "quality")
