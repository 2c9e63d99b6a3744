"""Tests of the crawl: real servers on loopback, politeness, robots.txt, and runs that were interrupted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from ipaddress import ip_network
from pathlib import Path
from threading import Event

import pytest

from engine.errors import UnreadableFileError
from engine.http import GuardedSession
from review_site.crawl import Crawl, Fetched, pages_of
from review_site.page_run import PageRun
from schema_markup.outputs.checked import Checked, unlocated
from schema_markup.validate import Report, Verdict
from tests.servers import Heard, LoopbackServer, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
HTML = {"Content-Type": "text/html; charset=utf-8"}
KETTLE = (
    '<!doctype html><title>Kettle</title><p>Kettle <script type="application/ld+json">{"@context":"https://schema.org",'
    '"@type":"Product","name":"Kettle","offers":{"@type":"Offer","price":"39","priceCurrency":"EUR"}}</script>'
)


def shop(pages: int, robots: str = "") -> Callable[[Heard], Reply]:
    """A shop with a sitemap of its pages."""

    def answer(heard: Heard) -> Reply:
        host = f"http://{heard.headers['Host']}"
        if heard.path == "/robots.txt":
            return Reply(body=robots.encode()) if robots else Reply(status=404)
        if heard.path == "/sitemap.xml":
            entries = "".join(f"<url><loc>{host}/p/{number}</loc></url>" for number in range(pages))
            return Reply(body=gzip.compress(f"<urlset>{entries}</urlset>".encode()))
        return Reply(body=KETTLE.encode(), headers=HTML) if heard.path.startswith("/p/") else Reply(status=404)

    return answer


def asked(server: LoopbackServer) -> list[str]:
    return [heard.path for heard in server.heard]


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession(LOOPBACK, timeout=5) as session:
        yield session


def as_report(fetched: Fetched) -> Checked:
    return unlocated(Report(fetched.failure or fetched.url, (), {}))


def crawled(session: GuardedSession, urls: Sequence[str], stop: Event | None = None, **options: float) -> list[str]:
    crawl = Crawl(session, stop or Event(), jobs=int(options.pop("jobs", 4)), delay=0, **options)  # type: ignore[arg-type]
    return [each.report.where for each in crawl.judged(urls, as_report)]


@contextmanager
def silent(_total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None


def run(server: LoopbackServer, resume: Path | None = None, stop: Event | None = None) -> Iterator[Checked]:
    progress: Callable[[int], AbstractContextManager[Callable[[int], None]]] = silent
    page_run = PageRun(
        addresses=(),
        sitemaps=[f"{server.url}/sitemap.xml"],
        allow=LOOPBACK,
        jobs=2,
        delay=0,
        heeds_robots=True,
        resume=resume,
    )
    return page_run.judged(stop or Event(), progress)


def test_pages_come_back_in_the_order_they_were_asked_for(session: GuardedSession) -> None:
    with loopback(shop(0)) as server:
        urls = [f"{server.url}/p/{number}" for number in range(25)]
        found = crawled(session, urls)

    assert found == urls
    assert asked(server).count("/robots.txt") == 1


def test_a_page_that_robots_forbids_is_not_asked_for(session: GuardedSession) -> None:
    with loopback(shop(0, robots="User-agent: *\nDisallow: /p/2")) as server:
        found = crawled(session, [f"{server.url}/p/{number}" for number in (1, 2)])

    assert "robots.txt does not let Plaudit in" in found[1]
    assert "/p/2" not in asked(server)


def test_the_owner_of_a_site_may_pass_over_its_robots(session: GuardedSession) -> None:
    with loopback(shop(0, robots="User-agent: *\nDisallow: /")) as server:
        found = crawled(session, [f"{server.url}/p/1"], heeds_robots=False)

    assert found == [f"{server.url}/p/1"]
    assert asked(server) == ["/p/1"]


def test_a_host_whose_robots_cannot_be_read_is_left_alone(session: GuardedSession) -> None:
    with loopback(lambda _: Reply(status=503)) as server:
        found = crawled(session, [f"{server.url}/p/1", f"{server.url}/p/2"], jobs=1)

    assert all("its robots.txt cannot be read" in each for each in found)
    assert asked(server) == ["/robots.txt"]


def test_a_page_that_is_busy_is_asked_for_again_when_its_host_says(session: GuardedSession) -> None:
    answers = iter([Reply(status=404), Reply(status=429, headers={"Retry-After": "0"}), Reply(body=b"yes")])

    with loopback(lambda _: next(answers)) as server:
        found = crawled(session, [f"{server.url}/p/1"])

    assert found == [f"{server.url}/p/1"]
    assert asked(server) == ["/robots.txt", "/p/1", "/p/1"]


def test_an_address_inside_is_refused_and_the_others_go_on(session: GuardedSession) -> None:
    with loopback(shop(0)) as server:
        found = crawled(session, ["http://10.0.0.1/", f"{server.url}/p/1"])

    assert "not an address on the public internet" in found[0]
    assert found[1] == f"{server.url}/p/1"


def test_a_stopped_crawl_ends_with_what_was_begun(session: GuardedSession) -> None:
    stop = Event()
    with loopback(shop(0)) as server:
        urls = (f"{server.url}/p/{number}" for number in range(1000))
        found = []
        for each in Crawl(session, stop, jobs=2, delay=0).judged(urls, as_report):
            found.append(each.report.where)
            if len(found) == 10:
                stop.set()
        pages = len(asked(server)) - 1

    assert 10 <= len(found) <= pages <= 20


def test_an_index_leads_to_all_pages_and_says_what_cannot_be_read(session: GuardedSession) -> None:
    def answer(heard: Heard) -> Reply:
        bodies = {
            "/index.xml": b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap>"
            b"<sitemap><loc>/gone.xml</loc></sitemap><sitemap><loc>/b.txt</loc></sitemap></sitemapindex>",
            "/a.xml": b"<urlset><url><loc>/p/1</loc></url><url><loc>/p/2</loc></url></urlset>",
            "/b.txt": f"http://{heard.headers['Host']}/p/2\nhttp://{heard.headers['Host']}/p/3\n".encode(),
        }
        return Reply(body=bodies[heard.path]) if heard.path in bodies else Reply(status=404)

    told: list[tuple[str, str]] = []
    with loopback(answer) as server:
        found = pages_of(session, [f"{server.url}/index.xml"], Event(), lambda *why: told.append(why))

    assert found == [f"{server.url}/p/{number}" for number in (1, 2, 3)]
    assert [(where.removeprefix(server.url), why.endswith("answered 404")) for where, why in told] == [
        ("/gone.xml", True)
    ]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    state, stop = tmp_path / "state.jsonl", Event()
    with loopback(shop(30)) as server:
        before = []
        for each in run(server, state, stop):
            before.append(each)
            if len(before) == 10:
                stop.set()
        fetched = asked(server).count("/p/0"), len([path for path in asked(server) if path.startswith("/p/")])
        after = list(run(server, state))
        pages = [path for path in asked(server) if path.startswith("/p/")]

    assert fetched[0] == 1
    assert len(before) < 30
    assert [each.report.where for each in after] == [f"{server.url}/p/{number}" for number in range(30)]
    assert after[: len(before)] == before
    # Those in flight when it was stopped may have been asked for twice, and no other.
    assert len(pages) - 30 <= fetched[1] - len(before)


def test_a_line_that_a_crash_cut_off_is_dropped(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    with loopback(shop(3)) as server:
        list(run(server, state))
        whole = state.read_bytes()
        state.write_bytes(whole[:-20])
        again = list(run(server, state))

    assert [each.report.verdict for each in again] == [Verdict.WARNING] * 3
    assert state.read_bytes() == whole
    assert [json.loads(line)["url"] for line in whole.splitlines()] == [f"{server.url}/p/{each}" for each in range(3)]


def test_pages_that_could_not_be_read_are_tried_again(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    broken = {"/p/1"}

    def answer(heard: Heard) -> Reply:
        return Reply(status=404) if heard.path in broken else shop(3)(heard)

    with loopback(answer) as server:
        first = [each.is_readable for each in run(server, state)]
        broken.clear()
        second = [each.is_readable for each in run(server, state)]

    assert (first, second) == ([True, False, True], [True, True, True])


@pytest.mark.parametrize("notes", ["my notes\n", "my notes", "[1]\n"])
def test_a_file_that_is_no_state_is_left_alone(tmp_path: Path, notes: str) -> None:
    state = tmp_path / "notes.txt"
    state.write_text(notes)

    with loopback(shop(1)) as server, pytest.raises(UnreadableFileError, match="not the state of a crawl"):
        list(run(server, state))

    assert state.read_text() == notes


def test_a_page_that_headers_keep_out_is_told() -> None:
    headers = {**HTML, "X-Robots-Tag": "googlebot: noindex, nofollow"}

    def answer(heard: Heard) -> Reply:
        if heard.path == "/p/0":
            return Reply(body=KETTLE.encode(), headers=headers)
        return shop(2)(heard)

    with loopback(answer) as server:
        first, second = ([each.rule for each in checked.report.problems] for checked in run(server))

    assert first == [*second, "page-noindex"]


def test_what_is_no_page_is_not_judged_as_one() -> None:
    def answer(heard: Heard) -> Reply:
        is_page = heard.path.startswith("/p/")
        return Reply(body=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}) if is_page else shop(1)(heard)

    with loopback(answer) as server:
        [found] = run(server)

    assert not found.is_readable
    assert "application/pdf" in found.report.problems[0].message
