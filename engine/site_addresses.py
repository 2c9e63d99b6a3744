"""Where public pages are: as a live instance answers them, with a query, or as files of a static site, without one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from engine.domain import PublishSettings, StaticSite, digest

Query = Mapping[str, object]
"""The parts of a query by name; those that are None or empty are not asked for."""

WRITTEN = frozenset({"", "reviews", "topics", "collections", "review", "method"})
"""The folders of which a static site has files; everything else needs a program."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_SEGMENT = 100
_CURSOR_DIGITS = 12


def site_address(settings: PublishSettings, folder: str, name: str = "", query: Query | None = None) -> str:
    """The address of a page: ``/<folder>/<name>?<query>``, or where a static site has it as a file.

    In a static site, what needs a program (forms, views that were not written) is at the live instance; the address is
    empty where there is none.
    """
    asked = _asked(query)
    static = settings.static
    if static is None:
        return _live(settings.base_url, folder, name, asked)
    if folder in WRITTEN and is_written(static, asked):
        return f"{settings.base_url}/{page_folder(settings, folder, name, asked)}"
    return _live(static.live_url, folder, name, asked) if static.live_url else ""


def live_address(settings: PublishSettings, folder: str, name: str = "", query: Query | None = None) -> str:
    """The address of a page at the instance itself; empty for a static site without one."""
    base = settings.base_url if settings.static is None else settings.static.live_url
    return _live(base, folder, name, _asked(query)) if base else ""


def snippet_address(settings: PublishSettings, scopes: str, scope_id: str, name: str, query: Query) -> str:
    """The address of an HTML snippet; ``query`` names its locale."""
    if settings.static is None:
        return f"{_live(settings.base_url, f'v1/{scopes}', scope_id, {})}/snippets/{name}?{urlencode(_asked(query))}"
    locale = _asked(query)["locale"]
    return f"{settings.base_url}/{snippet_folder(scopes, scope_id, locale)}{name}.html"


def page_folder(settings: PublishSettings, folder: str, name: str = "", query: Query | None = None) -> str:
    """The folder in which a static site has a page as ``index.html``: empty, or with a slash at the end."""
    asked = _asked(query)
    locale = asked.get("locale", "")
    parts = [locale if locale != settings.default_locale else "", folder, segment(name), *_view(asked)]
    return "".join(f"{each}/" for each in parts if each)


def snippet_folder(scopes: str, scope_id: str, locale: str) -> str:
    """The folder of a static site that holds the snippets of a page in one locale; it ends with a slash."""
    return f"v1/{scopes}/{segment(scope_id)}/snippets/{locale}/"


def twin_path(settings: PublishSettings, subject: str, ending: str, locale: str = "") -> str:
    """The path of what stands beside a subject's page: ``md``, ``rss`` or ``atom``."""
    if settings.static is None:
        query = f"?{urlencode({'locale': locale})}" if locale and locale != settings.default_locale else ""
        return f"/reviews/{quote(subject, safe='')}.{ending}{query}"
    return f"/{page_folder(settings, 'reviews', subject, {'locale': locale}).rstrip('/')}.{ending}"


def is_written(static: StaticSite, query: Query) -> bool:
    """Whether a static site has a file of a view.

    Order and stars go together, and each topic is there in the default order: all three at once would be thousands of
    files of each subject.
    """
    asked = _asked(query)
    is_sorted = "sort" in asked or "star" in asked
    if static.only_newest:
        return not is_sorted and "topic" not in asked
    return not (is_sorted and "topic" in asked)


def segment(text: str) -> str:
    """A name as one segment of a path that is spelt alike in an address and on a disk, and never has a dot in it."""
    written = _UNSAFE.sub(lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode()), text)
    if len(written) <= _LONGEST_SEGMENT:
        return written
    return f"{written[:_LONGEST_SEGMENT].rstrip('~')}~{digest(text)}"


def _view(asked: Mapping[str, str]) -> list[str]:
    parts = {
        "sort": asked.get("sort", ""),
        "star": f"{asked['star']}-stars" if "star" in asked else "",
        "topic": f"topic-{segment(asked['topic'])}" if "topic" in asked else "",
        # A cursor is opaque, and longer than a path should be.
        "after": f"after-{digest(asked['after'])[:_CURSOR_DIGITS]}" if "after" in asked else "",
    }
    return list(parts.values())


def _asked(query: Query | None) -> dict[str, str]:
    return {name: str(part) for name, part in (query or {}).items() if part not in (None, "")}


def _live(base: str, folder: str, name: str, asked: Mapping[str, str]) -> str:
    path = "/".join(each for each in (folder, quote(name, safe="")) if each)
    written = urlencode(asked)
    return f"{base}/{path}?{written}" if written else f"{base}/{path}"
