"""Snippets through Django's cache: asked about with their ETag after a while, or as soon as a newer one was told.

A webhook deletes nothing: it notes the version that it tells of. A page that is just being built from an older version
may therefore keep it as late as it likes: what is below the noted version is not used again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import requests
from django.core.cache import BaseCache, caches

from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.plaudit_client import Kept, Key, Plaudit

DAY = 24 * 60 * 60
NOTHING_FOR = 10
"""Seconds until it is asked again where there was nothing to show, or no answer."""
REST = 5
"""Seconds in which nobody else asks after one was not answered: pages would wait for it one after the other."""
PREFIX = "plaudit"
RESTING, GENERATION, CURSOR = f"{PREFIX}:resting", f"{PREFIX}:generation", f"{PREFIX}:cursor"


class RestingSession(requests.Session):
    """Asks nothing for a moment after it was not answered."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if kept().get(RESTING):
            raise requests.ConnectionError("Plaudit did not answer a moment ago")
        try:
            return super().send(request, **options)
        except requests.RequestException:
            kept().set(RESTING, True, REST)
            raise


HTTP = RestingSession()


def client(**more: Any) -> Plaudit:
    return Plaudit(plaudit().url, http=HTTP, **more)


def kept() -> BaseCache:
    return caches[plaudit().cache]


def snippet(key: Key) -> str:
    """What to print; an empty text where there is nothing to say, or nothing that may still be shown."""
    cache, (at, told_at) = kept(), _names(key)
    found = cache.get_many((at, told_at))
    mine, told = found.get(at), found.get(told_at, 0)
    if mine and mine.version >= told and time.time() < mine.asked_at + plaudit().fresh_for:
        return str(mine.body)
    # What is known to be old may hold what somebody took back: it is not shown where nobody answers either.
    asking = client(kept={key: mine} if mine and mine.etag and mine.version >= told else {})
    body = asking.snippet(*key)
    after = asking.kept.get(key)
    if after is None:
        cache.set(at, Kept("", "", time.time(), told), NOTHING_FOR)
    elif after is not mine:
        cache.set(at, after, DAY)
    return body


def hear(key: Key, version: int, *, only_kept: bool = False) -> bool:
    """Notes that a snippet has this version, unless nobody keeps it and ``only_kept``; whether that was news."""
    cache, (at, told_at) = kept(), _names(key)
    found = cache.get_many((at, told_at))
    mine = found.get(at)
    if version <= max(found.get(told_at, 0), mine.version if mine else 0) or (only_kept and mine is None):
        return False
    cache.set(told_at, version, DAY)
    return True


def changes() -> Iterator[tuple[Sequence[Key], bool]]:
    """Notes what changed and was told to nobody: what moved, page by page, and whether all before it is forgotten.

    The cursor is kept beside the snippets: a cache that loses one has lost what the other was about. Raises
    requests.RequestException where nobody answers; what was read until then is noted.
    """
    cache, is_listing_all = kept(), False
    for changed, following, anew in client().changes(cache.get(CURSOR)):
        if anew:
            is_listing_all = True
            cache.set(GENERATION, cache.get(GENERATION, 0) + 1, None)
        told = [each for each in changed if each["kind"].startswith("snippet.")]
        versions = {(each["scope"], each["id"], each["name"], each["locale"]): each["version"] for each in told}
        yield [key for key, version in versions.items() if hear(key, version, only_kept=is_listing_all)], anew
        cache.set(CURSOR, following, None)


def _names(key: Key) -> tuple[str, str]:
    """Where the cache holds a snippet, and the newest version of it that was told."""
    # Some caches take no spaces and no long names.
    digest = sha256("\0".join(key).encode()).hexdigest()
    generation = kept().get(GENERATION, 0)
    return f"{PREFIX}:{generation}:kept:{digest}", f"{PREFIX}:{generation}:told:{digest}"
