"""What persons picked by hand and asked for, and what readers said of reviews."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from engine.store.tables.base import metadata

collection = Table(
    "collection",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

collection_review = Table(
    "collection_review",
    metadata,
    Column("collection_id", String(120), ForeignKey("collection.id"), primary_key=True),
    # No foreign key: erasure takes a review away, and a collection then has one fewer.
    Column("review_id", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_collection_review_review", "review_id"),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("saved_by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

flag = Table(
    "flag",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("review_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_flag_review", "review_id"),
    Index("ix_flag_state", "state", "at"),
)
"""What readers said of reviews, and the answers; kept by rebuilds."""
