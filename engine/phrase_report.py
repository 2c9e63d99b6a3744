"""Phrases as writers need them: how many of all voices use each, how that changed, and in which forms they write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.domain import Phrase, SubjectId, TopicId
from engine.minable import quotable_texts
from engine.store import Transaction
from engine.trends import Trend, trend


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPhrase:
    about: SubjectId | TopicId
    phrase: Phrase
    voices: int
    """All that speak of the subject, or of the topic's subjects, in the language of the phrase."""
    trend: Trend

    @property
    def share(self) -> float:
        """Of all these voices, those that use the phrase."""
        return self.phrase.count / max(self.voices, self.phrase.count)


def subject_report(
    transaction: Transaction, subject: SubjectId, *, language: str | None, timezone: ZoneInfo, now: datetime
) -> list[ReportedPhrase]:
    """The phrases of a subject by language and rank; raises NotFoundError when there is no such subject."""
    transaction.subjects.find(subject)
    phrases, figures = transaction.phrases.of(subject, language), transaction.phrases.figures(subject, language)
    told = [figures.get((each.language, each.text)) for each in phrases]
    kept = [each for each in told if each is not None and each.timezone == str(timezone)]
    if len(kept) == len(phrases):
        return [
            ReportedPhrase(about=subject, phrase=each, voices=beside.voices, trend=beside.trend)
            for each, beside in zip(phrases, kept, strict=True)
        ]
    # Mined before its figures were kept, or for another time zone.
    return _reported(transaction, subject, phrases, [subject], timezone, now)


def topic_report(
    transaction: Transaction, topic: TopicId, *, language: str | None, timezone: ZoneInfo, now: datetime
) -> list[ReportedPhrase]:
    """The phrases of a topic over all subjects, the commonest first; a tag has none.

    Raises NotFoundError when there is no such topic.
    """
    found = transaction.topics.find(topic)
    if found.language is None or language not in (None, found.language):
        return []
    # The word lists behind it are not needed to serve a page.
    from engine.mining.topics import merged  # noqa: PLC0415

    filed = transaction.phrases.of_topic(topic)
    voices = transaction.topics.voices({review for _, each in filed for review in each.review_ids})
    phrases = merged([each for _, each in filed], voices, found.language)
    return _reported(transaction, topic, phrases, sorted({each for each, _ in filed}), timezone, now)


def _reported(
    transaction: Transaction,
    about: SubjectId | TopicId,
    phrases: Sequence[Phrase],
    subjects: Sequence[SubjectId],
    timezone: ZoneInfo,
    now: datetime,
) -> list[ReportedPhrase]:
    voices = _voices(transaction, subjects, {each.language for each in phrases}, now)
    written = transaction.reviews.written(sorted({review for each in phrases for review in each.review_ids}))
    return [
        ReportedPhrase(
            about=about,
            phrase=each,
            voices=voices[each.language],
            trend=trend((written.get(review) for review in each.review_ids), timezone),
        )
        for each in phrases
    ]


def _voices(
    transaction: Transaction, subjects: Iterable[SubjectId], languages: Iterable[str], now: datetime
) -> dict[str, int]:
    """How many speak of these subjects in each language; whose words stand under several of them counts once."""
    heard: dict[str, set[str]] = {each: set() for each in languages}
    for subject in subjects:
        texts = quotable_texts(transaction, subject, now)
        for language, voices in heard.items():
            voices.update(each.voice for each in texts.get(language, ()))
    return {language: len(voices) for language, voices in heard.items()}
