"""Feeds as they are served and written: of the sample company, over HTTP and by the command."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.exceptions import NotFound

from engine.domain import RightsClass, SourceId, State, Use, review_id
from engine.errors import NotFoundError
from engine.feeding import feedable
from engine.moderation import Moderation
from review_site import create_app
from review_site.cli import main
from review_site.demo import load_demo
from review_site.feed_bodies import FEEDS
from review_site.wiring import Instance, now, open_instance
from review_site.worker import catch_up

SAMPLES = Path(__file__).parent / "samples" / "feeds"
SCHEMAS = {
    "/feeds/product-ratings.xml": "product_ratings_2.4",
    "/feeds/reviews.rss": "rss_2.0",
    "/feeds/reviews.atom": "atom",
    "/reviews/k2-kettle.rss": "rss_2.0",
    "/reviews/k2-kettle.atom": "atom",
    "/sitemap.xml": "sitemap_0.9",
    "/sitemaps/1.xml": "sitemap_0.9",
}
STREAMED = [each.path for each in FEEDS.values()]
ONE_KETTLE = review_id(SourceId("larkfield-shop"), "demo-001")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a sample company whose pages are published."""
    folder = tmp_path_factory.mktemp("demo")
    instance = open_instance(None, folder, {})
    load_demo(instance)
    failed = catch_up(instance, lambda _: None, Event())
    assert failed == []
    instance.store.close()
    return folder


@pytest.fixture
def instance(folder: Path) -> Iterator[Instance]:
    instance = open_instance(None, folder, {})
    yield instance
    instance.store.close()


@pytest.fixture
def client(instance: Instance) -> FlaskClient:
    return create_app(instance).test_client()


@pytest.mark.parametrize("path", SCHEMAS)
def test_what_is_served_is_valid(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    document = etree.fromstring(answer.data)
    etree.XMLSchema(etree.parse(SAMPLES / f"{SCHEMAS[path]}.xsd")).assertValid(document)
    assert len(list(document.iter())) > 10


@pytest.mark.parametrize("path", [*STREAMED, "/reviews/k2-kettle.md", "/reviews/k2-kettle.rss"])
def test_whoever_has_what_there_is_gets_nothing_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Content-Security-Policy" in first.headers


@pytest.mark.parametrize("path", STREAMED)
def test_a_feed_says_when_something_changed_last(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Last-Modified"].endswith("GMT")


def test_every_star_of_a_product_is_in_its_feed(client: FlaskClient) -> None:
    found = etree.fromstring(client.get("/feeds/product-ratings.xml").data)

    stars = {each.text for each in found.iter("overall")}
    assert {"1", "2", "3", "4", "5"} <= stars


def test_no_review_of_another_platform_or_of_a_survey_is_fed(instance: Instance) -> None:
    sources = {each.review.source_id for each in feedable(instance.store, now())}

    assert sources == {"larkfield-shop"}


def test_meta_gets_one_row_for_each_review(client: FlaskClient) -> None:
    rows = list(csv.DictReader(client.get("/feeds/meta-reviews.csv").text.splitlines()))

    assert len({row["reviewID"] for row in rows}) == len(rows) > 50
    assert all(row["content"] and row["created_at"] and row["product.url"] for row in rows)


def test_a_page_has_a_twin_in_each_language(client: FlaskClient) -> None:
    answer = client.get("/reviews/k2-kettle.md?locale=de")

    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text.startswith("# Kundenbewertungen zu K2 Schwanenhalskessel")
    assert answer.headers["Content-Language"] == "de"
    assert answer.headers["Link"] == '<http://127.0.0.1:8300/reviews/k2-kettle?locale=de>; rel="canonical"'


@pytest.mark.parametrize(
    "path", ["/reviews/nothing.md", "/reviews/nothing.rss", "/sitemaps/2.xml", "/sitemaps/0.xml", "/feeds/other.xml"]
)
def test_what_there_is_not_is_not_found(instance: Instance, path: str) -> None:
    app = create_app(instance)

    with app.test_request_context(path), pytest.raises((NotFoundError, NotFound)):
        app.dispatch_request()


def test_what_an_author_takes_back_is_gone_at_the_next_request(tmp_path: Path) -> None:
    instance = open_instance(None, tmp_path, {})
    load_demo(instance)
    client = create_app(instance).test_client()
    before = client.get("/feeds/product-ratings.xml")
    was_fed = ONE_KETTLE in before.text
    with instance.store.writing() as transaction:
        Moderation(transaction=transaction, now=now()).withdraw(ONE_KETTLE, frozenset({Use.FEED}), by="author")

    after = client.get("/feeds/product-ratings.xml", headers={"If-None-Match": before.headers["ETag"]})

    assert was_fed
    assert after.status_code == 200
    assert ONE_KETTLE not in after.text
    instance.store.close()


def test_the_command_writes_a_feed_and_says_what_is_not_in_it(folder: Path, tmp_path: Path) -> None:
    output, told = tmp_path / "feed.xml", tmp_path / "skipped.jsonl"

    arguments = ["feed", "product-ratings", "--data", str(folder), "--output", str(output), "--skipped", str(told)]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 0, done.output
    etree.XMLSchema(etree.parse(SAMPLES / "product_ratings_2.4.xsd")).assertValid(etree.parse(output))
    skipped = [json.loads(line) for line in told.read_text().splitlines()]
    assert f"{len(skipped)} reviews are not in it" in done.stderr
    assert "it is not about a product" in done.stderr
    assert all(each["lacks"] for each in skipped)
    assert {*tmp_path.iterdir()} == {output, told}


@pytest.mark.parametrize("told", ["no-folder/skipped.jsonl", "a-file/skipped.jsonl", "/dev/full"])
def test_a_file_of_skipped_reviews_that_cannot_be_written_is_named(folder: Path, tmp_path: Path, told: str) -> None:
    (tmp_path / "a-file").touch()
    output = tmp_path / "feed.xml"

    arguments = ["feed", "product-ratings", "--data", str(folder), "--output", str(output), "--skipped"]
    done = CliRunner().invoke(main, [*arguments, str(tmp_path / told)])

    assert done.exit_code == 2
    assert f"{tmp_path / told} cannot be written" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["a-file"]


@pytest.mark.parametrize("output", ["no-folder/feed.xml", "a-file/feed.xml"])
def test_a_feed_that_cannot_be_written_is_named(folder: Path, tmp_path: Path, output: str) -> None:
    (tmp_path / "a-file").touch()

    arguments = ["feed", "product-ratings", "--data", str(folder), "--output", str(tmp_path / output)]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 2
    assert f"{tmp_path / output} cannot be written" in done.stderr


def test_the_command_writes_the_feed_of_one_subject(folder: Path) -> None:
    done = CliRunner().invoke(main, ["feed", "atom", "--subject", "m1-grinder", "--data", str(folder)])

    assert done.exit_code == 0
    assert "M1 Hand Grinder" in done.stdout
    assert "K2" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["feed", "sitemap", "--subject", "k2"], ["feed", "sitemap", "--part", "9"], ["feed", "nothing"], ["merge"]],
)
def test_a_wrong_call_ends_with_two(folder: Path, arguments: list[str]) -> None:
    assert CliRunner().invoke(main, [*arguments, "--data", str(folder)]).exit_code == 2


