"""How what is being typed may go on."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from engine.domain.search import Asked, Clause, Suggestion
from engine.search import scoring
from engine.search.analysis import base_language, phrase
from engine.search.numbers import as_array
from engine.search.segments import Mask, Snapshot
from engine.search.wanted import Reader

LONGEST_START = 200
"""Characters of what was typed that are looked at."""
_MORE = 5
"""More words than are asked for are counted: some are of reviews that are gone."""


def completed(
    seen: Snapshot,
    reader: Reader,
    start: str,
    language: str | None,
    limit: int,
    within: AbstractSet[int] | None = None,
) -> Sequence[Suggestion]:
    """What was typed with its last word completed, the commonest first; each with how many reviews have all its words.

    Words that only reviews had which are gone are never told.
    """
    before, last = _parted(start[-LONGEST_START:])
    if not last or limit <= 0:
        return ()
    asked = base_language(language) or None
    alive = _having(seen, reader, before, asked, within) if before or within is not None else None
    found = []
    for word, _ in seen.lexicon.beginning(last, asked)[: limit + _MORE]:
        if count := _count(seen, word, asked, alive):
            found.append((count, word))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    lead = f"{before} " if before else ""
    return [Suggestion(text=lead + seen.shown(word, asked), count=count) for count, word in found[:limit]]


def _parted(start: str) -> tuple[str, str]:
    """What stands before the last word, and the last word as far as it was typed; none after a space."""
    before, _, last = start.rpartition(" ")
    words = phrase(last)
    return before.strip(), words[-1] if words else ""


def _having(
    seen: Snapshot, reader: Reader, before: str, language: str | None, within: AbstractSet[int] | None
) -> list[Mask]:
    alive = [each.alive for each in seen.segments]
    if within is not None:
        allowed = as_array(within)
        alive = [each.alive & np.isin(each.reading.numbers, allowed) for each in seen.segments]
    for wanted in reader.wanted(Asked(clauses=[Clause(text=before)], language=language)):
        alive = [mask & scoring.having(each, wanted) for mask, each in zip(alive, seen.segments, strict=True)]
    return alive


def _count(seen: Snapshot, word: str, language: str | None, alive: Sequence[Mask] | None) -> int:
    languages = seen.lexicon.languages if language is None else (language, "") if language else ("",)
    if alive is None:
        return sum(segment.count(f"{its}:{word}") for segment in seen.segments for its in languages)
    return sum(
        int(np.count_nonzero(segment.documents_with(f"{its}:{word}") & mask))
        for segment, mask in zip(seen.segments, alive, strict=True)
        for its in languages
    )
