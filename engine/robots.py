"""What a robots.txt allows, by RFC 9309: the longest rule wins, ``*`` and a final ``$`` are understood.

The standard library's reader takes the first rule and knows no wildcards, with which most shops write theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from engine.errors import SourceRefusedError
from engine.http import GuardedSession

LARGEST = 500 * 1024
"""Bytes that are read of it (RFC 9309, 2.5)."""
_SAFE = "/?#[]@!$&'()*+,;=:%~"


@dataclass(slots=True)
class _Group:
    rules: list[tuple[str, bool]] = field(default_factory=list)
    """Path pattern, and whether it allows."""
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    groups: dict[str, _Group]
    """By product token in lower case."""

    def allows(self, agent: str, url: str) -> bool:
        """Whether a crawler may ask for an address; ``agent`` is its product token, such as ``Googlebot``."""
        path = _path(url)
        if path == "/robots.txt":
            return True
        matching = [(len(pattern), allows) for pattern, allows in self._group(agent).rules if _matches(pattern, path)]
        # Of two as long, the one that allows (2.2.2).
        return max(matching, default=(0, True))[1]

    def delay(self, agent: str) -> float | None:
        """The seconds between two requests that are asked for; no standard knows it, many write it."""
        return self._group(agent).delay

    def _group(self, agent: str) -> _Group:
        return self.groups.get(agent.lower()) or self.groups.get("*") or _Group()


def read_robots(text: str) -> Robots:
    """The rules of the first 500 KiB; never raises: a line that is not understood is passed over."""
    groups: dict[str, _Group] = {}
    open_groups: list[_Group] = []
    were_names = False
    for name, value in _lines(_first(text)):
        if name == "user-agent":
            open_groups = [*(open_groups if were_names else []), groups.setdefault(_token(value), _Group())]
        else:
            _rule(open_groups, name, value)
        were_names = name == "user-agent"
    return Robots(groups)


def fetch_robots(session: GuardedSession, url: str) -> Robots:
    """The rules of the host that an address is on; those of one that refuses to tell them allow everything (2.3.1.3).

    However long the file is, its first 500 KiB hold (2.5): a host that writes much has not said that all is allowed.
    Raises RetryLaterError when the host does not answer: then nothing is allowed (2.3.1.4).
    """
    parts = urlsplit(url)
    try:
        # A few bytes more tell that something was cut off, also after a byte order mark.
        answer = session.get(f"{parts.scheme}://{parts.netloc}/robots.txt", first_bytes=LARGEST + 4)
    except SourceRefusedError:
        return Robots({})
    return read_robots(answer.text)


def _first(text: str) -> list[str]:
    """The lines of the first 500 KiB, without the one that the limit cuts: half a path forbids other pages."""
    whole = text.encode("utf-8", "replace")
    if len(whole) <= LARGEST:
        return text.splitlines()
    return whole[:LARGEST].decode("utf-8", "ignore").splitlines()[:-1]


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for each in lines:
        name, colon, value = each.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _token(value: str) -> str:
    found = re.match(r"\*|[a-z_-]+", value.lower())
    return found[0] if found else ""


def _rule(groups: Iterable[_Group], name: str, value: str) -> None:
    for group in groups:
        if name in ("allow", "disallow") and value:
            group.rules.append((_normal(value), name == "allow"))
        elif name == "crawl-delay" and re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value):
            group.delay = float(value)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _normal(path: str) -> str:
    return quote(unquote(path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")


def _matches(pattern: str, path: str) -> bool:
    """Piece by piece from the left, which takes no longer than the path is, however many stars there are."""
    is_whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for piece in rest[:-1] if is_whole else rest:
        found = path.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    if not is_whole:
        return True
    return path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= position if rest else position == len(path)
