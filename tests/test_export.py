"""``plaudit export``: everything public as files, whose links lead to each other, and nothing that was taken back."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from lxml import etree

from tests.doors import BASE, Company, documents, row, tree_of
from tests.exported import CDN, SETTINGS, Written, five_opinions, links, quoted, write


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, sample_company: Company) -> Written:
    """The sample company's site, in two languages and five reviews a page; to be read."""
    folder = tmp_path_factory.mktemp("export")
    company = Company(folder / "company").configured(SETTINGS.replace("= 2", "= 5"))
    shutil.copytree(sample_company.store, company.store)
    return write(company)


@pytest.fixture
def shop(tmp_path: Path) -> Company:
    return five_opinions(tmp_path / "company")


def test_every_link_of_every_page_and_snippet_leads_to_a_file_or_to_the_instance(written: Written) -> None:
    astray = {
        (path, address)
        for path, html in (*written.pages(), *written.snippets())
        for address in links(html)
        if address.startswith(("/", CDN)) and not written.finds(address)
    }

    assert not astray


def test_no_address_of_the_site_has_a_query(written: Written) -> None:
    everything = written.everything()

    assert not re.findall(rb"https://cdn\.example[^\s\"'<>]*\?[^\s\"'<>]*", everything)


def test_only_what_needs_a_program_leads_to_the_instance(written: Written) -> None:
    led = {
        address
        for _, html in (*written.pages(), *written.snippets())
        for address in links(html)
        if address.startswith(BASE)
    }

    views = {each for each in led if each.startswith(f"{BASE}/reviews/")}
    assert {urlsplit(each).path.split("/")[1] for each in led - views} <= {"report", "f", "oembed"}
    assert all("topic=" in each and ("sort=" in each or "star=" in each) for each in views)


def test_everything_public_is_there_in_every_language(written: Written) -> None:
    for path in (
        "index.html",
        "nl/index.html",
        "reviews/k2-kettle/index.html",
        "nl/reviews/k2-kettle/index.html",
        "reviews/k2-kettle/lowest/5-stars/index.html",
        "reviews/k2-kettle.md",
        "nl/reviews/k2-kettle.md",
        "reviews/k2-kettle.rss",
        "reviews/k2-kettle.atom",
        "v1/subjects/k2-kettle/snippets/en/list.html",
        "v1/subjects/k2-kettle/snippets/nl/list-bare.html",
        "v1/subjects/k2-kettle/snippets/nl/jsonld.json",
        "method/index.html",
        "nl/method/index.html",
        "feeds/product-ratings.xml",
        "feeds/reviews.rss",
        "sitemap.xml",
        "llms.txt",
        "_headers",
    ):
        assert (written.folder / path).is_file(), path
    assert list(written.folder.glob("topics/*/index.html"))
    assert list(written.folder.glob("collections/*/index.html"))


def test_what_is_not_for_search_says_so_in_the_page_itself(written: Written) -> None:
    views = re.compile(r"(^|/)(review/|(reviews|topics|collections)/[^/]+/.+/)")

    hidden = {path for path, html in written.pages() if re.search('<meta name="robots" content="noindex[^>]*>', html)}

    expected = {path for path, _ in written.pages() if views.search(path.removesuffix("index.html"))}
    assert {"review", "reviews", "nl"} <= {each.partition("/")[0] for each in hidden}
    assert {path for path in hidden ^ expected if not path.startswith(("after-", "nl/after-"))} == set()


def test_a_page_says_what_the_instance_says(shop: Company) -> None:
    site = write(shop)

    with shop.serving() as live:
        for path, asked in (("reviews/kettle", "reviews/kettle"), ("nl/reviews/kettle", "reviews/kettle?locale=nl")):
            ours, theirs = (
                " ".join("".join(tree_of(html).find(".//main").itertext()).split())
                for html in (site.text(f"{path}/index.html"), live.get(f"/{asked}").text)
            )
            assert ours == theirs


def test_the_addresses_in_markup_sitemap_and_feeds_are_those_of_the_files(written: Written) -> None:
    [product, *_] = documents(written.text("reviews/k2-kettle/index.html"))
    sitemap = etree.fromstring(written.text("sitemap.xml").encode())
    listed = [each.text for each in sitemap.iter("{*}loc")]
    twins = re.findall(r"\((https://cdn\.example/reviews/[^)]+)\)", written.text("llms.txt"))

    assert BASE not in json.dumps(product)
    assert listed
    assert twins
    assert all(written.finds(each) for each in (*listed, *twins))


