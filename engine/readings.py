"""Readings, step by step: what each batch adds, when there is no use in going on, and what a whole one proves.

A full reading is complete only when its ids are as many as the source says there are. What it misses is gone; but where
it might be mistaken, only what the complete one before it missed too.
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
    if known.resume is None or known.full_at is None or (known.proof and known.proof.doubted):
        return True
    # A moment that is yet to come was told by a clock that went wrong.
    return not now - full_every < known.full_at <= now


def following(known: Reading, now: datetime, *, full: bool, options: str = "") -> Reading:
    """The next reading of a source, at its start; one of other options takes over nothing that the earlier proved."""
    is_other = has_other_options(known, options)
    return Reading(
        source_id=known.source_id,
        number=known.number + 1,
        full=full,
        started_at=now,
        full_at=known.full_at,
        resume=None if is_other else known.resume,
        proof=known.proof,
        whole=0 if is_other else known.whole,
        options=options,
    )


def has_other_options(known: Reading, options: str) -> bool:
    """Whether a source is configured otherwise than when it was read: its cursors may be those of another place."""
    return bool(known.options) and known.options != options


def after(reading: Reading, batch: Batch, new: int, *, is_stuck: bool = False) -> Reading:
    """A reading once a batch is taken in, of whose ids some were new to it.

    ``is_stuck``: the batch came with the very cursor that it was asked for with.
    """
    told_nothing = new == 0 and (bool(batch.records) or is_stuck)
    reached = replace(
        reading,
        seen=reading.seen + new,
        unread=reading.unread + len(batch.problems) - len(batch.skipped),
        skipped=reading.skipped + len(batch.skipped),
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
    faults, unsure = list(_faults(reading, known)), list(_unsure(reading))
    return Completeness(
        at=now,
        seen=reading.seen,
        reported=reading.reported,
        lacking="; ".join([*faults, *unsure]),
        is_excused=bool(unsure) and not faults,
        skipped=reading.skipped,
    )


def gone_before(reading: Reading, known: int) -> int:
    """After a complete reading: the number of the reading that an id must have been told of in or since, or it is gone.

    One full reading is enough where the source counts, at most half of the ``known`` ids are missing, and an earlier
    reading of these options was complete. Else the one before it must have missed the id as well: on pages without a
    count a review can move to a page that was read before, and a source that lost most of what it had is rather broken.
    """
    is_sure = reading.reported is not None and reading.whole > 0 and 2 * (known - reading.seen) <= known
    return reading.number if is_sure else reading.whole


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
    if proof.lacking:
        said = f"{'completeness unknown' if proof.is_excused else 'not complete'}: {proof.lacking}"
    elif proof.reported is None:
        said = f"completeness unknown: {proof.seen:,} read to the end; the source tells no count"
    else:
        said = f"complete: {proof.seen:,} of {proof.reported:,}"
    return "".join((said, *_besides(proof)))


def _besides(proof: Completeness) -> Iterator[str]:
    if proof.skipped:
        yield f", of which {proof.skipped:,} skipped: malformed"
    if proof.doubted:
        yield f"; {proof.doubted:,} others were known, and are gone if the next full reading misses them too"


def _faults(reading: Reading, known: int) -> Iterator[str]:
    """What is lacking, where somebody should look at it."""
    reported, seen = reading.reported, reading.seen
    if reported is not None and abs(reported - seen) > _moved(reading):
        yield _difference(reported, seen)
    if reading.said:
        yield reading.said
    if reading.unread:
        yield f"{reading.unread:,} could not be read"
    # A source that cannot be asked tells of none, whatever came by webhook, and says so.
    if not seen and known and not reading.shortfall:
        yield f"the source tells of none, where {known:,} were known"


def _unsure(reading: Reading) -> Iterator[str]:
    """Why nobody knows whether something is lacking."""
    if reading.shortfall:
        yield reading.shortfall
    # While rows move between pages one can be missed and the count still be met.
    if reading.reported is not None and _moved(reading):
        if 0 < abs(reading.reported - reading.seen) <= _moved(reading):
            yield _difference(reading.reported, reading.seen)
        yield f"the source's count moved meanwhile, from {reading.reported_first} to {reading.reported}"


def _moved(reading: Reading) -> int:
    """By how many the source's count changed while it was read."""
    return abs((reading.reported or 0) - (reading.reported_first or 0))


def _difference(reported: int, seen: int) -> str:
    if seen < reported:
        return f"{reported - seen:,} of {reported:,} are missing"
    return f"{seen:,} were told of where the source counts {reported:,}"
