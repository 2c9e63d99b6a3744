"""Where widgets link to: the public page of a subject in each of its views, and addresses from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from engine.domain import Locale, Material, Order, View
from engine.i18n import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    address: str
    words: str
    is_current: bool = False


def reviews_page(material: Material, view: View | None = None, locale: Locale | None = None) -> str:
    """The address of the subject's public page, in the default view and the material's locale unless told otherwise."""
    asked = view or View()
    wanted = locale or material.locale
    parts = {
        "locale": wanted if wanted != material.settings.default_locale else None,
        "sort": asked.order if asked.order is not Order.NEWEST else None,
        "star": asked.star,
        "after": asked.after,
    }
    query = urlencode({name: str(part) for name, part in parts.items() if part is not None})
    path = f"{material.settings.base_url}/reviews/{quote(material.subject.id, safe='')}"
    return f"{path}?{query}" if query else path


def order_links(material: Material, texts: Texts) -> tuple[Link, ...]:
    """One link for each order, keeping the star that is filtered by and starting at the first review."""
    return tuple(
        Link(
            address=reviews_page(material, View(order=order, star=material.view.star)),
            words=texts(f"order-{order}"),
            is_current=order is material.view.order,
        )
        for order in Order
    )


def next_page(material: Material) -> str | None:
    """The address of the page with the reviews that follow; None on the last one."""
    if material.following is None:
        return None
    return reviews_page(material, replace(material.view, after=material.following))


def web_link(url: str | None) -> str | None:
    """The address when a browser may be sent there: http or https with a host, nothing invisible in it; else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
