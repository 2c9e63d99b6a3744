"""The conformance suite: what every collector and every generator must keep, ours and a stranger's.

Call these from a test of the plug; each raises AssertionError that says which promise was broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from engine.domain import Batch, Draft, Material, Record
from engine.plugins import Collector, Generator


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
    known = {review.id for review in material.shown}
    known.update(review for entry in material.faq for review in entry.review_ids)
    known.update(quote.review_id for phrase in material.phrases for quote in phrase.quotes)
    known.update(material.text_summary.review_ids if material.text_summary else ())
    known.update(review for part in material.parts.values() for review in part.reviews)
    assert set(draft.reviews) <= known, "it lists reviews that its material does not hold"
    for review in material.shown:
        if review.id not in draft.reviews and len(review.body) > 20:
            assert review.body not in draft.body, (
                f"it quotes {review.id} without listing it: a withdrawal would miss it"
            )


def check_collector(make: Callable[[], Collector]) -> None:
    """A collector gives the same records each time, and goes on after any of its cursors without gap or repetition.

    ``make`` builds it over a source that stands still and holds at least two batches.
    """
    batches = list(make().collect(None))
    assert len(batches) > 1, "the source must hold at least two batches, or nothing is proved"
    assert batches[-1].cursor is None, "the last batch must say that there is nothing after it"
    records = _records(batches)
    ids = [each.external_id for each in records]
    assert len(set(ids)) == len(ids), "two records have one external id"
    assert all(each.place and each.payload for each in records), "each record says where it stands and as it came"
    assert _records(make().collect(None)) == records, "read again, the same source gave other records"
    for done, batch in enumerate(batches[:-1], 1):
        following = _records(make().collect(batch.cursor))
        assert following == _records(batches[done:]), f"after cursor {batch.cursor!r} it went on at another place"


def _records(batches: Iterable[Batch]) -> Sequence[Record]:
    return [record for batch in batches for record in batch.records]
