"""Requests that may be sent again: under one Idempotency-Key, one is done once and answered alike for a day.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import ParamSpec

from flask import Response, request

from engine.errors import BadValueError, InUseError, RefusedError
from engine.store import Answer
from review_site.access import who
from review_site.api.bodies import LARGEST
from review_site.asking import instance
from review_site.wiring import now

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
LONGEST_WORK = timedelta(minutes=5)
"""Whoever has not answered after that was killed, and the same request is done anew."""
NOT_KEPT = (408, 409, 429)
"""Answers that are about the moment and not about the request."""
_KEY = re.compile(r"[!-~]{1,255}")

Asked = ParamSpec("Asked")
View = Callable[Asked, Response]


def once(view: View[Asked], *, largest: int = LARGEST) -> View[Asked]:
    """Answers a request under a key that was answered before as it was answered then; below ``needs``.

    ``largest`` are the bytes that a body of this route may have.

    Raises BadValueError for a key that is none, RefusedError (422) for a key that another request was sent under, and
    InUseError (409) while the first is still being answered.
    """

    @wraps(view)
    def answered_once(*args: Asked.args, **named: Asked.kwargs) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*args, **named)
        if _KEY.fullmatch(key) is None:
            raise BadValueError(f"{HEADER}: 1 to 255 visible characters of ASCII")
        request.max_content_length = largest
        known = _begin(key)
        if known is not None:
            return _again(known)
        try:
            response = view(*args, **named)
        except Exception:
            # Nothing was changed: done anew, it is refused with the same words, or not any more.
            _forget(key)
            raise
        _finish(key, response)
        return response

    return answered_once


def key_of_request() -> str | None:
    """What makes this request the same as another one of the same sender; None where he does not say."""
    key = request.headers.get(HEADER)
    return None if key is None else sha256(f"{who().name} {key}".encode()).hexdigest()[:32]


def _begin(key: str) -> Answer | None:
    by, digest, moment = who().name, _digest(), now()
    with instance().store.writing() as transaction:
        transaction.answered.forget_before(moment - KEPT)
        known = transaction.answered.begin(by, key, digest, moment)
        if known is None:
            return None
        if known.digest != digest:
            raise RefusedError(f"{HEADER}: another request was sent under this key; use a new key for each")
        if known.answer is not None:
            return known.answer
        if known.at > moment - LONGEST_WORK or not transaction.answered.take_over(by, key, known, moment):
            raise InUseError(f"{HEADER}: the first request under this key is still being answered")
    return None


def _digest() -> str:
    """Of what is asked for; the body is read within the bounds of its route before."""
    asked = f"{request.method} {request.full_path}\n{request.mimetype}\n".encode()
    return sha256(asked + request.get_data(cache=True)).hexdigest()


def _finish(key: str, response: Response) -> None:
    if response.status_code >= 500 or response.status_code in NOT_KEPT:
        _forget(key)
        return
    answer = Answer(
        status=response.status_code,
        media_type=response.mimetype or "",
        location=response.headers.get("Location", ""),
        body=response.get_data(as_text=True),
    )
    with instance().store.writing() as transaction:
        transaction.answered.finish(who().name, key, answer)


def _forget(key: str) -> None:
    with instance().store.writing() as transaction:
        transaction.answered.forget(who().name, key)


def _again(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, content_type=answer.media_type)
    response.headers[REPLAYED] = "true"
    if answer.location:
        response.headers["Location"] = answer.location
    return response
