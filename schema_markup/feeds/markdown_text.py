"""Texts from outside as Markdown that shows them and nothing else: https://spec.commonmark.org/0.31.2/."""

from __future__ import annotations

import re

# Any ASCII punctuation may be escaped (2.4); these begin something in the middle of a line, here or in dialects.
_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#])")
# Dialects make links of bare addresses (https://github.github.com/gfm/#autolinks-extension-).
_ADDRESS = re.compile(r"(https?|ftp|www)(://|\.)", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*)([-+=>:]|\d{1,9}[.)](?=\s|$))")


def literal(text: str) -> str:
    """One line in which no character is markup."""
    return _ADDRESS.sub(r"\1\\\2", _SPECIAL.sub(_shown, " ".join(text.split())))


def quotation(text: str) -> str:
    """A block quotation, line for line, in which no character is markup."""
    lines = [_escaped_line(line) for line in text.strip().split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def link(words: str, address: str) -> str:
    """A link; an address with parentheses stands between angle brackets, where they end nothing (6.3)."""
    safe = re.sub(r"[\s<>\\]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
    return f"[{literal(words)}](<{safe}>)" if re.search(r"[()]", safe) else f"[{literal(words)}]({safe})"


def _shown(found: re.Match[str]) -> str:
    # Some print Markdown as HTML without reading it first: there a backslash would not keep a tag from being one.
    return "&lt;" if found[1] == "<" else f"\\{found[1]}"


def _escaped_line(line: str) -> str:
    return _LINE_START.sub(_at_start, literal(line))


def _at_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"
