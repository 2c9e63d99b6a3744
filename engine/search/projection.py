"""Keeps the index what the store says: takes in what changed, or makes it anew when it is another store's or damaged.

Whatever is interrupted is done again. A batch is named in the store before the index has it, and forgotten there after
the index has it: an index whose cursor the store does not know belongs to another past of it, and is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.contact import without_contacts
from engine.domain import Review, ReviewId, State, Subject
from engine.domain.search import Batch, Document, TextField
from engine.errors import LeaseLostError, NotFoundError
from engine.mining.grammar import grammar
from engine.mining.sentiment import polarities
from engine.search.codes import packed_codes, packed_topics
from engine.search.protocol import Index
from engine.store import Narrowing, Store, Transaction
from engine.store.search import APPLIED, APPLYING, ASKED, Changes
from engine.store.values import to_json, to_micros

BATCH = 500
"""Changes at once: a commit of so many costs about what one of a single change does."""
PAGE = 1000
"""Reviews at once of an index that is made anew."""

Step = Callable[[int], None]


class _StoppedError(Exception):
    """Somebody asked to stop before all was done."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A review as it was read, and what is made of it."""

    review: Review
    texts: Mapping[TextField, str]
    digest: str
    narrowing: Narrowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexer:
    """Changes the index; one process does at a time, and whoever loses his turn finds out before the store knows."""

    store: Store
    index: Index
    clock: Callable[[], datetime]
    quotability: Callable[[Review], int] | None = None
    """From 0 to 100; None scores nothing."""

    def must_rebuild(self) -> str:
        """Why the index has to be made anew, in words; empty where it need not be."""
        with self.store.reading() as transaction:
            known = [transaction.memory.find(key) for key in (APPLIED, APPLYING)]
            is_asked_for = bool(transaction.memory.find(ASKED))
        health = self.index.health()
        if not known[0]:
            return "it was never made whole"
        if not health.is_usable:
            return "it cannot be used: " + "; ".join(health.problems)
        if str(health.cursor) not in known:
            return "it was made of another past of the database"
        return "somebody asked for it" if is_asked_for else ""

    def waits(self) -> bool:
        """Whether there is anything to do; costs one look at the database."""
        with self.store.reading() as transaction:
            return transaction.search.waits() or bool(transaction.memory.find(ASKED))

    def take_in(self) -> int:
        """Takes one batch of changes in; returns how many there were.

        Raises IndexBusyError and LeaseLostError where another process is at it, IndexUnusableError.
        """
        with self.store.reading() as transaction:
            changes = transaction.search.changes(BATCH)
            changed = transaction.reviews.among(changes.reviews, lock=False)
            read = self._read(transaction, [each.review for each in changed.values()])
            had = transaction.search.digests(changes.reviews)
        if not changes.taken:
            return 0
        with self.store.writing() as transaction:
            cursor = self._name_batch(transaction)
            numbers = transaction.search.write({each.review.id: each.narrowing for each in read})
        new = [each for each in read if each.review.id in numbers and had.get(each.review.id) != each.digest]
        self.index.apply(_batch(new, numbers, changes), cursor)
        with self.store.writing() as transaction:
            _finish(transaction, cursor)
            transaction.search.settle(changes.taken, {each.review.id: each.digest for each in new})
        return len(changes.taken)

    def rebuild(self, advance: Step = lambda _: None, is_over: Callable[[], bool] = lambda: False) -> bool:
        """Makes the index anew from the store, beside the one that is read meanwhile; False when it was stopped.

        ``advance`` hears of each step how many reviews it was. Raises as ``take_in``.
        """
        with self.store.writing() as transaction:
            # What was taken in before is no longer vouched for: an interrupted rebuild is begun again.
            transaction.memory.forget(APPLIED)
            # At once: who asks while it is made may mean a review that is in it already.
            transaction.memory.forget(ASKED)
            cursor = self._name_batch(transaction)
        with self.store.reading() as transaction:
            taken = transaction.search.changes_by_now()
        try:
            self.index.rebuild(self._documents(advance, is_over), cursor)
        except _StoppedError:
            return False
        with self.store.writing() as transaction:
            _finish(transaction, cursor)
            transaction.search.forget_gone(cursor)
            transaction.search.settle(taken, {})
        return True

    def _documents(self, advance: Step, is_over: Callable[[], bool]) -> Iterator[Sequence[Document]]:
        after = ""
        while True:
            if is_over():
                raise _StoppedError
            with self.store.reading() as transaction:
                page = [each.review for each in transaction.reviews.page(after=after, limit=PAGE)]
                read = self._read(transaction, page)
            if not page:
                return
            after = page[-1].id
            with self.store.writing() as transaction:
                entries = {
                    each.review.id: Narrowing(
                        codes=each.narrowing.codes, topics=each.narrowing.topics, digest=each.digest
                    )
                    for each in read
                }
                numbers = transaction.search.write(entries)
            yield [_document(each, numbers[each.review.id]) for each in read if each.review.id in numbers]
            advance(len(page))

    def _read(self, transaction: Transaction, among: Iterable[Review]) -> list[_Read]:
        reviews = [each for each in among if each.state is not State.WITHDRAWN]
        ids = [each.id for each in reviews]
        subjects = transaction.subjects.among(sorted({each.subject_id for each in reviews}))
        topics, pictured = transaction.search.topics(ids), transaction.search.pictured(ids)
        feelings = sentiments(reviews)
        read = []
        for each in reviews:
            texts = texts_of(each, subjects.get(each.subject_id))
            codes = packed_codes(
                each,
                sentiment=feelings.get(each.id, 0),
                quotability=self.quotability(each) if self.quotability else 0,
                has_photo=each.id in pictured,
            )
            narrowing = Narrowing(codes=codes, topics=packed_topics(topics.get(each.id, ())))
            read.append(_Read(each, texts, _digest(each.language, texts), narrowing))
        return read

    def _name_batch(self, transaction: Transaction) -> int:
        """A cursor that no batch had before, in this past of the database or another: the time, to the microsecond."""
        last = max(int(transaction.memory.find(key) or 0) for key in (APPLIED, APPLYING))
        cursor = max(last + 1, to_micros(self.clock()))
        transaction.memory.save(APPLYING, str(cursor))
        return cursor


