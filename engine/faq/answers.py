"""Answers to what customers asked, in the words of reviews: said only where a sentence really answers."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain import AskedQuestion, FaqDecision, FaqEntry, FaqId, Phrase, Sentence, digest
from engine.faq.drafting import FEWEST_VOICES, MOST_QUOTES
from engine.faq.retrieval import Finder, Hit
from engine.faq.wording import Wordings, wordings
from engine.mining import MinedText
from engine.mining.grammar import Grammar, grammar
from engine.mining.sentiment import polarity

NEAR_THE_BEST = 0.55
"""A second quote answers at least so well, as a share of the best one's score."""
HEARD_FROM = 0.2
"""The share of those who answer from which on the other side is quoted too."""


def answer(
    questions: Sequence[AskedQuestion],
    texts: Sequence[MinedText],
    phrases: Sequence[Phrase],
    language: str,
    *,
    subject_name: str = "",
    decisions: Sequence[FaqDecision] = (),
) -> list[FaqEntry]:
    """Drafts for the questions of one subject in a language that its quotable ``texts`` answer, in their order.

    A draft needs a sentence that answers, and five people: who mention the phrase that is asked about, or who answer.
    Of questions that ask the same, one is answered: the one that somebody decided about, else the first. Raises
    NotFoundError where there are no templates.
    """
    words, finder = wordings(language), Finder(texts, language)
    total = len({each.voice for each in texts})
    entries: list[FaqEntry] = []
    answered: set[frozenset[str]] = set()
    decided = {each.id for each in decisions}
    for asked in sorted(questions, key=lambda each: answer_id(each.question.id) not in decided):
        about = finder.subjects_of(asked.question.title)
        hits = [] if asked.language != language or about in answered else finder.nearest(asked.question.title)
        opening = _opening(_phrase_asked(asked, phrases, finder), hits, words, subject_name, total) if hits else None
        if opening is not None:
            answered.add(about)
            entries.append(_entry(asked, opening, hits, words, grammar(language)))
    return entries


Opening = tuple[Sentence, dict[str, str]]
"""The counts that an answer begins with, and the numbers in them."""


def _entry(asked: AskedQuestion, opening: Opening, hits: Sequence[Hit], words: Wordings, language: Grammar) -> FaqEntry:
    counts, numbers = opening
    return FaqEntry(
        id=answer_id(asked.question.id),
        subject_id=asked.subject_id,
        language=asked.language,
        question=asked.question.title,
        sentences=(counts, *(words.quotation(each.quote) for each in _chosen(hits, language))),
        phrase="",
        question_id=asked.question.id,
        numbers=numbers,
    )


def answer_id(question: str) -> FaqId:
    """The id of the entry that answers a customer's question, whether there is one or not."""
    return FaqId("f" + digest("asked", question))


def _phrase_asked(asked: AskedQuestion, phrases: Sequence[Phrase], finder: Finder) -> Phrase | None:
    """The longest phrase that the question names, of those that enough people mention."""
    said = finder.keys(asked.question.title)
    named = [each for each in phrases if each.count >= FEWEST_VOICES and finder.keys(each.text) <= said]
    return max(named, key=lambda phrase: len(phrase.text.split()), default=None)


def _opening(
    phrase: Phrase | None, hits: Sequence[Hit], words: Wordings, subject_name: str, total: int
) -> Opening | None:
    if phrase is not None:
        text = words.opening(phrase, subject_name, total)
        return Sentence(text=text, review_ids=tuple(phrase.review_ids)), words.numbers(phrase, total)
    if len(hits) < FEWEST_VOICES:
        return None
    numbers = {"count": words.number(len(hits)), "total": words.number(total)}
    about = words.answer["about"].format(subject=subject_name) if subject_name else ""
    text = words.answer["asked"].format(about=about, **numbers)
    return Sentence(text=text, review_ids=tuple(sorted(each.quote.review_id for each in hits))), numbers


def _chosen(hits: Sequence[Hit], language: Grammar) -> list[Hit]:
    """The best two or three; where a fifth of those who answer see it otherwise, one of them is among these."""
    near = [each for each in hits if each.score >= NEAR_THE_BEST * hits[0].score]
    chosen = list({each.quote.text: each for each in reversed(near)}.values())[::-1][:MOST_QUOTES]
    sides = {each.quote.review_id: polarity(each.quote.text, language) for each in hits}
    heard = {sides[each.quote.review_id] for each in chosen} - {0}
    others = [each for each in hits if sides[each.quote.review_id] == -min(heard, default=0) != 0]
    if len(heard) == 1 and others and len(others) >= HEARD_FROM * len(hits):
        return [*chosen[: MOST_QUOTES - 1], others[0]]
    return chosen
