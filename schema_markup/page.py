"""What a page really says: its visible text, its figures, and its scripts as a browser's parser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from schema_markup.figures import Figures
from schema_markup.page_styles import INVISIBLE, hidden_by_style

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Pictures of stars say their number here; a sighted visitor sees the stars.
_LABELS = etree.XPath(
    "descendant::*/@aria-label | descendant::*/@alt | descendant::*/@title"
    " | descendant::meter/@value | descendant::*/@data-rating | descendant::*/@data-score",
    smart_strings=False,
)
_STARRED = etree.XPath("descendant::*[contains(@class, 'star') and normalize-space() = '']/@class", smart_strings=False)
_STARS = re.compile(r"(?:^|[\s_-])stars?(?:$|[\s_-])")
_STYLED = etree.XPath("descendant::*[@hidden or @style]")
_IS_OPENER = (
    "self::button or self::summary or @role='button' or @role='tab' or @aria-expanded or @aria-controls"
    " or @onclick or @data-target or @data-bs-target or (self::label and @for)"
)
_OPENERS = etree.XPath(f"descendant::*[{_IS_OPENER}]")
_OPENERS_WITHIN = etree.XPath(f"descendant-or-self::*[{_IS_OPENER}]")
# The tags of head and body may be left out (https://html.spec.whatwg.org/#optional-tags), and to this parser an element
# that is younger than itself, such as main, does not end the head then.
_TITLES = etree.XPath("descendant::head/title")
_CARDS = etree.XPath("descendant::*[contains(@class, 'plaudit-review')]")
_FIGURES = etree.XPath("descendant::data[contains(@class, 'plaudit-')]")
_ROBOTS = etree.XPath("descendant::meta[@name and @content]")
_CANONICAL = etree.XPath("descendant::link[@rel and @href]")
_HANDLERS = etree.XPath("descendant::*/@*[starts-with(name(), 'on')]")
# What stands inside these is no text of the page.
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object")
_NAMES_OF_BLOCKS = """
    address article aside blockquote body br button caption dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre section summary table td th tr ul
"""
_BLOCKS = tuple(_NAMES_OF_BLOCKS.split())
# The paragraph separator of Unicode, which is white space wherever text is compared.
_BREAK = "\u2029"
_JSON_LD = "application/ld+json"
_AS_TYPED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u2032\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u2026": "..."}
    # Nobody sees these: soft hyphens and joints of no width.
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
_DASHES = re.compile("-{2,}")


@dataclass(frozen=True)
class Page:
    """A page after parsing; ``text`` and the figures leave out what is hidden."""

    text: str
    labels: str = ""
    """What pictures and icons are called, for figures that are drawn."""
    draws_stars: bool = False
    """Whether something without a text is called stars, so that its figure cannot be read."""
    lines: tuple[str, ...] = ()
    """The text again, each paragraph, button and cell on a line of its own."""
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

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.text, self.labels)

    def shows(self, text: str) -> bool:
        """Whether a text can be read on the page, however its lines are broken."""
        return squeezed(text) in self.squeezed


def squeezed(text: str) -> str:
    """A text without white space: line breaks and gaps between elements differ, letters may not.

    Quotation marks, dashes and dots are all of one kind: themes draw those of print where the markup has a keyboard's.
    """
    whole = "".join(text.replace("\x00", "").split())
    if not whole.isascii():
        whole = whole.translate(_AS_TYPED)
    return _DASHES.sub("-", whole) if "--" in whole else whole


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
    # A script may show what a style sheet hides.
    styled = [] if others else hidden_by_style(tree)
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    for title in _found(_TITLES, tree):
        _remove(title)
    _take_out_hidden(tree, styled)
    figures = [(element.get("class", "").split(), element.get("value", "")) for element in _found(_FIGURES, tree)]
    lines = _lines(tree)
    return Page(
        text=" ".join(lines),
        labels=_labels(tree),
        draws_stars=any(_STARS.search(each) for each in _strings(_STARRED, tree)),
        lines=lines,
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


def _take_out_hidden(tree: Element, styled: list[Element]) -> None:
    hidden = [
        each for each in _found(_STYLED, tree) if "hidden" in each.attrib or INVISIBLE.search(each.get("style", ""))
    ]
    hidden = list(dict.fromkeys([*hidden, *styled]))
    opened = {name for each in (_found(_OPENERS, tree) if hidden else ()) for name in _opened_by(each)}
    # Decided before any is gone: what stands before an element must be the same to all who ask, and asked once.
    for element in [each for each in hidden if not _can_be_opened(each, opened)]:
        _remove(element)


def _opened_by(control: Element) -> Iterator[str]:
    for name in ("aria-controls", "data-target", "data-bs-target", "for", "href"):
        yield from (each.removeprefix("#") for each in control.get(name, "").split())


def _can_be_opened(element: Element, opened: set[str]) -> bool:
    """Whether it is the folded part of an expandable section, which counts as visible.

    https://developers.google.com/search/docs/appearance/structured-data/faqpage (2026-04-28)
    """
    if element.get("id") in opened or element.get("hidden", "").lower() == "until-found":
        return True
    before = element.getprevious()
    return before is not None and bool(_found(_OPENERS_WITHIN, before))


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


def _lines(tree: Element) -> tuple[str, ...]:
    for block in tree.iter(*_BLOCKS):
        block.text, block.tail = f"{_BREAK}{block.text or ''}", f"{_BREAK}{block.tail or ''}"
    paragraphs = (" ".join(each.split()) for each in " ".join(cast("Iterator[str]", tree.itertext())).split(_BREAK))
    return tuple(each for each in paragraphs if each)


def _text(element: Element) -> str:
    return " ".join(" ".join(cast("Iterator[str]", element.itertext())).split())
