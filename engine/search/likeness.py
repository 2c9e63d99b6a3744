"""Reviews that are like another: they share the words that few others have."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from engine.domain.search import Matches
from engine.search import scoring, weights
from engine.search.segments import Snapshot
from engine.search.wanted import Reader, Wanted


def particular(seen: Snapshot, reader: Reader, number: int, within: AbstractSet[int] | None, limit: int) -> Matches:
    """The reviews that share most of what is particular about one, in its language; never itself."""
    kept = seen.kept(number)
    if kept is None:
        return Matches()
    language, words = kept
    most = max(weights.SHARED, weights.COMMON * seen.documents)
    counts = {word: seen.lexicon.count(word, language) for word in words}
    rare = sorted((count, word) for word, count in counts.items() if 1 < count <= most and len(word) > 2)
    wanted = [_wanted(reader, word, language) for _, word in rare[: weights.PARTICULAR]]
    return scoring.alike(seen, wanted, within, without=number, limit=limit)


def _wanted(reader: Reader, word: str, language: str) -> Wanted:
    return Wanted(word, terms={f"{language}:{word}": weights.EXACT} | dict(reader.forms(word, language, weights.EXACT)))
