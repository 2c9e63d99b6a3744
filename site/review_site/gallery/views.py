"""The gallery, as a page whose address holds all that was chosen."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.domain import Locale
from review_site.asking import asked_locale, instance
from review_site.gallery import FOLDER
from review_site.gallery.making import asked_choice, asked_name, made_of
from review_site.gallery.page import empty_page, gallery_page
from review_site.security import GALLERY_POLICY

blueprint = Blueprint("gallery", __name__)


@blueprint.get(f"/{FOLDER}")
def widgets() -> Response:
    """Every kind of widget there is of one subject, topic or collection, as it looks and as it is embedded."""
    locale, settings, find = asked_locale(), instance().settings, asked_name()
    with instance().store.reading() as transaction:
        asked = asked_choice(transaction, locale, find)
    if asked is None:
        return _as_page(empty_page(settings, locale, find), locale)
    return _as_page(gallery_page(settings, asked, made_of(asked)), locale)


def _as_page(html: str, locale: Locale) -> Response:
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    response.headers["Content-Security-Policy"] = GALLERY_POLICY
    return response
