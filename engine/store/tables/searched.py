"""What searching keeps of reviews, and which of them changed since it looked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, String, Table

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
    # When it was written last; see ``Search.moment``.
    Column("changed", BigInteger, nullable=False, server_default="0"),
    Index("ix_search_review_changed", "changed"),
    sqlite_autoincrement=True,
)

search_gone = Table(
    "search_gone",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("changed", BigInteger, nullable=False),
    Index("ix_search_gone_changed", "changed"),
)
"""Rows that triggers deleted from ``search_review`` since the index was last made anew."""

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
