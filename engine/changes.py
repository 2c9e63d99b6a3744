"""What changed since a cursor: each thing once, as it is now, so that whoever was told nothing catches up.

A page is made from the events after its cursor. Of a snippet only the last event counts, and of a review what it is by
now: reading on until there is no more ends with exactly what is served, however often anything moved in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.domain import Event, EventKind, Locale, ReviewId, Scope, SnippetKey, SubjectId, digest
from engine.errors import BadValueError, LostCursorError
from engine.store import Transaction, Version

SCANNED = 2000
"""Events that are looked at for one page, at most."""
OF_SNIPPETS = frozenset({EventKind.SNIPPET_UPDATED, EventKind.SNIPPET_REMOVED})
OF_REVIEWS = frozenset(each for each in EventKind if each.startswith("review.")) - {EventKind.REVIEW_RECEIVED}
TOLD = OF_SNIPPETS | OF_REVIEWS | {EventKind.FAQ_UPDATED, EventKind.SOURCE_CHANGED}
_CURSOR = re.compile(r"(?P<seq>[1-9][0-9]{0,17})-(?P<sign>[0-9a-f]{8})")


class Became(StrEnum):
    """What a thing is by now."""

    SNIPPET_UPDATED = "snippet.updated"
    SNIPPET_REMOVED = "snippet.removed"
    REVIEW_APPROVED = "review.approved"
    """It is shown; perhaps it was before, in other words."""
    REVIEW_WITHDRAWN = "review.withdrawn"
    """It was approved, and is shown no more, whoever took it off."""
    REVIEW_ERASED = "review.erased"
    """It was approved, and is kept no more."""
    FAQ_UPDATED = "faq.updated"
    REVIEWS_REFILED = "reviews.refiled"
    """The terms of a source are others: any review may be shown now that was not before, or the reverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One thing that is another than it was at the cursor."""

    became: Became
    snippet: SnippetKey | None = None
    version: int | None = None
    etag: str = ""
    """Empty where it was removed."""
    review: ReviewId | None = None
    subject: SubjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """One page of what changed."""

    changed: Sequence[Changed]
    cursor: str | None
    """Where to go on; None where nothing has ever happened."""
    is_more: bool
    """Whether there is more at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """What the things that events speak of are by now."""

    versions: Mapping[SnippetKey, Version]
    shown: Mapping[ReviewId, bool]
    approved_once: frozenset[ReviewId]


def changes_since(transaction: Transaction, cursor: str | None, *, limit: int) -> Changes:
    """Up to ``limit`` things that changed after a cursor, in the order of their last event; None starts at the first.

    Raises LostCursorError for a cursor whose event is kept no longer or was another instance's, BadValueError for what
    is no cursor at all.
    """
    events = transaction.events.since(_place(transaction, cursor), kinds=TOLD, limit=SCANNED + 1)
    scanned = events[:SCANNED]
    by_now = _by_now(transaction, [event for _, event in scanned])
    changed: dict[object, Changed] = {}
    read = 0
    for _, event in scanned:
        read += 1
        for each in _changed(event, by_now):
            # The last place counts: what comes again moves to where it came last.
            changed.pop(_what(each), None)
            changed[_what(each)] = each
        if len(changed) == limit:
            break
    return Changes(
        changed=tuple(changed.values()),
        cursor=_cursor(*scanned[read - 1]) if read else cursor,
        is_more=read < len(events),
    )


def state_at(transaction: Transaction, cursor: str | None) -> int:
    """Another number whenever ``changes_since`` may answer another page to the same cursor. Raises as that does."""
    _place(transaction, cursor)
    return transaction.events.settled()


def _place(transaction: Transaction, cursor: str | None) -> int:
    """The number of the event that a cursor names."""
    if cursor is None:
        return 0
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadValueError("since: this is no cursor; they are what next says in the answer before")
    seq = int(found["seq"])
    event = transaction.events.find(seq)
    if event is None or _cursor(seq, event) != cursor:
        raise LostCursorError(
            "since: what this cursor points at is not kept here any more. Ask once more without since, read on to the"
            " end, and throw away what is not listed there"
        )
    return seq


def _cursor(seq: int, event: Event) -> str:
    # An instance that was restored from a backup goes on with numbers that were given before, to other events.
    sign = digest(str(seq), event.at.isoformat(), event.kind, event.by, repr(sorted(event.details.items())))
    return f"{seq}-{sign[:8]}"


def _by_now(transaction: Transaction, events: Sequence[Event]) -> _Now:
    reviews = {each.review_id for each in events if each.kind in OF_REVIEWS and each.review_id}
    return _Now(
        versions=transaction.pull.versions({_key(each) for each in events if each.kind in OF_SNIPPETS}),
        shown=transaction.pull.shown(reviews),
        approved_once=frozenset(transaction.events.approved_once(reviews)),
    )


def _changed(event: Event, by_now: _Now) -> Iterator[Changed]:
    if event.kind in OF_SNIPPETS:
        yield from _changed_snippet(event, by_now.versions)
    elif event.kind in OF_REVIEWS:
        # What was never approved was never shown, and is nobody's business.
        if event.review_id in by_now.approved_once:
            yield Changed(
                became=_became(by_now.shown.get(event.review_id)), review=event.review_id, subject=event.subject_id
            )
    elif event.kind is EventKind.FAQ_UPDATED:
        yield Changed(became=Became.FAQ_UPDATED, subject=event.subject_id)
    else:
        yield Changed(became=Became.REVIEWS_REFILED)


def _changed_snippet(event: Event, versions: Mapping[SnippetKey, Version]) -> Iterator[Changed]:
    key = _key(event)
    kept = versions.get(key) or Version(int(event.details["version"]), "")
    if kept.number > int(event.details["version"]):
        # A later event speaks of it.
        return
    became = Became.SNIPPET_UPDATED if kept.etag else Became.SNIPPET_REMOVED
    yield Changed(became=became, snippet=key, version=kept.number, etag=kept.etag, subject=event.subject_id)


def _became(shown: bool | None) -> Became:
    if shown is None:
        return Became.REVIEW_ERASED
    return Became.REVIEW_APPROVED if shown else Became.REVIEW_WITHDRAWN


def _key(event: Event) -> SnippetKey:
    said = event.details
    scope = Scope(str(said["scope"]))
    about = event.subject_id if scope is Scope.SUBJECT else said[scope]
    return SnippetKey(scope=scope, scope_id=str(about), name=str(said["name"]), locale=Locale(str(said["locale"])))


def _what(each: Changed) -> object:
    """Equal for two changes of the same thing."""
    return each.snippet or each.review or (each.became, each.subject)
