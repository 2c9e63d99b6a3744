"""Bodies on their way in: what is too large, too slow, broken off or one too many costs no thread and little memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from http import HTTPStatus
from itertools import repeat

import pytest

from review_site.door.bodies import Bodies, UnreadableBodyError

PATIENT = 30.0


async def sent(*chunks: bytes) -> AsyncIterator[bytes]:
    for each in chunks:
        yield each


async def sent_for_ever() -> AsyncIterator[bytes]:
    for each in repeat(b"a" * 1000):
        yield each


async def never_sent() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def broken_off() -> AsyncIterator[bytes]:
    yield b"half"
    raise RuntimeError("the client hung up")


def taken(bodies: Bodies, chunks: AsyncIterable[bytes], announced: str | None = None) -> bytes:
    async def take() -> bytes:
        with await bodies.read(chunks, announced) as body:
            return body.read()

    return asyncio.run(take())


def test_a_body_comes_whole_from_its_beginning() -> None:
    bodies = Bodies(largest=10, seconds=PATIENT)

    assert taken(bodies, sent(b"hello", b"", b"world"), "10") == b"helloworld"


@pytest.mark.parametrize("announced", ["11", "9" * 5000, "-1", "ten", "1e3"])
def test_a_body_that_announces_too_much_is_refused_unread(announced: str) -> None:
    bodies = Bodies(largest=10, seconds=PATIENT)

    with pytest.raises(UnreadableBodyError) as refused:
        taken(bodies, never_sent(), announced)

    assert refused.value.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("chunks", "seconds", "status"),
    [
        pytest.param(sent_for_ever(), PATIENT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, id="no end"),
        pytest.param(never_sent(), 0.01, HTTPStatus.REQUEST_TIMEOUT, id="too slow"),
        pytest.param(broken_off(), PATIENT, HTTPStatus.BAD_REQUEST, id="broken off"),
    ],
)
def test_a_body_without_a_good_end_is_refused(chunks: AsyncIterable[bytes], seconds: float, status: HTTPStatus) -> None:
    bodies = Bodies(largest=100_000, seconds=seconds)

    with pytest.raises(UnreadableBodyError) as refused:
        taken(bodies, chunks)

    assert refused.value.status is status
    assert taken(bodies, sent(b"next")) == b"next"


def test_more_bodies_than_are_taken_at_once_are_put_off_and_the_next_is_taken_again() -> None:
    bodies = Bodies(largest=100, seconds=PATIENT, most=2)

    async def crowd() -> tuple[HTTPStatus, bytes]:
        slow = [asyncio.create_task(bodies.read(never_sent(), None)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(UnreadableBodyError) as refused:
            await bodies.read(sent(b"third"), None)
        for each in slow:
            each.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        with await bodies.read(sent(b"third"), None) as body:
            return refused.value.status, body.read()

    assert asyncio.run(crowd()) == (HTTPStatus.SERVICE_UNAVAILABLE, b"third")
