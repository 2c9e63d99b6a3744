"""Tests of kept snippets, on both databases: served when committed, gone when removed, found by whom they quote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.domain import Locale, Problem, ReviewId, Scope, Severity, SubjectId
from engine.store import Store
from engine.store.snippet_reader import snippet_reader
from tests.factories import NOON, make_snippet

EN = Locale("en")


def test_a_snippet_is_served_as_it_is_committed_and_no_longer_when_it_is_removed(store: Store) -> None:
    small, large = make_snippet("badge"), make_snippet("list", body=b"<li>words</li>" * 100)
    reader = snippet_reader(store.url)
    with store.writing() as transaction:
        transaction.snippets.save([small, large])
        before_commit = reader.read("subject", "kettle", "badge", "en", True, True)

    served = reader.read("subject", "kettle", "list", "en")
    packed = reader.read("subject", "kettle", "list", "en", True, True)
    with store.writing() as transaction:
        transaction.snippets.remove([large.key])
    removed = reader.read("subject", "kettle", "list", "en")
    stays = reader.read("subject", "kettle", "badge", "en", True, True)
    reader.close()

    assert before_commit is None
    assert served is not None
    assert (bytes(served.body), served.etag, served.version) == (large.body, large.etag, 1)
    assert packed is not None
    assert packed.coding == "br"
    assert removed is None
    assert stays is not None
    assert stays.coding == "", "a small body is not worth it"


def test_a_thread_that_ends_leaves_no_connection_behind(store: Store) -> None:
    reader = snippet_reader(store.url)
    reader.read("subject", "kettle", "list", "en")
    before = len(list(Path("/dev/fd").iterdir()))

    for _ in range(10):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(reader.read, "subject", "kettle", "list", "en").result()

    assert len(list(Path("/dev/fd").iterdir())) <= before + 1
    reader.close()


def test_a_removed_snippet_keeps_its_version_and_counts_on(store: Store) -> None:
    snippet = make_snippet("list", ReviewId("r1"), version=4)
    with store.writing() as transaction:
        transaction.snippets.save([snippet])
        transaction.snippets.remove([snippet.key])

    with store.reading() as transaction:
        [left] = transaction.snippets.of_page(Scope.SUBJECT, "kettle").values()
        assert transaction.snippets.listed(Scope.SUBJECT, "kettle") == []
        assert transaction.snippets.count() == 0

    assert left == make_snippet("list", version=5, body=b"", etag="")


def test_snippets_are_listed_in_pages_without_their_bodies(store: Store) -> None:
    made = [make_snippet(name, locale=locale) for name in ("list", "badge") for locale in ("nl", "en")]
    with store.writing() as transaction:
        transaction.snippets.save(made)

    with store.reading() as transaction:
        first = transaction.snippets.listed(Scope.SUBJECT, "kettle", limit=3)
        second = transaction.snippets.listed(Scope.SUBJECT, "kettle", after="list/en")

    names = [f"{each.key.name}/{each.key.locale}" for each in (*first, *second)]
    assert names == ["badge/en", "badge/nl", "list/en", "list/nl"]
    assert {each.body for each in first} == {b""}


def test_snippets_are_found_by_whom_they_quote(store: Store) -> None:
    one, other = make_snippet("list", ReviewId("r1"), ReviewId("r2")), make_snippet("faq", ReviewId("r2"))
    with store.writing() as transaction:
        transaction.snippets.save([one, other, make_snippet("badge")])
        transaction.snippets.quote(Scope.SUBJECT, "kettle", [ReviewId("r1"), ReviewId("r2")])

    with store.reading() as transaction:
        found = [transaction.snippets.quoting([ReviewId(each)]) for each in ("r1", "r2", "r3")]

    assert [sorted(each.key.name for each in snippets) for snippets in found] == [["list"], ["faq", "list"], []]


def test_why_a_page_was_blocked_is_kept_until_it_is_free(store: Store) -> None:
    problem = Problem(rule="aggregate-differs", severity=Severity.POLICY, path="$", message="4.1", fix="4.0", doc="x")
    with store.writing() as transaction:
        transaction.snippets.block(Scope.SUBJECT, "kettle", EN, [problem], NOON)
        transaction.snippets.block(Scope.SUBJECT, "kettle", EN, [problem, problem], NOON)
        transaction.snippets.block(Scope.SUBJECT, "teapot", Locale("nl"), [problem], NOON)

    with store.writing() as transaction:
        of_all = transaction.snippets.blocked()
        of_one = transaction.snippets.blocked(SubjectId("kettle"))
        transaction.snippets.unblock_all_but(Scope.SUBJECT, "kettle", [Locale("de")])
        left = transaction.snippets.blocked()

    assert of_all == {("kettle", "en"): (problem, problem), ("teapot", "nl"): (problem,)}
    assert list(of_one) == [("kettle", "en")]
    assert list(left) == [("teapot", "nl")]
