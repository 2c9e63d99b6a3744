"""Who may come in, what they changed, which requests were answered before, and what must not come back."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.store.tables.base import Sequence, metadata

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("details", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    # NULL until the person has chosen a password by a one-time link.
    Column("password", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("signed_in_at", BigInteger),
    Column("details", Text, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", String(32), ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
)

login_link = Table(
    "login_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", String(32), ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False, index=True),
    Column("action", String(64), nullable=False),
    Column("about", String(200), nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    sqlite_autoincrement=True,
)

answered_request = Table(
    "answered_request",
    metadata,
    Column("by", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    # NULL while the first request with the key is still being answered.
    Column("status", Integer),
    Column("media_type", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The answers to requests with an Idempotency-Key, for as long as they may be repeated."""

tombstone = Table(
    "tombstone",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""What was erased, as keyed digests of ids and addresses: a later sync must not bring it back."""

signal = Table(
    "signal",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source_id", String(64), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("subject_id", String(120)),
    Column("details", Text, nullable=False),
    Index("ix_signal_kind", "kind", "at"),
)
