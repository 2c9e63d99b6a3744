"""The cookies of the console: who is signed in, and which browser somebody signed in with before.

RFC 6265bis, 4.1.3.2: a ``__Host-`` cookie was set by this very host, over HTTPS, and by nobody else.
"""

from __future__ import annotations

from hmac import digest

from flask import Response, request

from engine.signing_in import LONGEST
from review_site.asking import instance

SESSION, DEVICE = "plaudit", "plaudit-device"
DEVICE_DAYS = 365


def session_token() -> str:
    """Empty where there is none."""
    return request.cookies.get(_name(SESSION), "")


def device_token() -> str:
    return request.cookies.get(_name(DEVICE), "")


def csrf_of(token: str) -> str:
    """What forms of a session repeat: whoever cannot read its cookie cannot know it, and it ends with the session."""
    return digest(token.encode(), b"csrf", "sha256").hex()


def keep_session(response: Response, token: str) -> None:
    _keep(response, SESSION, token, int(LONGEST.total_seconds()))


def keep_device(response: Response, token: str) -> None:
    _keep(response, DEVICE, token, DEVICE_DAYS * 86_400)


def forget_session(response: Response) -> None:
    _keep(response, SESSION, "", 0)


def _keep(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(name), value, max_age=seconds, path="/", secure=_is_secure(), httponly=True, samesite="Lax"
    )


def _name(name: str) -> str:
    return f"__Host-{name}" if _is_secure() else name


def _is_secure() -> bool:
    return instance().config.site_base_url.startswith("https://")
