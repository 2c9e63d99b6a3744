"""What is published, and the pages that embed it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.store.tables.base import metadata

snippet = Table(
    "snippet",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("scope_id", String(160), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("locale", String(16), primary_key=True),
    # NULL where the snippet was removed: its version stays, so that it only ever grows.
    Column("body", LargeBinary),
    Column("gzip", LargeBinary),
    Column("brotli", LargeBinary),
    Column("media_type", String(64), nullable=False),
    Column("etag", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("review_ids", Text, nullable=False),
)

quoted = Table(
    "quoted",
    metadata,
    Column("review_id", String(32), primary_key=True),
    Column("scope", String(16), primary_key=True),
    Column("scope_id", String(160), primary_key=True),
    Index("ix_quoted_page", "scope", "scope_id"),
)

blocked = Table(
    "blocked",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("scope_id", String(160), primary_key=True),
    Column("locale", String(16), primary_key=True),
    Column("blocked_at", BigInteger, nullable=False),
    Column("problems", Text, nullable=False),
)

monitored_page = Table(
    "monitored_page",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("subject_id", String(120), ForeignKey("subject.id"), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("embedded", String(16), nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("looked_at", BigInteger),
    Column("seen", String(40), nullable=False),
)

page_finding = Table(
    "page_finding",
    metadata,
    Column("page_id", String(32), ForeignKey("monitored_page.id"), primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("problem", Text, nullable=False),
)