def test_every_page_of_every_order_can_be_reached_and_shows_each_review_once(shop: Company) -> None:
    site = write(shop)

    for start in ("reviews/kettle/", "reviews/kettle/oldest/", "reviews/kettle/lowest/"):
        seen, folder = [], start
        while folder:
            html = site.text(f"{folder}index.html")
            seen += re.findall(r"Opinion number (\d)", "".join(tree_of(html).find(".//main").itertext()))
            [*following] = re.findall(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', html)
            folder = "".join(following[0]).removeprefix(f"{CDN}/") if following else ""
        assert sorted(dict.fromkeys(seen)) == list("12345"), start


def test_the_manifest_names_each_file_by_its_hash(written: Written) -> None:
    told = json.loads(written.text("manifest.json"))

    for path, each in told["files"].items():
        body = (written.folder / path).read_bytes()
        assert each["sha256"] == sha256(body).hexdigest()
    there = {str(each.relative_to(written.folder)) for each in written.folder.rglob("*") if each.is_file()}
    packed = {path + ending for path in told["files"] for ending in (".br", ".gz")}
    assert there - packed == told["files"].keys() | {"manifest.json"}


def test_what_is_packed_beside_a_file_is_the_file(written: Written) -> None:
    for ending, unpack in ((".br", brotli.decompress), (".gz", gzip.decompress)):
        beside = list(written.folder.rglob(f"*{ending}"))
        assert beside
        for path in beside:
            assert unpack(path.read_bytes()) == path.with_suffix("").read_bytes(), path


def test_a_subject_without_reviews_to_show_has_a_page_still(company: Company) -> None:
    company.configured(SETTINGS).publish(row("1"))
    with company.instance() as instance, instance.store.reading() as transaction:
        [review] = transaction.reviews.among(quoted(write(company)))

    company.plaudit("withdraw", review)
    site = write(company)

    assert "No reviews yet" in site.text("reviews/kettle/index.html")


def test_without_an_instance_nothing_leads_to_one(shop: Company) -> None:
    site = write(shop, "--base-url", CDN, "--no-live")

    assert BASE.encode() not in site.everything()
    assert all(site.finds(each) for _, html in site.pages() for each in links(html) if each.startswith(("/", CDN)))


def test_forms_lead_to_the_instance_where_visitors_reach_it(shop: Company) -> None:
    site = write(shop, "--base-url", CDN, "--live-url", "https://live.example")

    reported = [each for each in links(site.text("reviews/kettle/index.html")) if "/report/" in each]

    assert reported
    assert all(each.startswith("https://live.example/report/") for each in reported)


def test_sorted_views_can_be_left_to_the_instance(shop: Company) -> None:
    site = write(shop, "--base-url", CDN, "--only-newest")

    found = links(site.text("reviews/kettle/index.html"))

    assert f"{BASE}/reviews/kettle?sort=lowest" in found
    assert not (site.folder / "reviews/kettle/lowest").exists()
    assert list(site.folder.glob("reviews/kettle/after-*/index.html"))


def test_a_site_below_the_root_of_its_host_finds_its_style_sheets(shop: Company) -> None:
    site = write(shop, "--base-url", f"{CDN}/reviews-of-us")

    for _, html in site.pages():
        loaded = [each.get("href") for each in tree_of(html).iter("link") if each.get("rel") == "stylesheet"]
        assert loaded
        assert all(site.finds(each.removeprefix("/reviews-of-us")) for each in loaded)
        assert all(each.startswith("/reviews-of-us/assets/") for each in loaded)


def test_the_headers_are_those_that_the_instance_sends(shop: Company) -> None:
    site = write(shop)
    rules = dict(each.split("\n", 1) for each in site.text("_headers").strip().split("\n\n"))

    with shop.serving() as live:
        page = live.get("/reviews/kettle").headers
        asset = live.get(links(site.text("index.html"))[2]).headers

    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control"):
        assert f"  {name}: {page[name]}" in rules["/reviews/*"].split("\n")
    assert f"  Cache-Control: {asset['Cache-Control']}" in rules["/assets/*"].split("\n")
