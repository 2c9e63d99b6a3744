"""Reads from a request who asks: an API key where it brings one, or else the session of somebody who signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import g, request

from engine.errors import UnknownCallerError
from engine.keys import key_behind
from engine.signing_in import account_behind
from review_site.access.asker import Who
from review_site.access.cookies import csrf_of, session_token
from review_site.asking import instance
from review_site.wiring import now

NOBODY = "this needs an API key (Authorization: Bearer plk_...) or somebody who is signed in"
UNKNOWN = "this API key is not known here, has expired or was revoked"


def who() -> Who:
    """Who asks. Raises UnknownCallerError when nobody says it, or what is said is not true."""
    if "asker" not in g:
        g.asker = _shown()
    return cast("Who", g.asker)


def continue_as(token: str) -> None:
    """Has the forms of this answer repeat the token of a session that began while it was made."""
    g.asker = replace(who(), csrf=csrf_of(token))


def asker_so_far() -> Who | None:
    """Who asks, as far as the route wanted to know it."""
    return cast("Who | None", g.get("asker"))


def is_for_programs() -> bool:
    return f"{request.path}/".startswith("/v1/")


def _shown() -> Who:
    # A proxy before the console may ask for a password of its own in this header: there, it is none of ours.
    if is_for_programs() and "Authorization" in request.headers:
        return _by_key(request.headers["Authorization"])
    token = session_token()
    account = account_behind(instance().store, token, now()) if token else None
    if account is None:
        raise UnknownCallerError(NOBODY)
    return Who(name=f"account/{account.id}", permissions=account.role.permissions, account=account, csrf=csrf_of(token))


def _by_key(given: str) -> Who:
    scheme, _, text = given.partition(" ")
    key = key_behind(instance().store, text.strip(), now()) if scheme.lower() == "bearer" else None
    if key is None:
        raise UnknownCallerError(UNKNOWN)
    return Who(name=f"key/{key.id}", permissions=key.permissions, subjects=key.subjects, origins=key.origins)
