"""Tests of what guards a route: who asks, whether he may, and how a write has to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from engine.domain import KeyId, Permission, Role, SubjectId
from engine.keys import revoke_key
from review_site import create_app
from review_site.access import needs, require_subject, who
from review_site.wiring import Instance, now
from tests.doors import BASE, Company
from tests.factories import make_subject
from tests.signing import Visitor, make_account, make_key

SHOP = "https://shop.example.com"


@dataclass(frozen=True, slots=True)
class Guarded:
    """An instance with a route that takes the right to moderate, and one about a subject."""

    instance: Instance
    client: Client

    def ask(self, method: str = "GET", path: str = "/v1/tried", body: str = "", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, base_url=BASE, headers=named, data=body or None)

    def key(self, *permissions: Permission, **wish: frozenset[str]) -> str:
        return f"Bearer {make_key(self.instance.store, *permissions, now=now(), **wish)}"


@pytest.fixture
def guarded(company: Company) -> Iterator[Guarded]:
    with company.instance() as instance:
        app = create_app(instance)
        _add_routes(app)
        yield Guarded(instance, Client(app))


def _add_routes(app: Flask) -> None:
    @needs(Permission.MODERATE)
    def tried() -> str:
        return who().name

    @needs(Permission.MODERATE)
    def about(subject: str) -> str:
        require_subject(who(), SubjectId(subject) if subject != "-" else None)
        return subject

    app.add_url_rule("/v1/tried", "tried", tried, methods=["GET", "POST", "DELETE"])
    app.add_url_rule("/v1/about/<subject>", "about", about)


def test_nobody_gets_in_without_saying_who_he_is(guarded: Guarded) -> None:
    answer = guarded.ask()

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", "Basic cGxrOng=", "Bearer plk_000000000000_" + "0" * 43, "Bearer \xff"]
)
def test_nobody_gets_in_with_what_is_no_key(guarded: Guarded, given: str) -> None:
    assert guarded.ask(Authorization=given).status_code == 401


def test_a_key_with_the_permission_gets_in(guarded: Guarded) -> None:
    key = guarded.key(Permission.MODERATE)

    answer = guarded.ask(Authorization=key)

    assert (answer.status_code, answer.text) == (200, f"key/{key.split('_')[1]}")
    assert guarded.ask(Authorization=guarded.key(Permission.READ)).status_code == 403


def test_a_revoked_key_is_out_at_the_next_request(guarded: Guarded) -> None:
    key = guarded.key(Permission.MODERATE)
    with guarded.instance.store.writing() as transaction:
        revoke_key(transaction, KeyId(key.split("_")[1]), by="operator", now=now())

    assert guarded.ask(Authorization=key).status_code == 401


def test_a_key_reaches_its_subjects_and_no_others(guarded: Guarded) -> None:
    subject = make_subject()
    with guarded.instance.store.writing() as transaction:
        transaction.subjects.save([subject])
    key = guarded.key(Permission.MODERATE, subjects=frozenset({subject.id}))

    asked = [
        guarded.ask(path=f"/v1/about/{each}", Authorization=key).status_code for each in (subject.id, "other", "-")
    ]

    assert asked == [200, 403, 403]


def test_a_write_says_that_it_is_json(guarded: Guarded) -> None:
    key = guarded.key(Permission.MODERATE)

    sent = [
        guarded.ask("POST", body="{}", Authorization=key, Content_Type=each).status_code
        for each in (
            "application/json",
            "application/json; charset=utf-8",
            "text/plain",
            "application/x-www-form-urlencoded",
        )
    ]

    assert sent == [200, 200, 415, 415]
    assert guarded.ask("POST", Authorization=key).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 403, id="nothing"),
        pytest.param({"Origin": BASE}, 403, id="no token"),
        pytest.param({"X-CSRF-Token": "@"}, 403, id="no origin"),
        pytest.param({"Origin": "https://evil.example", "X-CSRF-Token": "@"}, 403, id="another origin"),
        pytest.param({"Origin": BASE, "X-CSRF-Token": "0" * 64}, 403, id="another token"),
        pytest.param({"Origin": BASE, "X-CSRF-Token": "é"}, 403, id="an odd token"),
        pytest.param({"Origin": BASE, "X-CSRF-Token": "@"}, 200, id="both"),
    ],
)
def test_a_session_writes_only_from_our_own_pages(guarded: Guarded, headers: dict[str, str], status: int) -> None:
    make_account(guarded.instance.store, now=now())
    visitor = Visitor(guarded.client)
    visitor.sign_in()
    token = visitor.csrf()

    for method in ("POST", "DELETE"):
        sent = {name: value.replace("@", token) for name, value in headers.items()}
        assert guarded.ask(method, **sent).status_code == status


def test_a_session_is_not_asked_about_while_a_key_is_shown(guarded: Guarded) -> None:
    make_account(guarded.instance.store, now=now())
    Visitor(guarded.client).sign_in()

    assert guarded.ask().status_code == 200
    assert guarded.ask(Authorization="Bearer x").status_code == 401


def test_the_password_of_a_proxy_is_not_taken_for_a_key(guarded: Guarded) -> None:
    make_account(guarded.instance.store, now=now())
    Visitor(guarded.client).sign_in()

    assert guarded.ask(path="/console", Authorization="Basic cHJveHk6cHJveHk=").status_code == 200


def test_a_key_opens_no_page_of_the_console(guarded: Guarded) -> None:
    answer = guarded.ask(path="/console", Authorization=guarded.key(*Permission))

    assert answer.status_code == 303


def test_a_role_may_what_it_may_and_no_more(guarded: Guarded) -> None:
    asked = {}
    for role in Role:
        make_account(guarded.instance.store, f"{role}@example.com", role, now=now())
        Visitor(guarded.client).sign_in(f"{role}@example.com")
        asked[role] = guarded.ask().status_code

    assert asked == {Role.VIEWER: 403, Role.WRITER: 403, Role.MODERATOR: 200, Role.ADMIN: 200}


def test_whoever_asks_without_end_is_told_to_wait(guarded: Guarded) -> None:
    key = guarded.key(Permission.MODERATE)

    asked = [guarded.ask(Authorization=key).status_code for _ in range(1202)]

    assert asked[:1000] == [200] * 1000
    assert asked[-1] == 429


def test_a_page_may_use_a_key_that_is_for_it(guarded: Guarded) -> None:
    key = guarded.key(Permission.MODERATE, origins=frozenset({SHOP}))

    answer = guarded.ask(Authorization=key, Origin=SHOP)
    other = guarded.ask(Authorization=key, Origin="https://evil.example")

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SHOP)
    assert "Origin" in answer.headers["Vary"]
    assert (other.status_code, other.headers.get("Access-Control-Allow-Origin")) == (403, None)


def test_a_key_for_no_page_is_used_by_none(guarded: Guarded) -> None:
    assert guarded.ask(Authorization=guarded.key(Permission.MODERATE), Origin=SHOP).status_code == 403


def test_what_a_session_reads_is_not_for_other_pages(guarded: Guarded) -> None:
    make_account(guarded.instance.store, now=now())
    Visitor(guarded.client).sign_in()

    answer = guarded.ask(Origin="https://evil.example")

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_answered_for_origins_of_valid_keys_only(guarded: Guarded) -> None:
    guarded.key(Permission.MODERATE, origins=frozenset({SHOP}))
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization"}

    known = guarded.ask("OPTIONS", Origin=SHOP, **asked)
    other = guarded.ask("OPTIONS", Origin="https://evil.example", **asked)

    assert (known.status_code, other.status_code) == (204, 204)
    assert known.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Authorization" in known.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in known.headers
    assert "Access-Control-Allow-Origin" not in other.headers


def test_what_is_published_may_be_read_by_every_page(guarded: Guarded) -> None:
    answer = guarded.ask(path="/v1/subjects", Origin="https://anybody.example")

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Origin" not in guarded.ask(path="/console/login").headers


def test_a_key_expires_by_itself(guarded: Guarded) -> None:
    text = make_key(
        guarded.instance.store, Permission.MODERATE, now=now() - timedelta(days=2), expires_at=now() - timedelta(days=1)
    )

    assert guarded.ask(Authorization=f"Bearer {text}").status_code == 401
