"""What the last step did, said once on the page that follows, with the way back where there is one.

It travels in a cookie of this host that the next page takes away; a reload says nothing a second time. It is signed for
the session: whoever can set a cookie here, from a neighbouring host, can still offer nobody an undo.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from hmac import compare_digest, digest
from http import HTTPStatus

from flask import Response, redirect, request

from review_site.access.cookies import session_token
from review_site.asking import instance
from review_site.console.pages import HOME, is_within, private

COOKIE = "plaudit-said"
SECONDS = 300
MOST_BYTES = 3000
"""Browsers keep 4096 for a cookie with its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message: a key of the area's plural texts with its number, and where its undoing is sent."""

    key: str
    number: int = 1
    undo: str = ""
    """A path of the console that takes ``token``; empty where there is no way back."""
    token: str = ""
    """What the undoing needs to know, as the view that offered it wrote it."""
    rest: str = ""
    """A second message, of what the step left undone; empty where it left nothing."""
    rest_number: int = 0


def sent_on(address: str, said: Said | None = None) -> Response:
    """Leads on with GET after a form (303), to a page of the console alone, and says there what was done.

    A way back that no cookie can hold is left out.
    """
    target = address if is_within(address.partition("?")[0]) else HOME
    response: Response = redirect(target, HTTPStatus.SEE_OTHER)  # type: ignore[assignment]
    if said:
        value = _written(said)
        _keep(response, value if len(value) <= MOST_BYTES else _written(replace(said, undo="", token="")), SECONDS)
    return private(response)


def read_said() -> Said | None:
    """What is to be said now; None for nothing, and for what nobody here wrote."""
    value, _, sign = request.cookies.get(_name(), "").partition(".")
    if not compare_digest(_sign(value).encode(), sign.encode()):
        return None
    match json.loads(urlsafe_b64decode(value.encode())):
        case [str(key), int(number), str(undo), str(token), str(rest), int(rest_number)]:
            way_back = undo if is_within(undo) else ""
            return Said(key=key, number=number, undo=way_back, token=token, rest=rest, rest_number=rest_number)
    return None


def forget_said(response: Response) -> None:
    _keep(response, "", 0)


def _written(said: Said) -> str:
    told = [said.key, said.number, said.undo, said.token, said.rest, said.rest_number]
    value = urlsafe_b64encode(json.dumps(told).encode()).decode()
    return f"{value}.{_sign(value)}"


def _sign(value: str) -> str:
    return digest(session_token().encode(), f"said {value}".encode(), "sha256").hex()


def _keep(response: Response, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(), value, max_age=seconds, path="/console", secure=_is_secure(), httponly=True, samesite="Lax"
    )


def _name() -> str:
    # ``__Host-`` would take the path / and send it along with each snippet.
    return f"__Secure-{COOKIE}" if _is_secure() else COOKIE


def _is_secure() -> bool:
    return instance().config.site_base_url.startswith("https://")
