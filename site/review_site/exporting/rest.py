"""The files of a static site that are about no page alone: the list of subjects, feeds, assets, and the headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.exporting import File
from engine.site_addresses import page_folder
from review_site.assets import FOREVER
from review_site.exporting.pages import HTML
from review_site.feed_bodies import FEEDS, part_path, sitemap_part, sitemap_parts
from review_site.frame import home_address
from review_site.home import ON_A_PAGE, home_page
from review_site.method.facts import facts_of, without_doors
from review_site.method.views import in_force_since, method_page
from review_site.security import headers_for
from review_site.wiring import Instance, now
from schema_markup.feeds import sitemap_xml

HEADERS = "_headers"
FOLDERS = ("reviews", "topics", "collections", "review", "method", "v1", "feeds", "sitemaps", "media")


def asset_files(known: Instance) -> Iterator[File]:
    for name, asset in known.assets.by_address.items():
        yield File(path=f"assets/{name}", body=asset.body, media_type=asset.media_type, packed=asset.packed)


def home_files(known: Instance) -> Iterator[File]:
    """The list of subjects, all its pages, in each language."""
    with known.store.reading() as transaction:
        for locale in known.settings.locales:
            after: str | None = ""
            while after is not None:
                html = home_page(transaction, known.settings, locale, after, now=now())
                folder = home_address(known.settings, locale, after).removeprefix(f"{known.settings.base_url}/")
                yield File(path=f"{folder}index.html", body=html.encode(), media_type=HTML)
                found = transaction.subjects.page(after=after, limit=ON_A_PAGE + 1)
                after = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None


def method_files(known: Instance) -> Iterator[File]:
    """How reviews are checked, in each language, as the instance itself says it."""
    settings, moment = known.settings, now()
    own = replace(known.config, site_base_url=settings.static.origin) if settings.static else known.config
    with known.store.reading() as transaction:
        facts = facts_of(transaction, own, known.decisions, moment)
    since = in_force_since(known.store, facts, settings.default_locale, moment)
    if settings.static and not settings.static.live_url:
        facts = without_doors(facts)
    for locale in settings.locales:
        folder = page_folder(settings, "method", query={"locale": locale})
        html = method_page(facts, settings, locale, since)
        yield File(path=f"{folder}index.html", body=html.encode(), media_type=HTML)


def feed_files(known: Instance) -> Iterator[File]:
    for feed in FEEDS.values():
        body = "".join(feed.pieces(known, lambda _: None))
        yield File(path=feed.path.lstrip("/"), body=body.encode(), media_type=feed.media_type)
    parts = sitemap_parts(known)
    for number in range(1, parts + 1 if parts > 1 else 1):
        body = "".join(sitemap_part(known, number))
        yield File(path=part_path(number).lstrip("/"), body=body.encode(), media_type=sitemap_xml.MEDIA_TYPE)


def headers_file(known: Instance) -> File:
    """What hosts that read a ``_headers`` file send: what the instance sends itself.

    No two rules are about one path, because hosts do not agree on what that would mean.
    """
    locales = [each for each in known.settings.locales if each != known.settings.default_locale]
    pages = {"Cache-Control": "no-cache", **headers_for(HTML)}
    media_types = {each.path.lstrip("/"): each.media_type for each in FEEDS.values()}
    rules = [_rule("/", pages), *(_rule(f"/{each}/*", pages) for each in (*locales, *FOLDERS) if each != "feeds")]
    for path, media_type in media_types.items():
        rules.append(
            _rule(f"/{path}", {"Content-Type": media_type, "Cache-Control": "no-cache", **headers_for(media_type)})
        )
    rules.append(_rule("/assets/*", {"Cache-Control": FOREVER, "Access-Control-Allow-Origin": "*", **headers_for("")}))
    return File(path=HEADERS, body="\n".join(rules).encode(), media_type="text/plain; charset=utf-8", packed={})


def _rule(path: str, headers: dict[str, str]) -> str:
    lines: Sequence[str] = [path, *(f"  {name}: {value}" for name, value in headers.items())]
    return "\n".join(lines) + "\n"
