"""Finished snippets over HTTP: what a CMS gets, when it gets nothing new, and that no address can break it."""

from __future__ import annotations

import gzip

import brotli
import pytest

from engine.domain import SubjectId
from review_site.snippet_server import matches
from tests.doors import SETTINGS, Company, Site, row
from tests.factories import fill, make_review, make_subject

JSONLD = "/v1/subjects/k2-kettle/snippets/jsonld"
PAGE = "/reviews/k2-kettle"
# PostgreSQL refuses each of these with an error of its own when it gets to see it.
WITH_NUL = (
    "/reviews/%00",
    "/reviews/kettle?after=%00",
    "/?after=%00",
    "/v1/subjects/%00",
    "/v1/subjects?after=%00",
    "/v1/subjects/%00/snippets/jsonld",
    "/v1/subjects/kettle/snippets/%00",
    "/v1/subjects/kettle/snippets?after=%00",
)
SECURITY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        (JSONLD, "application/ld+json"),
        ("/v1/subjects/k2-kettle/snippets/badge", "text/html; charset=utf-8"),
        ("/v1/subjects/k2-kettle/snippets/list", "text/html; charset=utf-8"),
        (PAGE, "text/html; charset=utf-8"),
    ],
)
def test_says_what_a_cache_has_to_know(sample_site: Site, path: str, media_type: str) -> None:
    answer = sample_site.get(path)

    assert answer.status_code == 200
    assert answer.content_type == media_type
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Language"] == "en"
    assert int(answer.headers["Plaudit-Version"]) >= 1
    assert answer.content_length == len(answer.data)
    assert answer.headers["ETag"].strip('"').isalnum()


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"a" ,{} , "b"', "*"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "gzip, br"])
def test_who_has_it_gets_nothing_new(sample_site: Site, form: str, encoding: str) -> None:
    etag = sample_site.get(JSONLD, Accept_Encoding=encoding).headers["ETag"]

    answer = sample_site.get(JSONLD, Accept_Encoding=encoding, If_None_Match=form.format(etag))

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("known", ['"other"', "", "W/", '"', "etag", '""', "**", ",,,"])
def test_who_has_another_one_gets_it_whole(sample_site: Site, known: str) -> None:
    assert sample_site.get(JSONLD, If_None_Match=known).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "coding"), [("br;q=1.0, gzip;q=0.8", "br"), ("gzip, deflate, br", "br"), ("br;q=0.5, gzip", "gzip")]
)
def test_what_is_compressed_is_the_same_snippet_under_an_etag_of_its_own(
    sample_site: Site, accepted: str, coding: str
) -> None:
    plain = sample_site.get(JSONLD)

    packed = sample_site.get(JSONLD, Accept_Encoding=accepted)

    assert packed.headers["Content-Encoding"] == coding
    assert {"br": brotli.decompress, "gzip": gzip.decompress}[coding](packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Content-Encoding" not in plain.headers


def test_a_head_tells_everything_but_the_body(sample_site: Site) -> None:
    whole = sample_site.get(JSONLD)

    head = sample_site.ask("HEAD", JSONLD)

    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [JSONLD, PAGE])
def test_a_snippet_can_only_be_read(sample_site: Site, path: str, method: str) -> None:
    answer = sample_site.ask(method, path)

    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


def test_each_language_has_its_own(sample_site: Site) -> None:
    english, german = sample_site.get(PAGE), sample_site.get(f"{PAGE}?locale=de")

    assert "K2 Schwanenhalskessel" in german.text
    assert german.headers["Content-Language"] == "de"
    assert english.data == sample_site.get(f"{PAGE}?locale=en").data != german.data


@pytest.mark.parametrize("spelling", ["DE", "de-AT", "de_CH", "de&utm_source=x"])
def test_another_spelling_of_a_language_leads_to_its_address(sample_site: Site, spelling: str) -> None:
    answer = sample_site.get(f"{JSONLD}?locale={spelling}")

    assert answer.status_code == 307
    assert sample_site.get(answer.headers["Location"]).headers["Content-Language"] == "de"


@pytest.mark.parametrize("locale", ["xx", "", "%00", "en-", "../en", "%ff"])
def test_a_language_that_is_not_published_is_refused_or_led_to_its_own(sample_site: Site, locale: str) -> None:
    assert sample_site.get(f"{JSONLD}?locale={locale}").status_code in (307, 400)


