"""Reads the body of a request within bounds of time, size and number, before a thread is spent on it.

Whoever sends a byte a minute holds a few kilobytes here, and never one of the threads that answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO

IN_MEMORY = 256 << 10
"""Bytes of one body; what follows goes to a file that has no name."""


class UnreadableBodyError(Exception):
    """A body that is not taken; the answer says why, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(slots=True, kw_only=True)
class Bodies:
    """The bodies that are under way to one process."""

    largest: int
    """Bytes of one."""
    seconds: float
    """From the first byte to the last."""
    most: int = 64
    """At the same time."""
    _reading: int = 0

    async def read(self, chunks: AsyncIterable[bytes], announced: str | None) -> IO[bytes]:
        """The whole body, to be read from its beginning and closed by the caller.

        ``announced`` is what Content-Length says. Raises UnreadableBodyError for one that is too large (413), too slow
        (408), breaks off (400), or is one too many (503).
        """
        if announced is not None and (not announced.isdecimal() or int(announced[:20]) > self.largest):
            raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        with self._turn():
            body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by the caller, or below
            try:
                async with asyncio.timeout(self.seconds):
                    await self._fill(body, chunks)
            except TimeoutError:
                body.close()
                raise UnreadableBodyError(HTTPStatus.REQUEST_TIMEOUT) from None
            except (OSError, RuntimeError) as error:
                body.close()
                raise UnreadableBodyError(HTTPStatus.BAD_REQUEST) from error
            except BaseException:
                body.close()
                raise
        body.seek(0)
        return body

    async def _fill(self, body: IO[bytes], chunks: AsyncIterable[bytes]) -> None:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > self.largest:
                raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body.write(chunk)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._reading >= self.most:
            raise UnreadableBodyError(HTTPStatus.SERVICE_UNAVAILABLE)
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1
