"""Readings, step by step: what each batch adds, when there is no use in going on, and what a whole one proves.

A full reading is complete only when its ids are as many as the source says there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from engine.domain import Batch, Completeness, Reading

LOOP = 3
"""Batches in a row without a new id, while ids are missing, that tell of a source going round in circles.

Judge.me answers so after 10,000 reviews. New reviews that push others onto the next page repeat a few, not whole pages.
"""
LOOP_UNCOUNTED = 1_000
"""The same where the source tells no count: many pages of a site may show the same reviews."""


def is_full_due(known: Reading, now: datetime, full_every: timedelta) -> bool:
    """Whether the reading after this one starts at the very beginning."""
    return known.resume is None or known.full_at is None or known.full_at + full_every <= now


def following(known: Reading, now: datetime, *, full: bool) -> Reading:
    """The next reading of a source, at its start."""
    return Reading(
        source_id=known.source_id,
        number=known.number + 1,
        full=full,
        started_at=now,
        full_at=known.full_at,
        resume=known.resume,
        proof=known.proof,
    )


def after(reading: Reading, batch: Batch, new: int, *, is_stuck: bool = False) -> Reading:
    """A reading once a batch is taken in, of whose ids some were new to it.

    ``is_stuck``: the batch came with the very cursor that it was asked for with.
    """
    told_nothing = new == 0 and (bool(batch.records) or is_stuck)
    reached = replace(
        reading,
        seen=reading.seen + new,
        unread=reading.unread + len(batch.problems),
        reported_first=batch.reported if reading.reported_first is None else reading.reported_first,
        reported=reading.reported if batch.reported is None else batch.reported,
        shortfall=batch.shortfall or reading.shortfall,
        repeats=reading.repeats + 1 if told_nothing else 0,
    )
    if batch.cursor is None:
        return replace(reached, ended=True, resume=batch.resume)
    stopped = why_stopped(reached)
    return replace(reached, ended=bool(stopped), said=stopped)


def proof_of(reading: Reading, known: int, now: datetime) -> Completeness:
    """What a full reading that ended proved; ``known`` is how many ids were known of its source."""
    lacking = "; ".join(_lacking(reading, known))
    return Completeness(at=now, seen=reading.seen, reported=reading.reported, lacking=lacking)


def why_stopped(reading: Reading) -> str:
    """Why there is no use in reading on, in words; empty where there is."""
    most = LOOP_UNCOUNTED if reading.reported is None else LOOP
    if reading.repeats < most or reading.seen == reading.reported:
        return ""
    return f"the source repeats itself: its last {reading.repeats} pages held nothing new"


def in_words(proof: Completeness | None) -> str:
    """What is known of a source's completeness, in one line."""
    if proof is None:
        return "not yet known: no reading came to its end"
    if not proof.is_complete:
        return f"not complete: {proof.lacking}"
    if proof.reported is None:
        return f"{proof.seen:,} read to the end; the source tells no count"
    return f"complete: {proof.seen:,} of {proof.reported:,}"


def _lacking(reading: Reading, known: int) -> Iterator[str]:
    if reading.reported is not None and reading.seen < reading.reported:
        yield f"{reading.reported - reading.seen:,} of {reading.reported:,} are missing"
    elif reading.reported is not None and reading.seen > reading.reported:
        yield f"{reading.seen:,} were told of where the source counts {reading.reported:,}"
    if reading.said:
        yield reading.said
    if reading.shortfall:
        yield reading.shortfall
    if reading.unread:
        yield f"{reading.unread:,} could not be read"
    # While rows move between pages one can be missed and the count still be met.
    if reading.reported_first != reading.reported:
        yield f"the source's count moved meanwhile, from {reading.reported_first} to {reading.reported}"
    if not reading.seen and known:
        yield f"the source tells of none, where {known:,} were known"
