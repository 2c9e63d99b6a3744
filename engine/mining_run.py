"""Mining the subjects that are marked: phrases, questions with answers and summaries, kept until the next run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from engine.domain import (
    AskedQuestion,
    Event,
    EventKind,
    FaqDecision,
    FaqEntry,
    Locale,
    Phrase,
    Scope,
    Subject,
    SubjectId,
    TextSummary,
)
from engine.faq import answer, decided, draft
from engine.learnt import Learnt, Lessons
from engine.minable import Texts, countable_texts, quotable_texts
from engine.mining import MinedText, languages, mine
from engine.outbox import TOPICS_DELAY, Work, finish, page_key
from engine.rewording import Rewording, reword_drafts
from engine.rights import may_ask
from engine.store import Figures, Lease, PhraseFigures, Store, Transaction
from engine.text_summary import sides_of, summarise
from engine.trends import counted, quarter_of

A_TEXT = timedelta(milliseconds=20)
"""What a lease is made longer by for each text: mining takes a fiftieth of it on a machine that does nothing else."""
MANY = 2_000
"""Texts that are surely mined within the lease as it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """All that is known of a subject, in each of its languages."""

    phrases: Sequence[Phrase] = ()
    entries: Sequence[FaqEntry] = ()
    summaries: Sequence[TextSummary] = ()
    figures: Figures = field(default_factory=dict, compare=False)
    """What is told beside the phrases; it changes no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What mining one subject starts from."""

    subject: Subject
    texts: Texts
    before: Mined
    lessons: Mapping[str, Lessons]
    decisions: Sequence[FaqDecision]
    questions: Sequence[AskedQuestion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miner:
    """Mines one subject at a time, in each of its languages by itself, as far as the miner knows them."""

    store: Store
    languages: Sequence[str]
    phrases: int
    questions: int
    has_automatic_answers: bool = False
    """Whether a draft is published without a person's word."""
    learnt: Learnt = field(default_factory=Learnt)
    topics_delay: timedelta = TOPICS_DELAY
    timezone: tzinfo = UTC
    """Where the quarters begin in which phrases are counted."""
    rewording: Rewording | None = None
    """None leaves the drafts as they are."""

    def mine(self, lease: Lease, now: datetime) -> Mined:
        """Brings what is known of a leased mark's subject up to date, and marks its page when that changed.

        Raises LeaseLostError, with nothing written, when its reviews changed meanwhile.
        """
        subject_id = SubjectId(lease.key)
        with self.store.reading() as transaction:
            known = self._known(transaction, subject_id, now)
        self.extend(
            lease, sum(map(len, known.texts.values())), drafts=self.questions * len(self._languages(known.texts))
        )
        after = self._mined(known, now)
        with self.store.writing() as transaction:
            finish(transaction, lease)
            if after != known.before:
                changed = {each.language for each in (*known.before.phrases, *after.phrases)}
                # Before the phrases: whoever groups them holds this mark while it writes them.
                transaction.marks.set(Work.TOPICS, changed, now + self.topics_delay)
                _write(transaction, subject_id, after, now)
            elif after.figures != known.before.figures:
                transaction.phrases.note(subject_id, after.figures)
        return after

    def count_for_ourselves(self, subject: SubjectId, now: datetime) -> list[Phrase]:
        """The phrases of all that the company may count, internal sources included: with no quote and nobody's name.

        They are kept nowhere, so that no page can show them. Raises NotFoundError when there is no such subject.
        """
        with self.store.reading() as transaction:
            transaction.subjects.find(subject)
            texts = countable_texts(transaction, subject, now)
            lessons = {each: self.learnt.of(transaction, each) for each in self._languages(texts)}
        found = [each for language in lessons for each in self._phrases(texts[language], language, lessons[language])]
        return [replace(each, quotes=(), review_ids=()) for each in found]

    def _known(self, transaction: Transaction, subject: SubjectId, now: datetime) -> _Known:
        texts = quotable_texts(transaction, subject, now)
        return _Known(
            subject=transaction.subjects.find(subject),
            texts=texts,
            before=Mined(
                phrases=transaction.phrases.of(subject),
                entries=transaction.faq.of(subject),
                summaries=transaction.text_summaries.of(subject),
                figures=transaction.phrases.figures(subject),
            ),
            lessons={each: self.learnt.of(transaction, each) for each in self._languages(texts)},
            decisions=transaction.faq.decisions(subject),
            questions=_questions(transaction, subject),
        )

    def _languages(self, texts: Texts) -> list[str]:
        return sorted(set(self.languages) & set(texts) & set(languages()))

    def extend(self, lease: Lease, texts: int, *, drafts: int = 0) -> None:
        """A subject that takes longer than a lease lasts would be mined by one worker after the other, for ever."""
        longer = texts * A_TEXT if texts > MANY else timedelta(0)
        longer += drafts * self.rewording.longest if self.rewording else timedelta(0)
        if longer:
            with self.store.writing() as transaction:
                transaction.marks.extend(lease, lease.until + longer)

    def _mined(self, known: _Known, now: datetime) -> Mined:
        phrases: list[Phrase] = []
        drafts: list[FaqEntry] = []
        summaries: list[TextSummary] = []
        figures: dict[tuple[str, str], PhraseFigures] = {}
        for language in self._languages(known.texts):
            found = self._phrases(known.texts[language], language, known.lessons[language])
            phrases += found
            drafts += self._reworded(known, self._drafts(known, found, language), language, now)
            summaries += _summary(known, found, language)
            figures |= figures_of(found, known.texts[language], self.timezone)
        entries = decided(
            drafts,
            [each for each in known.decisions if each.language in self.languages],
            {each.id for texts in known.texts.values() for each in texts},
            automatic=self.has_automatic_answers,
            before=known.before.entries,
        )
        return Mined(
            phrases=_in_topics(phrases, known.before.phrases),
            entries=sorted(entries, key=lambda each: each.language),
            summaries=summaries,
            figures=figures,
        )

    def _phrases(self, texts: Sequence[MinedText], language: str, told: Lessons) -> list[Phrase]:
        return mine(texts, language, limit=self.phrases, profile=told.profile, opinion=told.opinion)

    def _drafts(self, known: _Known, phrases: Sequence[Phrase], language: str) -> list[FaqEntry]:
        """Questions about the phrases, then those that customers asked."""
        name, texts, decisions = known.subject.name_in(Locale(language)), known.texts[language], known.decisions
        sides = {each.text for each in sides_of(phrases, texts, language, name=name)}
        drafts = draft(
            known.subject.id,
            name,
            phrases,
            _voices(texts),
            language,
            limit=self.questions,
            decisions=decisions,
            passed_over=[each.text for each in phrases if each.text not in sides],
        )
        if known.questions:
            drafts += answer(known.questions, texts, phrases, language, subject_name=name, decisions=decisions)
        return drafts

    def _reworded(self, known: _Known, drafts: list[FaqEntry], language: str, now: datetime) -> list[FaqEntry]:
        if self.rewording is None:
            return drafts
        before, texts = known.before.entries, known.texts[language]
        return reword_drafts(self.rewording, drafts, texts, language, before=before, decisions=known.decisions, now=now)


def figures_of(
    phrases: Sequence[Phrase], texts: Sequence[MinedText], timezone: tzinfo
) -> dict[tuple[str, str], PhraseFigures]:
    """What is told beside phrases that were mined of these texts: all their voices, and when each was written."""
    voices, name = _voices(texts), str(timezone)
    # Each review is looked up in the calendar once, not once for each phrase that it uses.
    quarters = {each.id: quarter_of(each.written_at, timezone) for each in texts if each.written_at}
    return {
        (each.language, each.text): PhraseFigures(
            voices=voices, trend=counted(quarters.get(review) for review in each.review_ids), timezone=name
        )
        for each in phrases
    }


def _questions(transaction: Transaction, subject: SubjectId) -> list[AskedQuestion]:
    """What customers asked, as far as their words may be shown."""
    sources = transaction.sources.all()
    return [each for each in transaction.faq.questions(subject) if may_ask(sources[each.source_id].rights)]


def _summary(known: _Known, phrases: Sequence[Phrase], language: str) -> list[TextSummary]:
    """The summary in one language, or nothing."""
    texts = known.texts[language]
    made = summarise(
        known.subject.id,
        phrases,
        texts,
        language,
        voices=_voices(texts),
        before=next((each for each in known.before.summaries if each.language == language), None),
        name=known.subject.name_in(Locale(language)),
    )
    return [made] if made else []


def _voices(texts: Sequence[MinedText]) -> int:
    return len({each.voice for each in texts})


def _in_topics(phrases: Sequence[Phrase], before: Sequence[Phrase]) -> list[Phrase]:
    """The phrases in the topics that they had; a new one has none until its language is grouped anew."""
    topics = {(each.language, each.text): each.topic for each in before}
    return [replace(each, topic=topics.get((each.language, each.text))) for each in phrases]


def _write(transaction: Transaction, subject: SubjectId, after: Mined, now: datetime) -> None:
    # Before the entries: whoever decides about one holds this mark while it writes it.
    transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, subject)], now)
    transaction.phrases.replace(subject, after.phrases, after.figures)
    transaction.faq.replace(subject, after.entries)
    transaction.text_summaries.replace(subject, after.summaries)
    transaction.events.add([_event(subject, after, now)])


def _event(subject: SubjectId, after: Mined, now: datetime) -> Event:
    details = {"phrases": len(after.phrases), "questions": len(after.entries)}
    return Event(kind=EventKind.FAQ_UPDATED, at=now, by="mine", subject_id=subject, details=details)
