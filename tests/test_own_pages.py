"""One's own pages are read where they say reviews, politely, and nobody else's are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from collectors.own_pages import KIND, is_on, read
from collectors.page_markup import find_reviews
from engine.errors import BadValueError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector
from engine.testing import check_collector
from engine.testing.collectors import LOOPBACK
from tests.source_server import Asked, Fault, Faults, Reply, SourceServer, serving

PAGE = "https://larkfield.example/p/k2"
Site = Mapping[str, str | Reply]
REVIEW = {"@type": "Review", "author": "Ana", "reviewBody": "Lid rattles.", "reviewRating": {"ratingValue": 2}}


def test_a_review_is_about_what_holds_it() -> None:
    product = {"@type": "Product", "name": "K2", "sku": "LK-K2", "review": [REVIEW]}

    [record] = records_of(product)

    assert record["subject"] == "LK-K2"
    assert record["subject_name"] == "K2"
    assert record["subject_type"] == "Product"


def test_a_review_is_about_what_it_says_itself() -> None:
    product = {
        "@type": "Product",
        "name": "K2",
        "review": [{**REVIEW, "itemReviewed": {"@type": "Book", "name": "Tea"}}],
    }

    [record] = records_of(product)

    assert (record["subject"], record["subject_type"]) == ("Tea", "Book")


def test_what_stands_elsewhere_in_the_graph_is_found() -> None:
    graph = [
        {"@type": "Product", "@id": "#k2", "name": "K2", "review": {"@id": "#r1"}},
        {**REVIEW, "@id": "#r1", "author": {"@id": "#ana"}},
        {"@type": "Person", "@id": "#ana", "name": "Ana B."},
    ]

    [record] = records_of({"@context": "https://schema.org", "@graph": graph})

    assert (record["subject"], record["author"]) == ("K2", "Ana B.")


@pytest.mark.parametrize(
    ("rating", "value", "scale"),
    [
        pytest.param({"ratingValue": 4}, "4", "5", id="nothing said"),
        pytest.param({"ratingValue": "8", "bestRating": "10"}, "8", "10", id="of ten"),
        pytest.param({"ratingValue": 80, "bestRating": 100, "worstRating": 0}, "80", "0-100", id="of a hundred"),
        pytest.param({"ratingValue": "4.5", "bestRating": "5.0", "worstRating": 1.0}, "4.5", "5", id="with decimals"),
    ],
)
def test_a_rating_is_on_the_scale_that_the_page_says(rating: Mapping[str, Any], value: str, scale: str) -> None:
    [record] = records_of({**REVIEW, "reviewRating": {"@type": "Rating", **rating}})

    assert (record["rating"], record["rating_best"]) == (value, scale)


def test_a_rating_of_a_part_is_an_aspect() -> None:
    parts = [{"ratingValue": 5}, {"reviewAspect": "Pour", "ratingValue": 4, "bestRating": 5}]
    raw = {"page": PAGE, "subject": {}, "review": {**REVIEW, "reviewRating": parts}}

    record = read(raw, "here")

    assert record.fields["rating"] == "5"
    assert record.aspects == ({"label": "Pour", "value": "4", "worst": "1", "best": "5"},)


@pytest.mark.parametrize("rating", ["4", 4, ["4"]], ids=["a text", "a number", "a list"])
def test_a_rating_that_is_a_plain_value_is_one_of_five(rating: Any) -> None:
    [record] = records_of({**REVIEW, "reviewRating": rating})

    assert (record["rating"], record["rating_best"]) == ("4", "5")


@pytest.mark.parametrize(
    ("author", "name"),
    [
        pytest.param(["Ana", "Bo"], "Ana, Bo", id="two names"),
        pytest.param([{"@type": "Person", "name": "Ana"}, {"name": "Ana"}], "Ana", id="the same twice"),
        pytest.param({"@type": "Person", "givenName": "Ana", "familyName": "Bos"}, "Ana Bos", id="a name in two parts"),
        pytest.param({"@id": "https://larkfield.example/#ana"}, None, id="an address of nobody on the page"),
    ],
)
def test_an_author_is_called_as_the_page_calls_him(author: Any, name: str | None) -> None:
    [record] = records_of({**REVIEW, "author": author})

    assert record.get("author") == name


def test_a_review_is_about_what_another_script_of_the_page_describes() -> None:
    product = {"@type": "Product", "@id": f"{PAGE}#product", "name": "K2", "sku": "LK-K2"}

    records = records_of(product, {**REVIEW, "itemReviewed": {"@type": "Product", "@id": "#product"}})

    assert [(each["subject"], each["subject_name"]) for each in records] == [("LK-K2", "K2")]


def test_what_two_nodes_of_one_id_say_belongs_together() -> None:
    graph = [
        {"@type": "Product", "@id": "#k2", "name": "K2", "review": ["#r1"]},
        {"@type": "Product", "@id": "#k2", "sku": "LK-K2"},
        {**REVIEW, "@id": f"{PAGE}#r1"},
    ]

    [record] = records_of({"@graph": graph})

    assert (record["subject"], record["subject_name"]) == ("LK-K2", "K2")


def test_an_id_that_holds_in_one_script_is_another_one_in_the_next() -> None:
    scripts = [
        {"@graph": [{"@type": "Product", "@id": "_:b0", "name": name}, {**REVIEW, "itemReviewed": {"@id": "_:b0"}}]}
        for name in ("K2", "K3")
    ]

    assert [each["subject"] for each in records_of(*scripts)] == ["K2", "K3"]


@pytest.mark.parametrize(("told", "subject"), [("K3", "K3"), ("https://larkfield.example/p/k3#product", "K2")])
def test_an_address_of_nothing_on_the_page_is_no_name(told: str, subject: str) -> None:
    [record] = records_of({"@type": "Product", "name": "K2", "review": {**REVIEW, "itemReviewed": told}})

    assert record["subject"] == subject


def test_names_with_a_prefix_are_the_same_names() -> None:
    review = {"@type": "schema:Review", "schema:author": "Ana", "https://schema.org/reviewBody": "Lid rattles."}

    [record] = records_of({"@type": "schema:Product", "schema:name": "K2", "schema:review": review})

    assert (record["subject"], record["author"], record["body"]) == ("K2", "Ana", "Lid rattles.")


def test_no_review_is_lost_where_a_product_says_twice_that_it_has_some() -> None:
    html = """<SCRIPT TYPE="Application/LD+JSON">\ufeff{"@type": "Product", "name": "K2",
    "review": {"@type": "Review", "reviewBody": "One."}, "review": [{"@type": "Review", "reviewBody": "Two."}]}
    </SCRIPT>"""

    found = find_reviews(html, PAGE, ["json-ld"])

    assert [(review["reviewBody"], subject["name"]) for review, subject in found.reviews] == [
        ("One.", "K2"),
        ("Two.", "K2"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"inLanguage": "nl"}, id="by the review"),
        pytest.param({"inLanguage": {"@type": "Language", "name": "Dutch", "alternateName": "nl"}}, id="as an object"),
        pytest.param({"reviewBody": [{"@language": "nl", "@value": "Deksel rammelt."}]}, id="by its words"),
    ],
)
def test_a_review_is_in_the_language_that_it_says(said: Mapping[str, Any]) -> None:
    [record] = records_of({**REVIEW, **said})

    assert record["language"] == "nl"


def test_one_script_that_is_nested_too_deep_takes_no_other_along() -> None:
    deep = "[" * 450 + "]" * 450
    html = page(REVIEW) + f'<script type="application/ld+json">{deep}</script>'

    found = find_reviews(html, PAGE, ["json-ld"])

    assert len(found.reviews) == 1


@pytest.mark.parametrize("kind", ["MediaReview", "ClaimReview", "AggregateRating", "EmployerAggregateRating"])
def test_what_only_sounds_like_a_review_is_none(kind: str) -> None:
    assert records_of({**REVIEW, "@type": kind}) == []


def test_line_breaks_in_the_texts_of_json_ld_are_forgiven() -> None:
    html = '<script type="application/ld+json">{"@type": "Review", "reviewBody": "Line one\nline two"}</script>'

    [(review, _)] = find_reviews(html, PAGE, ["json-ld"]).reviews

    assert review["reviewBody"] == "Line one\nline two"


def test_a_page_that_is_nested_without_end_is_told_and_no_harm() -> None:
    html = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"

    found = find_reviews(html, PAGE, ["json-ld"])

    assert found.reviews == []
    assert found.unreadable == ["JSON-LD script 1 cannot be read: RecursionError"]


def test_the_same_review_in_two_syntaxes_is_one() -> None:
    microdata = """<div itemscope itemtype="https://schema.org/Review"><span itemprop="author">Ana</span>
    <p itemprop="reviewBody">Lid rattles.</p><div itemprop="reviewRating" itemscope
    itemtype="https://schema.org/Rating"><meta itemprop="ratingValue" content="2"></div></div>"""

    with own_site({"/p/k2": page(REVIEW) + microdata}, markup="all") as (collector, _):
        [batch] = collector.collect(None)

    assert [each.fields["body"] for each in batch.records] == ["Lid rattles."]


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


def records_of(*documents: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The fields of the records that the JSON-LD on a page gives, each document in a script of its own."""
    found = find_reviews("".join(map(page, documents)), PAGE, ["json-ld"])
    return [
        read({"page": PAGE, "subject": subject, "review": review}, "here").fields for review, subject in found.reviews
    ]


