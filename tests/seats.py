"""Somebody at the console in a real browser, who signed in before, and what is wrong with a page that he sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from review_site.access.cookies import SESSION
from tests.doors import Company
from tests.proofs.widgets_access import SIDEWAYS, objected
from tests.serving import Served
from tests.signing import EMAIL, begun_session


@dataclass(frozen=True, slots=True)
class Seat:
    """A page, and everything that the browser's console said of what it showed."""

    page: Page
    told: list[str] = field(default_factory=list)


@contextmanager
def seated(
    browser: Browser, served: Served, company: Company, *, email: str = EMAIL, locale: str = "en-GB", **options: Any
) -> Iterator[Seat]:
    """An empty page of somebody who signed in to what is served for a company over HTTP, and may use the clipboard.

    Addresses may begin with the path; ``options`` are those of a context of the browser.
    """
    with company.instance() as instance:
        token = begun_session(instance.store, email)
    options = {"permissions": ["clipboard-read", "clipboard-write"], **options}
    with browser.new_context(base_url=served.url, locale=locale, **options) as context:
        context.add_cookies([{"name": SESSION, "value": token, "url": served.url}])
        seat = Seat(context.new_page())
        seat.page.on("console", lambda message: seat.told.append(message.text))
        seat.page.on("pageerror", lambda error: seat.told.append(str(error)))
        yield seat


def objections(page: Page, axe: str) -> Sequence[str]:
    """What axe-core, whose source is given, finds on a page, and whether it is wider than its window."""
    wider = page.evaluate(SIDEWAYS)
    return [*objected(page, axe), *([f"{wider} px wider than the window"] if wider > 0 else [])]
