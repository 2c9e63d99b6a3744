"""Style sheets and pictures: kept for ever under one address, found under the old one after an update."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from review_site.assets import find_assets
from tests.doors import Site, tree_of

ADDRESS = re.compile(r"/assets/(?P<stem>[a-z.-]+)\.(?P<digest>[0-9a-f]{8})\.(?P<suffix>css|js|svg)")
NAMES = [
    "charts.css",
    "console-order.js",
    "console-reviews.css",
    "console-validator.css",
    "console.css",
    "console.js",
    "docs.css",
    "embed.css",
    "form.css",
    "gallery.css",
    "gallery.js",
    "htmx.min.js",
    "icon.svg",
    "missing.min.css",
    "page.css",
    "plaudit.css",
    "plaudit.js",
]
MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
ON_PAGES = {"icon.svg", "page.css", "plaudit.css"}


@pytest.mark.parametrize("name", NAMES)
def test_an_address_carries_a_hash_of_what_is_there(sample_site: Site, name: str) -> None:
    address = find_assets().addresses[name]

    answer = sample_site.get(address)

    found = ADDRESS.fullmatch(address)
    assert found
    assert f"{found['stem']}.{found['suffix']}" == name
    assert sha256(answer.data).hexdigest().startswith(found["digest"])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == MEDIA_TYPES[found["suffix"]]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_all_files_are_found() -> None:
    assert sorted(find_assets().addresses) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_earlier_address_gives_the_file_of_today_not_to_be_kept(sample_site: Site, name: str) -> None:
    stem, _, suffix = name.rpartition(".")

    answer = sample_site.get(f"/assets/{stem}.00000000.{suffix}")

    assert answer.status_code == 200
    assert answer.data == sample_site.get(find_assets().addresses[name]).data
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "none.12345678.css",
        "page.css",
        "page.12345678.js",
        ".css",
        "",
        "..",
        "%2e%2e%2fwiring.py",
        "page.12345678.css/x",
    ],
)
def test_there_is_nothing_else_in_the_folder(sample_site: Site, name: str) -> None:
    assert sample_site.get(f"/assets/{name}").status_code == 404


def test_pages_lead_to_the_files_of_today(sample_site: Site) -> None:
    for path in ("/", "/reviews/k2-kettle", "/nowhere"):
        tree = tree_of(sample_site.get(path).text)
        loaded = {each.get("href") for each in tree.iter("link") if each.get("rel") in ("stylesheet", "icon")}
        assert loaded == {address for name, address in find_assets().addresses.items() if name in ON_PAGES}
