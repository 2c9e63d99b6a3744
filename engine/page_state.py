"""What is served of one page and why not more: its snippets with size and age, what was kept back, who embeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain import (
    Event,
    EventKind,
    Finding,
    Locale,
    MonitoredPage,
    Problem,
    Scope,
    Snippet,
    SnippetKey,
    SubjectId,
)
from engine.outbox import Work, page_key
from engine.store import Transaction

LOOKED_BACK = 20_000
"""Events among which the last change of a snippet is looked for: an older one is not worth a look at all of them."""
MOST_SNIPPETS = 1_000
MOST_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedSnippet:
    """A snippet as it is served, without its bytes."""

    snippet: Snippet
    size: int
    """Bytes, unpacked."""
    changed_at: datetime | None
    """None where that is longer ago than the journal was looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    served: Sequence[ServedSnippet]
    held: Mapping[Locale, Sequence[Problem]]
    """Why what was built in a locale is not served."""
    is_due: bool
    """Whether a worker has yet to build it anew."""
    seen: Sequence[tuple[MonitoredPage, Sequence[Finding]]]
    """Pages of others that embed it, with what is wrong there."""


def page_state(transaction: Transaction, scope: Scope, scope_id: str) -> PageState:
    """The state of the page of a subject, topic or collection."""
    subject = SubjectId(scope_id) if scope is Scope.SUBJECT else None
    changed = _changed(transaction.events.newest(EventKind.SNIPPET_UPDATED, subject, within=LOOKED_BACK))
    sizes = transaction.snippets.sizes(scope, scope_id)
    listed = transaction.snippets.listed(scope, scope_id, limit=MOST_SNIPPETS)
    blocked = transaction.snippets.blocked(scope_id, scope)
    seen = transaction.monitored.showing(subject, limit=MOST_PAGES) if subject else []
    return PageState(
        served=[
            ServedSnippet(snippet=each, size=sizes[each.key], changed_at=changed.get(_place(each.key)))
            for each in listed
            if each.key in sizes
        ],
        held={locale: problems for (_, locale), problems in blocked.items()},
        is_due=transaction.marks.find(Work.PUBLISH, page_key(scope, scope_id)) is not None,
        seen=[(each, transaction.monitored.findings(each.id)) for each in seen],
    )


def rebuild(transaction: Transaction, scope: Scope, scope_id: str, now: datetime) -> None:
    """Has the next free worker build a page anew in all its locales; what comes out the same keeps its ETag."""
    transaction.marks.set(Work.PUBLISH, [page_key(scope, scope_id)], now)


def _changed(events: Sequence[Event]) -> Mapping[frozenset[tuple[str, str | int]], datetime]:
    """When each snippet changed last, by what its events say of its place."""
    found: dict[frozenset[tuple[str, str | int]], datetime] = {}
    for each in events:
        place = {name: said for name, said in each.details.items() if name not in ("version", "etag")}
        found.setdefault(frozenset(place.items()), each.at)
    return found


def _place(key: SnippetKey) -> frozenset[tuple[str, str | int]]:
    return frozenset(key.details.items())
