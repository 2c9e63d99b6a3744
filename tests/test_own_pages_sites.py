"""A site of one's own is read politely, page by page, and nobody else's is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from collectors.own_pages import KIND, is_on
from engine.errors import BadValueError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.testing import check_collector
from engine.testing.collectors import LOOPBACK
from tests.own_pages import PAGE, REVIEW, Site, html_reply, options, own_site, page, sitemap
from tests.source_server import Fault, Faults, Reply, serving


def test_a_sitemap_leads_to_the_pages_of_the_domain_only() -> None:
    site: Site = {
        "/sitemap.xml": sitemap("sitemapindex", "sitemap", ["/products.xml"]),
        "/products.xml": sitemap("urlset", "url", ["/a", "/b", "https://elsewhere.example/c"]),
        "/a": page({**REVIEW, "reviewBody": "Page a."}),
        "/b": page({**REVIEW, "reviewBody": "Page b."}),
    }

    with own_site(site, pages=[], sitemap="/sitemap.xml") as (collector, source):
        batches = list(collector.collect(None))

    assert [each.fields["body"] for batch in batches for each in batch.records] == ["Page a.", "Page b."]
    assert [each.path for each in source.asked] == ["/robots.txt", "/sitemap.xml", "/products.xml", "/a", "/b"]


def test_it_goes_on_after_any_page() -> None:
    site = {f"/{name}": page({**REVIEW, "reviewBody": f"Page {name}."}) for name in "abcd"}

    with own_site(site, pages=list(site), markup="all") as (_, source), GuardedSession(LOOPBACK) as http:
        check_collector(lambda: KIND.collector(options(source, pages=list(site), markup="all"), http))


def test_another_list_of_pages_is_read_from_its_beginning() -> None:
    site = {f"/{name}": page({**REVIEW, "reviewBody": f"Page {name}."}) for name in "abc"}
    with own_site(site, pages=["/a", "/b"]) as (collector, source), GuardedSession(LOOPBACK) as http:
        cursor = next(iter(collector.collect(None))).cursor

        batches = list(KIND.collector(options(source, pages=["/a", "/b", "/c"]), http).collect(cursor))

    assert len(batches) == 3


def test_what_robots_keeps_out_and_what_is_gone_is_told_and_the_rest_read() -> None:
    site: Site = {
        "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /b\n", {"Content-Type": "text/plain"}),
        "/a": page(REVIEW),
        "/b": page(REVIEW),
        "/d": Reply(200, b'<script type="application/ld+json">{</script>', {"Content-Type": "text/html"}),
    }

    with own_site(site, pages=["/a", "/b", "/c", "/d"]) as (collector, source):
        batches = list(collector.collect(None))

    said = [f"{each.path.removeprefix(source.url)}: {each.message}" for batch in batches for each in batch.problems]
    assert said == [
        "/b: robots.txt does not let Plaudit in",
        f"/c: {source.url}/c answered 404",
        "/d: JSON-LD script 1 cannot be read: Expecting property name enclosed in double quotes, line 1, column 2",
    ]
    assert len(batches[0].records) == 1
    assert "/b" not in [each.path for each in source.asked]


def test_a_pause_that_robots_asks_for_is_left_to_who_can_wait() -> None:
    site: Site = {
        "/robots.txt": Reply(200, b"User-agent: *\nCrawl-delay: 3\n", {"Content-Type": "text/plain"}),
        "/a": page(REVIEW),
        "/b": page({**REVIEW, "author": "Bo"}),
    }
    with own_site(site, pages=["/a", "/b"]) as (collector, _):
        batches = iter(collector.collect(None))
        before = next(batches)
        with pytest.raises(RetryLaterError) as caught:
            next(batches)
        after = list(collector.collect(before.cursor))

    assert caught.value.retry_after == 3
    assert [len(each.records) for each in (before, *after)] == [1, 1]
    assert after[-1].cursor is None


def test_a_page_that_leads_elsewhere_is_not_read() -> None:
    with serving(lambda _: html_reply(page(REVIEW))) as elsewhere:
        away = elsewhere.url.replace("127.0.0.1", "localhost")
        with own_site({"/a": Reply(302, b"", {"Location": f"{away}/a"})}, pages=["/a"]) as (collector, _):
            [batch] = collector.collect(None)

    assert batch.records == ()
    assert [each.message for each in batch.problems] == ["it leads to another site than 127.0.0.1"]


def test_a_site_that_fails_is_asked_again_later() -> None:
    with (
        own_site({"/a": page(REVIEW)}, faults=Faults(script={1: Fault.BROKEN}), pages=["/a"]) as (collector, _),
        pytest.raises(RetryLaterError),
    ):
        list(collector.collect(None))


def test_a_sitemap_without_a_page_is_refused() -> None:
    with (
        own_site({"/sitemap.xml": sitemap("urlset", "url", [])}, pages=[], sitemap="/sitemap.xml") as (collector, _),
        pytest.raises(SourceRefusedError, match="lists no page"),
    ):
        list(collector.collect(None))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "give one of them", id="neither"),
        pytest.param({"pages": PAGE, "sitemap": PAGE}, "give one of them", id="both"),
        pytest.param({"pages": "https://elsewhere.example/p"}, "not on larkfield.example", id="a page of others"),
        pytest.param({"pages": "https://larkfield.example.evil.example/"}, "is not on", id="a name that begins alike"),
        pytest.param({"sitemap": "https://evillarkfield.example/"}, "is not on", id="a name that ends alike"),
        pytest.param({"pages": PAGE, "markup": "csv"}, "markup", id="no markup"),
    ],
)
def test_mistakes_are_told_with_their_option(given: Mapping[str, str], said: str) -> None:
    with GuardedSession() as http, pytest.raises(BadValueError, match=said):
        KIND.collector({"domain": "larkfield.example", **given}, http)


@pytest.mark.parametrize("address", [PAGE, "https://shop.larkfield.example/", "http://LARKFIELD.example"])
def test_a_domain_and_what_is_below_it_is_ones_own(address: str) -> None:
    assert is_on("larkfield.example", address)
