"""The roles of a server: the public one has nothing of the console, and every route is in exactly one of both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from review_site import create_app
from review_site.access import needed_by
from review_site.roles import ALWAYS, Role
from review_site.wiring import Instance
from tests.doors import Company


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        yield opened


def routes(app: Flask) -> set[tuple[str, str]]:
    return {(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()}


def test_each_route_is_served_by_one_role_and_health_and_assets_by_both(instance: Instance) -> None:
    public, console, everything = (routes(create_app(instance, role)) for role in Role)

    assert public | console == everything
    assert {path for path, method in public & console if method != "OPTIONS"} == {*ALWAYS, "/assets/<name>"}


def test_the_public_role_has_nothing_that_takes_a_key_or_a_session(instance: Instance) -> None:
    app = create_app(instance, Role.PUBLIC)

    kept = [(rule.rule, needed_by(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()]

    assert [rule for rule, permission in kept if permission is not None or rule.startswith("/console")] == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.PUBLIC, "/console/login", 404),
        (Role.PUBLIC, "/v1/reviews/1/decision", 404),
        (Role.PUBLIC, "/", 200),
        (Role.CONSOLE, "/console/login", 200),
        (Role.CONSOLE, "/", 404),
        (Role.CONSOLE, "/healthz", 200),
    ],
)
def test_what_is_of_another_role_is_not_there(instance: Instance, role: Role, path: str, status: int) -> None:
    client = create_app(instance, role).test_client()

    assert client.get(path).status_code == status
