"""Tests of the audit log: what the verbs write into it, and how the command shows it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.catalogue import take_in
from engine.domain import Change, Permission, Reason, ReviewId, Role, State, Use
from engine.errors import NotFoundError
from engine.keys import key_behind
from engine.moderation import Moderation
from engine.store import AuditFilter, Store
from review_site.wiring import now
from tests.doors import BASE, Company, row
from tests.factories import NOON, fill, make_review
from tests.signing import EMAIL

LATER = NOON + timedelta(hours=1)


def change(action: str, **changes: object) -> Change:
    values: dict[str, object] = {"at": NOON, "by": "operator", "about": "review/r1", **changes}
    return Change(action=action, **values)  # type: ignore[arg-type]


def logged(store: Store) -> list[Change]:
    with store.reading() as transaction:
        return [each for _, each in transaction.audit.since()]


def test_comes_back_as_it_was_written(store: Store) -> None:
    written = change("review.approve", before={"state": "pending", "count": 3}, after={"state": "é", "reason": None})

    with store.writing() as transaction:
        transaction.audit.add(written)

    assert logged(store) == [written]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(AuditFilter(), "abcd", id="all"),
        pytest.param(AuditFilter(action="review"), "ab", id="all about reviews"),
        pytest.param(AuditFilter(action="review.reject"), "b", id="one action"),
        pytest.param(AuditFilter(action="rev"), "", id="half a word"),
        pytest.param(AuditFilter(action="%"), "", id="a wildcard"),
        pytest.param(AuditFilter(by="key/k1"), "c", id="by whom"),
        pytest.param(AuditFilter(about="review/r2"), "b", id="about what"),
        pytest.param(AuditFilter(since=LATER), "d", id="since"),
        pytest.param(AuditFilter(until=LATER), "abc", id="until"),
    ],
)
def test_is_found_by_who_what_and_when(store: Store, wanted: AuditFilter, found: str) -> None:
    lines = {
        "a": change("review.approve"),
        "b": change("review.reject", about="review/r2"),
        "c": change("key.create", by="key/k1"),
        "d": change("reviewer.x", at=LATER),
    }
    with store.writing() as transaction:
        transaction.audit.add(*lines.values())

    with store.reading() as transaction:
        assert [each for _, each in transaction.audit.since(wanted=wanted)] == [lines[each] for each in found]
        newest = transaction.audit.last(wanted=wanted, limit=2)
    assert [each for _, each in newest] == [lines[each] for each in found[-2:]]


def test_is_read_backwards_page_by_page(store: Store) -> None:
    with store.writing() as transaction:
        transaction.audit.add(*[change("review.approve", about=f"review/r{number}") for number in range(5)])

    with store.reading() as transaction:
        newest = transaction.audit.last(limit=2)
        older = transaction.audit.last(before=newest[0][0], limit=2)

    assert [each.about for _, each in [*older, *newest]] == [f"review/r{number}" for number in (1, 2, 3, 4)]


Verb = Callable[[Moderation, ReviewId], object]


@pytest.mark.parametrize(
    ("verb", "action", "after"),
    [
        pytest.param(lambda m, r: m.approve([r], by="key/k"), "review.approve", {"state": "approved"}, id="approve"),
        pytest.param(
            lambda m, r: m.reject([r], by="key/k", reason=Reason.SPAM),
            "review.reject",
            {"state": "rejected", "reason": "spam"},
            id="reject",
        ),
        pytest.param(lambda m, r: m.withdraw(r, by="key/k"), "review.withdraw", {"state": "withdrawn"}, id="withdraw"),
        pytest.param(
            lambda m, r: m.withdraw(r, frozenset({Use.ADS}), by="key/k"),
            "review.narrow",
            {"taken_back": "ads"},
            id="narrow",
        ),
    ],
)
def test_a_decision_is_written_down_with_it(store: Store, verb: Verb, action: str, after: dict[str, str]) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])

    with store.writing() as transaction:
        verb(Moderation(transaction=transaction, now=NOON), review.id)

    [line] = logged(store)
    assert (line.action, line.by, line.at, line.about) == (action, "key/k", NOON, f"review/{review.id}")
    assert {name: value for name, value in line.after.items() if value is not None} == after
    assert review.body not in repr(line)


def test_what_is_undone_is_not_written_down(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])

    def decide() -> None:
        with store.writing() as transaction:
            moderation = Moderation(transaction=transaction, now=NOON)
            moderation.approve([review.id], by="operator")
            moderation.approve([ReviewId("nowhere")], by="operator")

    with pytest.raises(NotFoundError):
        decide()

    assert logged(store) == []


def test_a_catalogue_is_written_down_subject_by_subject(store: Store) -> None:
    def tell(name: str) -> None:
        fields = {"id": "kettle", "type": "Product", "name": name}
        take_in(store, [("row 1", fields)], NOON, lambda _: None, by="key/k")

    for name in ("K2", "K2", "K3"):
        tell(name)

    assert [(each.action, each.about, each.before.get("name"), each.after["name"]) for each in logged(store)] == [
        ("subject.create", "subject/kettle", None, "K2"),
        ("subject.change", "subject/kettle", "K2", "K3"),
    ]


def test_the_command_shows_what_was_done_by_commands(company: Company) -> None:
    company.publish(row("a"))

    shown = company.plaudit("audit", "--action", "review")

    assert "operator  review.approve  review/" in shown.output
    assert "state=pending -> state=approved" in shown.output
    assert company.plaudit("audit", "--by", "nobody").output == ""
    assert company.plaudit("audit", "--until", "2000-01-01").output == ""


def test_the_command_writes_for_spreadsheets_and_programs(company: Company) -> None:
    company.plaudit("key", "create", "=cmd|' /C calc'!A0", "--permission", "read")
    with company.instance() as instance, instance.store.writing() as transaction:
        transaction.audit.add(change("=1+1", by="@evil", at=now()))

    told = [json.loads(line) for line in company.plaudit("audit", "--format", "json").output.splitlines()]
    _, *rows = csv.reader(company.plaudit("audit", "--format", "csv").output.splitlines())

    assert [each["action"] for each in told] == ["key.create", "=1+1"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cells in rows for cell in cells)


def test_an_account_is_made_at_the_command(company: Company) -> None:
    made = company.plaudit("account", "create", EMAIL, "--name", "Ann Oak", "--role", "admin")

    assert made.output.startswith(f"{BASE}/console/welcome/")
    assert f"{EMAIL} | admin | Ann Oak | never signed in | no password yet" in company.plaudit("account", "list").output
    assert company.plaudit("account", "create", EMAIL, "--name", "Ann", "--role", "admin").exit_code == 2


def test_an_account_is_changed_at_the_command(company: Company) -> None:
    company.plaudit("account", "create", EMAIL, "--name", "Ann Oak", "--role", "viewer")

    done = [
        company.plaudit("account", *words).output.strip()
        for words in (("role", EMAIL, "writer"), ("disable", EMAIL), ("link", EMAIL), ("enable", EMAIL))
    ]
    link = company.plaudit("account", "link", EMAIL.upper())

    assert done[:2] == [f"{EMAIL}: writer", f"{EMAIL}: disabled"]
    assert "disabled: enable it first" in done[2]
    assert link.output.startswith(f"{BASE}/console/welcome/")
    with company.instance() as instance, instance.store.reading() as transaction:
        [kept] = transaction.accounts.all()
    assert kept.account.role is Role.WRITER


def test_a_key_is_shown_once_and_revoked_by_its_id(company: Company) -> None:
    made = company.plaudit(
        "key", "create", "web shop", "--permission", "read", "--permission", "moderate", "--days", "9"
    )
    text = made.output.splitlines()[0]
    key_id = text.split("_")[1]
    listed = company.plaudit("key", "list").output

    with company.instance() as instance:
        found = key_behind(instance.store, text, now())
    revoked = company.plaudit("key", "revoke", key_id)

    assert found is not None
    assert found.permissions == {Permission.READ, Permission.MODERATE}
    assert f"{key_id} | web shop | moderate, read | until " in listed
    assert text.rpartition("_")[2] not in listed
    assert revoked.output == f"{key_id}: revoked\n"
    assert company.plaudit("key", "list").output == ""
    assert "revoked" in company.plaudit("key", "list", "--all").output
    assert company.plaudit("key", "revoke", "nothing").exit_code == 2
