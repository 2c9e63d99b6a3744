"""Erasing one person: everything is found first, then each review goes in a transaction of its own, for good.

Nothing of the person stays but ids in events and audit lines, and digests by which a later sync is known. An erasure
that was interrupted goes on when it is asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from engine.domain import AccountId, Change, Event, EventKind, Review, ReviewId, Scope, SubjectId
from engine.errors import NotFoundError, RefusedError
from engine.mail_addresses import finder, normal_address
from engine.outbox import Work, mark_changed
from engine.store import FiledReview, Store, Tally, Transaction
from engine.store.search import ASKED
from engine.store.tombstones import ADDRESS, REVIEW
from engine.takedown import take_words_away
from engine.text import borrows
from engine.tombstones import Seal

DATABASE = "database"
"""The key of the mark that has the database cleaned of what was deleted."""
NAMED = "it was named"
SAME_WORDS = "the same words"
SHORTEST_NAME = 4
"""Letters of a name that can be looked for in other texts: a shorter one stands in half of all sentences."""

ROWS = ("records", "problems", "deleted", "items")
"""What may be of several persons in the body of a webhook, or in the answer to a request of many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where one person was found."""

    email: str = ""
    """In small letters; empty where the person is known by reviews alone."""
    reviews: Mapping[ReviewId, tuple[str, ...]] = field(default_factory=dict)
    """Each with the places where the address stands, or with why else it is one of the person's."""
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids of flags, questions, signals and asks, by their kind."""
    receipts: Sequence[tuple[str, str]] = ()
    """Webhooks that wait, by source and key."""
    requests: Sequence[tuple[str, str]] = ()
    """Answers that are kept to be given again, by who asked and key."""
    account: AccountId | None = None
    may_sign_in: bool = False

    @property
    def count(self) -> int:
        """Of everything that is not a review."""
        own = sum(len(each) for each in self.others.values())
        return own + len(self.receipts) + len(self.requests) + (self.account is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is gone."""

    reviews: tuple[ReviewId, ...]
    subjects: frozenset[SubjectId]
    """Those whose pages are built and mined anew."""
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """Finds a person, and erases what it found."""

    store: Store
    seal: Seal
    mining_delay: timedelta = timedelta(0)

    def trace_person(self, email: str) -> Traces:
        """Everything of one e-mail address; raises RefusedError for a text that is none."""
        address = normal_address(email)
        if not address.rpartition("@")[0] or not address.rpartition("@")[2] or " " in address:
            raise RefusedError(f"{len(email)} characters that are no e-mail address; a person without one: --review ID")
        with self.store.reading() as transaction:
            reviews = transaction.persons.reviews_with(address)
            others = transaction.persons.others_with(address)
            found = transaction.persons.account(address)
            traces = Traces(email=address, reviews=reviews, others=others)
            return replace(
                _completed(transaction, traces),
                account=found[0] if found else None,
                may_sign_in=bool(found and found[1]),
            )

    def trace_reviews(self, ids: Sequence[ReviewId]) -> Traces:
        """Everything that hangs on reviews, and copies of their words; raises NotFoundError for one there is not."""
        with self.store.reading() as transaction:
            known = transaction.reviews.among(ids)
            if missing := [each for each in ids if each not in known]:
                raise NotFoundError(f"there is no review {', '.join(missing)}")
            return _completed(transaction, Traces(reviews=dict.fromkeys(sorted(known), (NAMED,))))

    def erase(self, traces: Traces, *, by: str, now: datetime) -> Erased:
        """Erases what was found; what is published of it is gone with each transaction, and marked to be built anew.

        Raises RefusedError, with nothing changed, while the person may sign in to the console.
        """
        if traces.account and traces.may_sign_in:
            raise RefusedError(
                f"this is account {traces.account} of the console: disable it first (plaudit account disable),"
                " then erase; or erase single reviews with --review ID"
            )
        with self.store.writing() as transaction:
            self._erase_others(transaction, traces, by, now)
        gone = [self._erase_review(each, by, now) for each in traces.reviews]
        erased = [each for each in gone if each is not None]
        return Erased(
            reviews=tuple(each.id for each in erased),
            subjects=frozenset(each.subject_id for each in erased),
            others=traces.count,
        )

    def _erase_others(self, transaction: Transaction, traces: Traces, by: str, now: datetime) -> None:
        if traces.email:
            # First of all: what comes in from now on is refused, and what is there is deleted after this.
            transaction.tombstones.add(ADDRESS, [self.seal.of_address(traces.email)], now)
            transaction.erasing.searches(finder(traces.email))
            transaction.erasing.refusals(finder(traces.email))
        for kind, ids in traces.others.items():
            if kind == "questions":
                self._take_answers_away(transaction, ids, now)
            transaction.erasing.others(kind, ids)
        bodies = {(source, key): body for source, key, body in transaction.persons.receipts()}
        for each in traces.receipts:
            if each in bodies:
                transaction.erasing.receipt(*each, _without(bodies[each], traces))
        transaction.erasing.requests(traces.requests)
        if traces.account:
            transaction.erasing.account(traces.account)
        if traces.count:
            changed = Change(at=now, by=by, action="person.erase", about="person", after={"rows": traces.count})
            transaction.audit.add(changed)
            transaction.marks.set(Work.SCRUB, [DATABASE], now)

    def _take_answers_away(self, transaction: Transaction, questions: Sequence[str], now: datetime) -> None:
        asked = transaction.faq.questions_among(questions)
        subjects = sorted({each.subject_id for each in asked.values()})
        self._mark(transaction, subjects, (), now)
        entries = [each for subject in subjects for each in transaction.faq.of(subject) if each.question_id in asked]
        quoted = sorted({review for each in entries for review in each.review_ids})
        for each in entries:
            transaction.erasing.answer(each.id)
        take_words_away(transaction, [each.review for each in transaction.reviews.among(quoted).values()], now)

    def _erase_review(self, wanted: ReviewId, by: str, now: datetime) -> Review | None:
        """None when somebody else erased it meanwhile."""
        with self.store.reading() as transaction:
            known = transaction.reviews.among([wanted]).get(wanted)
        if known is None:
            return None
        with self.store.writing() as transaction:
            # As intake does, before the review: a batch in hand has either saved it by now, or finds the tombstone.
            transaction.sources.lock(known.review.source_id)
            filed = transaction.reviews.among([wanted]).get(wanted)
            if filed is None:
                return None
            erase_one(transaction, filed, seal=self.seal, by=by, now=now, mining_delay=self.mining_delay)
        return filed.review

    def _mark(
        self, transaction: Transaction, subjects: Sequence[SubjectId], reviews: Sequence[Review], now: datetime
    ) -> None:
        _mark(transaction, subjects, reviews, now, self.mining_delay)


