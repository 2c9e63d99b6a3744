"""The public list of all subjects, each with its rating and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain import Locale, PublishSettings, RightsClass, Subject, SubjectType
from engine.i18n import Texts
from engine.rights import oldest_allowed
from engine.site_addresses import site_address
from engine.store import KeptSummary, Transaction, total
from review_site.frame import ENVIRONMENT, Frame, frame, home_address
from widgets.aggregates import Aggregate, aggregate
from widgets.rendering import render, words

ON_A_PAGE = 50
# A class is called as the first of these that it is or stands below; one that is none of them is not called anything.
TYPES: Mapping[SubjectType, str] = {
    SubjectType.PRODUCT: "type-product",
    SubjectType.LOCAL_BUSINESS: "type-local-business",
    SubjectType.SOFTWARE_APPLICATION: "type-software",
    SubjectType.ORGANIZATION: "type-organization",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One subject in the list."""

    name: str
    type: str
    address: str
    aggregate: Aggregate | None
    """Of our own reviews, as on the subject's page."""
    shown: str
    """How many reviews there are, where none of ours has a rating; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContext:
    frame: Frame
    texts: Texts
    words: Texts
    canonical: str
    fallback: str
    entries: Sequence[Entry]
    is_continued: bool
    start: str
    following: str | None
    gallery: str


def home_page(
    transaction: Transaction,
    settings: PublishSettings,
    locale: Locale,
    after: str = "",
    *,
    now: datetime,
    gallery: str = "",
) -> str:
    """The page of the subjects that follow the id ``after``, in a few queries however many there are.

    ``gallery`` is where their widgets are shown; empty where nobody shows them.
    """
    found = transaction.subjects.page(after=after, limit=ON_A_PAGE + 1)
    subjects = found[:ON_A_PAGE]
    oldest = oldest_allowed(transaction.sources.all().values(), now)
    summaries = transaction.summaries.of_all([each.id for each in subjects], oldest)
    around = frame(settings, locale, lambda each: home_address(settings, each, after))
    context = HomeContext(
        frame=around,
        texts=around.texts,
        words=words(locale),
        canonical=home_address(settings, locale, after),
        fallback=home_address(settings, settings.default_locale, after),
        entries=[_entry(each, summaries[each.id], settings, around.texts, locale) for each in subjects],
        is_continued=bool(after),
        start=home_address(settings, locale),
        following=home_address(settings, locale, subjects[-1].id) if len(found) > ON_A_PAGE else None,
        gallery=gallery,
    )
    return render("home.html", context, ENVIRONMENT)


def _entry(
    subject: Subject, summaries: Sequence[KeptSummary], settings: PublishSettings, texts: Texts, locale: Locale
) -> Entry:
    shown = sum(each.reviews for each in summaries if each.rights_class is not RightsClass.INTERNAL)
    own = total(each for each in summaries if each.rights_class is RightsClass.OWN)
    query = {"locale": locale if locale != settings.default_locale else ""}
    return Entry(
        name=subject.name_in(locale),
        type=next((texts(key) for kind, key in TYPES.items() if subject.type.is_a(kind)), ""),
        address=site_address(settings, "reviews", subject.id, query),
        aggregate=aggregate(own, words(locale)),
        shown=texts.plural("shown", shown) if shown else "",
    )
