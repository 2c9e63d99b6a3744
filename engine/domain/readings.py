"""Readings: how far reading a source has come, and what a whole reading proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.ids import SourceId


class ReadingState(StrEnum):
    READING = "reading"
    """Under way, or stopped in the middle: the next run goes on where it was."""
    WAITING = "waiting"
    """The source is busy, or its budget is spent: the next run goes on where it was."""
    REFUSED = "refused"
    """The source said no: the next run begins again."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What a whole reading proved: whether everything that its source has was told to us."""

    at: datetime
    seen: int
    """Different ids."""
    reported: int | None = None
    """How many the source says there are; None where it tells no count."""
    lacking: str = ""
    """What is missing and why, in words; empty where nothing is."""
    is_excused: bool = False
    """Whether what is lacking is nobody's fault: the source cannot tell that there is no more, or moved meanwhile."""
    skipped: int = 0
    """Of ``seen``, records that were malformed: it is known which they are, and not what they say."""
    doubted: int = 0
    """Ids that were told of before and not now, and are gone only when the next full reading misses them too."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing that could be told is missing; where the source tells no count, nobody knows more."""
        return not self.lacking

    @property
    def lost_most(self) -> bool:
        """Whether a source told of less than half of what it had: it is rather broken than emptied."""
        return self.doubted > self.seen

    @property
    def is_known(self) -> bool:
        """Whether the source tells enough to call it complete or not."""
        return not self.is_excused if self.lacking else self.reported is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a source from a beginning to an end, over as many runs as that takes."""

    source_id: SourceId
    number: int = 0
    """Readings are numbered from 1; 0: the source was never read."""
    full: bool = True
    """From the very beginning; only such a one can be complete."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    full_at: datetime | None = None
    """When the last full reading came to the end of what it could read."""
    resume: str | None = None
    """The cursor from which the next reading picks up what is new; None: it reads everything."""
    state: ReadingState = ReadingState.READING
    said: str = ""
    """Why it waits, was refused or was stopped, in words."""
    seen: int = 0
    """Different ids told of in this reading."""
    unread: int = 0
    """Records that were malformed, so that not even their ids are known."""
    skipped: int = 0
    """Records that were malformed, but for their ids."""
    reported_first: int | None = None
    reported: int | None = None
    """How many the source said there are, at the beginning of this reading and last."""
    repeats: int = 0
    """Batches in a row that told nothing but ids of this reading again."""
    shortfall: str = ""
    """Why the source is known not to give everything, as its collector says."""
    ended: bool = False
    """The last batch is saved; what remains is to draw the conclusions."""
    proof: Completeness | None = None
    """Of the last full reading that ended."""
    whole: int = 0
    """The number of the last full reading of the same options that was complete; 0: there was none."""
    options: str = ""
    """A hash of the options that it reads with, secrets left out; empty where they are not known."""

    @property
    def is_under_way(self) -> bool:
        return self.number > 0 and self.finished_at is None
