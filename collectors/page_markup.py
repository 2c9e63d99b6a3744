"""The reviews in the markup of a page, whichever of four syntaxes it is in, as plain objects with schema.org's names.

Reading JSON-LD alone takes a fortieth or less of the time that all of them take; the others go through extruct, which
is imported where it is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urljoin

from lxml import etree

JSON_LD = "json-ld"
SYNTAXES = (JSON_LD, "microdata", "rdfa", "microformat")
REVIEWS = frozenset({"Review", "UserReview", "CriticReview"})
"""Fact checks and reviews of media for their truth are named like reviews, and are none of a subject."""
MOST_NODES = 50_000
_POINTING = ("author", "reviewRating")
_SCHEMA = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)")
_MARKS = {
    "microdata": re.compile("itemscope", re.IGNORECASE),
    "rdfa": re.compile("typeof", re.IGNORECASE),
    "microformat": re.compile("h-?review", re.IGNORECASE),
}
"""Without this on a page, there is no review on it in that syntax."""
_HOLDING = frozenset({"review", "reviews"})
_GTINS = tuple(f"gtin{digits}" for digits in ("", 8, 12, 13, 14))
_OF_A_SUBJECT = ("@type", "@id", "name", "sku", "productID", "mpn", "url", *_GTINS)
_MICROFORMAT = {
    "name": "name",
    "summary": "name",
    "content": "reviewBody",
    "description": "reviewBody",
    "published": "datePublished",
    "dtreviewed": "datePublished",
    "updated": "dateModified",
    "url": "url",
    "uid": "@id",
    "photo": "image",
}

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What the markup of a page says: its reviews, each with what it is about, and what could not be read."""

    reviews: Sequence[tuple[Node, Node]]
    unreadable: Sequence[str] = ()


def find_reviews(html: str, address: str, syntaxes: Sequence[str]) -> Found:
    """The reviews of a page in the syntaxes that are asked for; never raises for what the page holds."""
    unreadable: list[str] = []
    reviews: list[tuple[Node, Node]] = []
    for syntax in syntaxes:
        # The scripts of a page are one graph: what one of them says is pointed to from another.
        read = _json_ld(html, unreadable) if syntax == JSON_LD else _extracted(html, address, syntax, unreadable)
        graph: list[Any] = []
        for document in read:
            try:
                graph.append(_plainly_named(document))
            except RecursionError:
                unreadable.append(f"{syntax} is nested too deep")
        reviews += _Graph(graph, address).reviews()
    return Found(reviews, unreadable)


def urljoined(page: str, address: str) -> str:
    """An address as a page means it; as it stands where it is none."""
    try:
        return urljoin(page, address)
    except ValueError:
        return address


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def types_of(node: Node) -> list[str]:
    """The classes of a node, without schema.org's address before them."""
    return [_SCHEMA.sub("", each) for each in as_list(node.get("@type")) if isinstance(each, str)]


