"""What a page's own style sheet hides, where nothing else on the page can show it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PLAIN_SELECTOR = re.compile(r"[.#]-?[A-Za-z_][\w-]*")
_LONGEST = 100_000
_MOST = 50
_OUTSIDE = etree.XPath("boolean(descendant::link[contains(@rel, 'stylesheet')])")
_CLASSED = etree.XPath("descendant::*[not(@style) and contains(concat(' ', normalize-space(@class), ' '), $name)]")
_NAMED = etree.XPath("descendant::*[not(@style) and @id = $name]")


def hidden_by_style(tree: Element) -> list[Element]:
    """The elements that a plain rule for one class or one id hides.

    Nothing is hidden for sure where a style sheet from elsewhere, a condition or a second rule may show it again; that
    no script does is for the caller to know.
    """
    sheet = _COMMENT.sub("", "\n".join(style.text or "" for style in tree.iter("style"))[:_LONGEST])
    if not sheet or "@" in sheet or _OUTSIDE(tree):
        return []
    hidden = [selector for selector, said in _RULE.findall(sheet) if INVISIBLE.search(said)]
    names = [name.strip() for selector in hidden[:_MOST] for name in selector.split(",")]
    return [each for name in names[:_MOST] if _is_plain(name, sheet) for each in _elements(tree, name)]


def _is_plain(name: str, sheet: str) -> bool:
    return _PLAIN_SELECTOR.fullmatch(name) is not None and sheet.count(name) == 1


def _elements(tree: Element, name: str) -> list[Element]:
    found: Any = _NAMED(tree, name=name[1:]) if name[0] == "#" else _CLASSED(tree, name=f" {name[1:]} ")
    return cast("list[Element]", found)
