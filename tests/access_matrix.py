"""The table in docs/access.md, and everybody who asks every route of it by every method."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from engine.domain import Permission, Role
from engine.signing_in import begin_session
from review_site import create_app
from review_site.access.cookies import csrf_of
from review_site.wiring import Instance, now
from tests.doors import BASE
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
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SIGNING_OUT = "/console/logout"


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


@dataclass(frozen=True, slots=True)
class Cell:
    """One route, asked by somebody by one method."""

    asker: str
    route: str
    method: str
    status: int
    is_right: bool
    """Whether the table says so."""


def matrix(instance: Instance) -> Iterator[Cell]:
    """Every route, by every method, asked by everybody; whoever is signed in signs out last.

    By a method that a route does not know, another may answer, to which the address is an id: ``/v1/subjects/bulk``.
    """
    app = create_app(instance)
    said = {(route, method): takes for route, method, takes in TABLE}
    routes = sorted({route for route, _, _ in TABLE}, key=lambda route: (route == SIGNING_OUT, route))
    for asker in askers(instance):
        for route in routes:
            for method in METHODS:
                takes = said.get((_answering(app, route, method), method))
                status = _ask(Client(app, use_cookies=False), asker, route, method)
                is_right = status in (404, 405) if takes is None else _is_right(asker, route, takes, status)
                yield Cell(asker.name, route, method, status, is_right)


def _answering(app: Flask, route: str, method: str) -> str:
    """The route that takes such a request; the given one where none does."""
    try:
        rule, _ = app.url_map.bind("").match(_path(route), method=method, return_rule=True)
    except HTTPException:
        return route
    return rule.rule


def _path(route: str) -> str:
    return re.sub(r"<(int:)?[^>]+>", "1", route)


def _is_right(asker: Asker, route: str, takes: str, status: int) -> bool:
    """Whether a status fits the table; nobody here shows a signature or a link of ours."""
    if takes == SIGNED:
        return status in (403, 404, 410)
    is_in = status not in (401, 403)
    return is_in == (takes == OPEN or asker.should_enter(route, Permission(takes)))


def _ask(client: Client, asker: Asker, route: str, method: str) -> int:
    """The status; that of whoever is sent to the door is 401."""
    is_form = not route.startswith("/v1/") and method == "POST"
    headers = {**asker.headers, "Origin": BASE}
    headers["Content-Type"] = "application/x-www-form-urlencoded" if is_form else "application/json"
    body = None if method in ("GET", "HEAD") else "" if is_form else "{}"
    answer = client.open(_path(route), method=method, base_url=BASE, headers=headers, data=body)
    return 401 if (answer.location or "").startswith("/console/login?") else answer.status_code
