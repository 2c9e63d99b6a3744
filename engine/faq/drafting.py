"""Drafts of questions and answers about phrases: opinion in counts first, then what people wrote, word for word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from engine.domain import FaqDecision, FaqEntry, FaqId, FaqState, Phrase, Quote, Sentence, SubjectId, digest
from engine.faq.wording import Wordings, wordings

FEWEST_VOICES = 5
"""An answer needs five people who mention what it is about."""
FEWEST_QUOTES, MOST_QUOTES = 2, 3
FEWEST_OPINIONS = 2


def draft(
    subject_id: SubjectId,
    subject_name: str,
    phrases: Sequence[Phrase],
    total_voices: int,
    language: str,
    *,
    limit: int = 6,
    decisions: Sequence[FaqDecision] = (),
    passed_over: Collection[str] = (),
) -> list[FaqEntry]:
    """Questions about the phrases that at least five voices use, in the order of the phrases.

    A phrase is left out when fewer than two voices say something clear or can be quoted, when another entry asks
    about one of its words, when its quotes are used elsewhere, or when it is one of those to be ``passed_over``.
    What was approved comes first and is drafted as long as enough voices use it, whatever became of its rank; what
    was rejected takes nobody's place. The id of an entry outlives a change of the counts and of the form that the
    phrase is written in. Raises NotFoundError where the language has no templates.
    """
    drafting = _Drafting(subject_id, subject_name, total_voices, wordings(language))
    states = {each.id: each.state for each in decisions}
    spoken_of = [each for each in phrases if each.count >= FEWEST_VOICES]
    kept = [each for each in spoken_of if states.get(drafting.id_of(each), FaqState.REJECTED) is not FaqState.REJECTED]
    rejected = [each for each in spoken_of if states.get(drafting.id_of(each)) is FaqState.REJECTED]
    for phrase in kept:
        drafting.add(phrase, drafting.quotes_left(phrase))
    for phrase in spoken_of:
        if len(drafting.entries) == limit:
            break
        if phrase.text not in passed_over and phrase not in rejected and drafting.is_worth_asking(phrase):
            drafting.add(phrase, drafting.quotes_left(phrase))
    drafted = [*drafting.entries, *(drafting.entry(each, each.quotes[:MOST_QUOTES]) for each in rejected)]
    rank = {phrase.text: place for place, phrase in enumerate(phrases)}
    return sorted(drafted, key=lambda entry: rank[entry.phrase])


@dataclass(slots=True)
class _Drafting:
    """The entries of one subject as they come together."""

    subject_id: SubjectId
    subject_name: str
    total: int
    words: Wordings
    entries: list[FaqEntry] = field(default_factory=list)
    asked: list[frozenset[str]] = field(default_factory=list)
    quoted: set[str] = field(default_factory=set)

    def id_of(self, phrase: Phrase) -> FaqId:
        return FaqId("f" + digest(self.subject_id, phrase.language, *self.words.stems(phrase.text)))

    def quotes_left(self, phrase: Phrase) -> list[Quote]:
        return [quote for quote in phrase.quotes if quote.text not in self.quoted][:MOST_QUOTES]

    def is_worth_asking(self, phrase: Phrase) -> bool:
        stems = frozenset(self.words.stems(phrase.text))
        return (
            phrase.positive + phrase.negative >= FEWEST_OPINIONS
            and len(self.quotes_left(phrase)) >= FEWEST_QUOTES
            and not any(stems <= other or other <= stems for other in self.asked)
        )

    def add(self, phrase: Phrase, quotes: Sequence[Quote]) -> None:
        self.entries.append(self.entry(phrase, quotes))
        self.asked.append(frozenset(self.words.stems(phrase.text)))
        self.quoted.update(quote.text for quote in quotes)

    def entry(self, phrase: Phrase, quotes: Sequence[Quote]) -> FaqEntry:
        words = self.words
        counts = words.opening(phrase, self.subject_name, self.total)
        return FaqEntry(
            id=self.id_of(phrase),
            subject_id=self.subject_id,
            language=phrase.language,
            question=words.question(phrase),
            sentences=(
                Sentence(text=counts, review_ids=tuple(phrase.review_ids)),
                *(words.quotation(quote) for quote in quotes),
            ),
            phrase=phrase.text,
            numbers=words.numbers(phrase, self.total),
        )
