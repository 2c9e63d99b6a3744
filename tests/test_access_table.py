"""Tests of the table in docs/access.md: every route, asked by everybody, lets in whom it names and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from werkzeug.test import Client

from engine.domain import Permission, Role
from engine.signing_in import begin_session
from review_site import create_app
from review_site.access import needed_by
from review_site.access.cookies import csrf_of
from review_site.wiring import Instance, now
from tests.doors import BASE, SETTINGS, Company
from tests.signing import make_account, make_key
from tests.tree import ROOT

OPEN, SIGNED = "open", "signed"
DOCUMENT = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
TABLE = [
    (route, method, takes.strip("`"))
    for route, methods, takes in re.findall(
        r"^\| `(/[^`]*)` \| ([A-Z, ]+) \| (`?[a-z:]+`?) \|$", DOCUMENT, re.MULTILINE
    )
    for method in methods.split(", ")
]


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody with some permissions, and the headers by which he shows it."""

    name: str
    permissions: frozenset[Permission] = frozenset()
    headers: dict[str, str] = field(default_factory=dict)
    is_key: bool = False

    def should_enter(self, route: str, permission: Permission) -> bool:
        return permission in self.permissions and (not self.is_key or route.startswith("/v1/"))


def askers(instance: Instance) -> Iterator[Asker]:
    """Nobody, one of each role, and a key for each permission alone."""
    yield Asker("nobody", headers={"Content-Type": "application/json"})
    for role in Role:
        account = make_account(instance.store, f"{role}@example.com", role, now=now())
        with instance.store.writing() as transaction:
            begin_session(transaction, account, f"session-of-{role}", now())
        cookie = f"__Host-plaudit=session-of-{role}"
        yield Asker(
            role, frozenset(role.permissions), {"Cookie": cookie, "X-CSRF-Token": csrf_of(f"session-of-{role}")}
        )
    for permission in Permission:
        text = make_key(instance.store, permission, now=now())
        headers = {"Authorization": f"Bearer {text}", "Content-Type": "application/json"}
        yield Asker(f"key for {permission}", frozenset({permission}), headers, is_key=True)


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    """With all the doors there are."""
    with company.configured(f"{SETTINGS}gallery = true\n").instance() as found:
        yield found


def test_the_table_names_every_route_and_method_and_no_others(instance: Instance) -> None:
    app = create_app(instance)
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS"}
        if method != "HEAD" or "GET" not in (rule.methods or set())
    }

    assert {(route, method) for route, method, _ in TABLE} == routes


def test_the_table_says_what_each_route_asks_for(instance: Instance) -> None:
    app = create_app(instance)
    needed = {
        (rule.rule, method): needed_by(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }

    said = {(route, method): takes for route, method, takes in TABLE}
    assert {key: takes for key, takes in said.items() if (needed[key] or OPEN) != takes and takes != SIGNED} == {}


def test_everybody_gets_in_where_the_table_says_so_and_nowhere_else(instance: Instance) -> None:
    app = create_app(instance)
    wrong = []
    for asker in askers(instance):
        for route, method, takes in sorted(TABLE, key=lambda row: row[0] == "/console/logout"):
            status = _ask(Client(app, use_cookies=False), asker, route, method)
            if not _is_right(asker, route, takes, status):
                wrong.append(f"{asker.name}: {method} {route} answers {status}")

    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_the_table_of_roles_says_what_roles_may(role: Role) -> None:
    column = list(Role).index(role)
    rows = re.findall(r"^\| `([a-z:]+)` \| [^|]+ \| ([^|]*)\| ([^|]*)\| ([^|]*)\| ([^|]*)\|$", DOCUMENT, re.MULTILINE)

    said = {Permission(permission) for permission, *cells in rows if cells[column].strip() == "yes"}

    assert said == role.permissions
    assert {Permission(row[0]) for row in rows} == set(Permission)


def _is_right(asker: Asker, route: str, takes: str, status: int) -> bool:
    """Whether a status fits the table; nobody here shows a signature or a link of ours."""
    if takes == SIGNED:
        return status in (403, 404, 410)
    is_in = status not in (401, 403)
    return is_in == (takes == OPEN or asker.should_enter(route, Permission(takes)))


def _ask(client: Client, asker: Asker, route: str, method: str) -> int:
    """The status; that of whoever is sent to the door is 401."""
    path = re.sub(r"<(int:)?[^>]+>", "1", route)
    is_form = not route.startswith("/v1/") and method == "POST"
    headers = {**asker.headers, "Origin": BASE}
    headers["Content-Type"] = "application/x-www-form-urlencoded" if is_form else "application/json"
    body = None if method in ("GET", "HEAD") else "" if is_form else "{}"
    answer = client.open(path, method=method, base_url=BASE, headers=headers, data=body)
    return 401 if (answer.location or "").startswith("/console/login?") else answer.status_code
