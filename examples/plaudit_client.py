"""A client of Plaudit to copy into a site: snippets through a cache of its own, catching up, and webhooks checked.

Needs ``requests`` and nothing else. One instance may be used by several threads, if its ``kept`` may.

How old a snippet may be when Plaudit cannot be reached: what quotes nobody (a badge) a day, all others five minutes.
Whoever took a review back was promised that it is gone at the next look; a page that goes on showing it because the
network is down breaks that promise, so keep ``quotes_for`` short. After that the page shows nothing in its place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import requests

Key = tuple[str, str, str, str]
"""Scope (subject, topic, collection), id, name and locale of a snippet."""
QUOTES_NOBODY = frozenset({"badge"})
MOST_AT_ONCE = 100
TOLERANCE = 300
"""Seconds that the clocks of sender and receiver may differ (standardwebhooks.com)."""


class ForgedError(Exception):
    """What claims to come from Plaudit is not signed by it, or is too old."""


@dataclass(frozen=True)
class Kept:
    """A snippet as it was fetched; ``asked_at`` is when Plaudit last said that it is current."""

    body: str
    etag: str
    asked_at: float
    version: int = 0
    """It only grows; a webhook that tells of one that is not above it is old."""


@dataclass
class Plaudit:
    """One instance. ``fresh_for`` is how many seconds a snippet is used without asking: 0 asks each time."""

    url: str
    fresh_for: float = 0
    quotes_for: float = 5 * 60
    others_for: float = 24 * 60 * 60
    timeout: float = 3
    kept: MutableMapping[Key, Kept] = field(default_factory=dict)
    http: requests.Session = field(default_factory=requests.Session)
    clock: Callable[[], float] = time.time

    def snippet(self, scope: str, which: str, name: str, locale: str) -> str:
        """What to print; an empty text where there is nothing to say, or nothing that may still be shown."""
        key = (scope, which, name, locale)
        kept = self.kept.get(key)
        if kept and self.clock() < kept.asked_at + self.fresh_for:
            return kept.body
        path = f"{scope}s/{quote(which, safe='')}/snippets/{quote(name, safe='')}"
        known = {"If-None-Match": f'"{kept.etag}"'} if kept else {}
        try:
            answer = self.http.get(
                f"{self.url}/v1/{path}", params={"locale": locale}, headers=known, timeout=self.timeout
            )
        except requests.RequestException:
            return self._stale(key)
        if answer.status_code >= 500 or answer.status_code == 429:
            return self._stale(key)
        if answer.status_code == 304 and kept:
            self.kept[key] = replace(kept, asked_at=self.clock())
        elif answer.status_code == 200:
            answer.encoding = "utf-8"
            etag = answer.headers["ETag"].strip('"').removesuffix("-gzip").removesuffix("-br")
            self.kept[key] = Kept(answer.text, etag, self.clock(), int(answer.headers["Plaudit-Version"]))
        else:
            self.kept.pop(key, None)
        return self.kept[key].body if key in self.kept else ""

    def snippets(self, keys: Sequence[Key]) -> dict[Key, str]:
        """Many at once, in as few requests as can be; those that there are."""
        for start in range(0, len(keys), MOST_AT_ONCE):
            try:
                self.fetch(keys[start : start + MOST_AT_ONCE])
            except requests.RequestException:
                for each in keys[start : start + MOST_AT_ONCE]:
                    self._stale(each)
        return {each: self.kept[each].body for each in keys if each in self.kept}

    def fetch(self, keys: Sequence[Key]) -> None:
        """Brings MOST_AT_ONCE or fewer up to date in one request; raises requests.RequestException."""
        names = ("scope", "id", "name", "locale", "etag")
        asked = [[*key, self.kept[key].etag if key in self.kept else ""] for key in keys]
        question = {"items": [dict(zip(names, each, strict=True)) for each in asked]}
        answer = self.http.post(f"{self.url}/v1/snippets/batch", json=question, timeout=self.timeout)
        answer.raise_for_status()
        for key, said in zip(keys, answer.json()["items"], strict=True):
            if said["status"] == 200:
                self.kept[key] = Kept(said["body"], said["etag"], self.clock(), said["version"])
            elif said["status"] == 304:
                self.kept[key] = replace(self.kept[key], asked_at=self.clock())
            else:
                self.kept.pop(key, None)

    def changes(self, since: str | None = None) -> Iterator[tuple[Sequence[Mapping[str, Any]], str | None, bool]]:
        """Pages of what changed, each with the cursor to keep once it was worked off, and whether it starts anew.

        Where it starts anew (the first time, or because a cursor was lost), whatever is not listed is gone.
        """
        anew, more = since is None, True
        while more:
            asked = {"since": since} if since else {}
            answer = self.http.get(f"{self.url}/v1/changes", params=asked, timeout=self.timeout)
            if answer.status_code == 410 and since:
                since, anew = None, True
                continue
            answer.raise_for_status()
            page = answer.json()
            yield page["items"], page["next"], anew
            since, more, anew = page["next"], page["more"], False

    def catch_up(self, since: str | None = None) -> str | None:
        """Brings what is kept up to date; returns the cursor to go on from the next time. Run it every minute."""
        cursor = since
        for changed, following, anew in self.changes(since):
            if anew:
                self.kept.clear()
            moved = []
            for each in (one for one in changed if one["kind"].startswith("snippet.")):
                key = (each["scope"], each["id"], each["name"], each["locale"])
                if each["kind"] == "snippet.removed":
                    self.kept.pop(key, None)
                elif key not in self.kept or self.kept[key].etag != each["etag"]:
                    moved.append(key)
            for start in range(0, len(moved), MOST_AT_ONCE):
                self.fetch(moved[start : start + MOST_AT_ONCE])
            cursor = following
        return cursor

    def _stale(self, key: Key) -> str:
        kept = self.kept.get(key)
        longest = self.others_for if key[2] in QUOTES_NOBODY else self.quotes_for
        if kept and self.clock() < kept.asked_at + longest:
            return kept.body
        self.kept.pop(key, None)
        return ""


def check_webhook(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of a webhook that is signed with one of the secrets (``whsec_...``); forget one that you know already.

    ``headers`` have lower-case names. Raises ForgedError. https://www.standardwebhooks.com
    """
    which, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not which or not (at.isascii() and at.isdigit()) or abs(now - int(at[:12])) > TOLERANCE:
        raise ForgedError("this webhook has no id, or its time is not now")
    said = [each[3:].encode() for each in headers.get("webhook-signature", "").split() if each.startswith("v1,")]
    for secret in filter(None, secrets):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"{which}.{at}.".encode() + body, hashlib.sha256).digest()
        if key and any([hmac.compare_digest(base64.b64encode(signed), each) for each in said]):  # noqa: C419
            return which
    raise ForgedError("this webhook is not signed with a secret of ours")
