"""Reads the body of a request within bounds of time, pace and size, while few of the threads that answer wait for it.

A thread of its own reads it, because nothing can end a read of the server's before a byte comes or the connection ends.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from threading import Event, Semaphore, Thread
from typing import IO, Protocol

IN_MEMORY = 256 << 10
"""Bytes of one body; what follows goes to a file that has no name."""
PIECE = 16 << 10
"""Bytes that are read at once; a read ends when they are all there."""
WITH_HEADERS = 0.01
"""Seconds in which a body is there that was sent along with its headers."""


class UnreadableBodyError(Exception):
    """A body that is not taken; the answer says why, and the connection ends."""

    def __init__(self, status: HTTPStatus, *, is_still_read: bool = False) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.is_still_read = is_still_read
        """Whether a thread reads on until the connection ends."""


class Stream(Protocol):
    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer and at last none where the body ends or breaks off."""
        ...


class Bodies:
    """The bodies that are under way to one process."""

    def __init__(
        self,
        *,
        largest: int,
        waiting: int,
        clock: Callable[[], float],
        seconds: float = 30.0,
        grace: float = 5.0,
        pace: float = 8192.0,
    ) -> None:
        """``largest`` is in bytes, ``waiting`` how many threads may wait at the same time, ``clock`` tells seconds.

        A body has ``grace`` seconds, one more for each ``pace`` bytes that came, and never more than ``seconds``.
        """
        self._largest = largest
        self._turns = Semaphore(waiting)
        self._clock = clock
        self._seconds = seconds
        self._grace = grace
        self._pace = pace

    def read(self, stream: Stream, announced: str | None) -> IO[bytes]:
        """The whole body, to be read from its beginning and closed by the caller.

        ``announced`` is what Content-Length says. Raises UnreadableBodyError for one that is too large (413), too slow
        (408), breaks off (400), or would be waited for by one thread too many (503).
        """
        if announced is not None and not (announced.isdecimal() and len(announced) < 20):
            raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        size = None if announced is None else int(announced)
        if size is not None and size > self._largest:
            raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        begun, coming = self._clock(), _Coming(stream, self._largest)
        Thread(target=coming.read, name="body", daemon=True).start()
        # A turn is for those that keep us waiting: strangers who hold all of them keep no short body out.
        if not coming.ended.wait(WITH_HEADERS):
            self._wait_for(coming, begun)
        if coming.status is None and size is not None and coming.size != size:
            coming.status = HTTPStatus.BAD_REQUEST
        if coming.status is not None:
            coming.body.close()
            raise UnreadableBodyError(coming.status)
        coming.body.seek(0)
        return coming.body

    def _wait_for(self, coming: _Coming, begun: float) -> None:
        if not self._turns.acquire(blocking=False):
            coming.give_up()
            raise UnreadableBodyError(HTTPStatus.SERVICE_UNAVAILABLE, is_still_read=True)
        try:
            while not coming.ended.is_set():
                allowed = min(self._seconds, self._grace + coming.size / self._pace)
                left = begun + allowed - self._clock()
                if left <= 0:
                    coming.give_up()
                    raise UnreadableBodyError(HTTPStatus.REQUEST_TIMEOUT, is_still_read=True)
                coming.ended.wait(left)
        finally:
            self._turns.release()


class _Coming:
    """One body, as far as it is here; its own thread reads it, another one waits for its end."""

    def __init__(self, stream: Stream, largest: int) -> None:
        self.body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever takes it, or gives up
        self.size = 0
        self.status: HTTPStatus | None = None
        """What is wrong with it, once it has ended."""
        self.ended = Event()
        self._stream = stream
        self._largest = largest
        self._is_given_up = False

    def read(self) -> None:
        try:
            while not self._is_given_up and (piece := self._stream.read(PIECE)):
                self.size += len(piece)
                if self.size > self._largest:
                    self.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                    break
                self.body.write(piece)
        except OSError:
            # The disk is full.
            self.status = HTTPStatus.INSUFFICIENT_STORAGE
        finally:
            self.ended.set()
            if self._is_given_up:
                self.body.close()

    def give_up(self) -> None:
        self._is_given_up = True
        if self.ended.is_set():
            self.body.close()
