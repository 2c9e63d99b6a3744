"""Writing XML that every parser reads, whatever a text holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from lxml import etree

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# https://www.w3.org/TR/xml/#charsets: no document can hold these, not even escaped.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def possible(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _IMPOSSIBLE.sub("", text)


def element(name: str, text: str | None = None, attributes: Mapping[str, str] | None = None) -> etree._Element:
    made = etree.Element(name, {key: possible(value) for key, value in (attributes or {}).items()})
    made.text = None if text is None else possible(text)
    return made


def holding(name: str, *children: etree._Element | None) -> etree._Element:
    """An element with those of the children that there are."""
    made = etree.Element(name)
    made.extend([child for child in children if child is not None])
    return made


def as_text(made: etree._Element) -> str:
    return etree.tostring(made, encoding="unicode")


def as_moment(moment: datetime) -> str:
    """RFC 3339 in UTC: ``2026-09-30T12:11:10Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
