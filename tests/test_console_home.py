"""Tests of the console's first page: what needs somebody, the flywheel, and the five steps of the first run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import process_time

import pytest

from engine.agents import AgentKind
from engine.domain import EventKind, Role, State, SubjectId
from engine.store import ServedCount
from review_site.console.fetching import OFTEN
from review_site.console.home.checking import Way, way_in
from review_site.console.home.flywheel import PERIOD, flywheel
from review_site.wiring import Instance, now
from tests.doors import SETTINGS, Company, row, text_of
from tests.signing import Visitor, make_account, signed_in

MOST_SECONDS = 5
"""Of a page of two megabytes; whatever goes back over it takes hours."""
ALLOWED = f'{SETTINGS}\n[http]\nallow = ["127.0.0.1/32"]\n'


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.configured(ALLOWED).instance() as opened:
        make_account(opened.store, now=now())
        yield opened


def brought(company: Company, *numbers: str) -> None:
    done = company.plaudit(
        "import", company.reviews([row(each) for each in numbers]), "--source", "shop", "--rights", "own"
    )
    assert done.exit_code == 0, done.output


def steps(visitor: Visitor) -> list[str]:
    """How the five steps stand, in their order."""
    shown = visitor.get("/console/start").text
    parts = [each.partition("</h2>")[0] for each in shown.split("<h2>")[1:]]
    return [each.partition('<span class="label')[2].partition(">")[2].partition("<")[0] for each in parts[:5]]


@pytest.fixture
def page() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a page on loopback, and what it answers."""
    answers: list[bytes] = [b"<p>Nothing here yet.</p>"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(answers[0])

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", answers
        server.shutdown()


def test_an_empty_instance_shows_the_first_run(visitor: Visitor) -> None:
    shown = text_of(visitor.get("/console").text)

    assert "From nothing to the first snippet" in shown
    assert steps(visitor) == ["Done", "Next", "Later", "Later", "Later"]


def test_the_steps_go_by_what_there_is(visitor: Visitor, company: Company) -> None:
    brought(company, "1")
    after_reviews = steps(visitor)
    company.plaudit("approve", "--source", "shop", "--all")

    assert after_reviews == ["Done", "Done", "Done", "Next", "Later"]
    assert steps(visitor) == ["Done", "Done", "Done", "Done", "Next"]
    assert "The list is being built" in text_of(visitor.get("/console/start").text)


def test_no_code_is_given_for_a_list_that_says_there_is_nothing(visitor: Visitor, company: Company) -> None:
    brought(company, "1")
    company.plaudit("publish")
    company.plaudit("approve", "--source", "shop", "--all")

    assert "embed-code" not in visitor.get("/console/start").text


def test_a_first_review_is_approved_on_the_page(visitor: Visitor, company: Company, instance: Instance) -> None:
    brought(company, "1", "2")
    with instance.store.reading() as transaction:
        first = transaction.reviews.waiting(State.PENDING)[0].review.id

    answer = visitor.post("/console/start/approve", None, csrf=visitor.csrf(), review=first)

    with instance.store.reading() as transaction:
        filed = transaction.reviews.find(first)
    assert answer.location == "/console/start"
    assert filed.review.state is State.APPROVED
    assert filed.review.decision is not None
    assert filed.review.decision.by.startswith("account/")


def test_a_page_that_holds_the_code_ends_the_first_run(
    visitor: Visitor, company: Company, page: tuple[str, list[bytes]]
) -> None:
    url, answers = page
    company.publish(row("1"))
    code = '<div data-plaudit="subjects/kettle/list" data-locale="en">'

    missing = visitor.post("/console/start/check", None, csrf=visitor.csrf(), url=url)
    answers[0] = code.encode()
    found = visitor.post("/console/start/check", None, csrf=visitor.csrf(), url=url)

    assert "the code is not in it" in text_of(missing.text)
    assert found.status_code == 303
    assert steps(visitor) == ["Done"] * 5
    assert "data-plaudit=&#34;subjects/kettle/list&#34;" in visitor.get("/console/start").text


def test_a_page_inside_our_network_is_not_looked_at(company: Company, page: tuple[str, list[bytes]]) -> None:
    company.configured(SETTINGS).publish(row("1"))

    with company.instance() as instance:
        make_account(instance.store, now=now())
        visitor = signed_in(instance)
        answer = visitor.post("/console/start/check", None, csrf=visitor.csrf(), url=page[0])

    assert answer.status_code == 422
    assert "could not be read" in text_of(answer.text)


@pytest.mark.parametrize(
    ("html", "way"),
    [
        pytest.param('<div class="plaudit plaudit-list">', Way.SNIPPET, id="snippet"),
        pytest.param('<div data-plaudit="subjects/k2%20pro/list">', Way.SCRIPT, id="script"),
        pytest.param('<iframe title="x" src="https://r.example/embed/subjects/k2%20pro/list">', Way.FRAME, id="frame"),
        pytest.param('<div data-plaudit="subjects/k3/list">', None, id="about another subject"),
        pytest.param("<p>plaudit</p>", None, id="a word"),
    ],
)
def test_tells_how_a_page_embeds_it(html: str, way: Way | None) -> None:
    assert way_in(html, SubjectId("k2 pro")) is way


@pytest.mark.parametrize("piece", ["<", "<iframe ", '<a class="', ' class="', "<a " + 'class="a ' * 100])
def test_a_hostile_page_is_looked_through_in_no_time(piece: str) -> None:
    page = piece * (2_000_000 // len(piece))

    started = process_time()
    found = way_in(page, SubjectId("k2"))

    assert found is None
    assert process_time() - started < MOST_SECONDS


def test_pages_are_looked_at_a_few_times_a_minute(
    visitor: Visitor, company: Company, page: tuple[str, list[bytes]]
) -> None:
    company.publish(row("1"))
    csrf = visitor.csrf()

    said = [
        text_of(visitor.post("/console/start/check", None, csrf=csrf, url=page[0]).text)
        for _ in range(OFTEN.amount + 1)
    ]

    assert not any("Wait a moment" in each for each in said[:-1])
    assert "Wait a moment" in said[-1]


def test_what_waits_is_counted_with_its_age(visitor: Visitor, company: Company) -> None:
    brought(company, "1", "2", "3")

    shown = text_of(visitor.get("/console").text)

    assert "3 reviews wait for a decision the first one came" in shown


def test_nothing_is_said_of_what_does_not_wait(visitor: Visitor, company: Company) -> None:
    company.publish(row("1"))

    shown = text_of(visitor.get("/console").text)

    assert "Nothing waits. Everything is decided, answered and published." in shown
    assert "0 " not in shown.partition("The flywheel")[0]


def test_a_worker_that_is_gone_is_said(visitor: Visitor, company: Company, instance: Instance) -> None:
    company.publish(row("1"))
    with instance.store.writing() as transaction:
        transaction.memory.save("worker seen", (now() - timedelta(hours=1)).isoformat())

    assert "No worker is at work" in text_of(visitor.get("/console").text)


def test_leads_to_no_page_that_somebody_may_not_see(company: Company, instance: Instance) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    brought(company, "1")
    viewer = signed_in(instance, "vic@example.com")

    shown = viewer.get("/console/start").text

    assert 'action="/console/start/approve"' not in shown
    assert 'type="file"' not in shown


def test_the_flywheel_counts_four_weeks_and_the_four_before(company: Company, instance: Instance) -> None:
    company.publish(row("1"), row("2"))
    asked = ServedCount(day=now().date(), name="list", kind=AgentKind.SEARCH, agent="Googlebot", count=3)
    with instance.store.writing() as transaction:
        transaction.served.add([asked])
    with instance.store.reading() as transaction:
        today = {each.name: (each.number, each.before) for each in flywheel(transaction, instance.decisions, now())}
        later = now() + PERIOD + timedelta(days=1)
        then = {each.name: (each.number, each.before) for each in flywheel(transaction, instance.decisions, later)}
        changed = len(transaction.events.since(kinds=[EventKind.SNIPPET_UPDATED]))

    assert today == {
        "asked": (0, 0),
        "heard": (2, 0),
        "approved": (2, 0),
        "published": (changed, 0),
        "served": (3, 0),
        "answered": (0, 0),
    }
    assert then["heard"] == (0, 2)
    assert then["approved"] == (0, 2)
    assert then["published"] == (0, changed)
    assert then["served"] == (0, 3)


def test_what_was_published_last_is_named(visitor: Visitor, company: Company) -> None:
    company.publish(row("1"))

    assert "Published last K2 Kettle" in text_of(visitor.get("/console").text)