def _plainly_named(value: Any) -> Any:
    """A value with the names of its properties as schema.org has them, whatever prefix stands before them."""
    if isinstance(value, list):
        return [_plainly_named(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {_SCHEMA.sub("", name): _plainly_named(each) for name, each in value.items()}


def _json_ld(html: str, unreadable: list[str]) -> Iterator[Any]:
    if "ld+json" not in html.lower():
        return
    tree = _parsed(html)
    scripts = [] if tree is None else [each for each in tree.iter("script") if _is_json_ld(each)]
    for number, script in enumerate(scripts, start=1):
        try:
            # Not strict: line breaks in texts are the mistake that most shops make.
            source = (script.text or "").removeprefix("\ufeff")
            yield json.loads(source, strict=False, parse_constant=str, object_pairs_hook=partial(_object, number))
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            unreadable.append(f"JSON-LD script {number} cannot be read: {error.msg}, {where}")
        except (ValueError, RecursionError) as error:
            unreadable.append(f"JSON-LD script {number} cannot be read: {type(error).__name__}")


def _object(script: int, pairs: list[tuple[str, Any]]) -> Node:
    """An object of a script.

    Where it has ``review`` twice, of which JSON lets the last one win, it has the reviews of both. An ``@id`` that
    holds in its document only (https://www.w3.org/TR/json-ld11/#identifying-blank-nodes) becomes one of its script.
    """
    node = dict(pairs)
    if len(node) < len(pairs):
        for name in _HOLDING & node.keys():
            node[name] = [one for key, each in pairs if key == name for one in as_list(each)]
    if (identity := node.get("@id")) and str(identity).startswith("_:"):
        node["@id"] = f"_:{script}.{identity}"
    return node


def _parsed(html: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _is_json_ld(script: Any) -> bool:
    return str(script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json"


def _extracted(html: str, address: str, syntax: str, unreadable: list[str]) -> Sequence[Any]:
    if not _MARKS[syntax].search(html):
        return []
    # Imported here: it takes longer than reading a hundred pages of JSON-LD.
    from extruct import extract  # noqa: PLC0415

    # One at a time: what one of them stumbles over must not take the others along.
    found = extract(html, base_url=address, syntaxes=[syntax], errors="ignore")
    if syntax not in found:
        unreadable.append(f"its {syntax} cannot be read")
        return []
    plain = {"microdata": _from_microdata, "rdfa": _from_rdfa, "microformat": _from_microformat}[syntax]
    try:
        return [[plain(each) for each in found[syntax]]]
    except RecursionError:
        unreadable.append(f"{syntax} is nested too deep")
        return []


def _from_microdata(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_microdata(each) for each in value]
    if not isinstance(value, dict):
        return value
    inside = {name: _from_microdata(each) for name, each in value.get("properties", {}).items()}
    return {"@type": value.get("type"), **({"@id": value["id"]} if "id" in value else {}), **inside}


def _from_rdfa(node: Any) -> Any:
    """An expanded node, with its values freed of what wraps them."""
    if isinstance(node, list):
        freed = [_from_rdfa(each) for each in node]
        return freed[0] if len(freed) == 1 else freed
    if not isinstance(node, dict):
        return node
    if "@value" in node:
        return node["@value"]
    return {_SCHEMA.sub("", name): _from_rdfa(each) for name, each in node.items()}


def _from_microformat(value: Any) -> Any:
    """A microformats2 object with schema.org's names (https://microformats.org/wiki/h-review)."""
    if isinstance(value, list):
        return [_from_microformat(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "properties" not in value:
        return value.get("value")
    said = {name: [_from_microformat(each) for each in values] for name, values in value["properties"].items()}
    children = {"@graph": [_from_microformat(each) for each in value.get("children", [])]}
    if "h-review" not in value.get("type", []):
        return {**said, **children}
    review = {_MICROFORMAT[name]: values[0] for name, values in said.items() if name in _MICROFORMAT and values}
    parts = {"ratingValue": "rating", "bestRating": "best", "worstRating": "worst"}
    rating = {name: said[part][0] for name, part in parts.items() if said.get(part)}
    about = {"author": said.get("author"), "itemReviewed": said.get("item")}
    return {"@type": "Review", **review, **about, **({"reviewRating": rating} if rating else {}), **children}


@dataclass(slots=True)
class _Graph:
    """One document, whose nodes may point to each other by ``@id``."""

    document: Any
    address: str
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Each node whole, whose parts may stand in several places."""
    holders: dict[str, Node] = field(default_factory=dict)
    """What points to a review by its ``@id``."""
    found: list[tuple[Node, Node | None]] = field(default_factory=list)

    def reviews(self) -> Iterator[tuple[Node, Node]]:
        self._walk()
        for review, holder in self.found:
            yield self._resolved(review), self._subject(review, holder)

    def _subject(self, review: Node, holder: Node | None) -> Node:
        told = next((each for each in as_list(review.get("itemReviewed")) if each), None)
        subject = self._whole(told) or self._whole(holder or self.holders.get(self._id_of(review)))
        return {name: each for name, each in subject.items() if name in _OF_A_SUBJECT}

    def _walk(self) -> None:
        waiting: list[tuple[Any, Node | None]] = [(self.document, None)]
        for _ in range(MOST_NODES):
            if not waiting:
                return
            value, holder = waiting.pop()
            if isinstance(value, list):
                waiting += [(each, holder) for each in reversed(value)]
            elif isinstance(value, dict):
                self._note(value, holder)
                waiting += [(each, _holder(value, name)) for name, each in reversed(value.items())]
            elif isinstance(value, str) and holder is not None:
                self.holders.setdefault(urljoined(self.address, value), holder)

    def _note(self, node: Node, holder: Node | None) -> None:
        identity = self._id_of(node)
        known = self.by_id.setdefault(identity, {}) if identity else {}
        for name, value in node.items():
            known.setdefault(name, value)
        if identity and holder is not None:
            self.holders.setdefault(identity, holder)
        if not REVIEWS.isdisjoint(types_of(node)):
            self.found.append((node, holder))

    def _id_of(self, node: Node) -> str:
        """The ``@id`` of a node as an absolute address; empty where it has none."""
        identity = node.get("@id")
        return urljoined(self.address, identity) if isinstance(identity, str) else ""

    def _whole(self, value: Any) -> Node:
        """An object with all that the document says about it elsewhere; words are its address, or its name."""
        if isinstance(value, str):
            is_name = not value.startswith("#") and "://" not in value
            return self.by_id.get(urljoined(self.address, value), {"name": value} if is_name else {})
        return {**self.by_id.get(self._id_of(value), {}), **value} if isinstance(value, dict) else {}

    def _resolved(self, review: Node) -> Node:
        """The review with what it points to, and without what it is about, which stands beside it."""
        return {
            name: self._pointed_to(value) if name in _POINTING else value
            for name, value in _named(review).items()
            if name not in ("itemReviewed", "@graph", "@context")
        }

    def _pointed_to(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._pointed_to(each) for each in value]
        return self._whole(value) if isinstance(value, dict) else value


def _holder(node: Node, name: str) -> Node | None:
    return node if name in _HOLDING else None


def _named(value: Any) -> Any:
    """A node without an ``@id`` that holds on this page only: the next reading makes up another."""
    if isinstance(value, dict) and str(value.get("@id", "")).startswith("_:"):
        return {name: each for name, each in value.items() if name != "@id"}
    return value
