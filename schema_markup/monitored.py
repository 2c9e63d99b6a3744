"""A page of somebody else held against the document that we published for it: engine.monitor.Judge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from lxml import etree

from engine.domain import Embedded, MonitoredPage, Problem, Severity
from engine.monitor import Held, problem
from schema_markup.nodes import as_list
from schema_markup.page import Page, read_page
from schema_markup.rulebook import quoted
from schema_markup.strict_json import read_json
from schema_markup.vocabulary import kinds

_SCHEMA = re.compile(r"^(?:https?://schema\.org/|schema:)")
_RATED = ("aggregateRating", "review")
_IDENTIFIERS = ("url", "sku", "mpn", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")
_MOST_NODES = 5_000
_SAID_ELSEWHERE = etree.XPath("//*[@itemscope and not(@itemprop)]/@itemtype | //*[@typeof and not(@property)]/@typeof")

Document = dict[str, Any]


class PageJudge:
    """Keeps nothing between two pages."""

    def hold(self, html: str, published: str, page: MonitoredPage) -> Held:
        """What is missing, altered, out of date, said twice, hidden or kept out of search on the page."""
        ours = json.loads(published)
        found = read_page(html)
        seen = _Seen([read_json(text, "$").document for text in found.json_ld])
        problems = [*_noindex(found, page)]
        if not seen.says_something_of(ours):
            return Held(problems=[*problems, *_missing(found, page), *_twice(ours, seen, html, page)])
        differing = seen.differs_from(ours)
        digest = _digest(ours)
        if differing:
            is_old = page.seen and seen.digest_of(ours) == page.seen
            problems.append(_out_of_date(page) if is_old else _altered(page, differing))
        elif missing := [text for text in _shown(ours) if not _shows(found, text)]:
            problems.append(_hidden(page, missing))
        problems += _twice(ours, seen, html, page)
        return Held(problems=problems, seen="" if differing else digest)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The JSON-LD documents of a page; None for one that could not be read."""

    documents: list[Any]

    def says_something_of(self, ours: Document) -> bool:
        return bool(self._about(ours))

    def differs_from(self, ours: Document) -> list[str]:
        """The properties of ours that the page lacks, says otherwise, or says in two ways."""
        return [name for name, value in _properties(ours).items() if not self._says(ours, name, value)]

    def digest_of(self, ours: Document) -> str:
        """The digest of what the page says of our item: ours of an earlier day, when a cache still serves it."""
        [*about] = self._about(ours)
        return _digest(about[0]) if len(about) == 1 else ""

    def roots(self) -> Iterator[Document]:
        """The items that stand by themselves in a document or a graph: what the page is about, not what it mentions."""
        for document in self.documents:
            for each in as_list(document):
                if isinstance(each, dict):
                    yield from (root for root in (each, *as_list(each.get("@graph"))) if isinstance(root, dict))

    def _says(self, ours: Document, name: str, value: Any) -> bool:
        said = [each[name] for each in self._about(ours) if name in each]
        return bool(said) and all(each == value for each in said)

    def _about(self, ours: Document) -> list[Document]:
        identity = ours.get("@id")
        return [each for each in self.roots() if identity is not None and each.get("@id") == identity]


def _properties(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in ("@context", "@id")}


def _digest(document: Document) -> str:
    canonical = json.dumps(_properties(document), sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:32]


def _shown(ours: Document) -> Iterator[str]:
    """What a visitor must be able to read: each review's text, and the mean."""
    for review in as_list(ours.get("review")):
        if isinstance(review, dict) and isinstance(review.get("reviewBody"), str):
            yield review["reviewBody"]
    rating = ours.get("aggregateRating")
    if isinstance(rating, dict) and rating.get("ratingValue") is not None:
        yield str(rating["ratingValue"])


def _shows(page: Page, text: str) -> bool:
    # Stars are drawn, and say their number in a label; decimals are written as the language does.
    return page.shows(text) or text in page.labels or text.replace(".", ",") in f"{page.text} {page.labels}"


