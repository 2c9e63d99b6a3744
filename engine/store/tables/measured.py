"""What was asked for, counted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from engine.store.tables.base import metadata

served = Table(
    "served",
    metadata,
    # Counted in UTC since 1970.
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("agent", String(32), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""Snippets and pages by day, name and who asked; no address and no user agent is kept."""
