"""What a copy of a database is, whichever the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Counts = Mapping[str, int]
"""Rows by the name of their table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What a copy turned out to hold."""

    counts: Counts | None
    """As they were in the restored copy; None where it could only be read through."""
    because: str = ""
    """Why it could only be read through."""


class Copies(Protocol):
    """What one kind of database can be asked for; each method raises StoreError for what the database refuses."""

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``: a copy fits no other."""

    def save(self, target: Path) -> Counts:
        """Writes one consistent moment of the database into a new file, while others write; what that moment held."""

    def prove(self, saved: Path) -> Proved:
        """Restores a copy where it harms nothing, and looks at all of it."""

    def is_empty(self) -> bool:
        """Whether there is no table yet."""

    def load(self, saved: Path) -> None:
        """Puts a copy into the place of the database, whatever that held.

        Raises InUseError, with nothing changed, while another program has the database open.
        """
