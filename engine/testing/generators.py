"""What every generator must keep, ours and a stranger's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from engine.domain import Draft, Material
from engine.plugins import Generator


def check_generator(generator: Generator, materials: Iterable[Material]) -> None:
    """A generator is pure, keeps its words and lists whose words it uses.

    ``materials`` should hold at least one with nothing in it and one with reviews, with the parts it needs.
    """
    assert isinstance(generator, Generator), "it lacks a member of engine.plugins.Generator"
    assert generator.name, "it has no name"
    assert generator.media_type, "it has no media type"
    assert generator.name not in generator.needs, "it needs itself"
    for material in materials:
        draft = generator.build(material)
        _check_purity(generator, material, draft)
        if draft is not None:
            _check_draft(draft, material)


def _check_purity(generator: Generator, material: Material, draft: Draft | None) -> None:
    assert generator.build(material) == draft, "the same material gave another draft"
    later = replace(material, now=material.now + timedelta(days=1))
    assert generator.build(later) == draft, "the draft depends on the time, so its ETag would move by itself"


def _check_draft(draft: Draft, material: Material) -> None:
    assert draft.body.strip(), "it made an empty draft; to say nothing, return None"
    draft.body.encode()
    reviews = (*material.shown, *material.pictured, *material.testimonials)
    known = {review.id for review in reviews}
    known.update(review for entry in material.faq for review in entry.review_ids)
    known.update(review for phrase in material.phrases for review in phrase.rests_on)
    known.update(material.text_summary.review_ids if material.text_summary else ())
    known.update(review for part in material.parts.values() for review in part.reviews)
    assert set(draft.reviews) <= known, "it lists reviews that its material does not hold"
    for review in reviews:
        if review.id not in draft.reviews and len(review.body) > 20:
            assert review.body not in draft.body, (
                f"it quotes {review.id} without listing it: a withdrawal would miss it"
            )