def test_an_id_beyond_ascii_is_found_under_its_percent_encoding(company: Company) -> None:
    with company.instance() as instance:
        fill(
            instance.store,
            [make_review(subject_id=SubjectId("café-☕"))],
            subjects=[make_subject(id=SubjectId("café-☕"))],
        )
    company.plaudit("rebuild", "snippets")

    with company.serving() as site:
        listed = site.get("/v1/subjects/caf%C3%A9-%E2%98%95/snippets").json
        answers = [site.get(each["url"]) for each in (listed or {})["items"]]

    assert answers
    assert {each.status_code for each in answers} == {200}
    assert all("ETag" in each.headers for each in answers)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/subjects/k2-kettle%00/snippets/jsonld", 400),
        ("/reviews/%00", 400),
        ("/v1/subjects/%ff%fe/snippets/jsonld", 404),
        ("/v1/subjects/%ED%A0%80/snippets/jsonld", 404),
        ("/reviews/%F0%9F%92%A9", 404),
        ("/v1/subjects//snippets/jsonld", 404),
        ("/v1/subjects/k2-kettle/snippets/", 404),
        ("/v1/subjects/..%2F..%2Fetc/snippets/jsonld", 404),
        ("/v1/subjects/k2-kettle/snippets/' OR 1=1 --", 404),
        ("/v1/topics/k2-kettle/snippets/jsonld", 404),
        ("/reviews/" + "a" * 60_000, 404),
        ("/v1/subjects/" + "a" * 60_000 + "/snippets/jsonld", 404),
        ("/" + "/".join(["a"] * 5_000), 404),
    ],
    ids=lambda value: str(value)[:40],
)
def test_no_path_breaks_it(sample_site: Site, path: str, status: int) -> None:
    answer = sample_site.get(path)

    assert answer.status_code == status
    assert len(answer.data) < 5_000


@pytest.mark.parametrize(
    "path",
    [
        "/",
        PAGE,
        f"{PAGE}?sort=oldest",
        JSONLD,
        "/v1/subjects",
        "/v1/subjects/nobody",
        "/nowhere",
        f"{JSONLD}?locale=DE",
        "/healthz",
        "/assets/none.css",
        "/v1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_says_that_nothing_may_run(sample_site: Site, path: str, method: str) -> None:
    headers = sample_site.ask(method, path).headers

    assert all(headers.getlist(name) for name in SECURITY)
    assert all(len(headers.getlist(name)) == 1 for name in (*SECURITY, "Cache-Control"))
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_was_published_since_is_there_at_the_next_request(company: Company) -> None:
    company.publish(row("1"))
    with company.serving() as site:
        before = site.get("/reviews/kettle")

        company.publish(row("2", body="The lid rattles on the stove."))

        after = site.get("/reviews/kettle", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert "The lid rattles" in after.text
    assert "The lid rattles" not in before.text
    assert int(after.headers["Plaudit-Version"]) == int(before.headers["Plaudit-Version"]) + 1


def test_an_etag_is_compared_whole() -> None:
    assert matches('"abc"', "abc")
    assert not matches('"abcd"', "abc")
    assert not matches('"ab"', "abc")


def test_serves_from_either_database(company: Company, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_DATABASE", database_url)
    company.configured(f'{SETTINGS}[store]\nurl_env = "THE_DATABASE"\n').publish(row("1"))

    with company.serving() as site:
        answer = site.get("/v1/subjects/kettle/snippets/jsonld")
        known = site.get("/v1/subjects/kettle/snippets/jsonld", If_None_Match=answer.headers["ETag"])
        home = site.get("/")
        hostile = [site.get(path).status_code for path in WITH_NUL]

    assert (answer.status_code, known.status_code) == (200, 304)
    assert "K2 Kettle" in home.text
    assert hostile == [400] * len(WITH_NUL)


def test_a_snippet_says_the_same_whether_it_is_read_or_built_anew(sample_site: Site) -> None:
    of_its_bytes = {"ETag", "Plaudit-Version", "Content-Length", "Content-Encoding", "Date"}

    read = sample_site.get("/v1/subjects/k2-kettle/snippets/list?locale=en")
    built = sample_site.get("/v1/subjects/k2-kettle/snippets/list?locale=en&ld=0")

    said = {name: value for name, value in read.headers if name not in of_its_bytes}
    assert said == {name: value for name, value in built.headers if name not in of_its_bytes}
    assert said["Access-Control-Allow-Origin"] == "*"
    exposed = set(said["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Plaudit-Api", "Plaudit-Version", "Deprecation", "Sunset", "Retry-After"} <= exposed


def test_a_page_is_no_part_of_the_interface_for_programs(sample_site: Site) -> None:
    for path in (PAGE, f"{PAGE}?sort=oldest"):
        names = set(sample_site.get(path).headers.keys())

        assert names.isdisjoint({"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Plaudit-Api"})
