"""Bodies on their way in: what is too large, too slow, broken off or one too many is refused, and ends no thread."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from itertools import count
from threading import Event
from time import monotonic

import pytest

from review_site.door.bodies import PIECE, Bodies, Stream, UnreadableBodyError
from tests.serving import PATIENCE

SHORT = 0.2


class SentForEver:
    def read(self, size: int) -> bytes:
        return bytes(size)


class Held:
    """A body of which a part comes, and nothing more until the connection ends."""

    def __init__(self, first: bytes = b"") -> None:
        self.ended = Event()
        self._first = BytesIO(first)

    def read(self, size: int) -> bytes:
        if piece := self._first.read(size):
            return piece
        self.ended.wait(PATIENCE)
        return b""


class Paced:
    """A body whose pieces take so long each, by a clock of its own; it ends once that clock was looked at."""

    def __init__(self, pieces: int, seconds: float) -> None:
        self._left = pieces
        self._seconds = seconds
        self._now = 0.0
        self._came = Event()
        self._judged = Event()

    def clock(self) -> float:
        if self._came.is_set():
            self._judged.set()
        return self._now

    def read(self, size: int) -> bytes:
        if self._left:
            self._left -= 1
            self._now += self._seconds
            return bytes(size)
        self._came.set()
        self._judged.wait(PATIENCE)
        return b""


@pytest.fixture
def held() -> Iterator[Held]:
    stream = Held(b"half")
    yield stream
    stream.ended.set()


def make_bodies(
    *, largest: int = 100_000, waiting: int = 1, seconds: float = PATIENCE, grace: float = PATIENCE
) -> Bodies:
    return Bodies(largest=largest, waiting=waiting, clock=monotonic, seconds=seconds, grace=grace)


def taken(bodies: Bodies, stream: Stream, announced: str | None = None) -> bytes:
    with bodies.read(stream, announced) as body:
        return body.read()


def refused(bodies: Bodies, stream: Stream, announced: str | None = None) -> UnreadableBodyError:
    with pytest.raises(UnreadableBodyError) as caught:
        bodies.read(stream, announced)
    return caught.value


@pytest.mark.parametrize("size", [0, 10, PIECE, 3 * PIECE + 1])
def test_a_body_comes_whole_from_its_beginning(size: int) -> None:
    sent = bytes(size)

    assert taken(make_bodies(), BytesIO(sent), str(size)) == sent
    assert taken(make_bodies(), BytesIO(sent)) == sent


@pytest.mark.parametrize("announced", ["11", "9" * 5000, "0" * 5000, "-1", "ten", "1e3"])
def test_a_body_that_announces_too_much_is_refused_unread(announced: str) -> None:
    stream = BytesIO(b"unread")

    error = refused(make_bodies(largest=10), stream, announced)

    assert (error.status, error.is_still_read) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, False)
    assert stream.read() == b"unread"


def test_a_body_without_an_end_is_read_no_further_than_the_largest() -> None:
    bodies = make_bodies()

    error = refused(bodies, SentForEver())

    assert (error.status, error.is_still_read) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, False)
    assert taken(bodies, BytesIO(b"next")) == b"next"


def test_a_body_that_breaks_off_is_refused() -> None:
    error = refused(make_bodies(), BytesIO(b"half"), "8")

    assert (error.status, error.is_still_read) == (HTTPStatus.BAD_REQUEST, False)


@pytest.mark.parametrize(("seconds", "grace"), [(SHORT, PATIENCE), (PATIENCE, SHORT)])
def test_a_body_that_keeps_a_thread_waiting_too_long_is_refused(held: Held, seconds: float, grace: float) -> None:
    bodies = make_bodies(seconds=seconds, grace=grace)

    error = refused(bodies, held, "5000")

    assert (error.status, error.is_still_read) == (HTTPStatus.REQUEST_TIMEOUT, True)
    assert taken(bodies, BytesIO(b"next")) == b"next"


@pytest.mark.parametrize(("bytes_a_second", "is_taken"), [(8192, True), (4096, False)])
def test_a_body_has_a_second_more_for_each_eight_kilobytes_that_came(bytes_a_second: int, is_taken: bool) -> None:
    body = Paced(10, PIECE / bytes_a_second)
    bodies = Bodies(largest=1 << 20, waiting=1, clock=body.clock, seconds=30, grace=5, pace=8192)

    if is_taken:
        assert len(taken(bodies, body)) == 10 * PIECE
    else:
        assert refused(bodies, body).status is HTTPStatus.REQUEST_TIMEOUT


def test_a_thread_more_than_may_wait_is_told_to_come_again_and_a_short_body_never_is(held: Held) -> None:
    has_turn, looks = Event(), count()

    def clock() -> float:
        # Looked at when a body begins, and by whoever has a turn.
        if next(looks):
            has_turn.set()
        return 0.0

    bodies = Bodies(largest=100, waiting=1, clock=clock)
    other = Held()
    with ThreadPoolExecutor(1) as strangers:
        waits = strangers.submit(taken, bodies, held)
        assert has_turn.wait(PATIENCE)

        error = refused(bodies, other)
        short = taken(bodies, BytesIO(b"short"))
        held.ended.set()
        other.ended.set()

        assert (error.status, error.is_still_read) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
        assert short == b"short"
        assert waits.result(PATIENCE) == b"half"
