"""Selecting the material of a topic: reviews of many subjects, under the rights and consents that hold for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from engine.domain import (
    FaqEntry,
    Locale,
    Material,
    Phrase,
    PublishSettings,
    ReviewId,
    Rights,
    SourceId,
    SubjectId,
    Topic,
    View,
)
from engine.rights import may_quote, may_show
from engine.store import Transaction, Wanted

MOST_PHRASES = 50
MOST_ANSWERS = 20
MOST_SUBJECTS = 50
"""Subjects whose answers are looked for: those that most people speak of the topic about."""


def select_topic_material(
    transaction: Transaction,
    topic: Topic,
    locale: Locale,
    settings: PublishSettings,
    *,
    now: datetime,
    view: View | None = None,
) -> Material:
    """All that generators may see of a topic in one locale: no aggregate and no markup, since it is no subject."""
    view = view or View()
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    found, following = transaction.views.page(
        Wanted(
            topic=topic.id,
            language=locale.partition("-")[0],
            view=view,
            limit=settings.reviews_per_list,
            oldest={each: now - kept.max_age for each, kept in rights.items() if kept.max_age is not None},
        )
    )
    shown = tuple(each for each in found if may_show(each, rights[each.source_id], now))
    phrases, faq = _mined(transaction, topic, rights, now) if view.is_default else ((), ())
    about = {each.subject_id for each in shown} | {each.subject_id for each in faq}
    return Material(
        about=topic,
        locale=locale,
        settings=settings,
        now=now,
        shown=shown,
        subjects=transaction.subjects.among(sorted(about)),
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        phrases=phrases,
        faq=faq,
        total_shown=transaction.topics.counts([topic.id])[topic.id].reviews,
        view=view,
        following=following,
    )


def still_stands(transaction: Transaction, materials: Sequence[Material], now: datetime) -> bool:
    """Whether all words of these materials may still stand on a page as they are; asked in a transaction that writes.

    There the rows of their reviews are locked, so that the answer holds until what was made of them is written.
    """
    shown = {each.id: each for material in materials for each in material.shown}
    quoted = {quote.review_id for material in materials for each in material.phrases for quote in each.quotes}
    quoted |= {review for material in materials for each in material.faq for review in each.review_ids}
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    found = {each: kept.review for each, kept in transaction.reviews.among(sorted(quoted | shown.keys())).items()}
    return (
        found.keys() >= quoted | shown.keys()
        and all(found[each] == was and may_show(was, rights[was.source_id], now) for each, was in shown.items())
        and all(may_quote(found[each], rights[found[each].source_id], now) for each in quoted)
    )


def _mined(
    transaction: Transaction, topic: Topic, rights: Mapping[SourceId, Rights], now: datetime
) -> tuple[tuple[Phrase, ...], tuple[FaqEntry, ...]]:
    """The topic's phrases over all subjects and the answers about them, as far as they may be quoted at this moment."""
    if topic.language is None:
        return (), ()
    # The word lists behind it are not needed to serve a page.
    from engine.mining.topics import merged  # noqa: PLC0415

    filed = transaction.phrases.of_topic(topic.id)
    entries = _entries(transaction, topic.language, filed)
    named = {quote.review_id for _, phrase in filed for quote in phrase.quotes}
    quotable = _quotable(transaction, named | {each for entry in entries for each in entry.review_ids}, rights, now)
    phrases = [phrase for _, phrase in filed if quotable.issuperset(quote.review_id for quote in phrase.quotes)]
    voices = transaction.topics.voices({review for each in phrases for review in each.review_ids})
    return (
        tuple(merged(phrases, voices, topic.language)[:MOST_PHRASES]),
        tuple(each for each in entries if quotable.issuperset(each.review_ids))[:MOST_ANSWERS],
    )


def _entries(transaction: Transaction, language: str, filed: Sequence[tuple[SubjectId, Phrase]]) -> Sequence[FaqEntry]:
    """The answers about the phrases that may be shown, those about the commonest phrases first."""
    ranked = sorted(filed, key=lambda each: (-each[1].count, each[0], each[1].text))
    subjects = list(dict.fromkeys(subject for subject, _ in ranked))[:MOST_SUBJECTS]
    answers = {
        (subject, entry.phrase): entry
        for subject in subjects
        for entry in transaction.faq.of(subject, language)
        if entry.state.is_shown
    }
    return [answers[subject, phrase.text] for subject, phrase in ranked if (subject, phrase.text) in answers]


def _quotable(
    transaction: Transaction, wanted: Collection[ReviewId], rights: Mapping[SourceId, Rights], now: datetime
) -> set[ReviewId]:
    found = transaction.reviews.among(sorted(wanted))
    return {each for each, filed in found.items() if may_quote(filed.review, rights[filed.review.source_id], now)}
