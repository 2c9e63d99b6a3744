"""Where widgets link to: the public page of a subject in each of its views, and addresses from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from engine.domain import Admission, Kind, Locale, Material, Order, Scope, SubjectId, View
from engine.i18n import Texts

PAGES: Mapping[Scope, str] = {Scope.SUBJECT: "reviews", Scope.TOPIC: "topics"}
"""The folder of the public pages of each scope that has any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    address: str
    words: str
    is_current: bool = False


def reviews_page(material: Material, view: View | None = None, locale: Locale | None = None) -> str:
    """The address of the public page, in the default view and the material's locale unless told otherwise."""
    asked = view or View()
    wanted = locale or material.locale
    parts = {
        "locale": wanted if wanted != material.settings.default_locale else None,
        "sort": asked.order if asked.order is not Order.NEWEST else None,
        "star": asked.star,
        "after": asked.after,
    }
    return _address(material, PAGES[material.scope], material.about.id, parts)


def subject_link(subject: SubjectId, material: Material, texts: Texts, key: str) -> Link | None:
    """A link to what something is about, in the words of ``key``; None on a page that is about that subject itself."""
    found = material.subjects.get(subject)
    if material.scope is Scope.SUBJECT or found is None:
        return None
    locale = material.locale if material.locale != material.settings.default_locale else None
    return Link(
        address=_address(material, PAGES[Scope.SUBJECT], found.id, {"locale": locale}),
        words=texts(key, subject=found.name_in(material.locale)),
    )


def heading(material: Material, texts: Texts) -> str:
    """What stands above the reviews of a subject or topic."""
    if material.scope is Scope.SUBJECT:
        return texts("reviews-of", subject=material.name)
    return texts("reviews-about", topic=material.name)


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


def write_page(material: Material) -> str | None:
    """The address of the form that anybody may write a review of the subject in; None where there is none."""
    for form in material.settings.forms:
        is_for_all = form.ask is Admission.OPEN and form.kind is Kind.REVIEW
        if is_for_all and form.takes(material.subject.id) and form.is_in(material.locale):
            query: dict[str, str] = {"subject": material.subject.id}
            if material.locale != material.settings.default_locale:
                query["locale"] = material.locale
            return f"{material.settings.base_url}/f/{form.id}?{urlencode(query)}"
    return None


def _address(material: Material, folder: str, scope_id: str, query: Mapping[str, object]) -> str:
    written = urlencode({name: str(part) for name, part in query.items() if part is not None})
    path = f"{material.settings.base_url}/{folder}/{quote(scope_id, safe='')}"
    return f"{path}?{written}" if written else path


def web_link(url: str | None) -> str | None:
    """The address when a browser may be sent there: http or https with a host, nothing invisible in it; else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
