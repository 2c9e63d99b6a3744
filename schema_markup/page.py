"""What a page really says: its visible text, its figures, and its scripts as a browser's parser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Pictures of stars say their number here; a sighted visitor sees the stars.
_LABELS = etree.XPath("descendant::*/@aria-label | descendant::*/@alt | descendant::*/@title", smart_strings=False)
_STYLED = etree.XPath("descendant::*[@hidden or @style]")
_CARDS = etree.XPath("descendant::*[contains(@class, 'plaudit-review')]")
_FIGURES = etree.XPath("descendant::data[contains(@class, 'plaudit-')]")
_ROBOTS = etree.XPath("descendant::meta[@name and @content]")
_CANONICAL = etree.XPath("descendant::link[@rel and @href]")
_HANDLERS = etree.XPath("descendant::*/@*[starts-with(name(), 'on')]")
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# What stands inside these is no text of the page.
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object", "head")
_JSON_LD = "application/ld+json"


@dataclass(frozen=True)
class Page:
    """A page after parsing; ``text`` and the figures leave out what is hidden."""

    text: str
    labels: str = ""
    """What pictures and icons are called, for figures that are drawn."""
    json_ld: tuple[str, ...] = ()
    other_scripts: tuple[str, ...] = ()
    """The types of scripts that are not JSON-LD."""
    mentions_schema: bool = False
    """Whether one of those scripts speaks of schema.org."""
    handlers: tuple[str, ...] = ()
    """Attributes that run a script, by name."""
    means: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    is_noindex: bool = False
    canonical: str | None = None
    """The address that the page gives as its own."""
    cards: tuple[Page, ...] = ()
    """Each review of our own lists, as a page of its own."""

    @cached_property
    def squeezed(self) -> str:
        return squeezed(self.text)

    def shows(self, text: str) -> bool:
        """Whether a text can be read on the page, however its lines are broken."""
        return squeezed(text) in self.squeezed


def squeezed(text: str) -> str:
    """A text without white space: line breaks and gaps between elements differ, letters may not."""
    return "".join(text.replace("\x00", "").split())


def read_page(html: str | bytes) -> Page:
    """What an HTML document or fragment says; never raises for what it holds, however broken."""
    source = html.encode("utf-8", "replace") if isinstance(html, str) else html
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        tree = None
    return Page("") if tree is None else _read(tree)


def _read(tree: Element) -> Page:
    mentions_schema = any(
        "schema.org" in (script.text or "") for script in tree.iter("script") if not _is_json_ld(script)
    )
    json_ld, others = _scripts(tree)
    handlers = tuple(sorted({str(each.attrname) for each in cast("list[Any]", _HANDLERS(tree))}))
    robots, canonical = _robots(tree), _canonical(tree)
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    for element in _found(_STYLED, tree):
        if "hidden" in element.attrib or _INVISIBLE.search(element.get("style", "")):
            _remove(element)
    figures = [(element.get("class", "").split(), element.get("value", "")) for element in _found(_FIGURES, tree)]
    return Page(
        text=_text(tree),
        labels=_labels(tree),
        json_ld=json_ld,
        other_scripts=others,
        mentions_schema=mentions_schema,
        handlers=handlers,
        means=tuple(value for names, value in figures if "plaudit-mean" in names),
        counts=tuple(value for names, value in figures if "plaudit-count" in names),
        is_noindex=not robots.isdisjoint({"noindex", "none"}),
        canonical=canonical,
        cards=tuple(Page(text=_text(card), labels=_labels(card)) for card in _cards(tree)),
    )


def _scripts(tree: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    json_ld, others = [], []
    for script in tree.iter("script"):
        if _is_json_ld(script):
            json_ld.append(script.text or "")
        else:
            others.append((script.get("type") or "").strip().lower() or "text/javascript")
    return tuple(json_ld), tuple(others)


def _is_json_ld(script: Element) -> bool:
    return (script.get("type") or "").partition(";")[0].strip().lower() == _JSON_LD


def _robots(tree: Element) -> set[str]:
    said = [each for each in _found(_ROBOTS, tree) if each.get("name", "").lower() in {"robots", "googlebot"}]
    return {word.strip().lower() for each in said for word in each.get("content", "").split(",")}


def _canonical(tree: Element) -> str | None:
    named = (each for each in _found(_CANONICAL, tree) if "canonical" in each.get("rel", "").lower().split())
    return next((each.get("href", "").strip() for each in named), None)


def _cards(tree: Element) -> list[Element]:
    return [each for each in _found(_CARDS, tree) if "plaudit-review" in each.get("class", "").split()]


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    # The text after an element belongs to its parent, and stays.
    tail, before = element.tail, element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _found(path: etree.XPath, element: Element) -> list[Element]:
    return cast("list[Element]", path(element))


def _strings(path: etree.XPath, element: Element) -> list[str]:
    return cast("list[str]", path(element))


def _labels(element: Element) -> str:
    return " ".join(_strings(_LABELS, element))


def _text(element: Element) -> str:
    return " ".join(" ".join(cast("Iterator[str]", element.itertext())).split())
