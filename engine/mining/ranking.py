"""Which wordings are worth showing, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.mining.candidates import Candidate
from engine.mining.lexemes import Lexemes
from engine.mining.nouns import Evidence
from engine.mining.segment import Numbers
from engine.mining.texts import Listing

Stems = tuple[int, ...]

NESTED = 0.7
"""A wording that stands inside one longer wording more often than this is no phrase of its own."""
LEAST_NOUN = 0.41
LEAST_HEAD = 0.2
"""A word that hardly ever stands without the noun it describes is none itself."""
OVERLAP = 0.5
"""Of two phrases that share their words, only one is shown when so many of their voices are the same."""
GENERIC = 0.5
"""What ``delivery time`` counts for, since ``time`` says so little."""
EXPRESSION = 0.5
"""What a fixed expression counts for beside a noun that as many voices use."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One phrase in all its wordings: ``picture quality`` and ``quality of the picture``."""

    keys: tuple[Stems, ...]
    """The best one first."""
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A wording with all places where it stands, whether or not a clause ends inside it."""

    wording: Wording
    of_key: tuple[Numbers, ...]
    """The places of each of its keys."""
    places: Numbers
    """All of them, sorted."""
    lengths: Numbers
    """In words, for each place."""
    texts: Numbers
    """Each text once, sorted."""


class Index:
    """Where each stem stands, so that a wording is found without reading the row again."""

    def __init__(self, words: Lexemes) -> None:
        self._key, self._text = words.key, words.row.text
        self._order = np.argsort(words.key, kind="stable").astype(np.int32)
        self._ends = np.cumsum(np.bincount(words.key, minlength=len(words.keys)))

    def places(self, stems: Stems) -> Numbers:
        """Where the stems follow each other in one text."""
        rarest = min(range(len(stems)), key=lambda at: self._count(stems[at]))
        end = self._ends[stems[rarest]]
        starts = self._order[end - self._count(stems[rarest]) : end] - rarest
        starts = starts[(starts >= 0) & (starts + len(stems) <= len(self._key))]
        for offset, stem in enumerate(stems):
            starts = starts[self._key[starts + offset] == stem]
        same: Numbers = starts[self._text[starts] == self._text[starts + len(stems) - 1]]
        return np.sort(same)

    def find(self, wording: Wording) -> Found:
        """A wording with its places and texts."""
        each = tuple(self.places(stems) for stems in wording.keys)
        places = np.concatenate(each)
        lengths = np.repeat([len(stems) for stems in wording.keys], [len(one) for one in each]).astype(np.int32)
        order = np.argsort(places, kind="stable")
        return Found(wording, each, places[order], lengths[order], np.unique(self._text[places]))

    def _count(self, stem: int) -> int:
        return int(self._ends[stem] - (self._ends[stem - 1] if stem else 0))


def wordings(found: Sequence[Candidate], words: Lexemes, evidence: Evidence, listing: Listing) -> list[Wording]:
    """The candidates that say something about the subject, wordings of one thing together, the best first."""
    nested = _nested(found)
    places = np.bincount(words.key[words.content], minlength=len(words.keys))
    scored = [
        (_score(each, words, evidence, places), each.stems)
        for each in found
        if each.stems not in nested and listing.admits(len(each.stems)) and _says_something(each.stems, words, evidence)
    ]
    named = sorted((-score, tuple(words.keys[stem] for stem in stems), stems) for score, stems in scored)
    return list(_together(((-score, stems) for score, _, stems in named), words))


def expressions(words: Lexemes, index: Index, at_least: int, listing: Listing) -> Iterator[Wording]:
    """The grammar's fixed expressions that enough voices use."""
    numbers = {key: number for number, key in enumerate(words.keys)}
    for expression in sorted(words.grammar.expressions):
        if not all(stem in numbers for stem in expression) or not listing.admits(len(expression)):
            continue
        found = index.find(Wording((tuple(numbers[stem] for stem in expression),), 0.0))
        if len(found.texts) >= at_least:
            yield Wording(found.wording.keys, EXPRESSION * len(found.texts))


