"""Tests of subjects and topics that programs change, and of conditions that keep two of them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.domain import SubjectId, Topic, TopicId, Variant
from engine.errors import BadValueError, NotFoundError
from engine.store import KeptTopic, Store
from engine.topics_run import TopicKeeper, rename
from tests.doors import Company, row
from tests.factories import NOON, lease
from tests.keyed import Program, problems_of, programs

MUG: dict[str, Any] = {
    "type": "Product",
    "name": "Mug",
    "names": {"de": "Becher"},
    "url": "https://larkfield.example/mug",
    "description": "Holds a third of a litre.",
    "brand": "Larkfield",
    "identifiers": {"sku": "MUG-1"},
    "offers": [
        {"price": "12.50", "price_currency": "EUR", "availability": "InStock", "url": "https://larkfield.example/mug"},
        {"price": "14", "price_currency": "USD"},
    ],
    "geo": {"latitude": 52.37403, "longitude": 4.88969},
    "opening_hours": [{"days": ["Monday", "Friday"], "opens": "09:00", "closes": "17:30"}],
}


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    with programs(company) as found:
        yield found


def test_a_subject_is_put_shown_and_put_again_as_it_was_shown(program: Program) -> None:
    made = program.ask("PUT", "/subjects/mug", MUG)

    said: dict[str, Any] = made.json or {}
    assert (made.status_code, made.headers["Location"].endswith("/v1/subjects/mug")) == (201, True)
    assert {name: said[name] for name in ("name", "names", "brand", "geo", "opening_hours")} == {
        name: MUG[name] for name in ("name", "names", "brand", "geo", "opening_hours")
    }
    assert [each["price"] for each in said["offers"]] == ["12.50", "14"]
    writable = {name: said[name] for name in (*MUG, "image", "category", "address", "telephone", "controlled_by")}
    again = program.ask("PUT", "/subjects/mug", writable)
    assert (again.status_code, again.json) == (200, said)
    with program.instance.store.reading() as transaction:
        assert [each.action for _, each in transaction.audit.since()] == ["key.create", "subject.save"]


def test_a_put_keeps_what_it_cannot_say_and_forgets_what_it_does_not(program: Program) -> None:
    program.ask("PUT", "/subjects/mug", MUG)
    with program.instance.store.writing() as transaction:
        mug = transaction.subjects.find(SubjectId("mug"))
        changed = type(mug)(
            id=mug.id,
            type=mug.type,
            name=mug.name,
            brand="Larkfield",
            identifiers={"erp": "77", "sku": "MUG-1"},
            variants=[Variant(name="blue")],
            properties={"startDate": "2026-12-01", "description": "Old."},
        )
        transaction.subjects.save([changed])

    program.ask("PUT", "/subjects/mug", {"name": "Mug"})

    with program.instance.store.reading() as transaction:
        kept = transaction.subjects.find(SubjectId("mug"))
    assert (kept.brand, kept.identifiers, kept.properties) == (None, {"erp": "77"}, {"startDate": "2026-12-01"})
    assert [each.name for each in kept.variants] == ["blue"]


def test_a_patch_changes_what_it_names_and_takes_away_what_is_null(program: Program) -> None:
    program.ask("PUT", "/subjects/mug", MUG)

    answer = program.ask(
        "PATCH",
        "/subjects/mug",
        {"brand": None, "names": {"nl": "Mok", "de": None}, "offers": [{"price": "9.99", "price_currency": "EUR"}]},
        media_type="application/merge-patch+json",
    )

    said: dict[str, Any] = answer.json or {}
    assert (said["brand"], said["names"], said["description"]) == (None, {"nl": "Mok"}, MUG["description"])
    assert [each["price"] for each in said["offers"]] == ["9.99"]


@pytest.mark.parametrize("said", ["", "{}", "0", '"a" "b"', '"a", c'])
def test_a_condition_that_is_none_is_refused(program: Program, said: str) -> None:
    same = program.ask("PUT", "/subjects/mug", MUG, If_Match=said)
    new = program.ask("PUT", "/subjects/mug", MUG, If_None_Match=said)

    assert [each.status_code for each in (same, new)] == [400, 400]
    assert program.ask("GET", "/subjects/mug").status_code == 404


def test_two_who_change_one_subject_do_not_undo_each_other(program: Program) -> None:
    seen = program.ask("PUT", "/subjects/mug", MUG).headers["ETag"]

    first = program.ask("PATCH", "/subjects/mug", {"brand": "One"}, If_Match=seen)
    second = program.ask("PATCH", "/subjects/mug", {"brand": "Two"}, If_Match=seen)
    made_again = program.ask("PUT", "/subjects/mug", MUG, If_None_Match="*")
    absent = program.ask("PUT", "/subjects/cup", MUG, If_Match="*")

    assert [each.status_code for each in (first, second, made_again, absent)] == [200, 412, 412, 412]
    assert (program.ask("GET", "/subjects/mug").json or {})["brand"] == "One"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "Kettle"}, "$.type"),
        ({"identifiers": {"gtin": "9520004120013"}}, "$.gtin"),
        ({"offers": [{"price": "1", "price_currency": "EUR"}, {"price": "1", "price_currency": "XXZ"}]}, "$.offers[1]"),
        ({"names": {"not a locale": "x"}}, "$.names"),
        ({"owner": "x"}, "$"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named_and_nothing_is_kept(
    program: Program, change: dict[str, Any], path: str
) -> None:
    found = problems_of(program.ask("PUT", "/subjects/mug", MUG | change), 422)

    assert any(each.startswith(path) for each, _ in found)
    assert program.ask("GET", "/subjects/mug").status_code == 404


@pytest.mark.parametrize("subject", ["a%20b", "%C3%BC", "-mug", "a%3Cb"])
def test_an_id_that_no_review_could_name_is_refused(program: Program, subject: str) -> None:
    assert problems_of(program.ask("PUT", f"/subjects/{subject}", MUG), 422)


def test_a_subject_is_removed_with_its_page_unless_somebody_spoke_of_it(company: Company) -> None:
    company.publish(row("1"))
    with programs(company) as program:
        program.ask("PUT", "/subjects/mug", MUG)
        assert company.plaudit("publish").exit_code == 0

        removed = program.ask("DELETE", "/subjects/mug")
        refused = program.ask("DELETE", "/subjects/kettle")
        again = program.ask("DELETE", "/subjects/mug")

        assert [each.status_code for each in (removed, refused, again)] == [204, 409, 404]
        assert program.client.get("/reviews/mug").status_code == 404
        assert program.client.get("/reviews/kettle").status_code == 200
        assert company.plaudit("publish").exit_code == 0


def test_one_bad_subject_stops_no_other(program: Program) -> None:
    rows = [{"id": "mug"} | MUG, {"id": "cup", "name": "Cup", "type": "Kettle"}, {"name": "x"}, {"id": "mug"} | MUG]

    said: dict[str, Any] = program.ask("POST", "/subjects/bulk", rows).json or {}

    assert [each["fate"] for each in said["items"]] == ["new", "refused", "refused", "unchanged"]
    assert said["items"][1]["problems"][0]["path"] == "$[1].type"


def test_a_topic_is_called_as_a_person_wants_whatever_is_mined_later(store: Store) -> None:
    topic = Topic(id=TopicId("tag-gift"), name="gift", tag="gift")
    with store.writing() as transaction:
        transaction.topics.save([KeptTopic(topic=topic, fingerprint="x")])

        renamed = rename(transaction, topic.id, " Presents ", by="key/a", now=NOON)

    assert (renamed.name, renamed.tag, renamed.id) == ("Presents", "gift", "tag-gift")
    TopicKeeper(store=store).regroup(lease(store, "topics", "tags"), NOON)
    with store.reading() as transaction:
        assert transaction.topics.find(topic.id).name == "Presents"
        assert [each.action for _, each in transaction.audit.since()] == ["topic.rename"]


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 101])
def test_a_name_that_says_nothing_is_refused(store: Store, name: str) -> None:
    with store.writing() as transaction, pytest.raises((BadValueError, NotFoundError)):
        rename(transaction, TopicId("tag-gift"), name, by="key/a", now=NOON)
