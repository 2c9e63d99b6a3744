"""Reviews in a feed, RSS 2.0 or Atom, with star glyphs in their titles; a feed in pages (RFC 5005) is read to its end.

https://www.rssboard.org/rss-specification and https://www.rfc-editor.org/rfc/rfc4287
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from html.entities import name2codepoint
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from collectors.api import Page, Position, Read, as_received, base_of, given, given_with, number_in, walk
from collectors.fields import first, identity, listed, text, texts, web_address
from collectors.hooked import ReadingKind
from collectors.platforms import SUBJECT_OPTIONS, named_by
from engine.domain import Batch, Record
from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "rss"
SHORTFALL = "a feed holds the newest entries: what it holds no longer may still be there"
ATOM = "{http://www.w3.org/2005/Atom}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]{2,8}[0-9]{0,2});")
_STARS = re.compile(r"^\s*(?P<before>[★⭐☆✩½\ufe0f]{1,12})|(?P<after>[★⭐☆✩½\ufe0f]{1,12})\s*$")
_DASHES = " \t-–—:|·"

OPTIONS: Mapping[str, Option] = {
    "url": Option(help="the address of the feed"),
    **SUBJECT_OPTIONS,
    "subject": Option(help="what the reviews are about; empty: the first category of each", default=""),
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of an entry, as ``entries_of`` makes one of either format."""
    stars, title = stars_in(text(raw, "title"))
    published, updated = text(raw, "published"), text(raw, "updated")
    author, address = _who(text(raw, "author"))
    categories = texts(raw, "categories")
    return Record(
        fields=given(
            {
                "subject": next((each for each in categories if each.strip()), ""),
                "author": author,
                "rating": stars,
                "rating_best": "5" if stars else "",
                "title": title,
                "body": first(raw, "content", "summary"),
                "language": text(raw, "language"),
                "written_at": published or updated,
                "updated_at": updated if published and updated != published else "",
                "url": web_address(raw, "link"),
                "tags": listed(categories),
            }
        ),
        external_id=identity(raw, "id" if text(raw, "id").strip() else "link"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": address}) or None,
        media=given_with("url", [{"url": each} for each in texts(raw, "enclosures")]),
    )


def stars_in(title: str) -> tuple[str, str]:
    """The star glyphs that a title begins or ends with, and the title without them."""
    found = _STARS.search(title)
    if not found or not re.search("[★⭐½]", found[0]):
        return "", title.strip()
    return found[0].strip(), (title[: found.start()] + title[found.end() :]).strip(_DASHES)


def entries_of(body: bytes) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The entries of a feed in the same words for both formats, and the address of its next page if there is one.

    Raises SourceRefusedError for what is no feed. No entity is resolved and nothing is loaded.
    """
    try:
        root = _parsed(body.lstrip())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceRefusedError(f"the feed is no XML: {error}") from error
    if root.tag == f"{ATOM}feed":
        language = root.get(LANGUAGE, "")
        return [_atom(each, language) for each in root.iterfind(f"{ATOM}entry")], _next(root)
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is None:
        raise SourceRefusedError("the feed is neither RSS 2.0 nor Atom")
    language = channel.findtext("language") or ""
    return [_rss(each, language) for each in channel.iterfind("item")], _next(channel)


def _parsed(body: bytes) -> etree._Element:
    """The feed, its entities as HTML has them where XML has none of that name: many programs forget the difference."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if "Entity" not in str(error.msg):
            raise
    return etree.fromstring(_ENTITY.sub(_numbered, body), parser)


def _numbered(entity: re.Match[bytes]) -> bytes:
    number = name2codepoint.get(entity[1].decode())
    return entity[0] if number is None else b"&#%d;" % number


def _rss(element: etree._Element, language: str) -> dict[str, Any]:
    enclosures = [each.get("url", "") for each in element.iterfind("enclosure") if _is_media(each.get("type", ""))]
    return {
        "id": element.findtext("guid") or "",
        "title": element.findtext("title") or "",
        "link": (element.findtext("link") or "").strip(),
        "author": element.findtext(CREATOR) or element.findtext("author") or "",
        "published": element.findtext("pubDate") or "",
        "content": element.findtext(ENCODED) or "",
        "summary": element.findtext("description") or "",
        "categories": [each.text or "" for each in element.iterfind("category")],
        "enclosures": enclosures,
        "language": language,
    }


def _atom(entry: etree._Element, language: str) -> dict[str, Any]:
    links = {each.get("rel", "alternate"): each.get("href", "") for each in reversed(entry.findall(f"{ATOM}link"))}
    enclosed = entry.iterfind(f"{ATOM}link[@rel='enclosure']")
    return {
        "id": entry.findtext(f"{ATOM}id") or "",
        "title": _content(entry.find(f"{ATOM}title")),
        "link": links.get("alternate", ""),
        "author": entry.findtext(f"{ATOM}author/{ATOM}name") or "",
        "published": entry.findtext(f"{ATOM}published") or "",
        "updated": entry.findtext(f"{ATOM}updated") or "",
        "content": _content(entry.find(f"{ATOM}content")),
        "summary": _content(entry.find(f"{ATOM}summary")),
        "categories": [each.get("label") or each.get("term", "") for each in entry.iterfind(f"{ATOM}category")],
        "enclosures": [each.get("href", "") for each in enclosed if _is_media(each.get("type", ""))],
        "language": entry.get(LANGUAGE, language),
    }


def _content(element: etree._Element | None) -> str:
    """A text of Atom, with its markup where it is XHTML."""
    if element is None:
        return ""
    if element.get("type") == "xhtml":
        return "".join(etree.tostring(each, encoding="unicode") for each in element)
    return element.text or ""


def _is_media(media_type: str) -> bool:
    return media_type.startswith(("image/", "video/"))


def _next(feed: etree._Element) -> str:
    return next((each.get("href", "") for each in feed.iterfind(f"{ATOM}link[@rel='next']")), "")


def _who(author: str) -> tuple[str, str]:
    """Name and e-mail address; RSS writes ``owen@example.com (Owen B.)``."""
    if "@" not in author:
        return author.strip(), ""
    name, address = parseaddr(author)
    return (name, address) if "@" in address else ("", author.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    url: str
    http: GuardedSession
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        address = joined(self.url, position.get("path", ""), position.get("query", ""))
        answer = self.http.get(address, headers={"Accept": "application/rss+xml, application/atom+xml, text/xml"})
        entries, following = entries_of(answer.body)
        number = number_in(position, "page", 1)
        return Page(
            place=f"{NAME} page {number}",
            entries=entries,
            following={**beside(self.url, urljoin(address, following)), "page": str(number + 1)} if following else None,
            shortfall=SHORTFALL,
        )


def beside(url: str, following: str) -> dict[str, str]:
    """What the address of the next page has that the configured one has not: that one may hold a key.

    Raises SourceRefusedError when it leads to another site.
    """
    ours, theirs = urlsplit(url), urlsplit(following)
    if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        raise SourceRefusedError(f"the next page of the feed is on another site: {theirs.hostname}")
    known = parse_qsl(ours.query, keep_blank_values=True)
    query = [each for each in parse_qsl(theirs.query, keep_blank_values=True) if each not in known]
    return {"path": theirs.path if theirs.path != ours.path else "", "query": urlencode(query)}


def joined(url: str, path: str, query: str) -> str:
    """The address of a page, as ``beside`` took it apart."""
    parts = urlsplit(url)
    both = "&".join(filter(None, (parts.query, query)))
    return urlunsplit((parts.scheme, parts.netloc, path or parts.path, both, ""))


def _reading(options: Mapping[str, str]) -> Read:
    return named_by(options, read)


def _make(options: Mapping[str, str], http: GuardedSession) -> _Feed:
    base_of(options["url"].partition("?")[0], "url")
    return _Feed(url=options["url"], http=http, read=named_by(options, read))


KIND = ReadingKind(name=NAME, rights=NAME, sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make, reading=_reading)