def texts_of(review: Review, subject: Subject | None) -> dict[TextField, str]:
    """The words of a review that are looked for, without addresses and telephone numbers."""
    said = {
        TextField.TITLE: review.title,
        TextField.BODY: review.body,
        TextField.SUBJECT: subject.name if subject else None,
        TextField.AUTHOR: review.author,
        TextField.COMPANY: review.company,
        TextField.ROLE: review.role,
    }
    return {field: without_contacts(text)[0] for field, text in said.items() if text}


def sentiments(reviews: Iterable[Review]) -> dict[ReviewId, int]:
    """How the words of each speak, whatever the stars say: 1 well, -1 ill, 0 unclear or no language that we know."""
    texts: dict[str, dict[ReviewId, str]] = {}
    for each in reviews:
        if each.language and each.body:
            texts.setdefault(each.language, {})[each.id] = each.body
    found: dict[ReviewId, int] = {}
    for language, bodies in texts.items():
        with suppress(NotFoundError):
            found |= zip(bodies, polarities([*bodies.values()], grammar(language)), strict=True)
    return found


def _batch(new: Sequence[_Read], numbers: Mapping[ReviewId, int], changes: Changes) -> Batch:
    return Batch(changed=[_document(each, numbers[each.review.id]) for each in new], gone=changes.gone)


def _document(read: _Read, number: int) -> Document:
    return Document(number=number, id=read.review.id, language=read.review.language, texts=read.texts)


def _digest(language: str | None, texts: Mapping[TextField, str]) -> str:
    said = to_json([language, {str(field): text for field, text in texts.items()}])
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _finish(transaction: Transaction, cursor: int) -> None:
    """Raises LeaseLostError, which undoes the transaction, when another process named a batch since."""
    if transaction.memory.hold(APPLYING) != str(cursor):
        raise LeaseLostError("another process changed the index meanwhile")
    transaction.memory.save(APPLIED, str(cursor))
