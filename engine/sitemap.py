"""Sitemaps and their indexes, read within bounds: https://www.sitemaps.org/protocol.html."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree

from engine.errors import UnreadableFileError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LARGEST = 50 * 1024 * 1024
"""Bytes of one sitemap, unpacked; the protocol's own limit."""
MOST_ENTRIES = 50_000
"""Addresses in one file; the protocol's own limit."""
LONGEST_ADDRESS = 2_048

_PIECE = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_CARRIER_OF = {"urlset": "url", "sitemapindex": "sitemap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The addresses of pages, and of further sitemaps, in their order and each once."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    left_out: int = 0
    """Entries that are no http or https address, or beyond the 50,000th."""


def read_sitemap(content: bytes, address: str) -> Sitemap:
    """The entries of a sitemap, a sitemap index or a plain list of addresses, each of them packed with gzip or not.

    Addresses are made absolute against ``address``. Raises UnreadableFileError for what is none of these, is larger
    than 50 MB unpacked, or declares a document type: no sitemap needs one, and entities are how a small file grows.
    """
    plain = _unpacked(content, address)
    start = plain.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    # UTF-16 begins with its mark or with a NUL beside the bracket.
    if start == b"<" or plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _xml(plain, address)
    return _lines(plain, address)


def _unpacked(content: bytes, address: str) -> bytes:
    if not content.startswith(_GZIP_MAGIC):
        plain = content
    else:
        inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            plain = inflater.decompress(content, LARGEST + 1)
        except zlib.error as error:
            raise UnreadableFileError(f"{address} is not a readable gzip file: {error}") from error
        if len(plain) <= LARGEST and not inflater.eof:
            raise UnreadableFileError(f"{address} is a gzip file that ends too early")
    if len(plain) > LARGEST:
        raise UnreadableFileError(f"{address} is larger than {LARGEST // 1024 // 1024} MB, the most a sitemap may be")
    return plain


def _xml(plain: bytes, address: str) -> Sitemap:
    parser = etree.XMLPullParser(
        ("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    entries = _Entries(_Found(address))
    try:
        for start in range(0, len(plain), _PIECE):
            parser.feed(plain[start : start + _PIECE])
            _take(parser, entries)
        parser.close()
        _take(parser, entries)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(f"{address} is not readable XML: {error.msg}") from error
    return entries.found.as_sitemap()


def _take(parser: etree.XMLPullParser, entries: _Entries) -> None:
    for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
        if event == "start":
            entries.start(element)
        else:
            entries.end(element)


def _lines(plain: bytes, address: str) -> Sitemap:
    try:
        lines = plain.decode("utf-8-sig").split()
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{address} is neither XML nor a list of addresses in UTF-8") from error
    found = _Found(address)
    for each in lines:
        found.add("url", each if "://" in each else "")
    if lines and not found.pages:
        raise UnreadableFileError(f"{address} is neither XML nor a list of addresses")
    return found.as_sitemap()


@dataclass(slots=True)
class _Found:
    """Addresses as they are met; dictionaries keep their order and each once."""

    base: str
    pages: dict[str, None] = field(default_factory=dict)
    sitemaps: dict[str, None] = field(default_factory=dict)
    left_out: int = 0

    def add(self, kind: str, text: str) -> None:
        kept = self.sitemaps if kind == "sitemap" else self.pages
        address = _absolute(self.base, text)
        if address is None or len(kept) >= MOST_ENTRIES:
            self.left_out += 1
        else:
            kept[address] = None

    def as_sitemap(self) -> Sitemap:
        return Sitemap(pages=tuple(self.pages), sitemaps=tuple(self.sitemaps), left_out=self.left_out)


@dataclass(slots=True)
class _Entries:
    """Follows the parser, and lets go of each element once it ended: memory grows with the addresses alone."""

    found: _Found
    within: list[str] = field(default_factory=list)

    def start(self, element: Element) -> None:
        if not self.within:
            self._judge_root(element)
        self.within.append(_local(element))

    def _judge_root(self, root: Element) -> None:
        if cast("Any", root.getroottree().docinfo).doctype:
            raise UnreadableFileError(f"{self.found.base} declares a document type, which no sitemap needs")
        if _local(root) not in _CARRIER_OF:
            raise UnreadableFileError(f"{self.found.base} is no sitemap: its root is <{_local(root)[:40]}>")

    def end(self, element: Element) -> None:
        # Extensions name their own <image:loc>, one level deeper.
        if len(self.within) == 3 and self.within[2] == "loc" and _CARRIER_OF[self.within[0]] == self.within[1]:
            self.found.add(self.within[1], element.text or "")
        self.within.pop()
        if len(self.within) == 1:
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]


def _local(element: Element) -> str:
    # What is no element, such as a comment, has a function for a tag, and is not told by these events.
    return str(element.tag).rpartition("}")[2]


def _absolute(base: str, text: str) -> str | None:
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST_ADDRESS or re.search(r"[\x00-\x20\x7f]", stripped):
        return None
    try:
        address = urljoin(base, stripped)
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None
