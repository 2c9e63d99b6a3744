"""The profile of the whole shop: what subjects put into it is taken out and put in anew when their reviews change.

One run takes all subjects that wait, whatever their time, so that many changes make one new profile; after it every
subject is mined anew. What it needs of memory is the vocabulary, and one subject's reviews at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from engine.domain import SubjectId
from engine.errors import BadValueError
from engine.learnt import LEAST_TEXTS
from engine.minable import quotable_texts
from engine.mining import languages, profile_of
from engine.outbox import Work
from engine.store import KeptModel, Lease, ModelKind, Store, Transaction

if TYPE_CHECKING:
    from engine.mining.profile import Profile

AT_ONCE = 200
"""Subjects in one transaction."""
BEGUN = "profile begun"

Shares = Mapping[tuple[SubjectId, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiler:
    """Keeps the shop's profile of each language up to date."""

    store: Store
    languages: Sequence[str]

    def refresh(self, lease: Lease, now: datetime) -> int:
        """Puts a leased mark's subject into the profiles, with all others that wait; returns how many.

        When nobody waits any more, all subjects of the languages that moved are marked for mining.
        """
        with self._taken(lease, now) as leases:
            subjects = [SubjectId(each.key) for each in leases]
            shares = {key: body for each in subjects for key, body in self._shares(each, now)}
            with self.store.writing() as transaction:
                self._put_in(transaction, subjects, shares, now)
                for each in leases:
                    # A share that is out of date by now is put in all the same, since it can be taken out again.
                    if not transaction.marks.finish(each):
                        transaction.marks.release(each, due_at=now)
                if transaction.marks.at_hand(Work.PROFILE, now) == 0:
                    _have_mined(transaction, now)
        return len(leases)

    @contextmanager
    def _taken(self, lease: Lease, now: datetime) -> Iterator[Sequence[Lease]]:
        """The lease with those of others that wait, given back when it goes wrong.

        What was tried before is tried alone: whatever fails in it fails for nobody else.
        """
        others: list[Lease] = []
        with self.store.writing() as transaction:
            _begin(transaction, lease, now)
            if lease.attempts <= 1:
                others = transaction.marks.lease_fresh(
                    Work.PROFILE, lease.owner, now=now, until=lease.until, limit=AT_ONCE
                )
            if len(others) == AT_ONCE:
                _go_on_with(transaction, others.pop(), now)
        try:
            yield [lease, *others]
        except Exception:
            with self.store.writing() as transaction:
                for each in others:
                    transaction.marks.release(each, due_at=now)
            raise

    def _shares(self, subject: SubjectId, now: datetime) -> Iterator[tuple[tuple[SubjectId, str], bytes]]:
        with self.store.reading() as transaction:
            texts = quotable_texts(transaction, subject, now)
        for language in sorted(set(self.languages) & set(texts) & set(languages())):
            yield (subject, language), profile_of(texts[language], language).to_bytes()

    def _put_in(self, transaction: Transaction, subjects: Sequence[SubjectId], after: Shares, now: datetime) -> None:
        touched = {language for _, language in (*transaction.models.shares(subjects), *after)}
        held = {each: _held(transaction, each, now) for each in sorted(touched)}
        # Read once the profiles are held: nobody else changes a share now.
        before = transaction.models.shares(subjects)
        moved = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        for language, kept in held.items():
            keys = [key for key in moved if key[1] == language]
            transaction.models.save(
                _with(kept, [before.get(each) for each in keys], [after.get(each) for each in keys], now)
            )
        for subject, language in moved:
            transaction.models.replace_share(subject, language, after.get((subject, language)))


def _begin(transaction: Transaction, lease: Lease, now: datetime) -> None:
    """The first time, every subject is put in: those too whose reviews came before there was a profile."""
    if transaction.memory.find(BEGUN) is None:
        transaction.memory.save(BEGUN, now.isoformat())
        _mark_all(transaction, now, but=lease.key)


def _mark_all(transaction: Transaction, now: datetime, but: str = "") -> None:
    transaction.marks.set(Work.PROFILE, (each for each in transaction.subjects.ids() if each != but), now)


def _go_on_with(transaction: Transaction, lease: Lease, now: datetime) -> None:
    transaction.marks.release(lease, due_at=now)
    transaction.marks.set(lease.kind, [lease.key], now)


def _held(transaction: Transaction, language: str, now: datetime) -> KeptModel:
    """The profile as it is; one that this program cannot read is begun anew, with all that was put into it."""
    from engine.mining.profile import Profile  # noqa: PLC0415

    kept = transaction.models.hold(ModelKind.PROFILE, language)
    if kept is not None:
        try:
            Profile.from_bytes(kept.body)
        except BadValueError:
            transaction.models.forget_shares(language)
            _mark_all(transaction, now)
        else:
            return kept
    empty = Profile.empty(language).to_bytes()
    return KeptModel(kind=ModelKind.PROFILE, language=language, body=empty, texts=0, made_at=now)


def _with(kept: KeptModel, before: Sequence[bytes | None], after: Sequence[bytes | None], now: datetime) -> KeptModel:
    """The profile without what was put in before and with what is put in now."""
    from engine.mining.profile import Profile  # noqa: PLC0415

    if not before:
        return kept
    nothing = Profile.empty(kept.language)
    gone, come = (_sum([Profile.from_bytes(each) for each in some if each], nothing) for some in (before, after))
    profile = Profile.from_bytes(kept.body) - gone + come
    waits = kept.details.get("waits", False) or max(kept.texts, profile.texts) >= LEAST_TEXTS
    return replace(kept, body=profile.to_bytes(), texts=profile.texts, made_at=now, details={"waits": waits})


def _sum(profiles: Sequence[Profile], nothing: Profile) -> Profile:
    return reduce(lambda one, other: one + other, profiles, nothing)


def _have_mined(transaction: Transaction, now: datetime) -> None:
    """Marks the subjects of the languages whose profile moved since it was done last."""
    for kept in transaction.models.all(ModelKind.PROFILE):
        if kept.details.get("waits"):
            transaction.marks.set(Work.MINE, transaction.models.subjects_of(kept.language), now)
            transaction.models.save(replace(kept, details={"waits": False}))