def erase_one(
    transaction: Transaction, filed: FiledReview, *, seal: Seal, by: str, now: datetime, mining_delay: timedelta
) -> None:
    """Erases a review whose source and row the caller has locked: all that hangs on it, all that was made of it."""
    review = filed.review
    topics = transaction.topics.of_reviews([review.id])
    _mark(transaction, [review.subject_id], [review], now, mining_delay)
    tally = Tally()
    tally.take_away(filed)
    digest = seal.of_review(review.source_id, review.external_id)
    transaction.tombstones.add(REVIEW, [digest], now)
    transaction.erasing.rename_seen(review.source_id, review.external_id, digest)
    transaction.summaries.apply(tally)
    quoting = transaction.snippets.quoting([review.id])
    transaction.erasing.review(review.id)
    take_words_away(transaction, [review], now)
    transaction.erasing.hanging(review.id)
    _take_from_mined(transaction, review)
    pages = {(Scope.SUBJECT, str(review.subject_id)), *((Scope.TOPIC, str(each)) for each in topics)}
    for scope, scope_id in sorted({*pages, *((each.key.scope, each.key.scope_id) for each in quoting)}):
        transaction.erasing.blocked(scope, scope_id)
    about = f"review/{review.id}"
    transaction.events.add(
        [Event(kind=EventKind.REVIEW_ERASED, at=now, by=by, subject_id=review.subject_id, review_id=review.id)]
    )
    transaction.audit.add(Change(at=now, by=by, action="review.erase", about=about, before={"state": review.state}))
    transaction.marks.set(Work.SCRUB, [DATABASE], now)
    # Of a review that is gone, an index of words only says so: the words stay in its files until it is made anew.
    transaction.memory.save(ASKED, now.isoformat())


