"""A small index of words that keeps the protocol of ``engine.search``: whole words, folded, in the memory of a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from engine.domain.search import Asked, Batch, Clause, Document, IndexHealth, Matches, Suggestion, TextField
from engine.mining.segment import word_spans
from engine.search.wanted import Wanted
from engine.text import as_sought
from tests.indexed import wanted_in


def words_of(text: str) -> list[str]:
    return [as_sought(text[start:end]) for start, end in word_spans(text, ())]


@dataclass(slots=True)
class WordIndex:
    """An inverted index: the words of each field of each document, and who has each word."""

    documents: dict[int, Document] = field(default_factory=dict)
    cursor: int = 0
    rebuilt: int = 0
    """How often it was made anew."""
    applied: int = 0
    is_usable: bool = True
    _having: dict[str, set[int]] = field(default_factory=dict)

    def apply(self, batch: Batch, cursor: int) -> None:
        for number in [*batch.gone, *(each.number for each in batch.changed)]:
            self._forget(number)
        for document in batch.changed:
            self._learn(document)
        self.cursor = cursor
        self.applied += len(batch.changed)

    def search(self, asked: Asked, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        wanted = [each for each in asked.clauses if not each.is_excluded]
        if not wanted:
            return Matches()
        sets = [self._with(each) for each in wanted]
        unwanted = set().union(*(self._with(each) for each in asked.clauses if each.is_excluded))
        allowed = self.documents.keys() if within is None else within
        every = (set.intersection(*sets) & allowed) - unwanted
        some = (set.union(*sets) & allowed) - unwanted - every
        best = self._ranked(every, wanted)[:limit]
        filled = self._ranked(some, wanted)[: limit - len(best)]
        return Matches(best=[*best, *filled], numbers=sorted(every), is_filled=bool(filled))

    def suggest(
        self,
        start: str,
        *,
        language: str | None,  # noqa: ARG002
        limit: int,
        within: AbstractSet[int] | None = None,
    ) -> Sequence[Suggestion]:
        allowed = self.documents.keys() if within is None else within
        begun = {word: having for word, having in self._having.items() if word.startswith(as_sought(start))}
        found = [(word, count) for word, having in begun.items() if (count := len(having & allowed))]
        ordered = sorted(found, key=lambda each: (-each[1], each[0]))
        return [Suggestion(text=word, count=count) for word, count in ordered[:limit]]

    def looked_for(self, asked: Asked) -> Sequence[Wanted]:
        return wanted_in(self.documents.values(), asked)

    def meant(self, asked: Asked) -> Asked | None:
        clauses = [self._meant(each) for each in asked.clauses]
        return None if clauses == list(asked.clauses) else replace(asked, clauses=tuple(clauses))

    def similar(self, number: int, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        mine = set(self._words(self.documents[number]))
        shared = Counter(other for word in mine for other in self._having[word] if other != number)
        best = [(other, float(count)) for other, count in shared.most_common() if within is None or other in within]
        return Matches(best=best[:limit])

    def rebuild(self, documents: Iterable[Sequence[Document]], cursor: int) -> None:
        made = WordIndex()
        for some in documents:
            made.apply(Batch(changed=some), cursor)
        self.documents, self._having, self.cursor = made.documents, made._having, cursor
        self.rebuilt, self.is_usable = self.rebuilt + 1, True

    def health(self) -> IndexHealth:
        problems = () if self.is_usable else ("a file is cut off",)
        return IndexHealth(
            is_usable=self.is_usable,
            documents=len(self.documents),
            cursor=self.cursor,
            generation=str(self.rebuilt),
            bytes=0,
            problems=problems,
        )

    def _words(self, document: Document) -> list[str]:
        return [word for text in document.texts.values() for word in words_of(text)]

    def _learn(self, document: Document) -> None:
        self.documents[document.number] = document
        for word in self._words(document):
            self._having.setdefault(word, set()).add(document.number)

    def _forget(self, number: int) -> None:
        known = self.documents.pop(number, None)
        for word in set(self._words(known)) if known else ():
            self._having[word].discard(number)
            if not self._having[word]:
                del self._having[word]

    def _with(self, clause: Clause) -> set[int]:
        fields = [clause.field] if clause.field else list(TextField)
        return {
            number
            for number, document in self.documents.items()
            if any(_has(words_of(document.texts.get(each, "")), clause) for each in fields)
        }

    def _ranked(self, numbers: AbstractSet[int], clauses: Sequence[Clause]) -> list[tuple[int, float]]:
        wanted = {word for each in clauses for word in words_of(each.text)}
        scores = {each: float(sum(word in wanted for word in self._words(self.documents[each]))) for each in numbers}
        return sorted(scores.items(), key=lambda each: (-each[1], each[0]))

    def _meant(self, clause: Clause) -> Clause:
        near = [get_close_matches(word, list(self._having), 1) or [word] for word in words_of(clause.text)]
        known = [word in self._having for word in words_of(clause.text)]
        return clause if all(known) else replace(clause, text=" ".join(each[0] for each in near))


def _has(words: Sequence[str], clause: Clause) -> bool:
    wanted = words_of(clause.text)
    if clause.is_start:
        return any(word.startswith(wanted[0]) for word in words)
    if clause.is_phrase:
        return any(list(words[at : at + len(wanted)]) == wanted for at in range(len(words)))
    return all(word in words for word in wanted)
