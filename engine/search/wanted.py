"""What a question's words are looked for as: their forms, synonyms, compounds and neighbours, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.domain.search import Asked, Clause, TextField
from engine.search import compounds, weights
from engine.search.analysis import STEMMERS, Unit, base_language, folded, phrase, spellings, stems, units
from engine.search.synonyms import Synonyms
from engine.search.words import Lexicon

MOST_UNITS = 32
"""Words of one question that are looked for; the rest of it is not."""
SHORTEST_JOINED = 4
"""Letters of a word that may be written with a joint too: ``wi-fi``."""

Terms = dict[str, float]
"""Terms of the index (``de:akku``), each with its weight."""


@dataclass(slots=True)
class Wanted:
    """One thing that is looked for: any of the terms, of the rows, or all the parts of what is together."""

    text: str
    terms: Terms = field(default_factory=dict)
    rows: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    """Words that stand after each other, in any language."""
    together: list[tuple[list[Terms], float]] = field(default_factory=list)
    within: TextField | None = None
    is_strict: bool = False
    """Whether nothing is found without it: a phrase, a word of one field."""
    is_excluded: bool = False

    def add(self, term: str, weight: float) -> None:
        """Looks for a term too; what it counts most counts."""
        self.terms[term] = max(weight, self.terms.get(term, 0.0))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions by the words that the index knows."""

    lexicon: Lexicon
    synonyms: Synonyms

    def wanted(self, asked: Asked) -> list[Wanted]:
        """What a question looks for, in its order."""
        found = [each for clause in asked.clauses for each in self._of_clause(clause, asked.language)]
        return found[:MOST_UNITS]

    def forms(self, word: str, language: str, weight: float) -> Iterator[tuple[str, float]]:
        """A word and its other forms in one language."""
        for form in self.lexicon.forms(word, language):
            yield f"{language}:{form}", weight if form == word else weight * weights.STEM

    def is_known(self, unit: Unit, language: str | None) -> bool:
        """Whether any reading of a unit is made of words that the index has."""
        asked = base_language(language) or None
        its = self._stemmed(asked)
        readings = [*unit.readings, *((word,) for each in its for word in spellings(unit.text, each))]
        if any(all(self.lexicon.is_known(word, asked) for word in row) for row in readings):
            return True
        return any(self._parts("".join(row), each) for row in unit.readings for each in its)

    def _of_clause(self, clause: Clause, language: str | None) -> Iterator[Wanted]:
        strict = clause.is_phrase or clause.field is not None
        for wanted in self._unfielded(clause, base_language(language) or None):
            wanted.within, wanted.is_strict, wanted.is_excluded = clause.field, strict, clause.is_excluded
            yield wanted

    def _unfielded(self, clause: Clause, language: str | None) -> Iterator[Wanted]:
        if clause.is_phrase:
            words = phrase(clause.text)
            if words:
                apart = [(row, weights.SPELLING) for row in self._apart(words)]
                yield Wanted(clause.text, rows=[(words, weights.EXACT), *apart])
        elif clause.is_start:
            yield self._beginning(clause.text, language)
        else:
            for unit in units(clause.text):
                yield self._exactly(unit) if clause.is_excluded else self._freely(unit, language)

    def _apart(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """A phrase with one of its words in two, as ``e-bike`` stands in a text: cut where both halves are common."""
        for at, word in enumerate(words):
            cuts = range(1, len(word)) if len(word) >= SHORTEST_JOINED else range(0)
            halves = [(word[:cut], word[cut:]) for cut in cuts]
            count, both = max(((min(map(self.lexicon.count, each)), each) for each in halves), default=(0, ()))
            if count:
                yield (*words[:at], *both, *words[at + 1 :])

    def _beginning(self, text: str, language: str | None) -> Wanted:
        wanted = Wanted(text)
        for word, _ in self.lexicon.beginning("".join(phrase(text)), language):
            self._everywhere(wanted, word, weights.EXACT)
        return wanted

    def _exactly(self, unit: Unit) -> Wanted:
        """What is excluded, is so as it was written: nobody loses reviews by a stem."""
        wanted = Wanted(unit.text)
        self._read(wanted, unit)
        return wanted

    def _read(self, wanted: Wanted, unit: Unit) -> None:
        for row in unit.readings:
            if len(row) == 1:
                self._everywhere(wanted, row[0], weights.EXACT)
            else:
                wanted.rows.append((row, weights.EXACT))

    def _freely(self, unit: Unit, language: str | None) -> Wanted:
        wanted = Wanted(unit.text)
        self._read(wanted, unit)
        words = [row[0] for row in unit.readings if len(row) == 1]
        for its in self._stemmed(language):
            for word in words:
                self._in_language(wanted, word, its)
            for word in spellings(unit.text, its):
                self._take(wanted, self.forms(word, its, weights.SPELLING))
        for word in words:
            self._synonyms(wanted, word, language)
        for word in words[:1]:
            self._neighbours(wanted, word, language, is_known=self.is_known(unit, language))
        return wanted

    def _in_language(self, wanted: Wanted, word: str, language: str) -> None:
        self._take(wanted, self.forms(word, language, weights.EXACT))
        if language not in compounds.LINKS:
            return
        for part in {word, *stems([word], language)}:
            for compound, weight in self._compounds(part, language):
                wanted.add(f"{language}:{compound}", weight)
        if parts := self._parts(word, language):
            wanted.together.append(([dict(self.forms(part, language, 1.0)) for part in parts], weights.COMPOUND))

    def _compounds(self, part: str, language: str) -> Iterator[tuple[str, float]]:
        """Words that are, or look like, compounds of a part."""
        if len(part) < compounds.SHORTEST_PART:
            return
        stands = self._stands(language)
        for word, _ in self.lexicon.containing(part, language)[: weights.COMPOUNDS]:
            if compounds.has_part(word, part, language, stands):
                yield word, weights.COMPOUND
            elif compounds.may_have_part(word, part, language, stands):
                yield word, weights.GUESSED

    def _parts(self, word: str, language: str) -> tuple[str, ...]:
        return compounds.split(word, language, self._stands(language))

    def _stands(self, language: str) -> compounds.Known:
        """Whether a word, or another form of it, stands in reviews: compounds are made with plurals and stems."""

        def stands(word: str) -> bool:
            if len(word) <= compounds.SHORTEST_PART:
                # A word of three letters that one person wrote is more often a slip than a part.
                return self.lexicon.count(word, language) > weights.SLIPS
            return self.lexicon.count(word, language) > 0 or bool(self.lexicon.forms(word, language))

        return stands

    def _synonyms(self, wanted: Wanted, word: str, language: str | None) -> None:
        for its in self.lexicon.languages if language is None else (language,):
            for row in self.synonyms.of(word, its):
                if len(row) == 1:
                    self._take(wanted, self.forms(row[0], its, weights.SYNONYM))
                else:
                    wanted.rows.append((row, weights.SYNONYM))

    def _neighbours(self, wanted: Wanted, word: str, language: str | None, *, is_known: bool) -> None:
        count = self.lexicon.count(word)
        if is_known and not 0 < count <= weights.RARE:
            return
        least = count * weights.COMMONER
        for near, its in self.lexicon.near(word, language, weights.NEIGHBOURS):
            if its >= least:
                self._everywhere(wanted, near, weights.TYPO)
                for each in self._stemmed(language):
                    self._take(wanted, self.forms(near, each, weights.TYPO))

    def _everywhere(self, wanted: Wanted, word: str, weight: float) -> None:
        for language in self.lexicon.languages:
            if self.lexicon.count(word, language):
                wanted.add(f"{language}:{word}", weight)

    def _take(self, wanted: Wanted, found: Iterator[tuple[str, float]]) -> None:
        for term, weight in found:
            wanted.add(term, weight)

    def _stemmed(self, language: str | None) -> Sequence[str]:
        return tuple(STEMMERS) if language is None else (language,) if language in STEMMERS else ()


def is_word(clause: Clause) -> bool:
    """Whether a clause is made of words that may be mistyped."""
    return not (clause.is_phrase or clause.is_excluded or clause.is_start) and bool(folded(clause.text))
