"""Tests of signals that are taken in: each kind by its own rules, once, and with everything wrong told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain import Permission, SignalKind, SourceId
from engine.signals import ToldSignal, read_signal, take_in
from engine.store import Store
from review_site.wiring import now
from tests.doors import Company
from tests.factories import NOON, make_subject
from tests.keyed import Program, problems_of, programs

UTC = ZoneInfo("UTC")
SHOP = SourceId("shop")


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    with programs(company) as found:
        yield found


def told(**changes: Any) -> ToldSignal:
    said: dict[str, Any] = {"place": "$", "external_id": "1", "kind": "nps", "at": "2026-09-30", "score": Decimal(9)}
    return ToldSignal(**said | changes)


def numbers(**said: float) -> dict[str, Decimal]:
    return {name: Decimal(str(value)) for name, value in said.items()}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(numbers(score=0), id="nps at its worst"),
        pytest.param(numbers(score=10, worst=0, best=10), id="nps with its scale"),
        pytest.param({"kind": "csat", **numbers(score=4.5, worst=1, best=5)}, id="csat"),
        pytest.param({"kind": "ces", **numbers(score=-2, worst=-3, best=3)}, id="ces"),
        pytest.param({"kind": "milestone", "score": None, "name": "tenth-order"}, id="milestone"),
    ],
)
def test_each_kind_is_read_by_its_own_rules(changes: dict[str, Any]) -> None:
    signal, problems = read_signal(told(**changes), SHOP, UTC, NOON)

    assert problems == []
    assert signal
    assert signal.kind == changes.get("kind", "nps")
    assert (signal.worst, signal.best) == ((None, None) if signal.kind is SignalKind.MILESTONE else scale(changes))


def scale(changes: dict[str, Any]) -> tuple[Decimal, Decimal]:
    return changes.get("worst", Decimal(0)), changes.get("best", Decimal(10))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (numbers(score=11), "$.score"),
        (numbers(score=-1), "$.score"),
        (numbers(score=8.5), "$.score"),
        ({"score": None}, "$.score"),
        (numbers(score=4, best=5), "$.best"),
        ({"kind": "csat", **numbers(score=4)}, "$.best"),
        ({"kind": "csat", **numbers(score=4, worst=5, best=1)}, "$.best"),
        ({"kind": "ces", **numbers(score=9, worst=1, best=7)}, "$.score"),
        ({"kind": "milestone", "name": "x"}, "$.score"),
        ({"kind": "milestone", "score": None}, "$.name"),
        ({"kind": "milestone", "score": None, "name": "x", **numbers(best=5)}, "$.best"),
        ({"at": "tomorrow"}, "$.at"),
        ({"at": "2031-01-01"}, "$.at"),
        ({"name": "x" * 101}, "$.name"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], path: str) -> None:
    signal, problems = read_signal(told(**changes), SHOP, UTC, NOON)

    assert signal is None
    assert path in [each.path for each in problems]


def test_a_signal_is_kept_once_changed_when_it_changed_and_written_down(store: Store) -> None:
    fates = []
    for score in (9, 9, 3):
        with store.writing() as transaction:
            [outcome] = take_in(transaction, SHOP, [told(score=Decimal(score))], by="key/a", timezone=UTC, now=NOON)
            fates.append(outcome.fate)

    with store.reading() as transaction:
        [kept] = transaction.signals.page(kind=SignalKind.NPS)
        changes = [each for _, each in transaction.audit.since()]
    assert fates == ["new", "unchanged", "changed"]
    assert (kept.score, kept.received_at) == (Decimal(3), NOON)
    assert [(each.action, each.about, each.by) for each in changes] == [("signal.record", "source/shop", "key/a")] * 2


def test_a_signal_about_a_subject_that_nobody_knows_is_refused(store: Store) -> None:
    with store.writing() as transaction:
        transaction.subjects.save([make_subject()])
        about = [told(external_id="1", subject="kettle"), told(external_id="2", subject="mug")]
        outcomes = take_in(transaction, SHOP, about, by="key/a", timezone=UTC, now=NOON)

    assert [each.fate for each in outcomes] == ["new", "refused"]


def test_signals_are_handed_in_and_listed_over_http(program: Program) -> None:
    made = program.ask("POST", "/signals", {"kind": "nps", "score": 9, "at": "2026-09-30", "external_id": "s1"})
    wrong = program.ask("POST", "/signals", {"kind": "nps", "score": 12, "at": "soon"})
    rows = [{"kind": "milestone", "name": "tenth-order", "at": "2026-09-30"}, {"kind": "mood", "at": "2026-09-30"}]
    many = program.ask("POST", "/signals/bulk", rows)
    listed = program.ask("GET", "/signals?kind=nps")

    assert (made.status_code, (made.json or {})["score"]) == (201, 9.0)
    assert {path for path, _ in problems_of(wrong, 422)} == {"$.score", "$.at"}
    assert [each["fate"] for each in (many.json or {})["items"]] == ["new", "refused"]
    assert [each["external_id"] for each in (listed.json or {})["items"]] == ["s1"]
    assert program.ask("GET", "/signals?kind=mood").status_code == 400


def test_a_key_for_one_subject_takes_no_signal_of_another_by_its_id(program: Program) -> None:
    said = {"kind": "nps", "score": 2, "at": "2026-09-30", "external_id": "s1", "subject": "kettle"}
    for each in ("kettle", "mug"):
        program.ask("PUT", f"/subjects/{each}", {"name": each})
    program.ask("POST", "/signals", said)
    narrow = program.with_key(Permission.WRITE_SIGNALS, subjects=["mug"])

    alone = narrow.ask("POST", "/signals", said | {"subject": "mug", "score": 9})
    rows = narrow.ask(
        "POST", "/signals/bulk", [said | {"subject": "mug"}, said | {"subject": "mug", "external_id": "s2"}]
    )

    assert problems_of(alone, 422) == [("$.external_id", "signal-external-id")]
    assert [each["fate"] for each in (rows.json or {})["items"]] == ["refused", "new"]
    kept = (program.ask("GET", "/signals").json or {})["items"]
    assert [(each["score"], each["subject"]) for each in kept if each["external_id"] == "s1"] == [(2.0, "kettle")]


def test_a_signal_of_somebody_who_was_erased_is_refused(program: Program) -> None:
    told = {"kind": "nps", "score": 9, "at": "2026-09-30", "external_id": "survey:ann@mail.example"}
    program.ask("POST", "/signals", told)
    eraser = program.instance.privacy.eraser
    eraser.erase(eraser.trace_person("ann@mail.example"), by="operator", now=now())

    again = program.ask("POST", "/signals", told)
    another = program.ask("POST", "/signals", told | {"external_id": "survey:joann@mail.example"})

    assert again.status_code == 422
    assert "had everything erased" in again.text
    assert another.status_code == 201
