"""What is to be done, what happened, and what the instance remembers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from engine.store.tables.base import Sequence, metadata

mark = Table(
    "mark",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("bumps", Integer, nullable=False),
    Column("owner", String(64)),
    Column("leased_until", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Index("ix_mark_due", "due_at"),
)

event = Table(
    "event",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("subject_id", String(120)),
    Column("review_id", String(32), index=True),
    Column("details", Text, nullable=False),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the instance remembers about itself, such as the settings that its snippets were built with."""
