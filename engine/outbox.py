"""The outbox: work that a business transaction leaves behind, leased by whichever worker comes first.

A mark is written in the transaction that makes the work necessary, so none is ever forgotten; it is deleted in the
transaction that writes the result, so none is ever done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain import Review, Scope, SubjectId
from engine.errors import LeaseLostError
from engine.store import TAGS, Lease, Store, Transaction

LEASE_TIME = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
PROFILE_DELAY = timedelta(hours=1)
TOPICS_DELAY = timedelta(seconds=60)


class Work(StrEnum):
    """The kinds of marks; a profile may leave mining marks, mining a publishing mark, never the other way round."""

    MINE = "mine"
    PROFILE = "profile"
    """A subject whose reviews changed since they were put into the profile of the whole shop."""
    TOPICS = "topics"
    """A language whose phrases changed, or the tags: what belongs together is grouped anew."""
    PUBLISH = "publish"
    MONITOR = "monitor"
    """A page that embeds a snippet; each look marks the next one."""
    VALIDATE = "validate"
    """A run over the pages of a sitemap; each turn marks the next one."""
    COLLECT = "collect"
    """A configured source; each run marks the next one."""
    IMPORT = "import"
    """A file that somebody brought in the console: to be read on, or to be forgotten when nobody does."""
    HOOK = "hook"
    """A source whose webhooks wait to be taken in."""
    REPLY = "reply"
    """A review whose source is to be sent the owner's answer."""
    TELL = "tell"
    """Events that nobody was told of yet."""
    DELIVER = "deliver"
    """A subscription that deliveries wait for."""
    CALL_BACK = "call back"
    """A CMS that waits for the snippets of pages it published."""
    PRUNE = "prune"
    """A kind of data that is kept for so many days; each run marks the next one."""
    SCRUB = "scrub"
    """The database, of which what was erased has to leave the files too."""


Handler = Callable[[Lease], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one lease."""

    lease: Lease
    result: object = None
    """What the handler returned."""
    lost: bool = False
    """What was built had gone out of date; the mark is due again."""
    error: Exception | None = None
    """It failed; the mark is due again after a pause, and says why."""


def page_key(scope: Scope, scope_id: str) -> str:
    """The key of a publishing mark: one page in all its locales."""
    return f"{scope}/{scope_id}"


def page_of(key: str) -> tuple[Scope, str]:
    scope, _, scope_id = key.partition("/")
    return Scope(scope), scope_id


def mark_changed(
    transaction: Transaction,
    subjects: Iterable[SubjectId],
    *,
    now: datetime,
    mining_delay: timedelta,
    profile_delay: timedelta = PROFILE_DELAY,
    reviews: Iterable[Review] = (),
    pages: Iterable[SubjectId] = (),
) -> None:
    """Leaves the work that a change of a subject's reviews makes necessary.

    ``reviews`` are those that change, as they were and as they will be: the pages of their topics are marked too.
    ``pages`` are those of subjects whose reviews did not change. A collection shows the mean of whatever its reviews
    are about: each that holds a review of one of these subjects is marked.

    Called before any review is written: the mark's row is what a publisher in flight and this transaction meet at. The
    marks are set in the order in which one kind of work leaves the next, as miners and profilers set them too: on
    PostgreSQL two that lock the same rows in different orders wait for each other.
    """
    wanted = set(subjects)
    changed = list(reviews)
    transaction.marks.set(Work.PROFILE, wanted, now + profile_delay)
    transaction.marks.set(Work.MINE, wanted, now + mining_delay)
    if any(each.tags for each in changed):
        transaction.marks.set(Work.TOPICS, [TAGS], now + mining_delay)
    about = wanted | set(pages)
    collections = transaction.collections.about(about)
    transaction.marks.set(Work.PUBLISH, (page_key(Scope.COLLECTION, each) for each in collections), now)
    transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in about), now)
    topics = transaction.topics.of_reviews([each.id for each in changed])
    transaction.marks.set(Work.PUBLISH, (page_key(Scope.TOPIC, each) for each in topics), now)


def finish(transaction: Transaction, lease: Lease) -> None:
    """Takes the mark away in the transaction that writes the result.

    Raises LeaseLostError, which undoes that transaction, when the mark was set again or given to another worker since.
    """
    if not transaction.marks.finish(lease):
        raise LeaseLostError(f"{lease.kind} {lease.key}: changed or leased to another worker while we worked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """The outbox as one worker sees it."""

    store: Store
    owner: str
    """Unique to the worker: host, process and a number nobody else has."""
    clock: Callable[[], datetime]

    def work_off(self, handlers: Mapping[Work, Handler], *, ahead: timedelta = timedelta(0)) -> Outcome | None:
        """Leases a mark that is due, or will be within ``ahead``, and hands it over; None when there is none."""
        now = self.clock()
        with self.store.writing() as transaction:
            leases = transaction.marks.lease(handlers, self.owner, now=now, until=now + LEASE_TIME, due_by=now + ahead)
        return self._hand_over(leases[0], handlers[Work(leases[0].kind)]) if leases else None

    def work_off_one(self, kind: Work, key: str, handler: Handler) -> Outcome | None:
        """Leases this one mark, due or not, and hands it over; None when somebody else is at it or nothing is."""
        now = self.clock()
        with self.store.writing() as transaction:
            lease = transaction.marks.lease_this(kind, key, self.owner, now=now, until=now + LEASE_TIME)
        return None if lease is None else self._hand_over(lease, handler)

    def take_over_from(self, is_gone: Callable[[str], bool]) -> None:
        """Gives back the leases of workers that are known to be gone, so that nobody waits for them to end."""
        with self.store.writing() as transaction:
            for owner in transaction.marks.owners():
                if is_gone(owner):
                    transaction.marks.release_all_of(owner)

    def _hand_over(self, lease: Lease, handler: Handler) -> Outcome:
        try:
            result = handler(lease)
        except LeaseLostError:
            self._release(lease, self.clock(), None)
            return Outcome(lease=lease, lost=True)
        except Exception as error:  # noqa: BLE001 - whatever went wrong with one page must not stop the others
            self._release(lease, self.clock() + pause_after(lease.attempts), f"{type(error).__name__}: {error}")
            return Outcome(lease=lease, error=error)
        return Outcome(lease=lease, result=result)

    def _release(self, lease: Lease, due_at: datetime, error: str | None) -> None:
        with self.store.writing() as transaction:
            transaction.marks.release(lease, due_at=due_at, error=error)


def pause_after(attempts: int) -> timedelta:
    """How long failed work rests: doubling from five seconds to an hour."""
    doublings: int = min(max(attempts - 1, 0), 12)
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))
