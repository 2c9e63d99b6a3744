"""Links that narrow a list, by stars and by topic; each keeps whatever else the view asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain import Material, Phrase, Scope, TopicId
from engine.i18n import Texts
from widgets.links import leads_somewhere, reviews_page
from widgets.rendering import one_line

MOST_TOPICS = 6
"""A list is for reading; all topics are in the widget ``phrases``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One choice."""

    words: str
    language: str | None
    """Of the words, where it is not that of the widget."""
    count: str
    """Empty beside another filter: what both together leave was not counted."""
    counted: str
    """The count with its unit, for those who hear it."""
    address: str
    is_current: bool


def star_filters(material: Material, texts: Texts) -> tuple[Filter, ...]:
    """One for each number of stars that somebody gave, five first; none where that would leave all or nothing."""
    given = [(star, count) for star, count in enumerate(material.summary.histogram, start=1) if count]
    if material.scope is Scope.COLLECTION or (len(given) < 2 and material.view.star is None):
        return ()
    return tuple(
        Filter(
            words=texts.plural("stars", star),
            language=None,
            count=texts.number(count) if material.view.topic is None else "",
            counted=texts.plural("ratings", count, count=texts.number(count)),
            address=reviews_page(material, replace(material.view, star=star, after=None)),
            is_current=material.view.star == star,
        )
        for star, count in reversed(given)
        if leads_somewhere(material, replace(material.view, star=star, after=None))
    )


def topic_filters(material: Material, texts: Texts) -> tuple[Filter, ...]:
    """One for each of the commonest phrases of a subject that has a topic."""
    return tuple(
        Filter(
            words=one_line(each.text),
            language=each.language,
            count=texts.number(each.count) if material.view.star is None else "",
            counted=texts.plural("chip-voices", each.count),
            address=address,
            is_current=each.topic == material.view.topic,
        )
        for each in filtering_phrases(material)
        if (address := topic_address(each, material))
    )


def filtering_phrases(material: Material) -> Sequence[Phrase]:
    """The phrases that the filters are made of: the list may not stand without the reviews these rest on."""
    if material.scope is not Scope.SUBJECT:
        return ()
    first: dict[TopicId, Phrase] = {}
    for each in material.phrases:
        if each.topic is not None:
            first.setdefault(each.topic, each)
    return list(first.values())[:MOST_TOPICS]


def topic_address(phrase: Phrase, material: Material) -> str | None:
    """The reviews of the subject that speak of a phrase's topic; None where the phrase has none."""
    view = replace(material.view, topic=phrase.topic, after=None)
    if phrase.topic is None or material.scope is not Scope.SUBJECT or not leads_somewhere(material, view):
        return None
    return reviews_page(material, view)
