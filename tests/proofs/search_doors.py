"""Searching as it is asked from outside: over HTTP with a key or without, and by the command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import requests

from tests.proofs.instances import Instance, Server
from tests.proofs.measuring import SkippedError

PATH = "/v1/testimonials/search"
KEPT = ("pending", "approved", "rejected")
"""The states in which a review can be found by whoever may read what is kept."""
PERMISSIONS = ("read", "reviews:write", "subjects:write", "moderate", "withdraw", "erase")
PAGE = 100
KEYS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A server, and keys in turn that may read and change everything; not for use from two threads."""

    server: Server
    keys: Iterator[str]
    _session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, said: Any = None, *, with_key: bool = True) -> requests.Response:
        """One request under /v1."""
        headers = {"Authorization": f"Bearer {next(self.keys)}"} if with_key else {}
        address = f"http://127.0.0.1:{self.server.port}{path}"
        return self._session.request(method, address, json=said, headers=headers, timeout=60)

    def close(self) -> None:
        self._session.close()

    def kept(self, question: str, states: Sequence[str] = KEPT) -> set[str]:
        """The ids of all reviews with all the words that are in one of these states."""
        return set(self._pages(f"{kept_path(question, states)}&limit={PAGE}", with_key=True))

    def shown(self, question: str) -> set[str]:
        """The ids of those that everybody may read; asked more often than a few times a second, it is refused."""
        return set(self._pages(f"{PATH}?limit={PAGE}&q={quote_plus(question)}", with_key=False))

    def _pages(self, path: str, *, with_key: bool) -> Iterator[str]:
        after = ""
        while True:
            answer = self.ask("GET", path + after, with_key=with_key)
            if not answer.ok:
                raise RuntimeError(f"{path} was answered {answer.status_code}: {answer.text[:300]}")
            said = answer.json()
            yield from found_ids(said)
            if not said["next"]:
                return
            after = f"&after={said['next']}"


def kept_path(question: str, states: Sequence[str] = KEPT) -> str:
    """Where reviews in these states are asked for."""
    return f"{PATH}?q={quote_plus(question)}" + "".join(f"&state={each}" for each in states)


def found_ids(said: Any) -> Iterator[str]:
    """The reviews of an answer that have all the words."""
    return (str(each["review"]["id"]) for each in said["items"] if each["has_all_words"])


def found_by_command(instance: Instance, question: str) -> set[str]:
    """What ``plaudit search --format json`` finds, whatever was decided about it."""
    states = [word for each in KEPT for word in ("--facet", f"state={each}")]
    ran = instance.plaudit("search", question, *states, "--limit", "1000", "--format", "json", allowed=(0, 1))
    return set(found_ids(json.loads(ran.out)))


def make_keys(instance: Instance, count: int = KEYS) -> list[str]:
    """So many new keys that may do all that a proof does: more requests a minute than one of them may send."""
    wanted = [word for each in PERMISSIONS for word in ("--permission", each)]
    made = (instance.plaudit("key", "create", "proof", "--days", "1", *wanted).out for _ in range(count))
    return [max(re.findall(r"\S+", each), key=len) for each in made]


def need_search(instance: Instance) -> None:
    """Raises SkippedError where this build cannot search yet."""
    if instance.plaudit("search", "--help", allowed=(0, 2)).status:
        raise SkippedError("this build has no plaudit search")
