"""Picking reviews by hand: a collection, its event and the mark of its page are one transaction.

What is asked for is done whole or not at all; whatever stands against it is said at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.auditing import picked
from engine.domain import Collection, CollectionId, Event, EventKind, ReviewId, Scope
from engine.errors import NotFoundError, RefusedError
from engine.outbox import Work, page_key
from engine.rights import why_not_shown
from engine.store import Transaction
from engine.text import clean_line

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 64
LONGEST_NAME = 120
"""Characters of what visitors read above a collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking:
    """What a writer can do to collections, within the caller's transaction."""

    transaction: Transaction
    now: datetime
    by: str

    def create(self, wanted: CollectionId, name: str, reviews: Sequence[ReviewId] = ()) -> Collection:
        """Raises RefusedError with everything that stands against it: id, name, reviews that may not be shown."""
        self._mark(wanted)
        wrong = [*self._wrong_id(wanted), *_wrong_name(name), *self._unfit(reviews)]
        _refuse(wanted, wrong)
        made = Collection(id=wanted, name=clean_line(name), reviews=tuple(dict.fromkeys(reviews)))
        self.transaction.collections.create(made, self.now)
        self._tell(made, "created")
        self._write_down(None, made)
        return made

    def rename(self, wanted: CollectionId, name: str) -> Collection:
        """Gives it another name; its id and addresses stay. Raises NotFoundError, RefusedError for no name."""
        kept = self._found(wanted)
        _refuse(wanted, list(_wrong_name(name)))
        return self._change(kept, replace(kept, name=clean_line(name)), "renamed")

    def add(self, wanted: CollectionId, reviews: Sequence[ReviewId], *, before: ReviewId | None = None) -> Collection:
        """Puts reviews in, before one that is there or at the end; those that are in already move there.

        Raises NotFoundError, and RefusedError with each review that may not be shown at this moment and why.
        """
        kept = self._found(wanted)
        _refuse(wanted, [*self._unfit(reviews), *_missing(kept, [before] if before else [])])
        return self._change(kept, replace(kept, reviews=placed(kept.reviews, reviews, before)), "added to")

    def remove(self, wanted: CollectionId, reviews: Sequence[ReviewId]) -> Collection:
        """Takes reviews out. Raises NotFoundError, and RefusedError with each that is not in."""
        kept = self._found(wanted)
        _refuse(wanted, list(_missing(kept, reviews)))
        left = tuple(each for each in kept.reviews if each not in set(reviews))
        return self._change(kept, replace(kept, reviews=left), "removed from")

    def move(self, wanted: CollectionId, reviews: Sequence[ReviewId], *, before: ReviewId | None = None) -> Collection:
        """Puts reviews that are in, in the order given, before another one or at the end.

        Raises NotFoundError, and RefusedError with each that is not in.
        """
        kept = self._found(wanted)
        _refuse(wanted, list(_missing(kept, [*reviews, *([before] if before else [])])))
        return self._change(kept, replace(kept, reviews=placed(kept.reviews, reviews, before)), "put in order")

    def delete(self, wanted: CollectionId) -> Collection:
        """Takes it away with its page and snippets; the reviews stay. Raises NotFoundError."""
        gone = self._found(wanted)
        self.transaction.collections.delete(wanted)
        self._empty(wanted)
        self._tell(gone, "deleted")
        self._write_down(gone, None)
        return gone

    def _found(self, wanted: CollectionId) -> Collection:
        """The collection as it is once the work is left: the mark is what this transaction and others meet at."""
        self._mark(wanted)
        return self.transaction.collections.find(wanted)

    def _mark(self, wanted: CollectionId) -> None:
        self.transaction.marks.set(Work.PUBLISH, [page_key(Scope.COLLECTION, wanted)], self.now)

    def _change(self, before: Collection, changed: Collection, what: str) -> Collection:
        self.transaction.collections.change(changed)
        self._tell(changed, what)
        self._write_down(before, changed)
        return changed

    def _write_down(self, before: Collection | None, after: Collection | None) -> None:
        self.transaction.audit.add(picked(before, after, by=self.by, at=self.now))

    def _tell(self, each: Collection, what: str) -> None:
        details: dict[str, str | int] = {"collection": each.id, "what": what, "reviews": len(each.reviews)}
        event = Event(kind=EventKind.COLLECTION_CHANGED, at=self.now, by=self.by, details=details)
        self.transaction.events.add([event])

    def _empty(self, wanted: CollectionId) -> None:
        snippets = self.transaction.snippets
        gone = [each for each in snippets.of_page(Scope.COLLECTION, wanted).values() if each.etag]
        snippets.remove(each.key for each in gone)
        snippets.quote(Scope.COLLECTION, wanted, ())
        snippets.unblock_all_but(Scope.COLLECTION, wanted, ())
        self.transaction.events.add(
            [
                Event(
                    kind=EventKind.SNIPPET_REMOVED,
                    at=self.now,
                    by=self.by,
                    details={**each.key.details, "version": each.version + 1},
                )
                for each in gone
            ]
        )

    def _wrong_id(self, wanted: CollectionId) -> Iterator[str]:
        if not ID.fullmatch(wanted) or len(wanted) > LONGEST_ID:
            yield f"an id has small letters, digits and single hyphens between them, {LONGEST_ID} characters at most"
        try:
            self.transaction.collections.find(wanted)
        except NotFoundError:
            return
        yield "there is a collection of that id already"

    def _unfit(self, reviews: Sequence[ReviewId]) -> Iterator[str]:
        found = self.transaction.reviews.among(list(dict.fromkeys(reviews)), lock=False)
        sources = self.transaction.sources.all()
        for each in dict.fromkeys(reviews):
            if each not in found:
                yield f"there is no review {each!r}"
                continue
            review = found[each].review
            why_not = why_not_shown(review, sources[review.source_id].rights, self.now)
            if why_not:
                yield f"{each} may not be shown: {why_not}"


def mark_all_collections(transaction: Transaction, now: datetime) -> None:
    """Leaves the work of building every collection's page."""
    pages = [page_key(Scope.COLLECTION, each) for each in transaction.collections.ids()]
    transaction.marks.set(Work.PUBLISH, pages, now)


def placed(kept: Sequence[ReviewId], moved: Sequence[ReviewId], before: ReviewId | None) -> tuple[ReviewId, ...]:
    """The reviews with some of them, or new ones, together before another one; at the end where none is named.

    Where that one is among those that move, they end up before what follows it.
    """
    going = tuple(dict.fromkeys(moved))
    start = kept.index(before) if before in kept else len(kept)
    left = tuple(each for each in kept[:start] if each not in going)
    right = tuple(each for each in kept[start:] if each not in going)
    return (*left, *going, *right)


def _wrong_name(name: str) -> Iterator[str]:
    cleaned = clean_line(name)
    if not cleaned:
        yield "the name is empty"
    elif len(cleaned) > LONGEST_NAME:
        yield f"the name has {len(cleaned)} characters; {LONGEST_NAME} are allowed"


def _missing(kept: Collection, wanted: Sequence[ReviewId]) -> list[str]:
    return [f"{each} is not in it" for each in dict.fromkeys(wanted) if each not in kept.reviews]


def _refuse(wanted: CollectionId, wrong: Sequence[str]) -> None:
    if len(wrong) == 1:
        raise RefusedError(f"{wanted}: {wrong[0]}; nothing was changed")
    if wrong:
        raise RefusedError(f"{wanted}: nothing was changed:\n" + "\n".join(f"  {each}" for each in wrong))
