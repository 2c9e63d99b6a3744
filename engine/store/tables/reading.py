"""How far each source was read, what it told us by itself, and whom we asked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.store.tables.base import metadata

cursor = Table(
    "cursor",
    metadata,
    Column("source_id", String(64), ForeignKey("source.id"), primary_key=True),
    Column("stream", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
)

source_run = Table(
    "source_run",
    metadata,
    Column("source_id", String(64), ForeignKey("source.id"), primary_key=True),
    Column("pass", Integer, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("full_at", BigInteger),
    Column("resume", Text),
    Column("details", Text, nullable=False),
)
"""How far reading a source has come, and how complete its last reading was; the cursor itself is in ``cursor``."""

source_seen = Table(
    "source_seen",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("pass", Integer, nullable=False),
    Index("ix_source_seen_pass", "source_id", "pass"),
)
"""The ids that a source told of, and when last: what is missing after a whole reading is gone there.

``pass`` is twice the number of the reading, and one more for what came by webhook after it had begun.
"""

source_calls = Table(
    "source_calls",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("calls", Integer, nullable=False),
)

hook_receipt = Table(
    "hook_receipt",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("body", LargeBinary),
    Index("ix_hook_receipt_received_at", "received_at"),
)
"""Webhooks that were accepted, by what makes each the same; the body until it was worked off."""

ask = Table(
    "ask",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("form", String(64), nullable=False),
    Column("subject_id", String(120), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("review_id", String(32)),
    Column("details", Text, nullable=False),
)
"""Invitations to write a review: each can be answered once."""