def _twice(ours: Document, seen: _Seen, html: str, page: MonitoredPage) -> list[Problem]:
    """Another item on the page that search engines would take for ours.

    One that is called like ours or has one of its identifiers, or the only other one of its type that is rated or
    sold; where several are, the page lists products, and none of them is ours.
    """
    types = {_plain(each) for each in as_list(ours.get("@type"))}
    others = [each for each in seen.roots() if each.get("@id") != ours.get("@id") and types & _kinds(each)]
    alike = [each for each in others if _is_alike(each, ours)]
    if not alike and len(others) == 1 and any(name in others[0] for name in (*_RATED, "offers")):
        alike = others
    if alike:
        name = quoted(alike[0].get("name", "without a name"))
        return [_duplicated(page, f"Another {_plain(next(iter(types)))} stands in the JSON-LD of the page: {name}.")]
    elsewhere = [each for each in _types_elsewhere(html) if types & kinds((each,))]
    if elsewhere:
        return [_duplicated(page, f"The page says {elsewhere[0]} a second time, as attributes of its HTML.")]
    return []


def _kinds(node: Mapping[str, Any]) -> frozenset[str]:
    return kinds(tuple(_plain(each) for each in as_list(node.get("@type"))[:32] if isinstance(each, str)))


def _plain(name: object) -> str:
    return _SCHEMA.sub("", str(name))


def _is_alike(other: Document, ours: Document) -> bool:
    if any(other.get(name) is not None and other.get(name) == ours.get(name) for name in _IDENTIFIERS):
        return True
    names = [each for each in (other.get("name"), ours.get("name")) if isinstance(each, str) and each.strip()]
    if len(names) < 2:
        return False
    shorter, longer = sorted((" ".join(each.casefold().split()) for each in names), key=len)
    return shorter in longer


def _types_elsewhere(html: str) -> Iterable[str]:
    try:
        tree = etree.fromstring(html.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8"))
    except etree.XMLSyntaxError:
        return []
    said = cast("list[str]", _SAID_ELSEWHERE(tree)) if tree is not None else []
    return [_plain(name) for each in said[:_MOST_NODES] for name in each.split()]


def _missing(found: Page, page: MonitoredPage) -> list[Problem]:
    if found.cards:
        message = f"The page shows the reviews of {page.subject_id!r}, but their markup was cut out."
        fix = "Let the script of type application/ld+json through; editors and sanitizers often drop every script."
        return [problem(page, "embed-missing", message, fix)]
    what = "the list of reviews with its markup" if page.embedded is Embedded.LIST else "our markup"
    others = f"; it has {len(found.json_ld)} other scripts of JSON-LD" if found.json_ld else ""
    fix = "Put the snippet back where it was; a change of theme or an update of the page often drops it."
    return [problem(page, "embed-missing", f"The page lacks {what} about {page.subject_id!r}{others}.", fix)]


def _altered(page: MonitoredPage, names: list[str]) -> Problem:
    message = f"The page says something else than we published: {', '.join(names[:8])}."
    fix = "Embed the snippet as it is served; look for a plugin that rewrites or merges JSON-LD."
    return problem(page, "embed-altered", message, fix)


def _out_of_date(page: MonitoredPage) -> Problem:
    message = "The page serves an earlier version of what we published."
    fix = "Purge the page from its cache when a snippet changes: webhooks tell when."
    return problem(page, "embed-outdated", message, fix, severity=Severity.WARNING)


def _hidden(page: MonitoredPage, missing: list[str]) -> Problem:
    more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    message = f"Visitors cannot read on the page what its markup says: {quoted(missing[0])}{more}."
    fix = "Show the reviews and the rating that are marked up; hidden content can cost a site all its rich results."
    return problem(page, "embed-hidden", message, fix, severity=Severity.POLICY)


def _duplicated(page: MonitoredPage, message: str) -> Problem:
    fix = "Switch the markup of the theme or plugin off, or give its item our @id, so that both are read as one."
    return problem(page, "embed-duplicated", message, fix)


def _noindex(found: Page, page: MonitoredPage) -> Iterator[Problem]:
    if found.is_noindex:
        message = "A robots meta tag keeps this page out of search."
        yield problem(page, "embed-noindex", message, "Allow indexing in the settings of the page or its SEO plugin.")
