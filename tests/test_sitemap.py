"""Tests of the sitemap reader: what the protocol allows, and what a hostile file tries."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnreadableFileError
from engine.sitemap import LARGEST, MOST_ENTRIES, read_sitemap

ADDRESS = "https://shop.example/sitemap.xml"
XML = """<?xml version="1.0" encoding="{encoding}"?>
<!-- made by a shop -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc>
      https://shop.example/p/kettle?size=1&amp;color=rosé
    </loc>
    <lastmod>2026-11-01</lastmod>
    <image:image><image:loc>https://cdn.example/kettle.jpg</image:loc></image:image>
  </url>
  <url><loc><![CDATA[/p/mug]]></loc></url>
  <url><loc>https://shop.example/p/mug</loc></url>
</urlset>"""
INDEX = b"<sitemapindex><sitemap><loc>a.xml.gz</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>"
PAGES = ("https://shop.example/p/kettle?size=1&color=rosé", "https://shop.example/p/mug")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "utf-8-sig"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_pages_are_read_each_once_in_their_order(encoding: str, pack: type[bytes]) -> None:
    content = XML.format(encoding=encoding.removesuffix("-sig")).encode(encoding)

    found = read_sitemap(pack(content), ADDRESS)

    assert found.pages == PAGES
    assert (found.sitemaps, found.left_out) == ((), 0)


def test_an_index_names_further_sitemaps() -> None:
    found = read_sitemap(INDEX, ADDRESS)

    assert found.sitemaps == ("https://shop.example/a.xml.gz", "https://shop.example/b.xml")
    assert found.pages == ()


def test_a_list_of_addresses_is_a_sitemap() -> None:
    found = read_sitemap(b"\xef\xbb\xbfhttps://shop.example/a\r\nhttps://shop.example/b\r\n", ADDRESS)

    assert found.pages == ("https://shop.example/a", "https://shop.example/b")


@pytest.mark.parametrize(
    "entry",
    ["javascript:alert(1)", "file:///etc/passwd", "", "http://", "https://[", "https://x/a b", "/" + "a" * 3000],
)
def test_what_is_no_address_of_a_page_is_left_out(entry: str) -> None:
    found = read_sitemap(f"<urlset><url><loc>{entry}</loc></url></urlset>".encode(), ADDRESS)

    assert (found.pages, found.left_out) == ((), 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE urlset SYSTEM "file:///etc/passwd"><urlset/>', "declares a document type"),
        (b'<!DOCTYPE u [<!ENTITY a "https://x.example/">]><urlset><url><loc>&a;</loc></url></urlset>', "document type"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE u><urlset/>'.encode("utf-16"), "document type"),
        (b"<urlset><url><loc>https://x.example/&a;</loc></url></urlset>", "not readable XML"),
        (b"<urlset><url><loc>https://x.example/", "not readable XML"),
        (b"<html><body>Not found</body></html>", "its root is <html>"),
        (b"<" + b"a>" * 10, "no sitemap"),
        (b"page not found", "neither XML nor a list"),
        (b"\x89PNG\r\n", "neither XML nor a list"),
        (gzip.compress(XML.encode())[:-12], "ends too early"),
        (b"\x1f\x8b\x08" + b"\x00" * 7 + b"\xff" * 50, "not a readable gzip file"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_its_address(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said) as caught:
        read_sitemap(content, ADDRESS)

    assert str(caught.value).startswith(ADDRESS)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_in_bounded_memory() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (4 * LARGEST))
    tracemalloc.start()

    with pytest.raises(UnreadableFileError, match="larger than 50 MB"):
        read_sitemap(bomb, ADDRESS)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * LARGEST


def test_entries_beyond_the_protocols_limit_are_counted_and_left_out() -> None:
    entries = "".join(f"<url><loc>/p/{number}</loc></url>" for number in range(MOST_ENTRIES + 7))

    found = read_sitemap(f"<urlset>{entries}</urlset>".encode(), ADDRESS)

    assert (len(found.pages), found.left_out) == (MOST_ENTRIES, 7)


@given(st.binary(max_size=300) | st.text(alphabet="<>urlset /loc&;#x0!DOCTYPE[]", max_size=200).map(str.encode))
def test_whatever_it_holds_it_is_read_or_refused(content: bytes) -> None:
    try:
        found = read_sitemap(content, ADDRESS)
    except UnreadableFileError:
        return

    assert all(each.startswith(("http://", "https://")) for each in (*found.pages, *found.sitemaps))