def distinct(ranked: Iterable[Wording], index: Index, limit: int) -> list[Found]:
    """The first so many, each found in its texts, without those that mostly repeat one before them."""
    kept: list[tuple[frozenset[int], Found]] = []
    for wording in ranked:
        if len(kept) == limit:
            break
        found = index.find(wording)
        bag = frozenset(stem for stems in wording.keys for stem in stems)
        if not any(_repeats(bag, found, other, before) for other, before in kept):
            kept.append((bag, found))
    return [found for _, found in kept]


def _repeats(bag: frozenset[int], found: Found, other: frozenset[int], before: Found) -> bool:
    if not (bag <= other or other <= bag):
        return False
    shared = len(np.intersect1d(found.texts, before.texts, assume_unique=True))
    return shared >= OVERLAP * (len(found.texts) + len(before.texts) - shared)


def _nested(found: Sequence[Candidate]) -> set[Stems]:
    often = {each.stems: len(each.places) for each in found}
    inside: dict[Stems, int] = {}
    for each in found:
        for part in _parts(each.stems):
            inside[part] = max(inside.get(part, 0), len(each.places))
    return {stems for stems, most in inside.items() if most > NESTED * often.get(stems, most)}


def _parts(stems: Stems) -> set[Stems]:
    return {
        stems[start : start + length] for length in range(1, len(stems)) for start in range(len(stems) - length + 1)
    }


def _says_something(stems: Stems, words: Lexemes, evidence: Evidence) -> bool:
    first, last = stems[0], stems[-1]
    for stem in (first, last):
        if evidence.judging[stem] or evidence.empty[stem] or evidence.name[stem]:
            return False
    if len(stems) == 1 and evidence.head[first] < LEAST_HEAD:
        return False
    head = first if words.grammar.head_first else last
    if evidence.generic[head] and (len(stems) == 1 or evidence.generic[first]):
        return False
    return bool(evidence.noun[head] > LEAST_NOUN)


def _score(each: Candidate, words: Lexemes, evidence: Evidence, places: Numbers) -> float:
    """Voices, weighed by how surely it names a thing, and by how much people care about it."""
    first, last = each.stems[0], each.stems[-1]
    head = first if words.grammar.head_first else last
    score: float = each.count**1.2 * float(evidence.noun[head]) ** 1.5
    care = math.sqrt(float(evidence.opinion[first]) * float(evidence.opinion[last]))
    if len(each.stems) == 1:
        return score * math.sqrt(care * float(evidence.head[first]))
    attraction: float = max(0.01, _attraction(each, places)) ** 0.3
    return score * math.sqrt(care) * attraction * (GENERIC if evidence.generic[head] else 1.0)


def _attraction(each: Candidate, places: Numbers) -> float:
    """Normalised pointwise mutual information over the words of meaning: 1 where they only stand together."""
    total = float(places.sum())
    share = len(each.places) / total
    parts = [places[stem] / total for stem in each.stems if places[stem]]
    return math.log(share / math.prod(parts)) / (-math.log(share) * (len(parts) - 1))


def _together(ranked: Iterable[tuple[float, Stems]], words: Lexemes) -> list[Wording]:
    """One wording for ``picture quality`` and ``quality of the picture``, for ``auto focus`` and ``autofocus``."""
    groups: list[tuple[float, list[Stems]]] = []
    known: dict[str, int] = {}
    links = {words.grammar.stem(word) for word in words.grammar.links | words.grammar.determiners}
    for score, stems in ranked:
        names = [words.keys[stem] for stem in stems if words.keys[stem] not in links]
        signs = (" ".join(sorted(names)), "".join(names))
        at = next((known[sign] for sign in signs if sign in known), len(groups))
        if at == len(groups):
            groups.append((score, []))
        groups[at][1].append(stems)
        known.update(dict.fromkeys(signs, at))
    return [Wording(tuple(keys), score) for score, keys in groups]
