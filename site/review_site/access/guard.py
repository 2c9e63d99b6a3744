"""What a route asks for before it does anything: who may, and for writes how it has to be sent.

Content type, origin and token close cross-site requests (OWASP ASVS 5.0, 3.5); remark42 #16 is what happens without.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from typing import Any, TypeVar

from flask import request
from werkzeug.exceptions import TooManyRequests, UnsupportedMediaType

from engine.domain import Permission
from engine.errors import NotAllowedError
from review_site.access.asker import Who
from review_site.access.credentials import who
from review_site.access.origins import asked_origin, is_own, refuse_foreign
from review_site.visitors import asks_too_often

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
"""A form with files."""
READS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER, TOKEN_FIELD = "X-CSRF-Token", "csrf"
NEEDED = "plaudit_permission"
MOST_PER_MINUTE = 1200
"""Requests of one key or account."""
WAIT_SECONDS = 60

View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: Permission, *media_types: str, largest: int | None = None) -> Callable[[View], View]:
    """Lets a route be asked only by those with a permission; ``media_types`` are what a write may send, else JSON.

    ``largest`` is how many bytes a body may have, where that is more than everywhere.

    Raises UnknownCallerError (401), NotAllowedError (403), UnsupportedMediaType (415), TooManyRequests (429).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            asker = who()
            if asks_too_often(asker.name, MOST_PER_MINUTE):
                raise TooManyRequests("this is asked too often", retry_after=WAIT_SECONDS)
            if not asker.may(permission):
                raise NotAllowedError(f"{asker.name} may not do this: it takes the permission {permission}")
            _refuse_page_of_others(asker)
            if request.method not in READS:
                if largest is not None:
                    request.max_content_length = largest
                _refuse_odd_write(asker, media_types or (JSON,))
            return view(*args, **values)

        vars(guarded)[NEEDED] = permission
        return guarded  # type: ignore[return-value]  # wraps keeps what the view takes and gives

    return guard


def needed_by(view: Callable[..., Any]) -> Permission | None:
    """The permission that a route needs; None for one that is open to everybody."""
    return vars(view).get(NEEDED)


def _refuse_page_of_others(asker: Who) -> None:
    """A key that a page sends is used only from the origins it was given."""
    origin = asked_origin()
    if asker.account is None and origin is not None and origin not in asker.origins and not is_own(origin):
        raise NotAllowedError(f"{asker.name} may not be used from pages of {origin[:100]}")


def _refuse_odd_write(asker: Who, media_types: tuple[str, ...]) -> None:
    if asker.account is not None:
        refuse_foreign()
        given = request.headers.get(TOKEN_HEADER) or _token_in_form()
        if not compare_digest(given.encode(), asker.csrf.encode()):
            raise NotAllowedError("the token of this session is missing or not its own: load the page once more")
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if has_body and request.mimetype not in media_types:
        raise UnsupportedMediaType(f"this takes {' or '.join(media_types)}")


def _token_in_form() -> str:
    return request.form.get(TOKEN_FIELD, "") if request.mimetype in (FORM, FILES) else ""
