"""What customers say as testimonials: their words with name, role, company and its logo."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain import Draft, Material, Scope
from widgets.links import heading
from widgets.rendering import words
from widgets.wall import MOST, as_wall


class Testimonials:
    """The newest testimonials; nothing where there are none."""

    name = "testimonials"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        reviews = [each for each in material.testimonials if each.has_text][:MOST]
        if not reviews:
            return None
        texts = words(material.locale)
        is_about_one = material.scope is Scope.SUBJECT
        return as_wall(
            material,
            texts,
            reviews,
            template="wall.html",
            kind=self.name,
            title=texts("testimonials-heading", subject=material.name) if is_about_one else heading(material, texts),
            rule=texts("selection-testimonials"),
        )