def _take_from_mined(transaction: Transaction, review: Review) -> None:
    """Projections go where they name the review; what a person wrote goes where it repeats the words."""
    transaction.erasing.mined(review.subject_id, review.id)
    for decision in transaction.faq.decisions(review.subject_id):
        if repeats(f"{decision.question}\n{decision.opening or ''}", review):
            transaction.erasing.answer(decision.id)
    is_told_in = partial(repeats, review=review)
    transaction.erasing.told(review.subject_id, is_told_in)
    transaction.erasing.searches(is_told_in)
    transaction.erasing.refusals(is_told_in)


def repeats(text: str, review: Review) -> bool:
    """Whether a text has five words in a row of a review, the whole of a shorter one, or its author's name."""
    folded = " ".join(text.casefold().split())
    short = [review.title or "", review.body, *((review.original.body,) if review.original else ())]
    if any(borrows(text, each) or _is_within(folded, each) for each in short):
        return True
    return len(review.author or "") >= SHORTEST_NAME and _is_within(folded, review.author or "")


def _is_within(folded: str, words: str) -> bool:
    wanted = " ".join(words.casefold().split())
    return len(wanted) >= SHORTEST_NAME and wanted in folded


def _mark(
    transaction: Transaction,
    subjects: Sequence[SubjectId],
    reviews: Sequence[Review],
    now: datetime,
    mining_delay: timedelta,
) -> None:
    # The profile of the shop holds words too: it does not wait its hour.
    mark_changed(transaction, subjects, now=now, mining_delay=mining_delay, profile_delay=timedelta(0), reviews=reviews)


def _completed(transaction: Transaction, traces: Traces) -> Traces:
    """The traces with copies of the words, and with what belongs to the reviews by their ids."""
    copies = transaction.persons.copies_of(list(traces.reviews))
    reviews = {**traces.reviews, **dict.fromkeys(copies, (SAME_WORDS,))}
    asks = {*traces.others.get("asks", ()), *transaction.persons.asks_for(list(reviews))}
    full = replace(traces, reviews=dict(sorted(reviews.items())), others={**traces.others, "asks": sorted(asks)})
    concerns = _concerning(full)
    return replace(
        full,
        receipts=[(source, key) for source, key, body in transaction.persons.receipts() if concerns(_text(body))],
        requests=[(by, key) for by, key, body in transaction.persons.requests() if concerns(_text(body))],
    )


def only_of(body: bytes, traces: Traces) -> bytes:
    """What a webhook brought, or an answer holds, without what it holds of others."""
    concerns = _concerning(traces)
    return _with_rows(body, lambda each: concerns(json.dumps(each))) or body


def _without(body: bytes, traces: Traces) -> bytes | None:
    """What a webhook brought without the records of the person; None when nothing is left of it."""
    concerns = _concerning(traces)
    kept = _with_rows(body, lambda each: not concerns(json.dumps(each)))
    if kept is None:
        # What a CMS asks by its own webhook has no rows: it is asked in vain.
        return None
    said = json.loads(kept)
    if not said.get("records") and not said.get("deleted"):
        return None
    return json.dumps({**said, "problems": []}, separators=(",", ":")).encode()


def _with_rows(body: bytes, is_kept: Callable[[object], bool]) -> bytes | None:
    """A JSON object with some of its rows; None when it is none, or has no rows."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    rows = {name: [each for each in said[name] if is_kept(each)] for name in ROWS if isinstance(said.get(name), list)}
    return json.dumps({**said, **rows}, separators=(",", ":")).encode() if rows else None


def _concerning(traces: Traces) -> Callable[[str], bool]:
    """Tells whether a text names one of the reviews, or holds the address."""
    holds = finder(traces.email) if traces.email else None
    return lambda text: any(each in text for each in traces.reviews) or (holds is not None and holds(text))


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
