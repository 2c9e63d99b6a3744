"""Who is told what happened, and what came of each attempt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store.tables.base import metadata

subscription = Table(
    "subscription",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secrets", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("failing_since", BigInteger),
    Column("disabled_at", BigInteger),
    Column("details", Text, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subscription_id", String(32), ForeignKey("subscription.id"), nullable=False),
    Column("event_seq", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("tried_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("details", Text, nullable=False),
    UniqueConstraint("subscription_id", "event_seq"),
    Index("ix_delivery_due", "subscription_id", "state", "due_at"),
    Index("ix_delivery_subscription", "subscription_id", "created_at"),
)