def test_the_command_merges_into_a_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    own = {"@context": "https://schema.org", "@type": "Product", "name": "K2 Gooseneck Kettle"}
    page.write_text(f'<script type="application/ld+json">{json.dumps(own)}</script>')

    done = CliRunner().invoke(main, ["merge", "--subject", "k2-kettle", "--html", str(page), "--data", str(folder)])

    assert done.exit_code == 0, done.output
    assert "script[0] $" in done.stderr
    assert json.loads(done.stdout)["aggregateRating"]["@type"] == "AggregateRating"


def test_the_command_tells_of_conflicts_with_one(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    own = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "K2 Gooseneck Kettle",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 5, "ratingCount": 3},
    }
    page.write_text(f'<script type="application/ld+json">{json.dumps(own)}</script>')

    arguments = ["merge", "--subject", "k2-kettle", "--html", str(page), "--script", "--data", str(folder)]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 1
    assert "has a rating of its own, 5 from 3" in done.stderr
    assert done.stdout.startswith('<script type="application/ld+json">')


def test_a_subject_without_stars_has_nothing_to_merge(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>x</p>")

    done = CliRunner().invoke(main, ["merge", "--subject", "utrecht-shop", "--html", str(page), "--data", str(folder)])

    assert done.exit_code == 2
    assert "self-serving" in done.stderr


def test_reviews_of_a_class_pass_in_pages(instance: Instance) -> None:
    with instance.store.reading() as transaction:
        whole = transaction.reviews.of_class(RightsClass.OWN)
        first = transaction.reviews.of_class(RightsClass.OWN, limit=7)
        second = transaction.reviews.of_class(RightsClass.OWN, after=first[-1].id, limit=7)

    assert [each.id for each in whole[:14]] == [each.id for each in (*first, *second)]
    assert all(each.state is State.APPROVED for each in whole)
