"""Fetching the one page that somebody at the console names: some a minute, one at a time, and never for long.

Whoever fetches holds one of the few threads that answer; with one fetch at a time, the others answer on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from limits import RateLimitItemPerMinute

from engine.errors import PlauditError
from engine.http import Answer, GuardedSession
from review_site.access import who
from review_site.asking import instance
from review_site.visitors import count_one

OFTEN = RateLimitItemPerMinute(12)
SECONDS = 10.0
LARGEST = 8 * 1024 * 1024
"""Bytes of a page."""
WEB = ("http://", "https://")
_FETCHING = Lock()


class Hindrance(StrEnum):
    """Why a page was not fetched."""

    ADDRESS = "address"
    """It is none of a page."""
    OFTEN = "often"
    """Whoever asks has asked too often."""
    BUSY = "busy"
    """Another page is being fetched."""
    SILENT = "silent"
    """It does not answer, or with something else than a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindered:
    why: Hindrance
    words: str = ""
    """What came instead, in English."""


def fetch(url: str) -> Answer | Hindered:
    """The page at an address that somebody typed, or why there is none."""
    if not url.startswith(WEB) or len(url) > 2000:
        return Hindered(why=Hindrance.ADDRESS)
    if not count_one(OFTEN, "pages fetched by", who().name):
        return Hindered(why=Hindrance.OFTEN)
    if not _FETCHING.acquire(blocking=False):
        return Hindered(why=Hindrance.BUSY)
    try:
        with GuardedSession(instance().config.http_allow, timeout=SECONDS, max_bytes=LARGEST) as session:
            return session.get(url)
    except PlauditError as error:
        return Hindered(why=Hindrance.SILENT, words=str(error))
    finally:
        _FETCHING.release()
