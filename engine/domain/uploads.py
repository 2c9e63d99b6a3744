"""Uploads: files that somebody brought in the console, what was chosen for them, and how taking them in stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

UploadId = NewType("UploadId", str)
KEPT = timedelta(days=1)
"""How long a file waits for somebody to go on with it: it holds words and addresses of customers."""
REMEMBERED = timedelta(days=7)
"""How long it is known what came of a file."""


class UploadState(StrEnum):
    OPEN = "open"
    """Somebody chooses what its columns are."""
    CHECKING = "checking"
    """Every row is tried out, and nothing is saved."""
    RUNNING = "running"
    STOPPED = "stopped"
    """By a person, in the middle; it can go on from there."""
    DONE = "done"
    FAILED = "failed"
    """It could not be read on; ``said`` has why."""

    @property
    def is_at_work(self) -> bool:
        return self in (UploadState.CHECKING, UploadState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody chose for a file; the words are those of ``plaudit import``."""

    source: str = ""
    rights: str = ""
    """A rights profile."""
    attribution: str = ""
    approval: str = ""
    preset: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """By field, the column."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """By field, the value of all rows; an empty one leaves a column out that is called like the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What became of the rows so far, or would."""

    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    approved: int = 0
    erased: int = 0

    @property
    def seen(self) -> int:
        return self.taken + self.changed + self.unchanged + self.refused + self.erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file; its bytes are in the data folder until they are taken in."""

    id: UploadId
    name: str
    """As its file is called."""
    by: str
    at: datetime
    size: int
    """Bytes."""
    state: UploadState = UploadState.OPEN
    choices: Choices = Choices()
    total: int | None = None
    """About how many rows it has."""
    counted: Counted = Counted()
    is_checked: bool = False
    """Whether the counts are those of a trial of all rows with these choices."""
    cursor: str | None = None
    """Where a trial goes on."""
    said: str = ""
    moved_at: datetime
    """When somebody last did something to it, or it ended."""

    @property
    def kept_until(self) -> datetime:
        """When it is forgotten, its file with it, unless somebody goes on with it."""
        return self.moved_at + (REMEMBERED if self.state is UploadState.DONE else KEPT)
