"""Selecting the material of a topic: reviews of many subjects, under the rights and consents that hold for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.domain import (
    FaqEntry,
    Locale,
    Material,
    Phrase,
    PublishSettings,
    Rights,
    SourceId,
    SubjectId,
    Topic,
    View,
)
from engine.errors import BadValueError
from engine.material import Standing, excerptable_among, origins_of, picked, quotable_among, showable, with_what_hangs
from engine.rights import may_quote, may_show, oldest_allowed
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
    """All that generators may see of a topic in one locale: no aggregate and no markup, since it is no subject.

    Raises BadValueError for a view of another topic, and for a cursor that the order did not give.
    """
    view = view or View()
    if view.topic is not None:
        raise BadValueError(f"topic: all reviews of {topic.id} are about one topic; subjects alone are narrowed to one")
    sources = transaction.sources.all()
    rights = {each.id: each.rights for each in sources.values()}
    oldest = oldest_allowed(sources.values(), now)
    wanted = Wanted(
        topic=topic.id,
        language=locale.partition("-")[0],
        view=view,
        limit=settings.reviews_per_list,
        oldest=oldest,
    )
    found, following = transaction.views.page(wanted)
    shown = showable(transaction, found, rights, settings, now)
    phrases, faq = _mined(transaction, topic, rights, now) if view.is_default else ((), ())
    apart = picked(transaction, wanted, rights, settings, now)
    reviews = (*shown, *apart.pictured, *apart.testimonials)
    about = {each.subject_id for each in reviews} | {each.subject_id for each in faq}
    return Material(
        about=topic,
        locale=locale,
        settings=settings,
        now=now,
        shown=shown,
        pictured=apart.pictured,
        testimonials=apart.testimonials,
        excerptable=excerptable_among(reviews, rights, now),
        subjects=transaction.subjects.among(sorted(about)),
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        origins=origins_of(reviews, rights),
        phrases=phrases,
        faq=faq,
        total_shown=_total(transaction, topic, wanted),
        view=view,
        following=following,
    )


def _total(transaction: Transaction, topic: Topic, wanted: Wanted) -> int:
    if wanted.view.star:
        return transaction.views.count(wanted)
    return transaction.topics.counts([topic.id], wanted.oldest)[topic.id].reviews


def still_stands(transaction: Transaction, materials: Sequence[Material], now: datetime) -> bool:
    """Whether all words of these materials may still stand on a page as they are; asked in a transaction that writes.

    There the rows of their reviews are locked, so that the answer holds until what was made of them is written.
    """
    if not materials:
        return True
    shown = {
        each.id: each
        for material in materials
        for each in (*material.shown, *material.pictured, *material.testimonials)
    }
    phrases = [each for material in materials for each in material.phrases]
    entries = [each for material in materials for each in material.faq]
    named = {review for each in phrases for review in each.rests_on}
    named |= {review for each in entries for review in each.review_ids}
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    # In one go, for their rows are locked in the order of their ids.
    found = {each: kept.review for each, kept in transaction.reviews.among(sorted(named | shown.keys())).items()}
    standing = Standing({each: was for each, was in found.items() if may_quote(was, rights[was.source_id], now)})
    there = [found[each] for each in shown if each in found]
    whole = {each.id: each for each in with_what_hangs(transaction, there, materials[0].settings)}
    return (
        all(whole.get(each) == was and may_show(was, rights[was.source_id], now) for each, was in shown.items())
        and all(standing.has_phrase(each) for each in phrases)
        and all(standing.has_quotes(each.quotes) for each in entries)
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
    named = {review for _, phrase in filed for review in phrase.rests_on}
    named |= {review for entry in entries for review in entry.review_ids}
    standing = Standing(quotable_among(transaction, named, rights, now))
    phrases = [phrase for _, phrase in filed if standing.has_phrase(phrase)]
    voices = transaction.topics.voices({review for each in phrases for review in each.review_ids})
    return (
        tuple(merged(phrases, voices, topic.language)[:MOST_PHRASES]),
        tuple(each for each in entries if standing.has_quotes(each.quotes))[:MOST_ANSWERS],
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
