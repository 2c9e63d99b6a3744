"""Tests of sources that tell everything in one answer: it may be longer than those of others, and has an end still."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.budget import MOST_BYTES, SLOWEST, Budget, BudgetedSession
from engine.errors import SourceRefusedError
from engine.testing import Asked, Reply, serving
from engine.testing.collectors import LOOPBACK
from tests.doors import SETTINGS, Company
from tests.played_source import Clock

TESTIMONIALS = [
    {"id": str(number), "name": "Ann", "testimonial": f"It pours, says {number}.", "portrait": "x" * 1_000_000}
    for number in range(12)
]


def serve(_: Asked) -> Reply:
    return Reply(body=json.dumps(TESTIMONIALS).encode())


def test_testimonials_that_come_in_one_long_answer_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTIMONIAL_KEY", "a key")
    company = Company(tmp_path / "company")
    with serving(serve) as server:
        company.configured(
            f'{SETTINGS}[http]\nallow = ["127.0.0.1/32"]\n[sources.wall]\ncollector = "testimonialto"\n'
            f'key_env = "TESTIMONIAL_KEY"\nbase_url = "{server.url}"\nsubject = "larkfield"\n'
        )
        done = company.plaudit("collect")

    assert done.exit_code == 0, done.output
    assert "wall: 12 records: 12 taken in" in done.stdout


def test_what_other_sources_answer_is_bounded_as_before() -> None:
    clock = Clock()
    budget = Budget(per_minute=10, per_day=10, clock=clock)

    with (
        serving(serve) as server,
        BudgetedSession(budget, LOOPBACK) as http,
        pytest.raises(SourceRefusedError, match="answers with more than 10000000 bytes"),
    ):
        http.get(server.url)

    assert MOST_BYTES / SLOWEST == 20
