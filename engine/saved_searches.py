"""Saving searches: a name for a question, shared by everybody in the console."""

from __future__ import annotations

from datetime import datetime

from engine.domain import Change
from engine.domain.saved import SavedSearch
from engine.errors import RefusedError
from engine.store import Transaction
from engine.text import clean_line

LONGEST_NAME = 120
LONGEST_QUERY = 2000
"""Characters of an address; browsers and servers take no much longer ones."""
MOST = 500


def save_search(transaction: Transaction, wanted: SavedSearch) -> SavedSearch:
    """Raises RefusedError for a name or a question that is none, and where there are too many."""
    name = clean_line(wanted.name)
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError(f"a saved search needs a name of 1 to {LONGEST_NAME} characters")
    if not wanted.query or len(wanted.query) > LONGEST_QUERY:
        raise RefusedError(f"a saved search needs a question of 1 to {LONGEST_QUERY} characters")
    if transaction.saved_searches.count() >= MOST:
        raise RefusedError(f"there are {MOST} saved searches already: remove one that nobody needs any more")
    kept = SavedSearch(id=wanted.id, name=name, query=wanted.query, by=wanted.by, at=wanted.at)
    transaction.saved_searches.add(kept)
    transaction.audit.add(_change(kept.id, "create", kept.by, kept.at))
    return kept


def forget_search(transaction: Transaction, wanted: str, *, by: str, now: datetime) -> None:
    """Raises NotFoundError."""
    transaction.saved_searches.remove(wanted)
    transaction.audit.add(_change(wanted, "delete", by, now))


def _change(wanted: str, what: str, by: str, at: datetime) -> Change:
    # What was asked may hold a customer's name: the audit log is kept longer than the search.
    return Change(at=at, by=by, action=f"search.{what}", about=f"search/{wanted}")
