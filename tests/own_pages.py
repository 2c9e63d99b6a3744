"""Pages of one's own as tests make them, and a site of them on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from collectors.own_pages import KIND, read
from collectors.page_markup import find_reviews
from engine.http import GuardedSession
from engine.plugins import Collector
from engine.testing.collectors import LOOPBACK
from tests.source_server import Asked, Faults, Reply, SourceServer, serving

PAGE = "https://larkfield.example/p/k2"
Site = Mapping[str, str | Reply]
REVIEW = {"@type": "Review", "author": "Ana", "reviewBody": "Lid rattles.", "reviewRating": {"ratingValue": 2}}


def records_of(*documents: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The fields of the records that the JSON-LD on a page gives, each document in a script of its own."""
    found = find_reviews("".join(map(page, documents)), PAGE, ["json-ld"])
    return [
        read({"page": PAGE, "subject": subject, "review": review}, "here").fields for review, subject in found.reviews
    ]


def page(document: Mapping[str, Any]) -> str:
    return f'<!doctype html><title>K2</title><script type="application/ld+json">{json.dumps(document)}</script>'


def html_reply(html: str) -> Reply:
    return Reply(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def sitemap(root: str, entry: str, paths: Sequence[str]) -> str:
    """A sitemap; the addresses of the site itself begin with ``ORIGIN``, which the server fills in."""
    addresses = [each if "://" in each else f"ORIGIN{each}" for each in paths]
    inside = "".join(f"<{entry}><loc>{each}</loc></{entry}>" for each in addresses)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{root}>'


@contextmanager
def own_site(site: Site, faults: Faults | None = None, **given: Any) -> Iterator[tuple[Collector, SourceServer]]:
    """A collector of pages that a server on loopback has, and the server."""

    def answer(asked: Asked) -> Reply:
        found = site.get(asked.path, Reply(404))
        if isinstance(found, Reply):
            return found
        return html_reply(found.replace("ORIGIN", f"http://{asked.headers['host']}"))

    given.setdefault("pages", list(site))
    with serving(answer, faults) as source, GuardedSession(LOOPBACK) as http:
        yield KIND.collector(options(source, **given), http), source


def options(
    source: SourceServer, pages: Sequence[str] = (), sitemap: str = "", markup: str = "json-ld"
) -> dict[str, str]:
    return {
        "domain": "127.0.0.1",
        "pages": ", ".join(f"{source.url}{each}" for each in pages),
        "sitemap": f"{source.url}{sitemap}" if sitemap else "",
        "markup": markup,
    }
