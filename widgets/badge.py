"""The badge: stars, mean and count in one line that leads to the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import Draft, Material, Scope
from engine.i18n import Texts
from widgets.aggregates import Aggregate, aggregate
from widgets.links import reviews_page, write_page
from widgets.rendering import language_tag, render, words


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeContext:
    language: str
    texts: Texts
    subject: str
    aggregate: Aggregate | None
    total_shown: int
    address: str
    write_address: str | None


class Badge:
    """It quotes nobody, so it stays when a review's words go."""

    name = "badge"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        texts = words(material.locale)
        context = BadgeContext(
            language=language_tag(texts),
            texts=texts,
            subject=material.subject.name_in(material.locale),
            aggregate=aggregate(material.summary, texts),
            total_shown=material.total_shown,
            address=reviews_page(material),
            write_address=write_page(material),
        )
        return Draft(body=render("badge.html", context))
