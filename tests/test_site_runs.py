"""Tests of runs over a sitemap: in turns, stopped, killed, gone on with, and every page judged once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from engine.errors import NotFoundError
from engine.outbox import Outbox, Outcome, Work
from engine.store import Store
from review_site.site_runs import SiteRuns, Stage
from tests.factories import NOON
from tests.servers import Heard, LoopbackServer, Reply, loopback

HTML = {"Content-Type": "text/html; charset=utf-8"}
KETTLE = (
    '<!doctype html><title>Kettle</title><p>Kettle <script type="application/ld+json">{"@context":"https://schema.org",'
    '"@type":"Product","name":"Kettle","aggregateRating":{"@type":"AggregateRating","ratingValue":"7"}}</script>'
)
PAGES = 12
CHANCE = "0123456789abcdef0123"


def shop(heard: Heard) -> Reply:
    host = f"http://{heard.headers['Host']}"
    if heard.path == "/sitemap.xml":
        entries = "".join(f"<url><loc>{host}/p/{number}</loc></url>" for number in range(PAGES))
        return Reply(body=f"<urlset>{entries}</urlset>".encode())
    if heard.path == "/p/3":
        return Reply(status=404)
    return Reply(body=KETTLE.encode(), headers=HTML) if heard.path.startswith("/p/") else Reply(status=404)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with loopback(shop) as server:
        yield server


@pytest.fixture
def runs(store: Store, tmp_path: Path) -> SiteRuns:
    allow = [ip_network("127.0.0.0/8")]
    return SiteRuns(folder=tmp_path / "runs", store=store, allow=allow, clock=lambda: NOON, delay=0)


def after(pages: int) -> Callable[[], bool]:
    """A turn that is over when so many pages were begun with."""
    asked = iter(range(pages))
    return lambda: next(asked, None) is None


def turn(runs: SiteRuns, is_over: Callable[[], bool] = lambda: False) -> Outcome | None:
    outbox = Outbox(store=runs.store, owner="worker", clock=lambda: NOON)
    return outbox.work_off({Work.VALIDATE: lambda lease: runs.go_on(lease, is_over)})


def asked(server: LoopbackServer) -> list[str]:
    return sorted(heard.path for heard in server.heard if heard.path.startswith("/p/"))


def test_judges_every_page_of_a_sitemap_once_in_as_many_turns_as_it_takes(
    runs: SiteRuns, server: LoopbackServer
) -> None:
    run = runs.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)
    assert runs.find(run).stage is Stage.WAITING

    first = turn(runs, after(5))
    between = runs.find(run)
    while turn(runs, after(5)):
        pass

    assert first
    assert first.result == 5
    assert (between.stage, between.total, len(between.found)) == (Stage.RUNNING, PAGES, 5)
    ended = runs.find(run)
    assert ended.stage is Stage.ENDED
    assert dict(ended.found.verdicts) == {"error": PAGES - 1, "unreadable": 1}
    assert asked(server) == sorted(f"/p/{number}" for number in range(PAGES))
    assert ("rating-out-of-range", PAGES - 1) in ended.found.rules
    assert [heard.path for heard in server.heard].count("/sitemap.xml") == 1


def test_what_was_found_on_a_page_is_read_again(runs: SiteRuns, server: LoopbackServer) -> None:
    run = runs.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)
    turn(runs)

    found = runs.find(run).found[7]
    checked = runs.page(run, found.number)

    assert checked.report.where == found.url
    assert len(checked.report.problems) == found.problems
    with pytest.raises(NotFoundError):
        runs.page(run, PAGES)


def test_stops_and_goes_on_where_it_was(runs: SiteRuns, server: LoopbackServer) -> None:
    run = runs.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)
    turn(runs, after(4))

    runs.stop(run)
    while turn(runs):
        pass
    stopped = runs.find(run)
    runs.resume(run)
    while turn(runs):
        pass

    assert (stopped.stage, len(stopped.found)) == (Stage.STOPPED, 4)
    assert len(runs.find(run).found) == PAGES
    assert len(asked(server)) == PAGES


def test_a_worker_that_was_killed_between_two_files_leaves_nothing_out(runs: SiteRuns, server: LoopbackServer) -> None:
    run = runs.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)
    turn(runs, after(4))
    short = runs.folder / run / "found.jsonl"
    lines = short.read_bytes().splitlines(keepends=True)
    short.write_bytes(b"".join(lines[:3]) + lines[3][:9])
    state = runs.folder / run / "state.jsonl"
    state.write_bytes(state.read_bytes() + b'{"url": "http://127')

    while turn(runs):
        pass

    found = runs.find(run).found
    assert len({each.url for each in found}) == len(found) == PAGES
    assert [runs.page(run, each.number).report.where for each in found] == [each.url for each in found]


def test_says_why_a_sitemap_could_not_be_read(runs: SiteRuns, server: LoopbackServer) -> None:
    run = runs.begin(f"{server.url}/none.xml", by="ann", chance=CHANCE)

    turn(runs)

    ended = runs.find(run)
    [(where, why)] = ended.unread
    assert (ended.stage, ended.total, where) == (Stage.ENDED, 0, f"{server.url}/none.xml")
    assert "404" in why


def test_a_run_on_an_inside_network_reads_nothing(runs: SiteRuns, server: LoopbackServer) -> None:
    closed = replace(runs, allow=[])
    run = closed.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)

    turn(closed)

    assert server.heard == []
    assert closed.find(run).unread


def test_what_was_removed_is_worked_on_no_more(runs: SiteRuns, server: LoopbackServer) -> None:
    run = runs.begin(f"{server.url}/sitemap.xml", by="ann", chance=CHANCE)
    runs.remove(run)

    done = turn(runs)

    assert done
    assert (done.error, done.result, turn(runs)) == (None, None, None)
    with pytest.raises(NotFoundError):
        runs.find(run)


@pytest.mark.parametrize("name", ["..", "../../secret", "1", "20261121120000-0123456789ABCDEF0123"])
def test_no_name_leads_out_of_the_folder(runs: SiteRuns, name: str) -> None:
    for act in (runs.find, runs.stop, runs.resume, runs.remove):
        with pytest.raises(NotFoundError):
            act(name)
