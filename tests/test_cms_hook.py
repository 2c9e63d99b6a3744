"""A CMS tells what it published and gets the snippets for it: one that is configured, and what is public."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.config import read_config
from engine.domain import Locale
from engine.errors import ConfigError
from engine.named_pages import MOST_PAGES, spellings
from engine.outbox import Work
from engine.signatures import check_standard, standard_headers
from review_site.cms import LARGEST
from review_site.telling import courier_session, handlers_of
from review_site.wiring import now
from tests.doors import BASE, SETTINGS, Company, row
from tests.servers import Answering, LoopbackServer, Reply, loopback

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SHARED = "a shared secret"
CONFIGURED = """
[cms.wagtail]
secret_env = "CMS_SECRET"
[cms.wordpress]
secret_env = "SHARED_SECRET"
signature = "hmac"
header = "X-Hub-Signature-256"
names = ["jsonld", "badge"]
"""
LOCALES = [Locale("en"), Locale("de"), Locale("de-AT")]
PAGE = "https://shop.example/kettle"


@pytest.fixture
def published(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("CMS_SECRET", SECRET)
    monkeypatch.setenv("SHARED_SECRET", SHARED)
    company.configured(SETTINGS + CONFIGURED)
    company.publish(row("1", subject_url=PAGE))
    return company


def send(
    company: Company, document: Any, *, secret: str = SECRET, changed: Mapping[str, str] | None = None, ago: int = 0
) -> TestResponse:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {**standard_headers(secret, "m1", now() - timedelta(seconds=ago), body), **(changed or {})}
    with company.serving() as site:
        return site.client.post("/v1/hooks/cms", data=body, headers=headers, base_url=BASE)


def said(answer: TestResponse) -> Any:
    return json.loads(answer.text)


def test_a_page_gets_the_snippets_that_are_published_for_it(published: Company) -> None:
    answer = send(published, {"urls": [PAGE], "names": ["list", "badge", "no-such"]})

    [page] = said(answer)["pages"]
    with published.serving() as site:
        for snippet in page["snippets"]:
            served = site.get(snippet["url"])
            assert (served.text, served.headers["ETag"]) == (snippet["body"], f'"{snippet["etag"]}"')
    assert (page["subject"], page["locale"]) == ("kettle", "en")
    assert [each["name"] for each in page["snippets"]] == ["list", "badge"]


@pytest.mark.parametrize(
    ("document", "locale"),
    [
        pytest.param({"subject": "kettle"}, "en", id="by id"),
        pytest.param({"subjects": ["kettle"], "locale": "de_DE"}, "de", id="in a language"),
        pytest.param({"url": "https://www.shop.example/de/kettle/?utm_source=x"}, "de", id="the German page"),
        pytest.param({"page": {"url": PAGE, "title": "K2"}}, "en", id="as a CMS says it"),
    ],
)
def test_pages_are_named_by_subject_or_by_address(published: Company, document: Any, locale: str) -> None:
    [page] = said(send(published, document))["pages"]

    assert (page["subject"], page["locale"]) == ("kettle", locale)
    assert [each["name"] for each in page["snippets"]] == ["list"]


def test_a_page_that_shows_nothing_of_ours_is_said_to_be_none(published: Company) -> None:
    answer = send(published, {"urls": ["https://shop.example/about"], "subjects": ["teapot"]})

    assert [(each["asked"], each["subject"], each["snippets"]) for each in said(answer)["pages"]] == [
        ("teapot", None, []),
        ("https://shop.example/about", None, []),
    ]


def test_a_shared_secret_is_a_signature_too(published: Company) -> None:
    body = json.dumps({"url": PAGE}).encode()
    signature = "sha256=" + hmac.new(SHARED.encode(), body, hashlib.sha256).hexdigest()
    with published.serving() as site:
        answer = site.client.post("/v1/hooks/cms", data=body, headers={"X-Hub-Signature-256": signature}, base_url=BASE)

    assert [each["name"] for each in said(answer)["pages"][0]["snippets"]] == ["jsonld", "badge"]


@pytest.mark.parametrize(
    ("changed", "ago"),
    [
        pytest.param({"webhook-signature": ""}, 0, id="not signed"),
        pytest.param({"webhook-signature": "v1,AAAA"}, 0, id="forged"),
        pytest.param({"webhook-id": "m2"}, 0, id="another message"),
        pytest.param({}, 3600, id="replayed"),
    ],
)
def test_whoever_does_not_sign_gets_nothing(published: Company, changed: dict[str, str], ago: int) -> None:
    answer = send(published, {"url": PAGE}, changed=changed, ago=ago)

    assert answer.status_code == 403
    assert "kettle" not in answer.text


def test_where_no_cms_is_configured_the_door_is_closed(company: Company) -> None:
    company.configured()

    assert send(company, {"url": PAGE}).status_code == 403


@pytest.mark.parametrize(
    ("document", "status"),
    [
        pytest.param(b"no json", 400, id="no JSON"),
        pytest.param(b"[" * 50_000, 400, id="nested"),
        pytest.param([PAGE], 400, id="no object"),
        pytest.param({"title": "K2"}, 400, id="no page"),
        pytest.param({"urls": [1]}, 400, id="no text"),
        pytest.param({"urls": [f"{PAGE}/{each}" for each in range(MOST_PAGES + 1)]}, 400, id="too many pages"),
        pytest.param({"subject": "kettle", "names": ["list"] * 2 + [f"n{n}" for n in range(20)]}, 400, id="names"),
        pytest.param({"subject": "\0"}, 400, id="NUL"),
        pytest.param({"url": PAGE, "more": "x" * LARGEST}, 413, id="too large"),
    ],
)
def test_what_is_signed_but_not_understood_is_refused(published: Company, document: Any, status: int) -> None:
    assert send(published, document).status_code == status


@pytest.mark.parametrize(
    ("asked", "written", "locale"),
    [
        ("https://shop.example/kettle", "http://www.shop.example/kettle/", None),
        ("https://SHOP.example/kettle?utm_campaign=a&gclid=1", "https://shop.example/kettle", None),
        ("https://shop.example/de/kettle", "https://shop.example/kettle", "de"),
        ("https://shop.example/de_AT/kettle", "https://shop.example/en/kettle", "de-AT"),
        ("https://shop.example/kettle?lang=de", "https://shop.example/kettle", "de"),
        ("https://shop.example/kettle?sku=1&lang=de", "https://shop.example/kettle?sku=1", "de"),
        ("https://shop.example/", "https://shop.example", None),
        ("https://shop.example/de/", "https://shop.example/", "de"),
    ],
)
def test_an_address_may_be_written_in_several_ways(asked: str, written: str, locale: str | None) -> None:
    found, named = spellings(asked, LOCALES)

    assert written in found
    assert named == locale


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("https://shop.example/kettle", "https://shop.example/kettle2"),
        ("https://shop.example/kettle", "https://shop.example.evil/kettle"),
        ("https://shop.example/kettle?sku=1", "https://shop.example/kettle"),
        ("https://shop.example:8443/kettle", "https://shop.example/kettle"),
        ("javascript:alert(1)", "https://shop.example/"),
        ("https://[::1", "https://shop.example/"),
    ],
)
def test_another_page_stays_another(asked: str, other: str) -> None:
    assert other not in spellings(asked, LOCALES)[0]


@contextmanager
def called_back(company: Company, answering: Answering) -> Iterator[LoopbackServer]:
    with loopback(answering) as server:
        inside = '[http]\nallow = ["127.0.0.1/32"]\n[cms.wagtail]\nsecret_env = "CMS_SECRET"\n'
        company.configured(f'{SETTINGS}{inside}callback = "{server.url}/snippets"\n')
        yield server


def worked(company: Company) -> list[Any]:
    with company.instance() as instance, courier_session(instance) as http:
        handlers = {Work.CALL_BACK: handlers_of(instance, http, Event())[Work.CALL_BACK]}
        return list(iter(lambda: instance.outbox.work_off(handlers), None))


def test_a_callback_is_sent_the_snippets_signed_and_once(published: Company) -> None:
    with called_back(published, lambda _: Reply(status=204)) as server:
        first, again = send(published, {"url": PAGE}), send(published, {"url": PAGE})
        worked(published)

    [heard] = server.heard
    check_standard(SECRET, {name.lower(): value for name, value in heard.headers.items()}, heard.body, now())
    assert [(each.status_code, said(each)["accepted"]) for each in (first, again)] == [(202, True), (202, False)]
    assert json.loads(heard.body)["pages"][0]["subject"] == "kettle"


@pytest.mark.parametrize(("status", "left"), [(503, True), (404, False)])
def test_a_callback_that_is_down_is_tried_again_and_one_that_refuses_is_not(
    published: Company, status: int, left: bool
) -> None:
    with called_back(published, lambda _: Reply(status=status)) as server:
        send(published, {"url": PAGE})
        outcomes = worked(published)

    with published.instance() as instance, instance.store.reading() as transaction:
        mark = transaction.marks.find(Work.CALL_BACK, "wagtail")
    assert [each.error for each in outcomes] == [None]
    assert len(server.heard) == 1
    assert (mark is not None) is left


@pytest.mark.parametrize(
    ("table", "mistake"),
    [
        ('secret_env = "NOT_SET"', "which is not set"),
        ("", "which is not set"),
        ('secret_env = "S"\nsignature = "md5"', "is none of standard, hmac"),
        ('secret_env = "S"\nheader = "a b"', "is not the name of a header"),
        ('secret_env = "S"\nnames = []', "at least one"),
        ('secret_env = "S"\ncallback = "ftp://cms.example"', "must be an address"),
        ('secret_env = "S"\nsignature = "hmac"\ncallback = "https://cms.example"', "needs signature"),
        ('secret_env = "S"\nsecret = "whsec_"', "is not a setting"),
    ],
)
def test_a_cms_without_what_it_needs_is_a_mistake(tmp_path: Path, table: str, mistake: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[cms.wagtail]\n{table}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=mistake):
        read_config(path, {"S": SECRET})
