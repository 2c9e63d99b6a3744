"""The tables, as SQLAlchemy sees them; a migration makes each of them, and a test holds the two together.

Times are UTC, kept as microseconds since 1970 (one integer compares and sorts the same on every database). What is only
ever read back whole is JSON text; what is searched, counted or sorted has a column.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

SHOWN = text("shown")

Sequence = BigInteger().with_variant(Integer, "sqlite")

source = Table(
    "source",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("collector", String(64), nullable=False),
    Column("rights", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("may_show", Boolean, nullable=False),
    Column("may_aggregate", Boolean, nullable=False),
)

subject = Table(
    "subject",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("controlled_by", String(16), nullable=False),
    Column("details", Text, nullable=False),
)

review = Table(
    "review",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("subject_id", String(120), ForeignKey("subject.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("rights_class", String(16), nullable=False),
    # Approved, and of a class that is published.
    Column("shown", Boolean, nullable=False),
    Column("title", Text),
    Column("body", Text, nullable=False),
    Column("author", Text),
    Column("role", Text),
    Column("company", Text),
    Column("language", String(16)),
    Column("rating", Text),
    Column("hundredths", Integer),
    Column("star", Integer),
    Column("written_at", BigInteger),
    # The time it is sorted by: undated reviews stand at 0, after all others.
    Column("sort_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("url", Text),
    Column("verification", String(16), nullable=False),
    Column("verification_evidence", Text, nullable=False),
    Column("incentive", Text),
    Column("relation", String(16), nullable=False),
    Column("consent", Text, nullable=False),
    Column("withdrawn_at", BigInteger),
    Column("replies", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("voice", String(32)),
    Column("holds_contact_data", Boolean, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("decision", Text),
    UniqueConstraint("source_id", "external_id"),
    # What is shown of a subject, in the orders of a page; a review that waits costs these indexes nothing.
    Index("ix_review_newest", "subject_id", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_language", "subject_id", "language", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_rated", "subject_id", "hundredths", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_voice", "voice"),
    Index("ix_review_queue", "state", "source_id", "id"),
)

contact = Table(
    "contact",
    metadata,
    Column("review_id", String(32), ForeignKey("review.id"), primary_key=True),
    Column("details", Text, nullable=False),
)

earlier_text = Table(
    "earlier_text",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("review_id", String(32), ForeignKey("review.id"), nullable=False, index=True),
    Column("replaced_at", BigInteger, nullable=False),
    Column("title", Text),
    Column("body", Text, nullable=False),
    Column("author", Text),
    Column("rating", Text),
    Column("state", String(16), nullable=False),
)

raw_record = Table(
    "raw_record",
    metadata,
    Column("review_id", String(32), ForeignKey("review.id"), primary_key=True),
    Column("hash", String(32), nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("source_id", String(64), ForeignKey("source.id"), primary_key=True),
    Column("stream", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
)

rating_summary = Table(
    "rating_summary",
    metadata,
    Column("subject_id", String(120), ForeignKey("subject.id"), primary_key=True),
    Column("source_id", String(64), ForeignKey("source.id"), primary_key=True),
    Column("rights_class", String(16), primary_key=True),
    Column("reviews", Integer, nullable=False),
    Column("rated", Integer, nullable=False),
    Column("with_text", Integer, nullable=False),
    Column("hundredths", BigInteger, nullable=False),
    Column("one", Integer, nullable=False),
    Column("two", Integer, nullable=False),
    Column("three", Integer, nullable=False),
    Column("four", Integer, nullable=False),
    Column("five", Integer, nullable=False),
)

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

phrase = Table(
    "phrase",
    metadata,
    Column("subject_id", String(120), ForeignKey("subject.id"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("topic_id", String(120)),
    Column("details", Text, nullable=False),
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
