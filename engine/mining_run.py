"""Mining the subjects that are marked: their phrases and FAQ drafts, kept until the next run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain import (
    Event,
    EventKind,
    FaqEntry,
    FaqId,
    FaqState,
    Locale,
    Phrase,
    Review,
    Scope,
    Subject,
    SubjectId,
)
from engine.faq import draft
from engine.mining import MinedText, languages, mine
from engine.outbox import Work, finish, page_key
from engine.rights import may_quote
from engine.store import Lease, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    phrases: Sequence[Phrase]
    entries: Sequence[FaqEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miner:
    """Mines one subject at a time, in each of its languages by itself, as far as the miner knows them."""

    store: Store
    languages: Sequence[str]
    phrases: int
    questions: int

    def mine(self, lease: Lease, now: datetime) -> Mined:
        """Brings what is known of a leased mark's subject up to date, and marks its page when that changed.

        Raises LeaseLostError, with nothing written, when its reviews changed meanwhile.
        """
        subject_id = SubjectId(lease.key)
        with self.store.reading() as transaction:
            subject = transaction.subjects.find(subject_id)
            rights = {each.id: each.rights for each in transaction.sources.all().values()}
            texts = _by_language(
                transaction.reviews.shown(subject_id), lambda each: may_quote(each, rights[each.source_id], now)
            )
            before = Mined(phrases=transaction.phrases.of(subject_id), entries=transaction.phrases.faq_of(subject_id))
        after = _keeping_decisions(self._mined(subject, texts), before)
        with self.store.writing() as transaction:
            finish(transaction, lease)
            if after != before:
                transaction.phrases.replace(subject_id, after.phrases)
                transaction.phrases.replace_faq(subject_id, after.entries)
                transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, subject_id)], now)
                transaction.events.add([_event(subject_id, after, now)])
        return after

    def _mined(self, subject: Subject, texts: Mapping[str, Sequence[MinedText]]) -> Mined:
        phrases: list[Phrase] = []
        entries: list[FaqEntry] = []
        for language in sorted(set(self.languages) & set(texts) & set(languages())):
            found = mine(texts[language], language, limit=self.phrases)
            voices = len({each.voice for each in texts[language]})
            phrases += found
            if self.questions:
                entries += draft(
                    subject.id, subject.name_in(Locale(language)), found, voices, language, limit=self.questions
                )
        return Mined(phrases=phrases, entries=entries)


def _by_language(reviews: Iterable[Review], may_be_mined: Callable[[Review], bool]) -> dict[str, list[MinedText]]:
    """What may be quoted, by language; a rating without words says nothing to a miner."""
    texts: defaultdict[str, list[MinedText]] = defaultdict(list)
    for each in reviews:
        if each.language and each.body and may_be_mined(each):
            texts[each.language.partition("-")[0]].append(
                MinedText(
                    id=each.id,
                    voice=each.voice or each.id,
                    text=each.body,
                    author=each.author,
                    hundredths=each.rating.hundredths if each.rating else None,
                )
            )
    return texts


def _keeping_decisions(after: Mined, before: Mined) -> Mined:
    """An entry that a person approved stays approved when only its numbers moved."""
    states: dict[FaqId, FaqState] = {each.id: each.state for each in before.entries if each.state is not FaqState.STALE}
    return replace(after, entries=[replace(each, state=states.get(each.id, each.state)) for each in after.entries])


def _event(subject: SubjectId, after: Mined, now: datetime) -> Event:
    details = {"phrases": len(after.phrases), "questions": len(after.entries)}
    return Event(kind=EventKind.FAQ_UPDATED, at=now, by="mine", subject_id=subject, details=details)
