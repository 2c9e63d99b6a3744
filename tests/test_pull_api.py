"""What every answer of the pull API has, many snippets at once, and what changed over HTTP."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from flask import Flask
from werkzeug.exceptions import abort, default_exceptions
from werkzeug.test import Client, TestResponse

from engine.errors import BadValueError
from review_site import create_app
from review_site.cache_tags import tag_headers
from review_site.compressing import SMALLEST
from review_site.deprecation import Deprecated, deprecation_headers
from tests.doors import BASE, Company, Site, row

LISTS = (
    "/v1/subjects",
    "/v1/subjects/k2-kettle",
    "/v1/subjects/k2-kettle/snippets",
    "/v1/subjects/k2-kettle/faq",
    "/v1/topics",
    "/v1/changes",
    "/v1/reviews",
)
NOW = datetime.now(UTC)
LIST = {"scope": "subject", "id": "k2-kettle", "name": "list", "locale": "en"}


def ask_batch(site: Site, question: Any, **headers: str) -> TestResponse:
    body = question if isinstance(question, (str, bytes)) else json.dumps(question)
    return site.client.post(
        "/v1/snippets/batch", data=body, headers=headers, content_type="application/json", base_url=BASE
    )


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_who_has_an_answer_gets_nothing_new(sample_site: Site, path: str, encoding: str) -> None:
    first = sample_site.get(path, Accept_Encoding=encoding)

    again = sample_site.get(path, Accept_Encoding=encoding, If_None_Match=first.headers["ETag"])

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Accept-Encoding" in again.headers["Vary"]
    assert "Content-Type" not in again.headers


@pytest.mark.parametrize("path", LISTS)
def test_what_is_compressed_says_the_same(sample_site: Site, path: str) -> None:
    plain = sample_site.get(path)

    packed = sample_site.get(path, Accept_Encoding="gzip")

    is_small = len(plain.data) < SMALLEST
    assert packed.headers.get("Content-Encoding") == (None if is_small else "gzip")
    assert (packed.data if is_small else gzip.decompress(packed.data)) == plain.data
    assert packed.content_length == len(packed.data)


@pytest.mark.parametrize("path", [*LISTS, "/v1/nothing", "/v1/subjects/k2-kettle/snippets/list"])
def test_every_answer_says_which_interface_it_is(sample_site: Site, path: str) -> None:
    assert sample_site.get(path).headers.getlist("Plaudit-Api") == ["1"]


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "image/png;q=0.1", "*/*;q=0"])
@pytest.mark.parametrize("path", ["/v1/subjects", "/v1/subjects/k2-kettle/snippets/list"])
def test_what_is_accepted_decides_nothing(sample_site: Site, path: str, accepted: str) -> None:
    assert sample_site.get(path, Accept=accepted).data == sample_site.get(path).data


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("/v1/subjects/k2-kettle/snippets/list", "subject/k2-kettle"),
        ("/reviews/k2-kettle", "subject/k2-kettle"),
        ("/reviews/k2-kettle?sort=oldest", "subject/k2-kettle"),
        ("/v1/subjects/k2-kettle", "subject/k2-kettle"),
        ("/v1/subjects/no%20body", "subject/no%20body"),
        ("/topics/en-burrs", "topic/en-burrs"),
        ("/v1/subjects", None),
        ("/", None),
    ],
)
def test_caches_are_told_what_to_purge_it_by(sample_site: Site, path: str, tag: str | None) -> None:
    headers = sample_site.get(path).headers

    tags = ["plaudit", tag] if tag else ["plaudit"]
    assert headers.getlist("Surrogate-Key") == [" ".join(tags)]
    assert headers.getlist("Cache-Tag") == [",".join(tags)]


def test_no_id_can_make_a_tag_of_its_own() -> None:
    headers = dict(tag_headers("subject", "a b,c\r\nX: é"))

    assert headers["Surrogate-Key"] == "plaudit subject/a%20b%2Cc%0D%0AX%3A%20%C3%A9"
    assert dict(tag_headers("subject", "x" * 5_000)) == dict(tag_headers())


@pytest.mark.parametrize("status", sorted(each for each in default_exceptions if each >= 400))
def test_every_refusal_under_v1_is_a_problem_document(company: Company, status: int) -> None:
    with company.instance() as instance:
        app: Flask = create_app(instance)
        app.add_url_rule("/v1/refused", view_func=lambda: abort(status), endpoint="refused")
        answer = Site(Client(app)).get("/v1/refused")

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json or {})["status"] == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/changes", 405),
        ("GET", "/v1/snippets/batch", 405),
        ("POST", "/v1/snippets/batch", 415),
        ("GET", "/v1/changes?since=7777777-0a1b2c3d", 410),
        ("GET", "/v1/changes?since=x", 400),
        ("GET", "/v1/changes?limit=0", 400),
        ("GET", "/v1/reviews?star=6", 400),
        ("GET", "/v1/reviews?verified=yes", 400),
        ("GET", "/v1/reviews?since=yesterday", 400),
        ("GET", "/v1/reviews?since=2026-02-31", 400),
        ("GET", "/v1/reviews?after=x", 400),
        ("GET", "/v1/reviews?state=odd", 400),
        ("GET", "/v1/reviews?state=pending", 401),
    ],
)
def test_what_cannot_be_answered_says_why(sample_site: Site, method: str, path: str, status: int) -> None:
    answer = sample_site.ask(method, path)

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json or {})["detail"]


def test_a_route_that_will_go_says_so(company: Company) -> None:
    begins = datetime(2027, 1, 1, tzinfo=UTC)
    table = {
        "/v1/old": Deprecated(
            since=begins, page="https://docs.example/old", sunset=begins + timedelta(days=365), successor="/v1/new"
        ),
        "/v1/older": Deprecated(since=begins, page="https://docs.example/older"),
    }

    said = [deprecation_headers(rule, table) for rule in ("/v1/old", "/v1/older", "/v1/new")]

    assert said == [
        {
            "Deprecation": "@1798761600",
            "Sunset": "Sat, 01 Jan 2028 00:00:00 GMT",
            "Link": '<https://docs.example/old>; rel="deprecation"; type="text/html",'
            ' <https://docs.example/old>; rel="sunset"; type="text/html",'
            ' </v1/new>; rel="successor-version"',
        },
        {
            "Deprecation": "@1798761600",
            "Link": '<https://docs.example/older>; rel="deprecation"; type="text/html"',
        },
        {},
    ]


def test_no_route_ends_before_it_is_deprecated() -> None:
    with pytest.raises(BadValueError):
        Deprecated(since=NOW, page="https://docs.example", sunset=NOW - timedelta(days=1))


def test_nothing_is_on_its_way_out(sample_site: Site) -> None:
    assert not [path for path in LISTS if "Deprecation" in sample_site.get(path).headers]


def test_many_snippets_come_in_their_order_each_with_its_status(sample_site: Site) -> None:
    single = sample_site.get("/v1/subjects/k2-kettle/snippets/list?locale=en")
    etag = single.headers["ETag"].strip('"')
    question = [LIST, {**LIST, "id": "nobody"}, {**LIST, "etag": etag}, {**LIST, "locale": "de"}, {**LIST, "etag": "x"}]

    found = (ask_batch(sample_site, {"items": question}).json or {})["items"]

    assert [each["status"] for each in found] == [200, 404, 304, 200, 200]
    assert found[0]["body"] == found[4]["body"] == single.text
    assert found[0]["etag"] == etag
    assert str(found[0]["version"]) == single.headers["Plaudit-Version"]
    assert found[3]["locale"] == "de"
    assert "body" not in found[1]
    assert "body" not in found[2]


def test_many_snippets_are_compressed_together(sample_site: Site) -> None:
    answer = ask_batch(sample_site, {"items": [LIST]}, Accept_Encoding="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data))["items"][0]["status"] == 200


def test_a_hundred_snippets_can_be_asked_for_and_no_more(sample_site: Site) -> None:
    assert ask_batch(sample_site, {"items": [LIST] * 100}).status_code == 200
    assert ask_batch(sample_site, {"items": [LIST] * 101}).status_code == 422


def test_all_that_is_wrong_with_a_question_is_said_at_once(sample_site: Site) -> None:
    question = [{**LIST, "scope": "shop"}, {"scope": "topic"}, 7, {**LIST, "odd": 1}, {**LIST, "locale": ["en"]}]

    answer = ask_batch(sample_site, {"items": question})

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [each["path"] for each in (answer.json or {})["problems"]] == [
        "$.items[0].scope",
        "$.items[1].id",
        "$.items[1].name",
        "$.items[2]",
        "$.items[3].odd",
        "$.items[4].locale",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '{"items": {}}',
        '{"items": []}',
        "[" * 100_000,
        '{"items": [{"scope": "subject", "id": "\\ud800", "name": "list"}]}',
        '{"items": [{"scope": "subject", "id": "\\u0000", "name": "list"}]}',
        '{"items": [{"scope": ["subject"], "id": "a", "name": "list"}]}',
        '{"items": [{"scope": "subject", "id": ' + "9" * 10_000 + ', "name": "list"}]}',
    ],
    ids=lambda body: body[:40],
)
def test_no_question_breaks_it(sample_site: Site, body: str) -> None:
    answer = ask_batch(sample_site, body)

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_what_changed_leads_to_what_is_served(sample_site: Site) -> None:
    told, since, more = [], "", True
    while more:
        page = sample_site.get(f"/v1/changes?limit=50{since}").json or {}
        told += page["items"]
        since, more = f"&since={page['next']}", page["more"]

    updated = [each for each in told if each["kind"] == "snippet.updated"]
    assert len(updated) == len({each["url"] for each in updated}) > 100
    for each in updated[::25]:
        answer = sample_site.get(each["url"])
        assert (answer.headers["ETag"], answer.headers["Plaudit-Version"]) == (
            f'"{each["etag"]}"',
            str(each["version"]),
        )


def test_a_poll_where_nothing_happened_is_answered_by_304(company: Company) -> None:
    company.publish(row("1"))
    with company.serving() as site:
        first = site.get("/v1/changes?limit=200").json or {}
        address = f"/v1/changes?since={first['next']}"
        empty = site.get(address)

        again = site.get(address, If_None_Match=empty.headers["ETag"])
        company.publish(row("2"))
        then = site.get(address, If_None_Match=empty.headers["ETag"])

    assert (empty.json or {})["items"] == []
    assert again.status_code == 304
    assert then.status_code == 200
    assert [each for each in (then.json or {})["items"] if each["kind"] == "review.approved"]


@pytest.mark.parametrize(("path", "table"), [("/v1/reviews", "review"), ("/v1/changes", "snippet")])
def test_a_304_does_not_read_what_it_stands_for(company: Company, path: str, table: str) -> None:
    company.publish(row("1"))
    asked: list[str] = []
    with company.instance() as instance:
        site = Site(Client(create_app(instance)))
        etag = site.get(path).headers["ETag"]
        sqlalchemy.event.listen(instance.store._engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

        known = site.get(path, If_None_Match=etag)
        for_304, asked[:] = list(asked), []
        whole = site.get(path)

    assert (known.status_code, whole.status_code) == (304, 200)
    assert not [each for each in for_304 if f"FROM {table}" in each]
    assert [each for each in asked if f"FROM {table}" in each]
