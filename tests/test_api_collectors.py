"""What collectors of JSON APIs share: fields are typed, pages are walked, and nothing secret or foreign gets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collectors.api import (
    Page,
    Position,
    about,
    as_cursor,
    as_received,
    base_of,
    chosen,
    given_with,
    list_under,
    numbered,
    object_of,
    position_of,
    to_batch,
    walk,
)
from collectors.fields import (
    as_utc,
    count_in,
    find,
    first,
    identity,
    in_zone,
    inner,
    listed,
    rows,
    since_1970,
    text,
    texts,
    truth,
    whole,
    zone_of,
)
from engine.domain import Record, Standing
from engine.errors import BadValueError, SourceRefusedError
from engine.plugins import Option

LONDON = ZoneInfo("Europe/London")


def read(raw: Mapping[str, Any], place: str) -> Record:
    standing = Standing(text(raw, "standing") or "public")
    return Record(
        fields={"body": text(raw, "body")},
        external_id=identity(raw, "id"),
        place=place,
        payload="{}",
        standing=standing,
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, ""),
        ({"a": None}, ""),
        ({"a": {"b": None}}, ""),
        ({"a": {"b": " x "}}, " x "),
        ({"a": {"b": 4}}, "4"),
        ({"a": {"b": 4.5}}, "4.5"),
    ],
)
def test_a_text_is_a_text_or_a_number_and_empty_where_it_is_missing(raw: dict[str, Any], said: str) -> None:
    assert text(raw, "a.b") == said


@pytest.mark.parametrize(
    ("look", "raw", "words"),
    [
        (text, {"a": {"b": True}}, "a.b is a truth value, not a text"),
        (text, {"a": {"b": float("nan")}}, "a.b is a number, not a text"),
        (text, {"a": {"b": ["x"]}}, "a.b is a list, not a text"),
        (text, {"a": "x"}, "a.b: a text stands where an object should"),
        (identity, {}, "a.b is missing"),
        (identity, {"a": {"b": "x\x00"}}, "a.b is no id"),
        (identity, {"a": {"b": "\ud83d"}}, "a.b is no id"),
        (identity, {"a": {"b": "x" * 501}}, "a.b is no id"),
        (whole, {"a": {"b": "4.5"}}, "a.b is '4.5', not a whole number"),
        (truth, {"a": {"b": "perhaps"}}, "a.b is 'perhaps', neither true nor false"),
        (inner, {"a": {"b": [1]}}, "a.b is a list, not an object"),
        (rows, {"a": {"b": {}}}, "a.b is an object, not a list"),
        (rows, {"a": {"b": ["x"]}}, "a.b holds a text where an object should be"),
        (texts, {"a": {"b": [{}]}}, "a.b is an object, not a text"),
        (since_1970, {"a": {"b": 10**17}}, "a.b is no time"),
    ],
)
def test_a_value_of_another_kind_names_its_field(look: Any, raw: dict[str, Any], words: str) -> None:
    with pytest.raises(BadValueError, match=words.replace(".", r"\.")):
        look(raw, "a.b")


def test_what_sources_write_for_the_same_is_read_the_same() -> None:
    raw = {"yes": "Yes", "one": 1, "no": "no", "none": None, "two": "2.0", "ms": 1768000000000, "empty": []}

    assert [truth(raw, name) for name in ("yes", "one", "no", "none")] == [True, True, False, False]
    assert truth(raw, "missing", default=True)
    assert (whole(raw, "two"), whole(raw, "none"), count_in(raw, "yes")) == (2, None, None)
    assert since_1970(raw, "ms", per_second=1000) == "2026-01-09T23:06:40+00:00"
    assert (find(raw, "missing.deeper"), dict(inner(raw, "empty")), list(rows(raw, "none"))) == (None, {}, [])
    assert (first(raw, "none", "missing", "no"), first(raw, "none")) == ("no", "")
    assert listed(["Pour, control", " Gift ", "", "Gift"]) == "Pour control,Gift"


@pytest.mark.parametrize(
    ("moment", "utc", "london"),
    [
        ("2026-05-12T09:10:11", "2026-05-12T09:10:11Z", "2026-05-12T09:10:11+01:00"),
        ("2026-01-12 09:10:11", "2026-01-12 09:10:11Z", "2026-01-12T09:10:11+00:00"),
        ("2026-05-12T09:10:11+02:00", "2026-05-12T09:10:11+02:00", "2026-05-12T09:10:11+02:00"),
        ("2026-05-12T09:10:11.000Z", "2026-05-12T09:10:11.000Z", "2026-05-12T09:10:11.000Z"),
        ("2026-05-12", "2026-05-12", "2026-05-12"),
        ("", "", ""),
        ("at 9:10", "at 9:10", "at 9:10"),
    ],
)
def test_a_time_without_a_zone_gets_one_and_others_keep_theirs(moment: str, utc: str, london: str) -> None:
    assert (as_utc(moment), in_zone(moment, LONDON)) == (utc, london)
    assert in_zone(moment, None) == moment


def test_a_zone_that_there_is_not_names_the_option() -> None:
    assert (zone_of(""), zone_of("Europe/London")) == (None, LONDON)
    with pytest.raises(BadValueError, match="timezone: there is no zone 'Mars/Olympus'"):
        zone_of("Mars/Olympus")
    with pytest.raises(BadValueError, match="timezone"):
        zone_of("../../etc/passwd")


def test_a_page_becomes_a_batch_with_every_malformed_review_told_by_its_place() -> None:
    entries = [{"id": 1, "body": "Good"}, "x", {"id": 2, "body": ["x"]}, {"id": 3, "standing": "deleted"}]

    batch = to_batch(Page(place="shop page 2", entries=entries, following=None, resume={"since": "x"}), read)

    assert [(each.external_id, each.place) for each in batch.records] == [("1", "shop page 2, review 1")]
    assert [(each.path, each.message) for each in batch.problems] == [
        ("shop page 2, review 2", "it is a text, not an object"),
        ("shop page 2, review 3", "body is a list, not a text"),
    ]
    assert (batch.deleted, batch.cursor, batch.resume) == (("3",), None, '{"since":"x"}')


def test_pages_are_walked_until_one_is_empty_even_when_one_before_was_short() -> None:
    pages = {"1": [{"id": 1}, {"id": 2}], "2": [{"id": 3}], "3": [{"id": 4}, {"id": 5}], "4": []}

    def fetch(position: Position) -> Page:
        return numbered("shop", position, pages[position.get("page", "1")], carried={"newest": "n"})

    batches = list(walk(None, fetch, read))

    assert [len(each.records) for each in batches] == [2, 1, 2, 0]
    assert [each.cursor for each in batches] == [
        '{"newest":"n","page":"2"}',
        '{"newest":"n","page":"3"}',
        '{"newest":"n","page":"4"}',
        None,
    ]
    assert [each.external_id for batch in walk(batches[1].cursor, fetch, read) for each in batch.records] == ["4", "5"]


@pytest.mark.parametrize("cursor", [None, "", "x", "[]", "7", '{"page":7}', '{"page":{}}', "[" * 100_000])
def test_a_cursor_of_something_else_is_the_beginning(cursor: str | None) -> None:
    assert position_of(cursor) == {}


def test_a_cursor_can_be_written_whatever_the_source_put_into_it() -> None:
    cursor = as_cursor({"after": "\ud83d"})

    cursor.encode()
    assert position_of(cursor) == {"after": "\ud83d"}


def test_a_review_that_does_not_say_what_it_is_about_is_about_the_shop() -> None:
    def says_so(raw: Mapping[str, Any], place: str) -> Record:
        fields = {"subject": text(raw, "subject")} if raw else {}
        return Record(fields=fields, external_id="1", place=place, payload="")

    reading = about({"subject": "shop", "subject_type": "Organization", "subject_url": ""}, says_so)
    batch = to_batch(Page(place="here", entries=[{"subject": "kettle"}, {}], following=None), reading)

    assert [each.fields for each in batch.records] == [
        {"subject": "kettle"},
        {"subject": "shop", "subject_type": "Organization"},
    ]


OPTIONS = {
    "shop": Option(help="the domain of the shop"),
    "token": Option(help="the private token", is_secret=True),
    "size": Option(help="the size", default="100"),
}


def test_options_are_taken_with_their_defaults() -> None:
    assert chosen({"shop": " x ", "token": "t"}, OPTIONS) == {"shop": "x", "token": "t", "size": "100"}


@pytest.mark.parametrize("token", ["one\ntwo", "käse", "a\x00b"])
def test_a_key_that_would_break_a_header_is_refused_without_being_told(token: str) -> None:
    with pytest.raises(BadValueError, match="token holds a character that no key has") as caught:
        chosen({"shop": "x", "token": token}, OPTIONS)

    assert token not in str(caught.value)


def test_a_missing_option_says_what_it_is() -> None:
    with pytest.raises(BadValueError, match="shop is missing: the domain of the shop"):
        chosen({"token": "t"}, OPTIONS)


@pytest.mark.parametrize(
    "address",
    ["", "shop.example", "ftp://shop.example", "https://", "https://u:p@shop.example", "https://x/?k=1", "https://[x"],
)
def test_an_address_of_an_api_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadValueError, match="base_url is not an"):
        base_of(address)


def test_an_address_of_an_api_loses_its_last_slash() -> None:
    assert base_of("https://shop.example/api/") == "https://shop.example/api"


def test_parts_without_what_makes_them_one_are_left_out() -> None:
    assert given_with("body", [{"body": " ", "author": "x"}, {"body": "Thanks", "author": ""}]) == ({"body": "Thanks"},)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_webhook_that_holds_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadValueError, match="the webhook holds"):
        object_of(body)


def test_an_answer_without_its_list_is_refused_in_words() -> None:
    with pytest.raises(SourceRefusedError, match=r"shop answered with nothing under 'a\.b', not a list"):
        list_under({"a": []}, "a.b", "shop")


def test_a_review_that_is_nested_without_end_is_no_review() -> None:
    raw: dict[str, Any] = {}
    for _ in range(100_000):
        raw = {"a": raw}

    with pytest.raises(BadValueError, match="nested too deep"):
        as_received(raw)
