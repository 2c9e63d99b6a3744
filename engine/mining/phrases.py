"""From texts to phrases: what many voices say again and again about one subject, with counts that can be checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain import Phrase
from engine.mining.candidates import candidates
from engine.mining.forms import Forms
from engine.mining.grammar import Grammar
from engine.mining.lexemes import Lexemes, lexemes
from engine.mining.nouns import evidence
from engine.mining.opinion_model import OpinionModel
from engine.mining.profile import Profile
from engine.mining.quotes import Quotes
from engine.mining.ranking import Found, Index, Stems, distinct, expressions, wordings
from engine.mining.segment import Reals, row
from engine.mining.sentiment import by_voice, opinions
from engine.mining.texts import Listing, MinedText, author_words


def phrases(
    texts: Sequence[MinedText],
    grammar: Grammar,
    listing: Listing,
    limit: int,
    at_least: int,
    profile: Profile | None = None,
    opinion: OpinionModel | None = None,
) -> list[Phrase]:
    """The phrases of texts of one language, one text per voice, the best first."""
    words = lexemes(row([each.text for each in texts], grammar.elisions), grammar)
    if not words.content.any():
        return []
    said = evidence(words, author_words(texts), profile)
    index = Index(words)
    ranked = wordings(candidates(words, at_least), words, said, listing)
    ranked += expressions(words, index, at_least, listing)
    ranked.sort(key=lambda each: -each.score)
    told = opinions(words, [each.hundredths for each in texts], opinion)
    quotes, forms = Quotes(texts, words), Forms(texts, words)
    return [
        _phrase(found, forms.of(found), texts, words, told.at(found.places, found.lengths), quotes)
        for found in distinct(ranked, index, limit)
    ]


def _phrase(
    found: Found, forms: Sequence[str], texts: Sequence[MinedText], words: Lexemes, told: Reals, quotes: Quotes
) -> Phrase:
    spoken = by_voice(told, words.row.text[found.places], len(texts))
    positive, negative = int(np.count_nonzero(spoken > 0)), int(np.count_nonzero(spoken < 0))
    text, *variants = forms
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


def _kind(stems: Stems, words: Lexemes) -> str:
    names = [words.keys[stem] for stem in stems]
    expression = words.grammar.expressions.get(tuple(names))
    if expression:
        return expression
    ordered = names if words.grammar.head_first else names[::-1]
    return next((words.grammar.kinds[name] for name in ordered if name in words.grammar.kinds), "quality")
