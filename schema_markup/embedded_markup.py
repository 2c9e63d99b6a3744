"""Microdata and RDFa of a page as the same kind of document that JSON-LD is, so that one reading judges all three.

https://html.spec.whatwg.org/multipage/microdata.html and https://www.w3.org/TR/rdfa-lite/ (2015-03-17). Iterative and
with a bounded number of ``itemref`` followed: extruct recurses without end on the pages that an enemy writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from schema_markup.node_reader import Source
from schema_markup.rulebook import Violation

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MICRODATA = re.compile(r"\sitemscope[\s=>/]", re.IGNORECASE)
_RDFA = re.compile(r"\stypeof\s*=", re.IGNORECASE)
_SCHEMA = re.compile(r"https?://(?:www\.)?schema\.org/")
# https://developers.google.com/search/docs/appearance/structured-data/intro-structured-data (2026-07-08). Old trails of
# links stand on many pages whose items are all schema.org's.
_RETIRED = re.compile(
    r"""\s(?:itemtype|typeof|vocab|prefix|xmlns:\w+)\s*=\s*["']?[^"'>]{0,200}data-vocabulary\.org(?!/Breadcrumb)""",
    re.IGNORECASE,
)
# Where no address of the page is known, any will do: the browser makes every link complete.
_SOMEWHERE = "https://page.invalid/"
_DEEPEST = 48
_MOST_FOLLOWED = 500
_LINKS = {"href": ("a", "area", "link"), "src": ("audio", "embed", "iframe", "img", "source", "track", "video")}
_VALUES = {"data": ("object",), "value": ("data", "meter"), "datetime": ("time",)}
_ADDRESSES = frozenset({*_LINKS, "data"})
_BY_TAG = {tag: name for table in (_LINKS, _VALUES) for name, tags in table.items() for tag in tags}


@dataclass(slots=True)
class Embedded:
    """The documents in a page's own elements, and what could not be read of them."""

    sources: list[Source] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


def embedded_in(html: str, url: str | None = None) -> Embedded:
    """The items of a page's Microdata and RDFa; nothing is parsed where there can be none.

    ``url`` is the address of the page, by which its links are made complete, as a browser does.
    """
    found = Embedded()
    if "data-vocabulary.org" in html:
        found.violations += _retired(html)
    if "schema.org" not in html:
        return found
    for path, mark, reader in (("microdata", _MICRODATA, _Microdata), ("rdfa", _RDFA, _Rdfa)):
        tree = _parsed(html) if mark.search(html) else None
        if tree is not None:
            _read(path, reader(tree, _base(tree, url)), found)
    return found


def _retired(html: str) -> Iterator[Violation]:
    for path, mark in (("microdata", _MICRODATA), ("rdfa", _RDFA)):
        if mark.search(html) and _RETIRED.search(html):
            yield Violation("vocabulary-retired", f"{path} $")
            return


def _base(tree: Element, url: str | None) -> str:
    given = next((each.get("href", "") for each in tree.iter("base") if each.get("href")), "")
    base = _SOMEWHERE
    for each in (url or "", given):
        with suppress(ValueError):
            base = urljoin(base, each.strip())
    return base


