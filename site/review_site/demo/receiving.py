"""Who is told by webhook in the sample's past: receivers that answer here, so that nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from engine.errors import RetryLaterError
from engine.http import GuardedSession
from engine.lines import Line

CMS, CHAT = "https://cms.larkfield.example/hooks", "https://chat.larkfield.example/hooks/plaudit"
TOO_BUSY = 40
"""One of so many deliveries finds the CMS busy at first."""


class Receivers(GuardedSession):
    """The CMS takes nearly everything at once; the chat was moved, and takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._tried: set[str] = set()

    @contextmanager
    def line(self, url: str) -> Iterator[Line]:
        yield _Answering(url, self._tried)


class _Answering(Line):
    def __init__(self, url: str, tried: set[str]) -> None:
        self._asked = url
        self._tried = tried

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:  # noqa: ARG002 - nobody reads it
        sent = headers["webhook-id"]
        is_first = sent not in self._tried
        self._tried.add(sent)
        if self._asked != CMS or (is_first and int(sent[-6:], 16) % TOO_BUSY == 0):
            status = HTTPStatus.SERVICE_UNAVAILABLE
            raise RetryLaterError(f"{self._asked}: {status}", status=status)
        return HTTPStatus.NO_CONTENT

    def close(self) -> None:
        """Nothing is open."""
