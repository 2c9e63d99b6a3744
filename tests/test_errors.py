"""Errors over HTTP: a problem document for programs, a page in the reader's language for people, never a secret."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from flask import Flask, request
from werkzeug.test import Client

from engine.errors import (
    BadValueError,
    ForbiddenMoveError,
    ForbiddenRightError,
    NotFoundError,
    PlauditError,
    RetryLaterError,
    StoreError,
)
from review_site import create_app
from tests.doors import BASE, Company, Site, text_of, tree_of

SECRET = "secret of the shop"
SENTENCES: list[tuple[PlauditError, int]] = [
    (NotFoundError("there is no kettle"), 404),
    (BadValueError("star: must be a number"), 400),
    (ForbiddenRightError("the source does not allow it"), 403),
    (ForbiddenMoveError("withdrawn cannot become approved"), 422),
    (RetryLaterError("the source is busy", retry_after=29.6), 503),
]


@pytest.fixture
def app(company: Company) -> Iterator[Flask]:
    with company.instance() as instance:
        yield create_app(instance)


def site_of(app: Flask, view: Callable[[], str]) -> Site:
    """The application with one more view, as a page and in the API."""
    for path in ("/broken", "/v1/broken"):
        app.add_url_rule(path, path, view, methods=["GET", "POST"])
    return Site(Client(app))


def raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


@pytest.mark.parametrize(("error", "status"), SENTENCES, ids=lambda value: type(value).__name__)
def test_a_program_reads_what_was_wrong(app: Flask, error: PlauditError, status: int) -> None:
    answer = site_of(app, raising(error)).get("/v1/broken")

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
    }


@pytest.mark.parametrize(("error", "status"), SENTENCES, ids=lambda value: type(value).__name__)
def test_a_reader_is_told_and_led_home(app: Flask, error: PlauditError, status: int) -> None:
    answer = site_of(app, raising(error)).get("/broken?locale=de")

    tree = tree_of(answer.text)
    [home, *_] = [each.get("href") for each in tree.iter("a") if each.text == "Alle Bewertungen"]
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert (tree.get("lang"), answer.headers["Content-Language"]) == ("de", "de")
    assert [each.text for each in tree.iter("p") if each.get("lang") == "en"] == [str(error)]
    assert home == f"{BASE}/?locale=de"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_says_when_to_come_back(app: Flask) -> None:
    site = site_of(app, raising(RetryLaterError("busy", retry_after=29.6)))

    assert site.get("/v1/broken").headers["Retry-After"] == "30"


@pytest.mark.parametrize("error", [ZeroDivisionError(SECRET), StoreError(SECRET), KeyError(SECRET)])
@pytest.mark.parametrize("path", ["/broken", "/v1/broken"])
def test_what_nobody_expected_is_for_the_log_alone(
    app: Flask, error: Exception, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "plaudit.site"):
        answer = site_of(app, raising(error)).get(path)

    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert SECRET in caplog.text


@pytest.mark.parametrize("path", ["/broken", "/v1/broken"])
def test_a_body_that_is_too_large_is_refused(app: Flask, path: str) -> None:
    site = site_of(app, lambda: str(len(request.get_data())))

    answer = site.client.post(path, data=b"x" * (1 << 21), base_url=BASE)

    assert answer.status_code == 413
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", ["/", "/v1/subjects", "/healthz"])
def test_a_method_that_is_not_answered_is_told_those_that_are(app: Flask, path: str) -> None:
    answer = Site(Client(app)).ask("DELETE", path)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.headers.getlist("Content-Type") == [answer.content_type]


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere"])
def test_a_head_has_no_body(app: Flask, path: str) -> None:
    answer = Site(Client(app)).ask("HEAD", path)

    assert (answer.status_code, answer.data) == (404, b"")


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en", "There is nothing here"),
        ("de", "Hier gibt es nichts"),
        ("nl", "Hier is niets te vinden"),
        ("fr", "Il n’y a rien ici"),
        ("es", "Aquí no hay nada"),
        ("xx", "There is nothing here"),
    ],
)
def test_speaks_the_language_that_was_asked_for_or_the_first(app: Flask, locale: str, title: str) -> None:
    answer = Site(Client(app)).get(f"/nowhere?locale={locale}")

    assert [each.text for each in tree_of(answer.text).iter("h1")] == [title]


@pytest.mark.parametrize("status", [400, 404, 500])
@pytest.mark.parametrize("locale", ["en", "de", "nl", "fr", "es"])
def test_every_kind_of_error_has_words_in_every_language(app: Flask, locale: str, status: int) -> None:
    error = {400: BadValueError(""), 404: NotFoundError(""), 500: KeyError("")}[status]

    answer = site_of(app, raising(error)).get(f"/broken?locale={locale}")

    assert answer.status_code == status
    assert text_of(answer.text).startswith(str(status))
    assert len(text_of(answer.text)) > 40


@pytest.mark.parametrize("path", ["/reviews/", "/v1/subjects/"])
def test_repeats_no_more_than_the_beginning_of_what_was_asked(app: Flask, path: str) -> None:
    answer = Site(Client(app)).get(path + "k" * 60_000)

    assert answer.status_code == 404
    assert "kkk" in answer.text
    assert len(answer.text) < 3_000


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}{%x%}"])
def test_what_it_repeats_stays_words(app: Flask, hostile: str) -> None:
    answer = Site(Client(app)).get(f"/reviews/{hostile.replace('/', '%2F').replace('%x%', '%25x%25')}")

    tree = tree_of(answer.text)
    assert answer.status_code == 404
    assert not list(tree.iter("script")) + list(tree.iter("img"))
    assert "49" not in text_of(answer.text)
    assert "{{" not in answer.text


def test_a_page_of_another_kind_of_address_is_still_a_page(app: Flask) -> None:
    site = Site(Client(app))

    assert site.get("/v1").content_type == "application/problem+json"
    assert site.get("/v10/x").content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/reviews//kettle", "//reviews/kettle", "/v1//subjects"])
def test_no_address_sends_anybody_on_to_a_host_that_the_request_named(app: Flask, path: str) -> None:
    answer = Client(app).open(environ_overrides={"PATH_INFO": path}, base_url="http://evil.example")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "evil.example" not in answer.text
