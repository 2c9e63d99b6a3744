"""Mining as a filter: reviews as JSON lines in, ranked phrases as JSON lines out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.domain import Phrase, ReviewId, digest
from engine.errors import BadValueError
from engine.mining.grammar import base_language, grammar, languages
from engine.mining.phrases import phrases
from engine.mining.texts import Listing, MinedText, one_per_voice

FALLBACK = "en"
WORDS_OF_A_VOICE = 8
"""Equal texts of fewer words are no sign of a copy: many people write ``Very good!``."""


def mine_lines(lines: Iterable[str], limit: int, at_least: int, listing: Listing) -> Iterator[str]:
    """See ``engine.mining.mine_jsonl``."""
    reviews = [_review(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    language = _language(named for named, _ in reviews)
    texts = one_per_voice(text for named, text in reviews if named in {None, language})
    for phrase in phrases(texts, grammar(language), listing, limit, at_least):
        yield json.dumps(_as_json(phrase), ensure_ascii=False)


def _review(line: str, number: int) -> tuple[str | None, MinedText]:
    """A line's language, if it names one, and its text."""
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise BadValueError(f"line {number} is not JSON: {error}") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str) or fields.get("id") in {None, ""}:
        raise BadValueError(f"line {number} is no review: it needs an id and a text")
    name, text, named = str(fields["id"]), fields["text"], fields.get("lang")
    if named is not None and not isinstance(named, str):
        raise BadValueError(f"line {number}: lang {named!r} is not the name of a language")
    mined = MinedText(ReviewId(name), _voice(name, text), text, None, _hundredths(fields, number))
    return base_language(named) if named else None, mined


def _voice(name: str, text: str) -> str:
    words = text.casefold().split()
    return digest("text", *words) if len(words) >= WORDS_OF_A_VOICE else digest("id", name)


def _hundredths(fields: Mapping[str, Any], number: int) -> int | None:
    rating = fields.get("rating")
    if rating is None:
        return None
    if isinstance(rating, bool) or not isinstance(rating, int | float) or not 1 <= rating <= 5:
        raise BadValueError(f"line {number}: rating {rating!r} is not on 1 to 5")
    return round(rating * 100)


def _language(named: Iterable[str | None]) -> str:
    """The commonest language that can be mined; the first in the alphabet of equals."""
    votes = Counter(each for each in named if each in languages())
    return min(votes, key=lambda each: (-votes[each], each), default=FALLBACK)


def _as_json(phrase: Phrase) -> dict[str, Any]:
    return {
        "phrase": phrase.text,
        "count": phrase.count,
        "positive_share": phrase.positive_share,
        "quotes": [{"id": quote.review_id, "text": quote.text} for quote in phrase.quotes],
        "variants": list(phrase.variants),
    }
