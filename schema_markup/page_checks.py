"""The page as a whole: whether it is listed, under which address, and whether it describes anything twice.

https://developers.google.com/search/docs/appearance/structured-data/sd-policies (2026-09-24)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import SplitResult, urljoin, urlsplit

from schema_markup.nodes import Node
from schema_markup.page import Page
from schema_markup.phrases import undisclosed_reward
from schema_markup.product_checks import several_products
from schema_markup.question_checks import pages_of_questions
from schema_markup.rating_checks import ratings_of
from schema_markup.rulebook import Violation, quoted, shortened

# Kinds of items that have a page of their own, whose address is therefore the page's.
_OF_THE_PAGE = frozenset({"Product", "Recipe", "Event", "SoftwareApplication", "Movie", "Course", "Book", "QAPage"})
_MISSPELT = re.compile(r"(?:application|text)/(?:json|json-?ld|ld-json|jsonld|json\+ld|x-ld\+json|ldjson)")
_SITES = frozenset({"WebSite", "WebPage"})
_MOST_SITES = 20
_MOST_TOLD = 50
_MOST_COMPARED = 2000


def page_violations(page: Page, nodes: Sequence[Node], url: str | None) -> Iterator[Violation]:
    """What is wrong with the page that the items stand in; ``url`` is where it was found."""
    for kind in page.other_scripts:
        if _MISSPELT.fullmatch(kind) and page.mentions_schema:
            yield Violation("script-type", "$", quoted(kind))
    if not nodes:
        return
    if page.is_noindex:
        yield Violation("page-noindex", nodes[0].path)
    here = _address(url or "", page.canonical or "")
    found_at = _address(url or "")
    if url and page.canonical and here and found_at and _page(here) != _page(found_at):
        yield Violation("page-elsewhere", nodes[0].path, page.canonical)
    if here and here.netloc:
        yield from _addresses(nodes, here)
    if any(node.kinds & {"Review", "AggregateRating"} for node in nodes):
        yield from _incentives(page, nodes)


def document_violations(nodes: Sequence[Node]) -> Iterator[Violation]:
    """What is wrong with the items beside each other, in a page or a document."""
    if len(nodes) < 2:
        return
    found = list(nodes)
    yield from pages_of_questions(found)
    yield from several_products(found)
    yield from _duplicates([node for node in found if not node.is_nested][:_MOST_COMPARED])
    yield from _published_by_itself(found)


def _duplicates(roots: list[Node]) -> Iterator[Violation]:
    seen: dict[tuple[frozenset[str], str], Node] = {}
    for node in roots:
        name = node.properties.get("name")
        if not isinstance(name, str) or node.id is not None or not _is_described(node):
            continue
        first = seen.setdefault((frozenset(node.types), name.strip().lower()), node)
        if first is not node:
            yield Violation("duplicate-item", node.path, f"{' and '.join(node.types)} {quoted(name)}")


def _is_described(node: Node) -> bool:
    return bool(node.kinds & {"Product", "Organization", "Event", "Recipe", "SoftwareApplication", "CreativeWork"})


def _addresses(nodes: Sequence[Node], here: SplitResult) -> Iterator[Violation]:
    for node in nodes:
        if not node.kinds & (_OF_THE_PAGE | {"Organization"}):
            continue
        if "Organization" in node.kinds and _is_at_home(node, here) and any(ratings_of(node)):
            yield Violation("self-serving-page", node.path)
        said = node.properties.get("url")
        there = _address(here.geturl(), said) if isinstance(said, str) else None
        if there is None or _page(there)[0] != _page(here)[0]:
            continue
        if node.is_subject and node.kinds & _OF_THE_PAGE and _page(there) != _page(here):
            yield Violation("page-canonical", node.place("url"), shortened(here.geturl()))


def _is_at_home(node: Node, here: SplitResult) -> bool:
    # A guide gives each business a page of the guide's own; a business's own site is its front page.
    said = [each for each in (node.properties.get("url"), node.id) if isinstance(each, str) and "//" in each]
    named = (_address(here.geturl(), each) for each in said)
    return any(each and _page(each)[0] == _page(here)[0] and not each.path.strip("/") for each in named)


def _published_by_itself(nodes: Sequence[Node]) -> Iterator[Violation]:
    publishers = [each for node in nodes if node.kinds & _SITES for each in node.all_of("publisher")][:_MOST_SITES]
    for node in nodes:
        if "Organization" not in node.kinds:
            continue
        ratings = [each for group in ratings_of(node) for each in group]
        for rating in ratings:
            if any(_is_same(node, publisher) for publisher in rating.all_of("publisher")):
                yield Violation("self-serving-page", rating.path)
        if ratings and any(_is_same(node, publisher) for publisher in publishers):
            yield Violation("self-serving-page", node.path)


def _is_same(node: Node, other: Node) -> bool:
    names = {name for name in node.values("name") if isinstance(name, str)}
    return other is node or bool(names & {name for name in other.values("name") if isinstance(name, str)})


def _incentives(page: Page, nodes: Sequence[Node]) -> Iterator[Violation]:
    text = "\n".join(page.lines)
    offered = undisclosed_reward(text)
    if offered:
        offered = undisclosed_reward(_without_reviews(text, nodes))
    if offered:
        rated = next(node for node in nodes if node.kinds & {"Review", "AggregateRating"})
        yield Violation("incentive-undisclosed", rated.path, quoted(offered))


def _without_reviews(text: str, nodes: Sequence[Node]) -> str:
    # What a customer tells of rewards is no offer of the page.
    bodies = (each for node in nodes for each in node.values("reviewBody") if isinstance(each, str))
    for body in islice((each for each in bodies if undisclosed_reward(each)), _MOST_TOLD):
        text = text.replace(" ".join(body.split()), "\n")
    return text


def _address(base: str, *parts: str) -> SplitResult | None:
    try:
        for part in parts:
            base = urljoin(base, part)
        return urlsplit(base)
    except ValueError:
        return None


def _page(address: SplitResult) -> tuple[str, str]:
    """The site and the page of it, whatever the address says after the question mark."""
    return address.netloc.lower().removeprefix("www."), address.path.rstrip("/")
