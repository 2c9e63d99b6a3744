"""Which wordings are worth showing, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from engine.mining.candidates import Candidate
from engine.mining.grammar import without_accents
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
NEARLY_ALL = 0.9
"""A longer phrase that so many voices of a shorter one use is shown in its place."""
GENERIC = 0.5
"""What ``delivery time`` counts for, since ``time`` says so little."""
MULTIWORD = 1.4
"""What a phrase of several words that belong together counts for, since it says more than one."""
MOST_DWELLING = 3.0
"""A voice that says a word more often than this on average says it no more often for the score."""
PLURALS = (("s", ""), ("es", ""), ("ces", "z"), ("x", ""))
BOUND = 0.5
"""A quality that stands with most places of a noun is a part of it: ``front desk``, ``petit déjeuner``."""
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
    places = np.bincount(words.key[words.content], minlength=len(words.keys))
    telling = [each for each in found if _says_something(each, words, evidence, places)]
    nested = _nested(telling)
    scored = [
        (_score(each, words, evidence, places), each.stems)
        for each in telling
        if each.stems not in nested and listing.admits(len(each.stems))
    ]
    named = sorted((-score, tuple(words.keys[stem] for stem in stems), stems) for score, stems in scored)
    return _together([(-score, stems) for score, _, stems in named], words)


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
    """The first so many, each found in its texts, without those that mostly repeat one before them.

    A longer one that nearly all voices of the shorter one use takes its place.
    """
    kept: list[Found] = []
    for wording in ranked:
        if len(kept) == limit:
            break
        found = index.find(wording)
        repeated = [at for at, before in enumerate(kept) if _repeats(found, before)]
        if not repeated:
            kept.append(found)
        elif all(_tells_more(found, kept[at]) for at in repeated):
            first, *others = repeated
            kept[first] = found
            kept = [each for at, each in enumerate(kept) if at not in others]
    return kept


def _repeats(found: Found, before: Found) -> bool:
    if not (_is_within(found, before) or _is_within(before, found)):
        return False
    shared = len(np.intersect1d(found.texts, before.texts, assume_unique=True))
    return shared >= OVERLAP * (len(found.texts) + len(before.texts) - shared)


def _is_within(found: Found, other: Found) -> bool:
    return any(set(stems) <= set(longer) for stems in found.wording.keys for longer in other.wording.keys)


def _tells_more(found: Found, before: Found) -> bool:
    return not _is_within(found, before) and len(found.texts) >= NEARLY_ALL * len(before.texts)


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


def _says_something(each: Candidate, words: Lexemes, evidence: Evidence, places: Numbers) -> bool:
    stems = each.stems
    first, last = stems[0], stems[-1]
    for stem, other in ((first, last), (last, first)):
        is_bound = len(stems) == 2 and len(each.places) > BOUND * places[other]
        if evidence.name[stem] or evidence.judging[stem] or (evidence.empty[stem] and not is_bound):
            return False
    if any(evidence.opinion[each.places + offset].mean() > 0.5 for offset in (0, len(stems) - 1)):
        return False
    if len(stems) == 1 and evidence.head[first] < LEAST_HEAD:
        return False
    head = _head(stems, words, evidence)
    if evidence.generic[head] and (len(stems) == 1 or evidence.generic[first]):
        return False
    return bool(evidence.noun[head] > LEAST_NOUN)


def _head(stems: Stems, words: Lexemes, evidence: Evidence) -> int:
    """The noun that the others describe; ``petit`` is none though it comes first."""
    return stems[0] if words.grammar.head_first and not evidence.empty[stems[0]] else stems[-1]


def _score(each: Candidate, words: Lexemes, evidence: Evidence, places: Numbers) -> float:
    """Voices, weighed by how surely it names a thing, how people speak of it, and whether they come back to it."""
    first, last = each.stems[0], each.stems[-1]
    head = _head(each.stems, words, evidence)
    dwelling = min(MOST_DWELLING, len(each.places) / each.count)
    regard = math.sqrt(float(evidence.regard[first]) * float(evidence.regard[last]))
    score: float = each.count**1.2 * math.sqrt(dwelling) * float(evidence.noun[head]) ** 1.5 * regard
    if len(each.stems) == 1:
        return score * math.sqrt(float(evidence.head[first]))
    attraction = math.sqrt(max(0.01, _attraction(each, places)))
    return score * MULTIWORD * attraction * (GENERIC if evidence.generic[head] else 1.0)


def _attraction(each: Candidate, places: Numbers) -> float:
    """Normalised pointwise mutual information over the words of meaning: 1 where they only stand together."""
    total = float(places.sum())
    share = len(each.places) / total
    parts = [places[stem] / total for stem in each.stems if places[stem]]
    return math.log(share / math.prod(parts)) / (-math.log(share) * (len(parts) - 1))


def _together(ranked: Sequence[tuple[float, Stems]], words: Lexemes) -> list[Wording]:
    """One wording for ``picture quality`` and ``quality of the picture``, for ``auto focus`` and ``autofocus``, for
    ``dvd`` and ``dvds``.
    """
    groups: list[tuple[float, list[Stems]]] = []
    known: dict[str, int] = {}
    links = {words.grammar.stem(word) for word in words.grammar.links | words.grammar.determiners}
    plural_of = _plurals({stems[0] for _, stems in ranked if len(stems) == 1}, words)
    for score, stems in ranked:
        names = [_plain(plural_of.get(stem, stem), words) for stem in stems if words.keys[stem] not in links]
        signs = (" ".join(sorted(names)), "".join(names))
        at = next((known[sign] for sign in signs if sign in known), len(groups))
        if at == len(groups):
            groups.append((score, []))
        groups[at][1].append(stems)
        known.update(dict.fromkeys(signs, at))
    return [Wording(tuple(keys), score) for score, keys in groups]


def _plain(stem: int, words: Lexemes) -> str:
    """A stem as people also type it; in German another vowel is another word."""
    name = words.keys[stem]
    return name if words.grammar.capital_nouns else without_accents(name).replace("œ", "oe")


def _plurals(nouns: AbstractSet[int], words: Lexemes) -> dict[int, int]:
    """The singular of the plurals that the stemmer leaves apart: ``dvds``, ``Akkus``, ``cantidades``, ``arroces``."""
    key_of = {
        form: key for form, key in zip(words.plain, words.of_form.tolist(), strict=True) if key in nouns and form[1:]
    }
    found = {}
    for form, key in key_of.items():
        singulars = [form[: -len(ending)] + to for ending, to in PLURALS if form.endswith(ending)]
        own = [key_of[each] for each in singulars if len(each) > 2 and key_of.get(each, key) != key]
        if own:
            found[key] = own[0]
    return found
