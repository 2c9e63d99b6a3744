"""The page about the method over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, request

from engine.domain import Locale, PublishSettings, digest
from engine.i18n import Texts, texts
from engine.publish import etag_of
from engine.store import Store
from review_site.asking import asked_locale, instance
from review_site.frame import ENVIRONMENT, HERE, Frame, frame
from review_site.method.facts import MethodFacts, Verdicts, facts_of
from review_site.method.sections import Section, sections
from review_site.wiring import now
from schema_markup.feeds.sitemap_xml import method_address
from widgets.rendering import render

FOLDER = HERE / "method" / "i18n"
KEPT = "method page"
"""Under which the instance remembers what the page says, and since when."""

blueprint = Blueprint("method", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodContext:
    """What the page prints."""

    frame: Frame
    texts: Texts
    title: str
    lead: str
    canonical: str
    fallback: str
    since: str
    sections: Sequence[Section]


@blueprint.get("/method")
def show() -> Response:
    """How reviews are checked, as the settings in force have it; 304 for whoever knows this text."""
    known, locale = instance(), asked_locale()
    with known.store.reading() as transaction:
        facts = facts_of(transaction, known.config, known.decisions, now())
    since = in_force_since(known.store, facts, known.settings.default_locale, now())
    html = method_page(facts, known.settings, locale, since)
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    response.set_etag(etag_of(html.encode()))
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def method_page(facts: MethodFacts, settings: PublishSettings, locale: Locale, since: datetime) -> str:
    """The page in a locale; ``since`` is when it began to say what it says."""
    own = texts(FOLDER, locale)
    context = MethodContext(
        frame=frame(settings, locale, lambda each: method_address(settings, each)),
        texts=own,
        title=own("title"),
        lead=own("lead", site=facts.site),
        canonical=method_address(settings, locale),
        fallback=method_address(settings, settings.default_locale),
        since=own("since", date=own.date(since, settings.timezone)),
        sections=sections(facts, locale, own),
    )
    return render("method/page.html", context, ENVIRONMENT)


def in_force_since(store: Store, facts: MethodFacts, locale: Locale, now: datetime) -> datetime:
    """When the page first said what it says now, its counts aside; remembered from the first time it is asked for."""
    told = digest(repr(sections(replace(facts, verdicts=Verdicts()), locale, texts(FOLDER, locale))))
    with store.reading() as transaction:
        kept = transaction.memory.find(KEPT) or ""
    if kept.startswith(told):
        return datetime.fromisoformat(kept.partition(" ")[2])
    with store.writing() as transaction:
        transaction.memory.save(KEPT, f"{told} {now.isoformat()}")
    return now
