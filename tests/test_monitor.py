"""Tests of the monitor: pages on loopback that embed what we published, and what becomes of it there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from engine.domain import (
    Embedded,
    EventKind,
    Locale,
    MonitoredPage,
    Scope,
    Severity,
    Snippet,
    SnippetKey,
    SubjectId,
)
from engine.errors import BadValueError, NotFoundError
from engine.monitor import Looked, Monitor
from engine.outbox import Outbox, Outcome, Work
from engine.store import Store
from schema_markup.monitored import PageJudge
from tests.factories import NOON, make_subject
from tests.servers import Heard, LoopbackServer, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
KETTLE, EN = SubjectId("kettle"), Locale("en")
DAY = timedelta(hours=24)
HTML = {"Content-Type": "text/html; charset=utf-8"}
OURS: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "@id": "https://larkfield.example/p/k2#product",
    "name": "K2 Gooseneck Kettle",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "ratingCount": 2, "reviewCount": 2},
    "review": [{"@type": "Review", "author": {"@type": "Person", "name": "Ada"}, "reviewBody": "Pours   well & hot."}],
}
VISIBLE = "<p>4,5 of 5 stars</p><p>Pours well &amp; hot.</p>"


def script(document: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(document)}</script>'


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>K2</title>{head}</head><body>{body}</body></html>"


GOOD = page(VISIBLE + script(OURS))


@dataclass
class Shop:
    """A site whose pages a test sets; what it does not know is not found."""

    server: LoopbackServer
    replies: dict[str, Reply]

    @property
    def url(self) -> str:
        return f"{self.server.url}/p/k2"

    def shows(self, html: str, status: int = 200, headers: Mapping[str, str] = HTML) -> None:
        self.replies["/p/k2"] = Reply(status=status, body=html.encode(), headers=headers)


@dataclass
class Watch:
    """A monitor and a worker that works for it alone, with a clock that a test sets."""

    store: Store
    now: datetime = NOON
    outbox: Outbox = field(init=False)
    monitor: Monitor = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(store=self.store, owner="worker", clock=lambda: self.now)
        self.monitor = Monitor(store=self.store, judge=PageJudge(), allow=LOOPBACK, every=DAY)

    def add(self, url: str, embedded: Embedded = Embedded.JSONLD) -> MonitoredPage:
        return self.monitor.add(url, KETTLE, EN, embedded, self.now)

    def work(self) -> Outcome | None:
        return self.outbox.work_off({Work.MONITOR: lambda lease: self.monitor.look(lease, self.now)})

    def look(self) -> Looked:
        """What the next look came to."""
        outcome = self.work()
        assert outcome is not None
        assert outcome.error is None
        assert isinstance(outcome.result, Looked)
        return outcome.result

    def look_after(self, pause: timedelta) -> Looked:
        self.now += pause
        return self.look()

    def publish(self, document: dict[str, Any] | None) -> None:
        key = SnippetKey(scope=Scope.SUBJECT, scope_id=KETTLE, name="jsonld", locale=EN)
        body = json.dumps(document).encode()
        with self.store.writing() as transaction:
            transaction.snippets.save(
                [Snippet(key=key, body=body, media_type="application/ld+json", etag="e", version=1, review_ids=())]
            )
            if document is None:
                transaction.snippets.remove([key])

    def events(self) -> list[tuple[EventKind, object]]:
        with self.store.reading() as transaction:
            return [(event.kind, event.details["rule"]) for _, event in transaction.events.since()]


@pytest.fixture
def watch(database_url: str) -> Iterator[Watch]:
    store = Store.open(database_url)
    with store.writing() as transaction:
        transaction.subjects.save([make_subject()])
    watch = Watch(store)
    watch.publish(OURS)
    yield watch
    store.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    replies: dict[str, Reply] = {}

    def answer(heard: Heard) -> Reply:
        return replies.get(heard.path, Reply(status=404))

    with loopback(answer) as server:
        yield Shop(server, replies)


def rules_of(looked: Looked) -> list[str]:
    return [each.problem.rule for each in looked.findings]


def test_a_page_that_shows_what_we_published_is_right(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    added = watch.add(shop.url)

    looked = watch.look()

    assert looked.findings == []
    assert looked.page.looked_at == NOON
    with watch.store.reading() as transaction:
        assert transaction.monitored.find(added.id) == looked.page
        assert transaction.marks.next_due([Work.MONITOR]) == NOON + DAY
    assert watch.events() == []


def test_our_item_within_a_larger_graph_is_ours(watch: Watch, shop: Shop) -> None:
    node = {name: value for name, value in OURS.items() if name != "@context"}
    graph = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Larkfield"}, node]}
    shop.shows(page(VISIBLE + script(graph)))
    watch.add(shop.url)

    assert watch.look().findings == []


def test_an_item_of_the_page_that_shares_our_id_may_say_more(watch: Watch, shop: Shop) -> None:
    sold = {"@context": "https://schema.org", "@type": "Product", "@id": OURS["@id"], "offers": {"@type": "Offer"}}
    shop.shows(page(VISIBLE + script(OURS) + script(sold)))
    watch.add(shop.url)

    assert watch.look().findings == []


def test_a_cache_that_serves_an_earlier_version_is_told_from_a_change(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    watch.add(shop.url)
    watch.look()
    watch.publish(OURS | {"aggregateRating": OURS["aggregateRating"] | {"ratingCount": 3}})

    outdated = watch.look_after(DAY)
    shop.shows(page(VISIBLE + script(OURS | {"name": "Kettle"})))
    altered = watch.look_after(DAY)

    assert rules_of(outdated) == ["embed-outdated"]
    assert outdated.findings[0].problem.severity is Severity.WARNING
    assert rules_of(altered) == ["embed-altered"]


def test_a_regression_is_an_event_once(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    watch.add(shop.url)
    watch.look()

    shop.shows(page(VISIBLE))
    first, second = watch.look_after(DAY), watch.look_after(DAY)
    shop.shows(GOOD)
    third = watch.look_after(DAY)

    assert (first.regressed, second.regressed, third.restored) == (["embed-missing"], [], ["embed-missing"])
    assert [each.since for each in second.findings] == [NOON + DAY]
    assert watch.events() == [
        (EventKind.MARKUP_REGRESSED, "embed-missing"),
        (EventKind.MARKUP_RESTORED, "embed-missing"),
    ]


def test_the_event_says_which_page_and_quotes_nobody(watch: Watch, shop: Shop) -> None:
    shop.shows(page(VISIBLE))
    watch.add(shop.url)
    watch.look()

    with watch.store.reading() as transaction:
        [(_, event)] = transaction.events.since()

    assert (event.by, event.subject_id, event.at) == ("monitor", KETTLE, NOON)
    assert event.details == {"rule": "embed-missing", "url": shop.url, "locale": "en", "embedded": "jsonld"}


@pytest.mark.parametrize(
    ("status", "said"), [(404, "answers 404"), (410, "answers 410"), (401, "not logged in"), (403, "not logged in")]
)
def test_a_page_that_visitors_cannot_open_is_blocked(watch: Watch, shop: Shop, status: int, said: str) -> None:
    shop.shows("", status=status)
    watch.add(shop.url)

    [finding] = watch.look().findings

    assert finding.problem.rule == "embed-blocked"
    assert said in finding.problem.message


def test_a_page_that_leads_to_a_login_is_blocked(watch: Watch, shop: Shop) -> None:
    shop.shows("", status=302, headers={"Location": "/login"})
    shop.replies["/login"] = Reply(body=b'<form><input name="p" type="password"></form>', headers=HTML)
    watch.add(shop.url)

    [finding] = watch.look().findings

    assert finding.problem.rule == "embed-blocked"
    assert "/login" in finding.problem.message


@pytest.mark.parametrize(
    ("robots", "rules"),
    [
        ("User-agent: Googlebot\nDisallow: /p/", ["embed-blocked"]),
        ("User-agent: *\nDisallow: /*k2$", ["embed-blocked"]),
        ("User-agent: *\nDisallow: /cart", []),
    ],
)
def test_a_page_that_search_engines_may_not_read_is_blocked(
    watch: Watch, shop: Shop, robots: str, rules: list[str]
) -> None:
    shop.shows(GOOD)
    shop.replies["/robots.txt"] = Reply(body=robots.encode())
    watch.add(shop.url)

    assert rules_of(watch.look()) == rules


def test_a_header_that_keeps_a_page_out_of_search_is_seen(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD, headers={**HTML, "X-Robots-Tag": "noindex"})
    watch.add(shop.url)

    assert rules_of(watch.look()) == ["embed-noindex"]


def test_a_page_inside_is_not_fetched(watch: Watch) -> None:
    watch.add("http://10.0.0.1/p")

    [finding] = watch.look().findings

    assert finding.problem.rule == "embed-blocked"
    assert "not an address on the public internet" in finding.problem.message


def test_a_page_that_does_not_answer_is_tried_three_times(watch: Watch, shop: Shop) -> None:
    shop.shows("", status=503)
    watch.add(shop.url)

    failures = []
    for _ in range(2):
        outcome = watch.work()
        assert outcome is not None
        failures.append(outcome.error)
        watch.now += timedelta(minutes=1)
    looked = watch.look()

    assert all("503" in str(error) for error in failures)
    assert rules_of(looked) == ["embed-blocked"]


def test_where_nothing_is_published_nothing_is_compared(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    watch.publish(None)
    watch.add(shop.url)

    [finding] = watch.look().findings

    assert (finding.problem.rule, finding.problem.severity) == ("embed-unpublished", Severity.WARNING)


def test_a_page_that_is_removed_is_not_looked_at_again(watch: Watch, shop: Shop) -> None:
    shop.shows(page(VISIBLE))
    watch.add(shop.url)
    watch.look()

    removed = watch.monitor.remove(shop.url)
    watch.now += DAY
    outcome = watch.work()

    assert removed == 1
    assert outcome is not None
    assert outcome.result is None
    assert watch.work() is None


def test_a_page_that_is_added_again_keeps_what_is_known(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    first = watch.add(shop.url)
    looked = watch.look().page

    second = watch.add(shop.url, embedded=Embedded.LIST)

    assert second == replace(looked, embedded=Embedded.LIST)
    assert second.id == first.id


def test_a_page_that_was_marked_while_it_was_looked_at_is_looked_at_again(watch: Watch, shop: Shop) -> None:
    shop.shows(GOOD)
    added = watch.add(shop.url)
    with watch.store.writing() as transaction:
        [lease] = transaction.marks.lease([Work.MONITOR], "slow", now=NOON, until=NOON + timedelta(minutes=1))
        transaction.marks.set(Work.MONITOR, [added.id], NOON)

    outcome = watch.outbox._hand_over(lease, lambda each: watch.monitor.look(each, NOON))

    assert outcome.lost
    assert watch.look().findings == []


@pytest.mark.parametrize(
    "url", ["", "shop.example/p", "ftp://shop.example/", "https://a:b@shop.example/", "https://[", "https://x/ y"]
)
def test_what_is_no_address_is_not_monitored(watch: Watch, url: str) -> None:
    with pytest.raises(BadValueError):
        watch.add(url)


def test_only_what_is_known_can_be_added_or_removed(watch: Watch) -> None:
    with pytest.raises(NotFoundError, match="no subject"):
        watch.monitor.add("https://shop.example/", SubjectId("pan"), EN, Embedded.LIST, NOON)
    with pytest.raises(NotFoundError, match="not monitored"):
        watch.monitor.remove("https://shop.example/")


def test_many_pages_are_listed_in_turn(watch: Watch) -> None:
    added = {watch.add(f"https://shop.example/{number}").id for number in range(5)}

    with watch.store.reading() as transaction:
        first = transaction.monitored.page(limit=3)
        second = transaction.monitored.page(after=first[-1].id, limit=3)

    assert [each.id for each in (*first, *second)] == sorted(added)
