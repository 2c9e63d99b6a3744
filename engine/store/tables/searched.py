"""What searching keeps of reviews, and which of them changed since it looked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, SmallInteger, String, Table

from engine.store.tables.base import Sequence, metadata

search_review = Table(
    "search_review",
    metadata,
    Column("number", Sequence, primary_key=True, autoincrement=True),
    # No foreign key: a trigger deletes the row with its review.
    Column("review_id", String(32), nullable=False, unique=True),
    # These two are kept up to date by triggers: what is withdrawn is gone with the transaction that withdraws it.
    Column("live", SmallInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("codes", LargeBinary, nullable=False),
    Column("topics", LargeBinary, nullable=False),
    # Of the words that the index has.
    Column("digest", String(32), nullable=False),
    sqlite_autoincrement=True,
)

search_change = Table(
    "search_change",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("review_id", String(32), nullable=False),
    # Of a review that is not to be found any more.
    Column("number", BigInteger),
    sqlite_autoincrement=True,
)
"""Written by triggers alone, in the transaction of each change; rows are deleted when the index has them."""
