"""Grouping anew what was mined and tagged: topics, the reviews that speak of them, and marks for pages that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.domain import Change, FaqEntry, FaqState, ReviewId, Scope, SubjectId, Topic, TopicId, digest
from engine.errors import BadValueError
from engine.outbox import Work, finish, page_key
from engine.store import TAGS, KeptTopic, Lease, Store, Transaction
from engine.text import clean_line

AT_ONCE = 1000
LONGEST_NAME = 100
"""Characters that a person may call a topic by."""
A_PHRASE = timedelta(milliseconds=5)
"""What a lease is made longer by for each phrase: grouping one takes a tenth of it on a machine that is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """What grouping one language, or the tags, came to."""

    topics: Sequence[Topic]
    changed: Sequence[TopicId]
    """Those whose page is made of something else than before."""


@dataclass(slots=True)
class _Holdings:
    """What belongs to each topic."""

    reviews: defaultdict[TopicId, dict[ReviewId, SubjectId]] = field(default_factory=lambda: defaultdict(dict))
    contents: defaultdict[TopicId, list[str]] = field(default_factory=lambda: defaultdict(list))
    """All that its page is made of, as text."""

    def fingerprint(self, topic: Topic) -> str:
        return digest(repr(topic), *self.contents[topic.id], *sorted(self.reviews[topic.id]))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicKeeper:
    """Keeps the topics of each language, and those of tags, up to date."""

    store: Store

    def regroup(self, lease: Lease, now: datetime) -> Regrouped:
        """Groups the phrases of a leased mark's language, or the tags, anew.

        Raises LeaseLostError, with nothing written, when something was mined or tagged meanwhile.
        """
        return self._tags(lease, now) if lease.key == TAGS else self._phrases(lease, now)

    def _phrases(self, lease: Lease, now: datetime) -> Regrouped:
        # The stemmers and word lists behind it are not needed to serve a page.
        from engine.mining.topics import TopicFinder, grow  # noqa: PLC0415

        language = lease.key
        with self.store.reading() as transaction:
            before = transaction.topics.all(language)
            filed = list(transaction.phrases.of_language(language))
            entries = _entries(transaction, language)
        # Grouping that takes longer than a lease lasts would be done by one worker after the other, for ever.
        with self.store.writing() as transaction:
            transaction.marks.extend(lease, lease.until + len(filed) * A_PHRASE)
        after = grow([each.topic for each in before], [phrase for _, phrase in filed], language)
        finder = TopicFinder(after, language)
        moved: dict[tuple[SubjectId, str], TopicId | None] = {}
        held = _Holdings()
        for subject, phrase in filed:
            which = finder.of(phrase)
            if which != phrase.topic:
                moved[subject, phrase.text] = which
            if which is not None:
                held.reviews[which].update(dict.fromkeys(phrase.review_ids, subject))
                answers = entries.get((subject, phrase.text), ())
                held.contents[which].append(repr((subject, replace(phrase, topic=None), answers)))
        with self.store.writing() as transaction:
            finish(transaction, lease)
            transaction.phrases.put_into_topics(language, moved)
            return _write(transaction, before, after, held, now)

    def _tags(self, lease: Lease, now: datetime) -> Regrouped:
        from engine.mining.topics import tagged  # noqa: PLC0415

        with self.store.reading() as transaction:
            before = transaction.topics.all(None)
            reviews: defaultdict[str, dict[ReviewId, SubjectId]] = defaultdict(dict)
            for review, subject, tags in transaction.topics.tagged_reviews():
                for tag in tags:
                    reviews[tag][review] = subject
        after = tagged([each.topic for each in before], reviews)
        held = _Holdings()
        held.reviews.update({each.id: reviews[each.tag] for each in after if each.tag and each.tag in reviews})
        with self.store.writing() as transaction:
            finish(transaction, lease)
            return _write(transaction, before, after, held, now)


def mark_all_topics(transaction: Transaction, now: datetime) -> None:
    """Leaves the work of grouping everything anew and of building every topic's page."""
    languages = {*transaction.phrases.languages(), *transaction.topics.languages()}
    tags = [TAGS] if transaction.topics.has_tags() else []
    transaction.marks.set(Work.TOPICS, [*languages, *tags], now)
    mark_topic_pages(transaction, transaction.topics.ids(), now)


def rename(transaction: Transaction, wanted: TopicId, name: str, *, by: str, now: datetime) -> Topic:
    """Calls a topic as a person wants it called, whatever is mined later; its id stays.

    Raises NotFoundError, and BadValueError for a name that is empty or too long.
    """
    called = clean_line(name)
    if not 1 <= len(called) <= LONGEST_NAME:
        raise BadValueError(f"a topic's name has 1 to {LONGEST_NAME} characters; this one has {len(called)}")
    language = transaction.topics.find(wanted).language
    # Before it is read: whoever groups the language at this moment loses its lease, and knows the name next time.
    transaction.marks.set(Work.TOPICS, [language or TAGS], now)
    mark_topic_pages(transaction, [wanted], now)
    before = transaction.topics.find(wanted)
    after = replace(before, name=called, given_name=called)
    if after != before:
        transaction.topics.save([KeptTopic(topic=after, fingerprint="")])
        transaction.audit.add(
            Change(at=now, by=by, action="topic.rename", about=f"topic/{wanted}", after={"name": called})
        )
    return after


def mark_topic_pages(transaction: Transaction, topics: Sequence[TopicId], now: datetime) -> None:
    transaction.marks.set(Work.PUBLISH, (page_key(Scope.TOPIC, each) for each in topics), now)


def _write(
    transaction: Transaction, before: Sequence[KeptTopic], after: Sequence[Topic], held: _Holdings, now: datetime
) -> Regrouped:
    known = {each.topic.id: each.fingerprint for each in before}
    after = _as_persons_call_them([each.topic for each in before], after)
    kept = [KeptTopic(topic=each, fingerprint=held.fingerprint(each)) for each in after]
    changed = [each for each in kept if known.get(each.topic.id) != each.fingerprint]
    transaction.topics.save(changed)
    for each in changed:
        transaction.topics.replace_reviews(each.topic.id, held.reviews[each.topic.id])
    ids = [each.topic.id for each in changed]
    mark_topic_pages(transaction, ids, now)
    return Regrouped(topics=after, changed=ids)


def _as_persons_call_them(before: Sequence[Topic], after: Sequence[Topic]) -> list[Topic]:
    given = {each.id: each.given_name for each in before if each.given_name}
    return [
        replace(each, name=given[each.id], given_name=given[each.id]) if each.id in given else each for each in after
    ]


def _entries(transaction: Transaction, language: str) -> Mapping[tuple[SubjectId, str], Sequence[FaqEntry]]:
    """The entries that may be shown, by subject and phrase; that one of them was published since changes nothing."""
    found: defaultdict[tuple[SubjectId, str], list[FaqEntry]] = defaultdict(list)
    skip = 0
    while page := transaction.faq.listed(language=language, skip=skip, limit=AT_ONCE):
        for each in page:
            if each.state.is_shown:
                found[each.subject_id, each.phrase].append(replace(each, state=FaqState.APPROVED))
        skip += len(page)
    return found