def page(document: Mapping[str, Any]) -> str:
    return f'<!doctype html><title>K2</title><script type="application/ld+json">{json.dumps(document)}</script>'


def html_reply(html: str) -> Reply:
    return Reply(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def sitemap(root: str, entry: str, paths: Sequence[str]) -> str:
    """A sitemap; the addresses of the site itself begin with ``ORIGIN``, which the server fills in."""
    addresses = [each if "://" in each else f"ORIGIN{each}" for each in paths]
    inside = "".join(f"<{entry}><loc>{each}</loc></{entry}>" for each in addresses)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{root}>'


@contextmanager
def own_site(site: Site, faults: Faults | None = None, **given: Any) -> Iterator[tuple[Collector, SourceServer]]:
    """A collector of pages that a server on loopback has, and the server."""

    def answer(asked: Asked) -> Reply:
        found = site.get(asked.path, Reply(404))
        if isinstance(found, Reply):
            return found
        return html_reply(found.replace("ORIGIN", f"http://{asked.headers['host']}"))

    given.setdefault("pages", list(site))
    with serving(answer, faults) as source, GuardedSession(LOOPBACK) as http:
        yield KIND.collector(options(source, **given), http), source


def options(
    source: SourceServer, pages: Sequence[str] = (), sitemap: str = "", markup: str = "json-ld"
) -> dict[str, str]:
    return {
        "domain": "127.0.0.1",
        "pages": ", ".join(f"{source.url}{each}" for each in pages),
        "sitemap": f"{source.url}{sitemap}" if sitemap else "",
        "markup": markup,
    }
