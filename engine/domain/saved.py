"""What writers keep of their searches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A question that everybody in the console can ask again."""

    id: str
    name: str
    query: str
    """As the address of the search page has it, without the page of results it stood on."""
    by: str
    """``account/<id>``."""
    at: datetime
