"""Which routes a server answers: a slow page of the console never waits beside a snippet where they are apart."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask
from werkzeug.routing import Rule

from review_site.access import needed_by

ALWAYS = frozenset({"/healthz", "/readyz"})
HOOKS = "/v1/hooks/"


class Role(StrEnum):
    PUBLIC = "public"
    """What is for visitors and for those who pull what is published: no console, nothing that takes a key."""
    CONSOLE = "console"
    """What takes a key or a person who is signed in."""
    ALL = "all"


def narrow(app: Flask, role: Role) -> None:
    """Leaves an application the routes of a role; whatever asks for another finds nothing there.

    A new route has its place without being named here: it is public unless it is in the console or asks for a
    permission.
    """
    if role is Role.ALL:
        return
    kept = [rule for rule in app.url_map.iter_rules() if rule.rule in ALWAYS or _is_of(app, rule, role)]
    narrowed = app.url_map.__class__(
        converters=app.url_map.converters,
        host_matching=app.url_map.host_matching,
        merge_slashes=app.url_map.merge_slashes,
    )
    for rule in kept:
        narrowed.add(rule.empty())
    app.url_map = narrowed


def _is_of(app: Flask, rule: Rule, role: Role) -> bool:
    is_console = f"{rule.rule}/".startswith("/console/") or needed_by(app.view_functions[rule.endpoint]) is not None
    if rule.rule.startswith("/assets/"):
        return True
    return is_console is (role is Role.CONSOLE)
