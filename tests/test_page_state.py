"""Tests of what is served of a page: sizes and ages, what is held back, who embeds it, and building it anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import (
    Embedded,
    Event,
    EventKind,
    Locale,
    MonitoredPage,
    Problem,
    Scope,
    Severity,
    Snippet,
    SnippetKey,
)
from engine.outbox import Work
from engine.page_state import LOOKED_BACK, page_state, rebuild
from engine.store import Store
from tests.factories import NOON, make_subject

KETTLE = make_subject()
BADGE = SnippetKey(scope=Scope.SUBJECT, scope_id=KETTLE.id, name="badge", locale=Locale("en"))


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as transaction:
        transaction.subjects.save([KETTLE])
        body = "<p>für</p>".encode()
        transaction.snippets.save(
            [Snippet(key=BADGE, body=body, media_type="text/html", etag="e1", version=2, review_ids=())]
        )
    return store


def update(**details: str | int) -> Event:
    return Event(
        kind=EventKind.SNIPPET_UPDATED,
        at=NOON,
        by="publish",
        subject_id=KETTLE.id,
        details={**BADGE.details, "version": 2, "etag": "e1", **details},
    )


def test_a_snippet_has_its_size_in_bytes_and_the_time_of_its_last_change(filled: Store) -> None:
    with filled.writing() as transaction:
        transaction.events.add([update(version=1), update(locale="de")])
        [served] = page_state(transaction, Scope.SUBJECT, KETTLE.id).served

    assert (served.size, served.changed_at, served.snippet.etag) == (11, NOON, "e1")


def test_the_journal_is_looked_through_so_far_and_no_further(filled: Store) -> None:
    with filled.writing() as transaction:
        transaction.events.add([update()])
        transaction.events.add([Event(kind=EventKind.PING, at=NOON, by="x")] * LOOKED_BACK)
        [served] = page_state(transaction, Scope.SUBJECT, KETTLE.id).served

    assert served.changed_at is None


def test_says_what_is_held_back_and_where_it_is_seen(filled: Store) -> None:
    problem = Problem(rule="r", severity=Severity.ERROR, path="$", message="no", fix="")
    watched = MonitoredPage(
        url="https://shop.example/k",
        subject_id=KETTLE.id,
        locale=Locale("en"),
        embedded=Embedded.LIST,
        added_at=NOON,
    )
    with filled.writing() as transaction:
        transaction.snippets.block(Scope.SUBJECT, KETTLE.id, Locale("de"), [problem], NOON)
        transaction.monitored.save(watched)
        found = page_state(transaction, Scope.SUBJECT, KETTLE.id)
        other = page_state(transaction, Scope.TOPIC, "en-lid")

    assert found.held == {"de": (problem,)}
    assert found.seen == [(watched, [])]
    assert (other.served, other.held, other.seen, other.is_due) == ([], {}, [], False)


def test_is_due_from_the_moment_somebody_asks_for_it(filled: Store) -> None:
    with filled.writing() as transaction:
        before = page_state(transaction, Scope.SUBJECT, KETTLE.id).is_due
        rebuild(transaction, Scope.SUBJECT, KETTLE.id, NOON)
        after = page_state(transaction, Scope.SUBJECT, KETTLE.id).is_due
        [lease] = transaction.marks.lease([Work.PUBLISH], "w", now=NOON, until=NOON + timedelta(minutes=1))

    assert (before, after, lease.key) == (False, True, f"subject/{KETTLE.id}")
