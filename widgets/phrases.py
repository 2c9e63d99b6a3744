"""What people mention again and again, as chips: each says how many do, leads to their reviews and quotes nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import Draft, Material, ReviewId, Scope
from engine.i18n import Texts
from widgets.filters import topic_address
from widgets.links import reviews_page
from widgets.rendering import language_tag, one_line, render, words

MOST = 12
"""Chips that a reader takes in; the phrases of a subject go on for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    words: str
    language: str
    count: str
    """As the locale writes it."""
    voices: str
    """The same in words, for those who hear the list."""
    address: str | None
    """The reviews that speak of it; None where it has no topic of its own."""
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasesContext:
    language: str
    texts: Texts
    chips: Sequence[Chip]
    address: str
    """Where the reviews can be read."""


class Phrases:
    """The commonest phrases of a subject or topic in the language of the page; nothing where there are none."""

    name = "phrases"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT, Scope.TOPIC})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if not material.phrases:
            return None
        texts = words(material.locale)
        context = PhrasesContext(
            language=language_tag(texts),
            texts=texts,
            chips=chips(material, texts),
            address=reviews_page(material),
        )
        return Draft(body=render("phrases.html", context), reviews=chips_rest_on(material))


def chips(material: Material, texts: Texts) -> tuple[Chip, ...]:
    """The best phrases of a material, in its order."""
    return tuple(
        Chip(
            words=one_line(each.text),
            language=each.language,
            count=texts.number(each.count),
            voices=texts.plural("chip-voices", each.count),
            address=topic_address(each, material),
            is_current=each.topic is not None and each.topic == material.view.topic,
        )
        for each in material.phrases[:MOST]
    )


def chips_rest_on(material: Material) -> tuple[ReviewId, ...]:
    """The reviews that the chips may not stand without, though they quote nobody: a word that few use is theirs."""
    return tuple(dict.fromkeys(review for each in material.phrases[:MOST] for review in each.rests_on))
