"""What was mined, and what persons said of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.tables.base import metadata

phrase = Table(
    "phrase",
    metadata,
    Column("subject_id", String(120), ForeignKey("subject.id"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("topic_id", String(120)),
    Column("details", Text, nullable=False),
    # What is told beside it, so that nobody reads all reviews to see it; null until its subject is mined once more.
    Column("figures", Text),
    Index("ix_phrase_topic", "topic_id"),
)

topic = Table(
    "topic",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("language", String(16)),
    Column("name", Text, nullable=False),
    Column("tag", Text),
    Column("retired", Boolean, nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_topic_language", "language", "id"),
)

topic_review = Table(
    "topic_review",
    metadata,
    Column("topic_id", String(120), primary_key=True),
    Column("review_id", String(32), primary_key=True),
    Column("subject_id", String(120), nullable=False),
    Index("ix_topic_review_review", "review_id"),
    Index("ix_topic_review_subject", "subject_id"),
)
"""Which reviews speak of a topic: made anew with the phrases of a subject, or with the tags of its reviews."""

faq_entry = Table(
    "faq_entry",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", String(120), ForeignKey("subject.id"), nullable=False),
    Column("language", String(16), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_faq_entry_subject", "subject_id", "language", "rank"),
    Index("ix_faq_entry_state", "state", "subject_id", "language", "rank"),
)

faq_decision = Table(
    "faq_decision",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", String(120), ForeignKey("subject.id"), nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
)
"""What persons said of FAQ entries; no projection: it outlives every rebuild."""

question = Table(
    "question",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("subject_id", String(120), ForeignKey("subject.id"), nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("asked_at", BigInteger),
    Column("details", Text, nullable=False),
    UniqueConstraint("source_id", "external_id"),
)

text_summary = Table(
    "text_summary",
    metadata,
    Column("subject_id", String(120), ForeignKey("subject.id"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("voices", Integer, nullable=False),
    Column("details", Text, nullable=False),
)

mining_model = Table(
    "mining_model",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("made_at", BigInteger, nullable=False),
    Column("texts", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("details", Text, nullable=False),
)
"""What was learnt from the whole shop, by kind: a corpus profile, a model of opinions. Kept by rebuilds, dated."""

profile_share = Table(
    "profile_share",
    metadata,
    Column("subject_id", String(120), ForeignKey("subject.id"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""What a subject put into the corpus profile, so that it can be taken out again exactly."""
