"""Which wordings of the whole shop belong together: those about one noun, and nouns that the same voices name.

Nothing is chained: a wording belongs to one noun, and a noun that joins another takes in no third.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain import Phrase
from engine.mining.shared_voices import by_subject, joined
from engine.mining.wordings import Key, Wording, Wordings

COMPOUNDING = frozenset({"de", "nl"})
"""Languages that write two nouns as one word."""
SHORTEST_PART = 4
"""Letters of a noun that is looked for in a compound: shorter ones stand in too many other words."""
SHORTEST_REST = 3
DESCRIBED = 0.5
"""What describes a noun wins where people name the noun alone less than so often: ``battery`` in ``battery life``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Wordings that belong together, the commonest first."""

    anchor: str
    """The stem of the noun that they are about."""
    texts: Mapping[Key, str]
    """How each is written most often."""
    voices: Mapping[Key, int]

    @property
    def name(self) -> str:
        return next(iter(self.texts.values()))

    @property
    def size(self) -> int:
        """The voices of its wordings in all."""
        return sum(self.voices.values())


def groups(phrases: Sequence[Phrase], wordings: Wordings, language: str) -> list[Group]:
    """The phrases of all subjects in groups, the largest first; the order of the phrases changes nothing."""
    voices: Counter[Key] = Counter()
    written: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for each in phrases:
        key = wordings.of(each.text).key
        voices[key] += each.count
        written[key][each.text] += each.count
    texts = {key: min(forms, key=lambda form: (-forms[form], form)) for key, forms in sorted(written.items())}
    found = {key: wordings.of(text) for key, text in texts.items()}
    nouns = _Nouns(found, voices, _subjects(phrases, wordings), wordings.generic, language)
    about = {key: nouns.of(wording) for key, wording in found.items()}
    root = joined([(about[wordings.of(each.text).key], each.review_ids) for each in phrases])
    gathered: defaultdict[str, list[Key]] = defaultdict(list)
    for key in sorted(texts, key=lambda key: (-voices[key], texts[key])):
        gathered[root.get(about[key], about[key])].append(key)
    made = [
        Group(anchor=anchor, texts={key: texts[key] for key in keys}, voices={key: voices[key] for key in keys})
        for anchor, keys in gathered.items()
    ]
    return sorted(made, key=lambda group: (-group.size, group.name, group.anchor))


def _subjects(phrases: Sequence[Phrase], wordings: Wordings) -> Mapping[Key, set[int]]:
    """The subjects that each wording is used of, numbered."""
    subjects: defaultdict[Key, set[int]] = defaultdict(set)
    for number, named in enumerate(by_subject((wordings.of(each.text).key, each.review_ids) for each in phrases)):
        for key in named:
            subjects[key].add(number)
    return subjects


class _Nouns:
    """Says which noun a wording is about, by what people name by itself."""

    def __init__(
        self,
        found: Mapping[Key, Wording],
        voices: Mapping[Key, int],
        subjects: Mapping[Key, set[int]],
        generic: frozenset[str],
        language: str,
    ) -> None:
        self._subjects = subjects
        self._generic = generic
        self._compounds = language in COMPOUNDING
        self._alone: Counter[str] = Counter()
        self._anywhere: Counter[str] = Counter()
        for key, wording in found.items():
            if len(key) == 1:
                self._alone[key[0]] += voices[key]
            for stem in set(wording.stems):
                self._anywhere[stem] += voices[key]
        # The Dutch stemmer ends the stem of a word that lost its -en in an apostrophe.
        self._named = {stem.rstrip("'"): stem for stem in sorted(self._alone) if stem not in generic}

    def of(self, wording: Wording) -> str:
        """The stem of the noun, a part of it where it is a compound of what people name by itself."""
        telling = [each for each in wording.stems if each not in self._generic]
        noun = self._chosen(telling or wording.stems, wording.head)
        while True:
            parts = self._parts(noun, self._subjects.get(wording.key, set()))
            if not parts:
                return noun
            noun = self._chosen(parts, parts[-1])

    def _chosen(self, stems: Sequence[str], head: str) -> str:
        best = max(stems, key=lambda stem: (self._alone[stem], self._anywhere[stem], stem == head, stem))
        if head not in stems or self._alone[head] < DESCRIBED * self._alone[best]:
            return best
        return head if self._alone[head] else best

    def _parts(self, stem: str, subjects: set[int]) -> list[str]:
        """The nouns that a compound begins and ends with, as far as people name them by themselves of the same subject.

        Whoever speaks of a grinder's Mahlgrad and of a kettle at 90 Grad does not speak of one thing.
        """
        if not self._compounds:
            return []
        begins = (stem[:end] for end in range(len(stem) - SHORTEST_REST, SHORTEST_PART - 1, -1))
        ends = (stem[start:] for start in range(SHORTEST_REST, len(stem) - SHORTEST_PART + 1))
        named = ([self._named[part] for part in some if part in self._named] for some in (begins, ends))
        near = ([part for part in some if self._subjects.get((part,), set()) & subjects] for some in named)
        return [some[0] for some in near if some]
