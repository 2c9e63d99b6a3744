"""Where embeds of a page are asked for, and which page an address means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from engine.domain import Locale, PublishSettings, Scope
from widgets.links import PAGES

OEMBED_TYPE = "application/json+oembed"
SCOPES: Mapping[str, Scope] = {f"{scope}s": scope for scope in Scope}
"""By the folder of the API and of framed pages."""
_SCOPE_OF_PAGE: Mapping[str, Scope] = {folder: scope for scope, folder in PAGES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """What the address of a public page says."""

    scope: Scope
    scope_id: str
    locale: str | None
    """As it is written there; None where it is not said."""


def read_page_address(url: str, base_url: str) -> PageAddress | None:
    """The public page of this instance that an address means; None for every other address.

    Order, filter and place in the list do not count: what is embedded is the page, and shows its default view.
    """
    try:
        asked, ours = urlsplit(url), urlsplit(base_url)
        is_ours = asked.scheme in ("http", "https") and asked.netloc.casefold() == ours.netloc.casefold()
    except ValueError:
        return None
    parts = asked.path.removeprefix(ours.path).split("/")
    match parts if is_ours else []:
        case ["", folder, scope_id] if folder in _SCOPE_OF_PAGE and scope_id:
            locale = parse_qs(asked.query).get("locale", [None])[0]
            named = unquote(scope_id)
            # No id has one, and PostgreSQL would answer the question with an error of its own.
            return None if "\0" in named else PageAddress(scope=_SCOPE_OF_PAGE[folder], scope_id=named, locale=locale)
    return None


def discovery_header(base_url: str, page: str) -> str:
    """The Link header by which a public page says where its embed is asked for (https://oembed.com, 4)."""
    return f'<{oembed_address(base_url, page)}>; rel="alternate"; type="{OEMBED_TYPE}"'


def oembed_address(base_url: str, page: str) -> str:
    """Where the embed of a public page is asked for (https://oembed.com, 4: discovery)."""
    return f"{base_url}/oembed?{urlencode({'url': page, 'format': 'json'})}"


def frame_address(base_url: str, scope: Scope, scope_id: str, name: str, query: Mapping[str, str]) -> str:
    """Where a snippet stands alone on a page that is made to be framed; empty parts of the query are left out."""
    written = urlencode({key: value for key, value in query.items() if value})
    path = f"{base_url}/embed/{scope}s/{quote(scope_id, safe='')}/{quote(name, safe='')}"
    return f"{path}?{written}" if written else path


def asset_address(settings: PublishSettings, name: str) -> str:
    """Where a page of any other site finds a file of ours."""
    return settings.base_url + settings.assets.get(name, f"/assets/{name}")


def locale_query(settings: PublishSettings, locale: Locale) -> str:
    """The locale as links say it: nothing for the default one."""
    return "" if locale == settings.default_locale else locale