def _complete(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link


def _read(path: str, walk: _Microdata | _Rdfa, found: Embedded) -> None:
    items = [each for each in walk.items() if _speaks(each)]
    found.sources += [Source(f"{path}[{number}] $", each, True) for number, each in enumerate(items)]
    if walk.is_too_deep:
        found.violations.append(Violation("json-too-deep", f"{path} $", str(_DEEPEST)))


def _parsed(html: str) -> Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree: Element | None = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return tree


def _speaks(holder: dict[str, Any]) -> bool:
    return not holder.get("@type") or any(_SCHEMA.match(each) for each in holder["@type"])


def _add(holder: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names:
        if name not in holder:
            holder[name] = value
        elif isinstance(holder[name], list):
            holder[name].append(value)
        else:
            holder[name] = [holder[name], value]


def _said(element: Element, base: str) -> str:
    """The value of an element: its ``content``, its address, its machine-readable form, or its text."""
    content = element.get("content")
    if content is not None:
        return content.strip()
    name = _BY_TAG.get(str(element.tag))
    given = element.get(name) if name else None
    if given is None:
        return " ".join("".join(_texts(element)).split())
    return _complete(base, given) if name in _ADDRESSES and given.strip() else given.strip()


def _texts(element: Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _children(element: Element) -> list[Element]:
    return [child for child in reversed(element) if isinstance(child.tag, str)]


@dataclass(slots=True)
class _Microdata:
    tree: Element
    base: str
    is_too_deep: bool = False
    followed: int = 0

    def items(self) -> list[dict[str, Any]]:
        roots: list[dict[str, Any]] = []
        waiting: list[tuple[Element, dict[str, Any] | None, int]] = [(self.tree, None, 0)]
        while waiting:
            element, holder, depth = waiting.pop()
            names = [name for name in element.get("itemprop", "").split() if name[0] != "@"]
            if "itemscope" in element.attrib:
                made = self._opened(element)
                if names and holder is not None:
                    _add(holder, names, made)
                elif not names:
                    roots.append(made)
                holder, depth = made, depth + 1
                if depth <= _DEEPEST:
                    waiting += [(each, made, depth) for each in self._referred(element)]
            elif names and holder is not None:
                _add(holder, names, _said(element, self.base))
            if depth > _DEEPEST:
                self.is_too_deep = True
            else:
                waiting += [(child, holder, depth) for child in _children(element)]
        return roots

    def _opened(self, element: Element) -> dict[str, Any]:
        holder: dict[str, Any] = {"@type": element.get("itemtype", "").split()}
        if element.get("itemid"):
            holder["@id"] = element.get("itemid")
        return holder

    def _referred(self, element: Element) -> Iterator[Element]:
        for name in element.get("itemref", "").split():
            self.followed += 1
            target = self.tree.xpath("descendant::*[@id=$name][1]", name=name) if self.followed < _MOST_FOLLOWED else ()
            if isinstance(target, list):
                yield from (each for each in target if isinstance(each, etree._Element))  # noqa: SLF001 - lxml's name


@dataclass(slots=True)
class _Scope:
    vocabulary: str = ""
    prefixes: dict[str, str] = field(default_factory=lambda: {"schema": "https://schema.org/"})
    holder: dict[str, Any] | None = None
    depth: int = 0

    def names(self, given: str | None) -> list[str]:
        return [self._name(each) for each in (given or "").split()]

    def _name(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + rest
        return name if colon else self.vocabulary + name


@dataclass(slots=True)
class _Rdfa:
    tree: Element
    base: str
    is_too_deep: bool = False

    def items(self) -> list[dict[str, Any]]:
        roots: list[dict[str, Any]] = []
        waiting = [(self.tree, _Scope())]
        while waiting:
            element, scope = waiting.pop()
            inner = self._entered(element, scope, roots.append)
            if inner.depth > _DEEPEST:
                self.is_too_deep = True
            else:
                waiting += [(child, inner) for child in _children(element)]
        return roots

    def _entered(self, element: Element, scope: _Scope, add_root: Callable[[dict[str, Any]], None]) -> _Scope:
        given = element.attrib
        if not ("vocab" in given or "prefix" in given or "typeof" in given or "property" in given or "about" in given):
            return scope
        inner = _Scope(element.get("vocab", scope.vocabulary), _prefixes(element, scope), scope.holder, scope.depth)
        names = [each for each in inner.names(element.get("property")) if _SCHEMA.match(each)]
        if "typeof" not in given and "about" not in given:
            if names and scope.holder is not None:
                _add(scope.holder, names, _pointed(element, self.base))
            return inner
        inner.holder = {"@type": inner.names(element.get("typeof"))}
        inner.depth += 1
        subject = element.get("about") or element.get("resource")
        if subject:
            inner.holder["@id"] = subject
        if names and scope.holder is not None and "about" not in given:
            _add(scope.holder, names, inner.holder)
        else:
            add_root(inner.holder)
        return inner


def _prefixes(element: Element, scope: _Scope) -> dict[str, str]:
    words = element.get("prefix", "").split()
    return scope.prefixes | {
        name[:-1]: iri for name, iri in zip(words[::2], words[1::2], strict=False) if name[-1:] == ":"
    }


def _pointed(element: Element, base: str) -> Any:
    resource = element.get("resource")
    if resource is None or element.get("content") is not None:
        return _said(element, base)
    # On an image or a link the address is the value; on anything else it names an item of the page.
    return {"@id": resource}
