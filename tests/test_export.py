"""``plaudit export``: everything public as files, whose links lead to each other, and nothing that was taken back."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import brotli
import pytest
from lxml import etree
from PIL import Image

from engine.domain import ReviewId
from engine.errors import RefusedError
from review_site.exporting import as_static, export
from tests.doors import BASE, Company, documents, row, tree_of
from tests.written import CDN, SETTINGS, Written, links, with_five_reviews, write

CANARY = "quetzalcoatlus"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, sample_company: Company) -> Written:
    """The sample company's site, in two languages and five reviews a page; to be read."""
    folder = tmp_path_factory.mktemp("export")
    company = Company(folder / "company").configured(SETTINGS.replace("= 2", "= 5"))
    shutil.copytree(sample_company.store, company.store)
    return write(company)


@pytest.fixture
def shop(tmp_path: Path) -> Company:
    return with_five_reviews(Company(tmp_path / "company"))


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


def test_nothing_changed_is_nothing_written(shop: Company) -> None:
    site = write(shop)
    before = {each: each.stat().st_ino for each in site.folder.rglob("*.html")}

    write(shop)

    assert {each: each.stat().st_ino for each in site.folder.rglob("*.html")} == before


def test_only_the_pages_of_a_subject_that_changed_are_built_again(shop: Company) -> None:
    shop.publish(*(row("k", subject="grinder", subject_name="Grinder"), *(row(str(each)) for each in range(1, 3))))
    site = write(shop)
    grinder, kettle = (site.folder / f"reviews/{each}/index.html" for each in ("grinder", "kettle"))
    before = grinder.stat().st_ino, kettle.stat().st_ino

    shop.publish(row("k2", subject="grinder", subject_name="Grinder", body="Grinds well."))
    write(shop)

    assert kettle.stat().st_ino == before[1]
    assert grinder.stat().st_ino != before[0]
    assert "Grinds well." in grinder.read_text()


def test_a_review_that_is_taken_back_is_in_no_file_of_the_next_export(shop: Company) -> None:
    shop.publish(*(row(str(each), body=f"Opinion {each}.") for each in range(6, 9)), row("c", body=f"A {CANARY}."))
    site = write(shop)
    before = site.everything()
    with shop.instance() as instance, instance.store.reading() as transaction:
        [review] = [
            each.review.id for each in transaction.reviews.among(_quoted(site)).values() if CANARY in each.review.body
        ]

    withdrawn = shop.plaudit("withdraw", review)
    write(shop)

    assert withdrawn.exit_code == 0, withdrawn.output
    assert CANARY.encode() in before
    assert CANARY.encode() not in site.everything()
    assert not (site.folder / "review" / review).exists()
    assert [each.name for each in site.folder.parent.iterdir() if each.name.startswith("site")] == ["site"]


def test_a_subject_without_reviews_to_show_has_a_page_still(company: Company) -> None:
    company.configured(SETTINGS).publish(row("1"))
    with company.instance() as instance, instance.store.reading() as transaction:
        [review] = transaction.reviews.among(_quoted(write(company)))

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


def test_a_picture_is_there_once_it_is_approved_and_gone_once_it_is_not(shop: Company, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (640, 480), "teal").save(logo)
    review = _quoted(write(shop))[0]
    added = shop.plaudit("media", "add", review, logo, "--kind", "logo", "--alt", "Acme")
    assert added.exit_code == 0, added.output
    with shop.instance() as instance, instance.store.reading() as transaction:
        [[media]] = transaction.media.of([review]).values()

    before = write(shop).folder.joinpath("media").exists()
    shop.plaudit("media", "approve", media.id)
    site = write(shop)
    pictures = {Image.open(io.BytesIO(each.read_bytes())).format for each in site.folder.glob("media/*/*.jpg")}
    drawn = [each for _, html in site.pages() for each in links(html) if "/media/" in each]
    found = all(map(site.finds, drawn))
    shop.plaudit("media", "reject", media.id)
    write(shop)

    assert not before
    assert pictures == {"JPEG"}
    assert drawn
    assert found
    assert all(each.startswith(f"{CDN}/") for each in drawn)
    assert not list(site.folder.glob("media/*/*.jpg"))


def test_being_told_to_stop_leaves_the_site_as_it_was(shop: Company) -> None:
    site = write(shop)
    before = site.everything()
    stop = Event()
    stop.set()

    with shop.instance() as instance, pytest.raises(RefusedError, match="as it was"):
        export(as_static(instance, CDN, BASE), site.folder, stop, lambda _: None)

    assert site.everything() == before


def test_a_folder_of_somebody_else_is_refused_with_a_sentence(shop: Company, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.txt").write_text("mine")

    done = shop.plaudit("export", tmp_path / "home")

    assert done.exit_code == 2
    assert "no export wrote" in done.output
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "options", [["--base-url", "cdn"], ["--live-url", "ftp://x"], ["--no-live", "--live-url", BASE]]
)
def test_an_address_that_is_none_is_refused(shop: Company, tmp_path: Path, options: list[str]) -> None:
    done = shop.plaudit("export", tmp_path / "out", *options)

    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_the_headers_are_those_that_the_instance_sends(shop: Company) -> None:
    site = write(shop)
    rules = dict(each.split("\n", 1) for each in site.text("_headers").strip().split("\n\n"))

    with shop.serving() as live:
        page = live.get("/reviews/kettle").headers
        asset = live.get(links(site.text("index.html"))[2]).headers

    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control"):
        assert f"  {name}: {page[name]}" in rules["/reviews/*"].split("\n")
    assert f"  Cache-Control: {asset['Cache-Control']}" in rules["/assets/*"].split("\n")


def _quoted(site: Written) -> list[ReviewId]:
    return sorted(ReviewId(each.name) for each in (site.folder / "review").iterdir() if each.is_dir())
