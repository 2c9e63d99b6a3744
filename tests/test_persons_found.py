"""Finding one person by an address, however it is written, and nobody else; on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import ReviewId, review_id
from engine.dossier import dossier
from engine.erasure import Eraser
from engine.mail_addresses import MOST_EDGES, addresses_in
from engine.reburying import known_to, rebury
from engine.store import Receipt, Store
from tests.factories import NOON, make_intake, make_record, take_in
from tests.planting import SEAL, SHOP

MINE = review_id(SHOP, "1")
LATER = NOON + timedelta(days=1)


def found_by(store: Store, address: str) -> set[ReviewId]:
    return set(Eraser(store=store, seal=SEAL).trace_person(address).reviews)


WRITTEN = [
    pytest.param("ann@mail.example", json.dumps({"text": "Regards,\nann@mail.example\tAnn"}), id="after a line's end"),
    pytest.param("ann@mail.example", json.dumps({"in": json.dumps({"t": "\nann@mail.example"})}), id="JSON in JSON"),
    pytest.param("ann+kettle@mail.example", r'{"mail":"ann\u002Bkettle@mail.example"}', id="plus, escaped"),
    pytest.param("ann@mail.example", r'{"mail":"ann\u0040mail.example"}', id="at, escaped"),
    pytest.param("josé@mail.example", json.dumps({"mail": "JOSÉ@mail.example"}), id="a letter, escaped"),
    pytest.param("josé@mail.example", '{"mail":"jose\u0301@mail.example"}', id="a letter, taken apart"),
    pytest.param("ann@mail.example", '{"page":"https://s.example/?by=ann%40mail.example"}', id="in an address"),
    pytest.param("ann@mail.example", "<mail>&lt;ann&#64;mail.example&gt;</mail>", id="in XML"),
    pytest.param("ann@bücher.example", '{"mail":"ann@xn--bcher-kva.example"}', id="a name of the DNS"),
    pytest.param("ann@XN--BCHER-KVA.example", '{"mail":"ann@bücher.example"}', id="asked by a name of the DNS"),
    pytest.param("ann@straße.example", '{"mail":"Ann@Straße.example"}', id="sharp s"),
]


@pytest.mark.parametrize(("address", "payload"), WRITTEN)
def test_a_person_is_found_however_the_address_is_written(store: Store, address: str, payload: str) -> None:
    take_in(store, make_record("1", payload=payload), make_record("2", payload="{}", body="Of somebody else."))

    assert found_by(store, address) == {MINE}


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("brien@mail.example", "o'brien@mail.example"),
        ("brien@mail.example", "o’brien@mail.example"),
        ("ann@mail.example", "joann@mail.example"),
        ("ann@mail.example", "jo.ann@mail.example"),
        ("ann@mail.example", "ann@mail.example.org"),
        ("ann@mail.example", "ann+1@mail.example"),
        ("a.nn@mail.example", "ann@mail.example"),
        ("ann@strasse.example", "ann@straße.example"),
    ],
)
def test_an_address_within_another_is_somebody_elses(store: Store, address: str, other: str) -> None:
    take_in(store, make_record("1", payload=json.dumps({"mail": other})), make_record("2", body="Of somebody else."))

    assert found_by(store, address) == set()
    assert found_by(store, other) == {MINE}


@pytest.mark.parametrize(("address", "payload"), WRITTEN)
def test_a_restored_copy_loses_whoever_was_erased_however_it_writes_the_address(
    store: Store, address: str, payload: str
) -> None:
    take_in(store, make_record("1", payload=payload), make_record("2", body="Of somebody else."))
    with store.reading() as transaction:
        assert not transaction.tombstones.any()
    eraser = Eraser(store=store, seal=SEAL)
    eraser.erase(replace(eraser.trace_person(address), reviews={}), by="operator", now=LATER)
    known = known_to(store, SEAL)
    with store.writing() as transaction:
        transaction.tombstones.lift(SEAL.of_address(address))

    rebury(store, SEAL, known, made_at=NOON, by="restore", now=LATER)

    with store.reading() as transaction:
        assert set(transaction.reviews.among([MINE, review_id(SHOP, "2")])) == {review_id(SHOP, "2")}


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "Ann P. <ANN@mail.example>"},
        {"email": "mailto:ann@mail.example"},
        {"signature": "Regards,\nann@mail.example"},
    ],
)
def test_no_source_brings_an_erased_person_back_by_an_address_among_other_words(
    store: Store, contact: dict[str, str]
) -> None:
    eraser = Eraser(store=store, seal=SEAL)
    eraser.erase(eraser.trace_person("ann@mail.example"), by="operator", now=NOON)

    take_in(store, make_record("1", contact=contact), intake=replace(make_intake(), seal=SEAL))

    with store.reading() as transaction:
        assert transaction.reviews.among([MINE]) == {}


def test_a_text_of_nothing_but_edges_holds_few_addresses() -> None:
    text = ("a!" * 30 + "@" + "x!" * 120 + " ") * 100

    assert 0 < len(addresses_in(text)) <= MOST_EDGES**2


def test_a_waiting_webhook_is_given_without_what_it_brought_of_others(store: Store) -> None:
    told = [
        {"fields": {"body": "Mine"}, "external_id": "9", "contact": {"email": "ann@mail.example"}},
        {"fields": {"body": "Of somebody else"}, "external_id": "10", "contact": {"email": "bob@mail.example"}},
    ]
    wrong = [{"rule": "x", "severity": "error", "path": "$[3]", "message": "bob@mail.example is no date"}]
    body = json.dumps({"records": told, "problems": wrong, "deleted": ["bob@mail.example"]}).encode()
    with store.writing() as transaction:
        transaction.hooks.add(Receipt(source_id=SHOP, key="k1", received_at=NOON, body=body))
    traces = Eraser(store=store, seal=SEAL).trace_person("ann@mail.example")

    with store.reading() as transaction:
        [given] = dossier(transaction, traces, LATER).document["webhooks_waiting"]

    assert "Mine" in given["body"]
    assert "somebody else" not in given["body"]
    assert "bob" not in given["body"]


def test_what_a_cms_asked_with_an_address_in_it_is_erased_and_stops_no_erasure(store: Store) -> None:
    body = json.dumps({"url": "https://s.example/thanks?for=ann%40mail.example"}).encode()
    with store.writing() as transaction:
        transaction.hooks.add(Receipt(source_id=SHOP, key="k1", received_at=NOON, body=body))
    eraser = Eraser(store=store, seal=SEAL)

    eraser.erase(eraser.trace_person("ann@mail.example"), by="operator", now=LATER)

    with store.reading() as transaction:
        assert list(transaction.persons.receipts()) == []
