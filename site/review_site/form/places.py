"""Reads from a request where the visitor is, and answers with the headers that pages about one person need."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, redirect, request

from engine.domain import Form, FormId, Locale, Subject, SubjectId
from engine.errors import NotFoundError
from review_site.asking import fitting_locale, instance
from review_site.form.pages import Place
from review_site.security import framed_by


def form_of(wanted: str) -> Form:
    """Raises NotFoundError when there is no such form."""
    form = instance().config.forms.get(FormId(wanted))
    if form is None:
        raise NotFoundError(f"there is no form {wanted!r}")
    return form


def place_of(form: Form, **query: str) -> Place:
    return Place(
        settings=instance().settings,
        form=form,
        locale=locale_for(form),
        path=request.path,
        query=query,
        is_embedded=bool(form.embed_on) and request.args.get("embed") == "1",
    )


def locale_for(form: Form) -> Locale:
    """The language asked for; where the form is not there in it, the first one that it is there in."""
    asked = fitting_locale() or instance().settings.default_locale
    return asked if form.is_in(asked) else form.locales[0]


def subject_of(wanted: SubjectId) -> Subject:
    """Raises NotFoundError when there is no such subject."""
    with instance().store.reading() as transaction:
        return transaction.subjects.find(wanted)


def as_page(place: Place, html: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The page; only where it is meant to be framed, it says by whom."""
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = place.locale
    if place.is_embedded:
        response.headers["Content-Security-Policy"] = framed_by(place.form.embed_on)
    return response


def sent_on(address: str) -> Response:
    """To a page that can be loaded again without sending anything twice."""
    response: Response = redirect(address, HTTPStatus.SEE_OTHER)  # type: ignore[assignment]
    return response


def private(response: Response) -> Response:
    """An answer under an address of this package, errors included: kept nowhere, and told to nobody."""
    # The address itself is the key to somebody's review: no other site is told it, and no cache keeps the page.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
