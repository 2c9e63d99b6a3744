"""Where reviews come from, in words: each source by the way its reviews reach us, under the name that people know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from babel.lists import format_list

from engine.domain import OnSourceDelete, Source
from engine.i18n import Texts
from engine.submitting import COLLECTOR
from review_site.method.facts import MethodFacts
from widgets.rendering import one_line


class Way(StrEnum):
    """How reviews reach us."""

    FORM = "form"
    FILE = "file"
    MAIL = "mail"
    WEBHOOK = "webhook"
    OWN_PAGES = "own_pages"
    PROGRAM = "program"
    """A program that collects for us, ours or somebody's."""
    PLATFORM = "platform"
    """Somebody else's site, named beside each of its reviews."""


WORDS: Mapping[Way, str] = {
    Way.FORM: "from-form",
    Way.FILE: "from-file",
    Way.MAIL: "from-mail",
    Way.WEBHOOK: "from-webhook",
    Way.OWN_PAGES: "from-own-pages",
    Way.PROGRAM: "from-service",
    Way.PLATFORM: "from-platform",
}
GONE: Mapping[OnSourceDelete, str] = {
    OnSourceDelete.WITHDRAW: "gone-withdraw",
    OnSourceDelete.RECHECK: "gone-recheck",
    OnSourceDelete.KEEP: "gone-keep",
}
_CHANNELS: Mapping[str, Way] = {
    COLLECTOR: Way.FORM,
    "file": Way.FILE,
    "mail": Way.MAIL,
    "webhook": Way.WEBHOOK,
    "own_pages": Way.OWN_PAGES,
}
_NAMES: Mapping[str, str] = {
    "ebay_feedback": "eBay",
    "g2": "G2",
    "google_forms": "Google Forms",
    "hubspot": "HubSpot",
    "judgeme": "Judge.me",
    "powerreviews": "PowerReviews",
    "reviewsio": "REVIEWS.io",
    "rss": "RSS",
    "testimonialto": "Testimonial.to",
    "woocommerce": "WooCommerce",
    "wordpress_comments": "WordPress",
    "yotpo_widget": "Yotpo",
}
"""Of collectors whose own names do not show how they are written."""


def way_of(source: Source) -> Way:
    if source.collector != COLLECTOR and source.rights.attribution is not None:
        return Way.PLATFORM
    return _CHANNELS.get(source.collector, Way.PROGRAM)


def name_of(source: Source) -> str:
    """As it is named beside its reviews, or as its collector's maker writes himself."""
    if source.rights.attribution is not None:
        return one_line(source.rights.attribution.name)
    return _NAMES.get(source.collector, source.collector.replace("_", " ").title())


def told_origins(facts: MethodFacts, texts: Texts) -> Iterator[str]:
    """Each way that reviews reach us, a sentence each."""
    for way, key in WORDS.items():
        of_way = [each for each in facts.sources if way_of(each) is way]
        if of_way and way in (Way.PROGRAM, Way.PLATFORM):
            yield texts(key, names=listed([name_of(each) for each in of_way], texts))
        elif of_way:
            yield texts(key)


def collected(facts: MethodFacts) -> Sequence[Source]:
    """The sources that have their reviews before we do."""
    return [each for each in facts.sources if way_of(each) in (Way.PROGRAM, Way.PLATFORM, Way.OWN_PAGES)]


def apart(facts: MethodFacts) -> Sequence[Source]:
    """The sources whose ratings stand beside ours and are not counted in."""
    return [each for each in facts.sources if not each.rights.may_aggregate]


def told_deletions(facts: MethodFacts, texts: Texts) -> Iterator[str]:
    """What becomes of a review that its source deletes, by what the sources' terms ask."""
    for what, key in GONE.items():
        names = [name_of(each) for each in collected(facts) if each.rights.on_source_delete is what]
        if names:
            yield texts(key, names=listed(names, texts))


def told_ages(facts: MethodFacts, texts: Texts) -> Iterator[str]:
    """How old a copy may be, where a source's terms bound it."""
    for each in facts.sources:
        if each.rights.max_age is not None:
            hours = int(each.rights.max_age.total_seconds()) // 3600
            yield texts.plural("fresh", hours, name=name_of(each))


def listed(words: Sequence[str], texts: Texts) -> str:
    """Several words as a list in a sentence, each once."""
    return str(format_list(list(dict.fromkeys(words)), locale=texts.locale))
