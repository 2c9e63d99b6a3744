"""Tests of configured sources through the command: collect, sources, explain, and a worker that reads on schedule."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from engine.domain import SourceId
from engine.outbox import Work
from review_site.worker import work
from tests.chorus import REVIEWS, TOKEN, installed, pages
from tests.doors import SETTINGS, Company, row
from tests.source_server import Fault, Faults, SourceServer, serving

SHOP = SourceId("shop")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company that has the package of the example installed, and its token in the environment."""
    monkeypatch.setenv("CHORUS_TOKEN", TOKEN)
    packages = tmp_path / "packages"
    packages.mkdir()
    with installed(packages):
        yield Company(tmp_path / "company")


@contextmanager
def reading(company: Company, reviews: list[Any], faults: Faults | None = None, **keys: Any) -> Iterator[SourceServer]:
    """The company with the source ``shop`` configured, which has these reviews."""
    with serving(pages(reviews), faults) as source:
        given = {"collector": "chorus", "base_url": source.url, "token_env": "CHORUS_TOKEN", **keys}
        table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in given.items())
        company.configured(f'{SETTINGS}[http]\nallow = ["127.0.0.1/32"]\n[sources.shop]\n{table}\n')
        yield source


def states(company: Company) -> list[dict[str, Any]]:
    done = company.plaudit("sources", "--format", "json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_configured_source_is_collected_and_says_that_it_is_complete(company: Company) -> None:
    with reading(company, [*REVIEWS]):
        first = company.plaudit("collect")
        again = company.plaudit("collect", "shop")

    assert first.exit_code == 0, first.output
    assert first.stdout == "shop: 3 records: 3 taken in, 0 changed, 0 unchanged, 0 refused\n  complete: 3 of 3\n"
    assert "0 taken in, 0 changed, 3 unchanged" in again.stdout


def test_what_is_gone_at_the_source_is_told_and_gone(company: Company) -> None:
    reviews = [*REVIEWS]
    with reading(company, reviews):
        company.plaudit("collect")
        reviews.pop()
        done = company.plaudit("collect", "--full")

    assert "0 refused, 1 gone at the source" in done.stdout
    assert "It leaks." not in company.plaudit("reviews", "--state", "pending").stdout


def test_a_source_that_lost_most_of_what_it_had_is_told_and_keeps_its_reviews(company: Company) -> None:
    reviews = [*REVIEWS]
    with reading(company, reviews):
        company.plaudit("collect")
        del reviews[1:]
        done = company.plaudit("collect", "--full")

    assert done.exit_code == 1
    assert "complete: 1 of 1; 2 others were known, and are gone if the next full reading misses them too" in done.stdout
    assert "It leaks." in company.plaudit("reviews", "--state", "pending").stdout


def test_refused_records_are_listed_with_their_places(company: Company) -> None:
    spoilt = [*REVIEWS, {"id": "c4", "product": "kettle", "stars": 9}, {"text": "no id"}]

    with reading(company, spoilt):
        done = company.plaudit("collect")

    assert done.exit_code == 1
    assert "5 records: 3 taken in, 0 changed, 0 unchanged, 2 refused" in done.stdout
    assert "not complete: 1 of 5 are missing; 1 could not be read" in done.stdout
    assert "chorus after 4, review 1: id is missing" in done.stdout


def test_a_source_that_says_no_is_told_without_its_secret(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHORUS_TOKEN", "another-secret")

    with reading(company, [*REVIEWS]):
        done = company.plaudit("collect")

    assert done.exit_code == 1
    assert "refused: " in done.stdout
    assert "answered 401" in done.stdout
    assert "another-secret" not in done.output
    assert [each["state"].partition(":")[0] for each in states(company)] == ["refused"]


def test_a_source_that_asks_for_a_long_wait_is_left_until_then(company: Company) -> None:
    with reading(company, [*REVIEWS], Faults(script={1: Fault.BUSY}, retry_after=3600)):
        first = company.plaudit("collect")
        [waiting] = states(company)
        second = company.plaudit("collect")

    assert first.exit_code == 1
    assert "waiting: " in first.stdout
    assert waiting["state"].startswith("waiting: ")
    assert waiting["next_at"] > waiting["started_at"]
    assert "complete: 3 of 3" in second.stdout


def test_ctrl_c_saves_the_page_in_hand_and_the_next_run_goes_on(company: Company) -> None:
    with reading(company, [*REVIEWS]) as source:
        source.when_asked = lambda _: os.kill(os.getpid(), signal.SIGINT)
        stopped = company.plaudit("collect")
        [state] = states(company)
        source.when_asked = lambda _: None
        again = company.plaudit("collect")

    assert stopped.exit_code == 1
    assert "shop: 2 records: 2 taken in" in stopped.stdout
    assert state["state"] == "stopped in the middle"
    assert "shop: 1 records: 1 taken in" in again.stdout
    assert "complete: 3 of 3" in again.stdout


def test_the_doctor_names_a_source_that_says_no(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHORUS_TOKEN", "another-secret")
    with reading(company, [*REVIEWS]):
        company.plaudit("collect")

        done = company.plaudit("doctor")

    assert "! shop is not read: refused: " in done.stdout


def test_sources_says_what_is_known_of_each(company: Company) -> None:
    with reading(company, [*REVIEWS]):
        before = company.plaudit("sources").stdout.splitlines()
        company.plaudit("collect")
        company.plaudit("import", company.reviews([row("9")]), "--source", "file", "--rights", "own")
        after = company.plaudit("sources").stdout.splitlines()

    assert before[0].split() == ["source", "kind", "state", "last", "run", "completeness", "next", "run"]
    assert before[1].split() == ["shop", "chorus", "never", "read", "-", "-"]
    assert "complete: 3 of 3" in after[1]
    assert after[2].split() == ["file", "file", "by", "hand", "-", "-"]


def test_a_source_that_is_not_configured_is_refused(company: Company) -> None:
    with reading(company, [*REVIEWS]):
        unknown = company.plaudit("collect", "store")
    none = company.configured().plaudit("collect")

    assert (unknown.exit_code, none.exit_code) == (2, 2)
    assert "no source 'store' is configured; there are shop" in unknown.stderr
    assert "no source is configured" in none.stderr


def test_a_worker_reads_a_source_and_marks_it_for_the_next_time(company: Company) -> None:
    with reading(company, [*REVIEWS], every_hours=2), company.instance() as instance:
        instance.sources.schedule()

        outcome = instance.outbox.work_off({Work.COLLECT: instance.handlers[Work.COLLECT]})

        with instance.store.reading() as transaction:
            mark = transaction.marks.find(Work.COLLECT, SHOP)
            count = transaction.reviews.count()
    assert outcome is not None
    assert outcome.error is None
    assert mark is not None
    assert 7100 < (mark.due_at - instance.outbox.clock()).total_seconds() <= 7200
    assert count == 3


def test_a_worker_schedules_every_source_when_it_starts(company: Company) -> None:
    stop = Event()
    stop.set()

    with reading(company, [*REVIEWS]), company.instance() as instance:
        work(instance, stop)
        with instance.store.reading() as transaction:
            mark = transaction.marks.find(Work.COLLECT, SHOP)

    assert mark is not None


def test_a_source_that_is_configured_no_longer_is_dropped_by_the_worker(company: Company) -> None:
    with reading(company, [*REVIEWS]), company.instance() as instance:
        instance.sources.schedule()
    company.configured()

    with company.instance() as instance:
        outcome = instance.outbox.work_off({Work.COLLECT: instance.handlers[Work.COLLECT]})
        with instance.store.reading() as transaction:
            mark = transaction.marks.find(Work.COLLECT, SHOP)

    assert outcome is not None
    assert (outcome.error, outcome.result, mark) == (None, None, None)


def test_a_record_is_explained_field_by_field(company: Company) -> None:
    reviews = [REVIEWS[0] | {"text": "Fish &amp; chips. <b>Good</b>", "ip": "10.0.0.9", "featured": True}]

    with reading(company, reviews):
        company.plaudit("collect")
        done = company.plaudit("collect", "--explain", "shop", "c1")

    lines = [line.split() for line in done.stdout.splitlines()]
    assert done.exit_code == 0, done.output
    assert lines[0] == ["shop", "c1:", "public", "at", "its", "source"]
    assert ["rating", "stars", "5", "5", "of", "5"] in lines
    assert ["body", "text", "Fish", "&amp;", "chips.", "<b>Good</b>", "Fish", "&", "chips.", "Good"] in lines
    assert lines[-3:] == [["dropped:", "2"], ["ip", "=", "10.0.0.9"], ["featured", "=", "True"]]


def test_a_record_in_a_file_is_explained_with_what_refuses_it(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(REVIEWS[0] | {"stars": 9}))

    with reading(company, [*REVIEWS]):
        done = company.plaudit("collect", "--explain", "shop", file)

    assert "refused: " in done.stdout
    assert "9" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["shop"], "--explain takes the ID of a source and a RECORD"),
        (["shop", "c9"], "no review 'c9' was collected from shop, and there is no such file"),
        (["store", "c1"], "no source 'store' is configured"),
    ],
)
def test_what_cannot_be_explained_is_refused(company: Company, words: list[str], told: str) -> None:
    with reading(company, [*REVIEWS]):
        done = company.plaudit("collect", "--explain", *words)

    assert done.exit_code == 2
    assert told in done.stderr
