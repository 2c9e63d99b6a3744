"""Tests of the server that plays a source: it goes wrong as asked, and otherwise answers."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from engine.errors import RetryLaterError, SourceError, SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Reply
from tests.source_server import Asked, Fault, Faults, as_json, serving, slice_of

LOOPBACK = [ip_network("127.0.0.0/8")]
ROWS = [{"id": number, "body": "Pours well. " * 20} for number in range(25)]


def pages(asked: Asked) -> Reply:
    return as_json(slice_of(ROWS, asked, size="per_page", most=10), {"X-Total": str(len(ROWS))})


def test_pages_are_answered_by_their_number() -> None:
    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        sizes = [len(http.get(source.url, params={"page": str(page)}).json()) for page in (1, 2, 3, 4)]

    assert sizes == [10, 10, 5, 0]
    assert [each.query["page"] for each in source.asked] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.BUSY, RetryLaterError),
        (Fault.BROKEN, RetryLaterError),
        (Fault.DROPPED, RetryLaterError),
        (Fault.SLOW, RetryLaterError),
        (Fault.ENDLESS, SourceRefusedError),
        (Fault.MALFORMED, SourceRefusedError),
    ],
)
def test_a_fault_of_the_script_comes_at_its_call_and_only_there(fault: Fault, error: type[SourceError]) -> None:
    with (
        serving(pages, Faults(script={1: fault}, retry_after=7)) as source,
        GuardedSession(LOOPBACK, timeout=0.5 if fault is Fault.SLOW else 20, max_bytes=1_000_000) as http,
    ):
        first = http.get(source.url).json()
        with pytest.raises(error) as caught:
            http.get(source.url).json()
        third = http.get(source.url).json()

    assert first == third == ROWS[:10]
    assert source.faults == [fault]
    assert not isinstance(caught.value, RetryLaterError) or caught.value.retry_after == (
        7 if fault is Fault.BUSY else None
    )


def test_the_same_seed_goes_wrong_at_the_same_calls() -> None:
    def outcomes(seed: int) -> list[bool]:
        done: list[bool] = []
        with serving(pages, Faults(seed=seed, share=0.5)) as source, GuardedSession(LOOPBACK) as http:
            for _ in range(20):
                try:
                    http.get(source.url)
                except RetryLaterError:
                    done.append(False)
                else:
                    done.append(True)
        return done

    assert outcomes(1) == outcomes(1)
    assert True in outcomes(1)
    assert outcomes(1) != outcomes(2)
