"""What customers say again and again: recurring phrases with counts, opinions and verbatim quotes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain import Phrase
from engine.mining.grammar import grammar, languages
from engine.mining.jsonl import mine_jsonl
from engine.mining.phrases import phrases
from engine.mining.ranking import Listing
from engine.mining.texts import MinedText, one_per_voice

__all__ = ["Listing", "MinedText", "languages", "mine", "mine_jsonl"]


def mine(
    texts: Sequence[MinedText],
    language: str,
    *,
    limit: int = 50,
    at_least: int = 3,
    listing: Listing = Listing.MERGED,
) -> list[Phrase]:
    """The phrases that at least so many voices use, the best first; the order of the texts changes nothing.

    A phrase's count is the number of voices whose text holds its text or one of its variants, compared by stems.
    Raises NotFoundError where the language has no file in ``languages``.
    """
    return phrases(one_per_voice(texts), grammar(language), listing, limit, at_least)
