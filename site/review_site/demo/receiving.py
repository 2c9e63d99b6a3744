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
"""Each of so many messages finds the CMS busy at first."""


class Receivers(GuardedSession):
    """The CMS takes nearly everything at once; the chat was moved, and takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[str] = set()

    @contextmanager
    def line(self, url: str) -> Iterator[Line]:
        yield _Answering(url, self._known)


class _Answering(Line):
    def __init__(self, url: str, known: set[str]) -> None:
        self._asked = url
        self._known = known
        """The messages that the CMS was sent."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:  # noqa: ARG002 - nobody reads it
        if self._asked != CMS or self._is_busy(headers["webhook-id"]):
            status = HTTPStatus.SERVICE_UNAVAILABLE
            raise RetryLaterError(f"{self._asked}: {status}", status=status)
        return HTTPStatus.NO_CONTENT

    def _is_busy(self, sent: str) -> bool:
        is_new = sent not in self._known
        self._known.add(sent)
        return is_new and len(self._known) % TOO_BUSY == 0

    def close(self) -> None:
        """Nothing is open."""
