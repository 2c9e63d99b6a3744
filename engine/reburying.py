"""What an older backup does not know: who was erased and what was taken back since. It is done again after a restore.

The list of it holds keyed digests and times: it is of no use without the instance's secret, and tells nobody's name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from engine.domain import Event, EventKind, ReviewId, State
from engine.erasure import Erased, Eraser
from engine.errors import StoreError, UnreadableFileError
from engine.moderation import Moderation
from engine.store import Store, Transaction
from engine.store.tombstones import ADDRESS, REVIEW, Tombstone
from engine.tombstones import Seal

FORMAT = "plaudit-erased/1"
WITHDRAWAL = "withdrawal"
LEAP = 1000
MARGIN = timedelta(hours=1)
"""An erasure has the time at which it was begun: a backup may have been made before it was ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known to be erased or taken back."""

    as_of: datetime | None
    """Until when; None where nothing told it."""
    tombstones: Sequence[Tombstone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reburied:
    """What was done again."""

    erased: int
    """Reviews."""
    others: int
    """Records of other kinds that were erased."""
    withdrawn: int
    """Reviews."""


def known_to(store: Store, seal: Seal) -> list[Tombstone]:
    """Everything that a database knows to be erased or taken back."""
    with store.reading() as transaction:
        erased = transaction.tombstones.all()
        taken_back = [
            Tombstone(digest=seal.of_review(each.source_id, each.external_id), kind=WITHDRAWAL, at=each.withdrawn_at)
            for each in transaction.persons.identities()
            if each.withdrawn_at is not None
        ]
    return [*erased, *taken_back]


def merged(*lists: Known) -> Known:
    """Each thing once, with its latest time, in the order of kinds and digests."""
    latest: dict[tuple[str, str], Tombstone] = {}
    for each in (each for some in lists for each in some.tombstones):
        known = latest.get((each.kind, each.digest))
        if known is None or known.at < each.at:
            latest[each.kind, each.digest] = each
    dates = [each.as_of for each in lists if each.as_of is not None]
    return Known(as_of=max(dates, default=None), tombstones=[latest[key] for key in sorted(latest)])


def rebury(
    store: Store, seal: Seal, known: Iterable[Tombstone], *, made_at: datetime, by: str, now: datetime
) -> Reburied:
    """Does again, in a restored database, what happened after ``made_at``, when its copy was made.

    What was erased before that and is unknown to the copy was let in again before that too, and stays.
    """
    with store.writing() as transaction:
        there = {each.digest for each in transaction.tombstones.all()}
        later = [each for each in known if each.at > made_at - MARGIN and each.digest not in there]
        for each in later:
            if each.kind in (REVIEW, ADDRESS):
                transaction.tombstones.add(each.kind, [each.digest], each.at)
        called = {
            seal.of_review(each.source_id, each.external_id): each.id for each in transaction.persons.identities()
        }
    wanted = {kind: {each.digest for each in later if each.kind == kind} for kind in (REVIEW, ADDRESS, WITHDRAWAL)}
    erased = _erase_again(
        Eraser(store=store, seal=seal),
        [called[each] for each in sorted(wanted[REVIEW] & called.keys())],
        wanted[ADDRESS],
        by,
        now,
    )
    back = [called[each] for each in sorted(wanted[WITHDRAWAL] & called.keys())]
    return Reburied(
        erased=sum(len(each.reviews) for each in erased),
        others=sum(each.others for each in erased),
        withdrawn=_withdraw_again(store, back, by, now),
    )


def _erase_again(
    eraser: Eraser, reviews: Sequence[ReviewId], addresses: AbstractSet[str], by: str, now: datetime
) -> list[Erased]:
    erased = [eraser.erase(eraser.trace_reviews(reviews), by=by, now=now)] if reviews else []
    if not addresses:
        return erased
    with eraser.store.reading() as transaction:
        kept = transaction.persons.addresses()
    for each in sorted(each for each in kept if eraser.seal.of_address(each) in addresses):
        # Whoever was erased could sign in no longer, whatever the copy says.
        traces = replace(eraser.trace_person(each), may_sign_in=False)
        erased.append(eraser.erase(traces, by=by, now=now))
    return erased


def _withdraw_again(store: Store, wanted: Sequence[ReviewId], by: str, now: datetime) -> int:
    count = 0
    for each in wanted:
        with store.writing() as transaction:
            filed = transaction.reviews.among([each]).get(each)
            if filed is not None and filed.review.state is not State.WITHDRAWN:
                Moderation(transaction=transaction, now=now).withdraw(each, by=by)
                count += 1
    return count


def leap(transaction: Transaction, *, made_at: datetime, by: str, now: datetime) -> None:
    """Gives every snippet of a restored database a version that nobody has seen yet, and tells of each.

    Who saw a version that the copy does not know must not take what is served from now on for older.
    """
    # No page is built more than once a second on the average.
    versions = LEAP + max(0, (now - made_at) // timedelta(seconds=1))
    transaction.events.add(
        [
            Event(
                kind=EventKind.SNIPPET_UPDATED if etag else EventKind.SNIPPET_REMOVED,
                at=now,
                by=by,
                subject_id=key.subject_id,
                details={**key.details, "version": version, "etag": etag},
            )
            for key, version, etag in transaction.snippets.leap(versions)
        ]
    )


def write_list(path: Path, known: Known) -> None:
    """Writes a list, whole or not at all, for its owner alone; raises StoreError where that cannot be done."""
    head = {"format": FORMAT, "as_of": known.as_of.isoformat() if known.as_of else None}
    rows = [{"kind": each.kind, "digest": each.digest, "at": each.at.isoformat()} for each in known.tombstones]
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(each)}\n" for each in (head, *rows))
        aside.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def read_list(path: Path) -> Known:
    """A list that was written; raises UnreadableFileError for a file that is none."""
    try:
        head, *rows = [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()]
        if head["format"] != FORMAT:
            raise UnreadableFileError(f"{path} has the format {head['format']!r}; this program reads {FORMAT}")
        return Known(
            as_of=datetime.fromisoformat(head["as_of"]) if head["as_of"] else None,
            tombstones=[
                Tombstone(digest=each["digest"], kind=each["kind"], at=datetime.fromisoformat(each["at"]))
                for each in rows
            ],
        )
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(f"{path} is no list of what was erased") from error
