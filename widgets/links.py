"""Where widgets link to: the public page of a subject in each of its views, and addresses from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from engine.domain import Admission, Kind, Locale, Material, Order, ReviewId, Scope, SubjectId, View
from engine.i18n import Texts
from engine.site_addresses import is_written, live_address, site_address
from engine.site_addresses import snippet_address as address_of_snippet

PAGES: Mapping[Scope, str] = {Scope.SUBJECT: "reviews", Scope.TOPIC: "topics", Scope.COLLECTION: "collections"}
"""The folder of the public pages of each scope that has any."""
MANY = 2
"""Fewer reviews have no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    address: str
    words: str
    is_current: bool = False


def reviews_page(material: Material, view: View | None = None, locale: Locale | None = None) -> str:
    """The address of the public page, in the default view and the material's locale unless told otherwise."""
    return _address(material, PAGES[material.scope], material.about.id, _query(material, view or View(), locale))


def live_page(material: Material) -> str:
    """The address of the public page at the instance itself, which knows its embeds; empty where nobody reaches it."""
    return live_address(
        material.settings, PAGES[material.scope], material.about.id, _query(material, View(), material.locale)
    )


def leads_somewhere(material: Material, view: View) -> bool:
    """Whether there is a page of a view: a static site has not all of them, and not always an instance to ask."""
    static = material.settings.static
    return static is None or bool(static.live_url) or is_written(static, _query(material, view))


def snippet_address(material: Material, name: str) -> str:
    """The address that a snippet about the same is served at, in the material's locale."""
    scopes = f"{material.scope}s"
    return address_of_snippet(material.settings, scopes, material.about.id, name, {"locale": material.locale})


def review_page(review: ReviewId, material: Material) -> str:
    """The address of the page that one review stands on alone and whole."""
    return _address(material, "review", review, _in_locale(material))


def report_page(review: ReviewId, material: Material) -> str:
    """The address of the form in which a reader says that a review should not stand as it does; empty where
    nobody would get it."""
    return _address(material, "report", review, _in_locale(material))


def method_page(material: Material) -> str:
    """The address of the page that says how reviews are collected, checked and published."""
    return site_address(material.settings, "method", query={"locale": material.locale})


def subject_link(subject: SubjectId, material: Material, texts: Texts, key: str) -> Link | None:
    """A link to what something is about, in the words of ``key``; None on a page that is about that subject itself."""
    found = material.subjects.get(subject)
    if material.scope is Scope.SUBJECT or found is None:
        return None
    return Link(
        address=_address(material, PAGES[Scope.SUBJECT], found.id, _in_locale(material)),
        words=texts(key, subject=found.name_in(material.locale)),
    )


def heading(material: Material, texts: Texts) -> str:
    """What stands above the reviews of a subject, topic or collection."""
    match material.scope:
        case Scope.SUBJECT:
            return texts("reviews-of", subject=material.name)
        case Scope.TOPIC:
            return texts("reviews-about", topic=material.name)
        case Scope.COLLECTION:
            return material.name


def order_links(material: Material, texts: Texts) -> tuple[Link, ...]:
    """One link for each order, keeping what is filtered by and starting at the first review.

    None where there is nothing to put in order, and for a collection, whose order somebody gave it by hand.
    """
    if material.total_shown < MANY or material.scope is Scope.COLLECTION:
        return ()
    return tuple(
        Link(
            address=reviews_page(material, replace(material.view, order=order, after=None)),
            words=texts(f"order-{order}"),
            is_current=order is material.view.order,
        )
        for order in Order
        if leads_somewhere(material, replace(material.view, order=order, after=None))
    )


def next_page(material: Material) -> str | None:
    """The address of the page with the reviews that follow; None on the last one."""
    if material.following is None:
        return None
    return reviews_page(material, replace(material.view, after=material.following))


def write_page(material: Material) -> str | None:
    """The address of the form that anybody may write a review of the subject in; None where there is none."""
    if material.scope is not Scope.SUBJECT:
        return None
    for form in material.settings.forms:
        is_for_all = form.ask is Admission.OPEN and form.kind is Kind.REVIEW
        if is_for_all and form.takes(material.subject.id) and form.is_in(material.locale):
            asked = {"subject": material.subject.id, **_in_locale(material)}
            return _address(material, "f", form.id, asked) or None
    return None


def _in_locale(material: Material) -> dict[str, str | None]:
    """The part of a query that asks for the material's locale; the default one is what is answered unasked."""
    return {"locale": material.locale if material.locale != material.settings.default_locale else None}


def _query(material: Material, view: View, locale: Locale | None = None) -> dict[str, object]:
    wanted = locale or material.locale
    return {
        "locale": wanted if wanted != material.settings.default_locale else None,
        "sort": view.order if view.order is not Order.NEWEST else None,
        "star": view.star,
        "topic": view.topic,
        "after": view.after,
    }


def _address(material: Material, folder: str, scope_id: str, query: Mapping[str, object]) -> str:
    return site_address(material.settings, folder, scope_id, query)


def web_link(url: str | None) -> str | None:
    """The address when a browser may be sent there: http or https with a host, nothing invisible in it; else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
