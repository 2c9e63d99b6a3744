"""What customers said, and what it is about."""

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

from engine.store.tables.base import SHOWN, Sequence, metadata

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
    Column("standing", String(16), nullable=False, server_default="public"),
    Column("helpful", Integer, nullable=False, server_default="0"),
    # Aspects, the original of a translation, when it was last changed.
    Column("details", Text, nullable=False, server_default="{}"),
    UniqueConstraint("source_id", "external_id"),
    # What is shown of a subject, in the orders of a page; a review that waits costs these indexes nothing.
    Index("ix_review_newest", "subject_id", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    # What is shown of all subjects, the newest first: feeds, and the list that programs pull.
    Index("ix_review_latest", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_language", "subject_id", "language", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_rated", "subject_id", "hundredths", "sort_at", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
    Index("ix_review_voice", "voice"),
    Index("ix_review_queue", "state", "source_id", "id"),
    # What came in since a moment: no event names each of these reviews.
    Index("ix_review_received", "received_at"),
    # What a moderator looks through, with all that it is narrowed by and counted by: no row is read to pass it over.
    Index("ix_review_waiting", "state", "received_at", "id", "subject_id", "source_id", "language", "star", "shown"),
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

earlier_decision = Table(
    "earlier_decision",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("review_id", String(32), ForeignKey("review.id"), nullable=False, index=True),
    Column("replaced_at", BigInteger, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    # NULL where nobody had decided yet.
    Column("decision", Text),
)
"""What was decided about reviews before it was decided anew."""

raw_record = Table(
    "raw_record",
    metadata,
    Column("review_id", String(32), ForeignKey("review.id"), primary_key=True),
    Column("hash", String(32), nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("review_id", String(32), ForeignKey("review.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("details", Text, nullable=False),
)

media_file = Table(
    "media_file",
    metadata,
    Column("media_id", String(32), ForeignKey("media.id"), primary_key=True),
    Column("size", String(16), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Pictures that were sent to us, re-encoded without what they told about their maker."""

own_reply = Table(
    "own_reply",
    metadata,
    Column("review_id", String(32), ForeignKey("review.id"), primary_key=True),
    Column("body", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("problem", Text),
)
"""The owner's answers that were written here, and whether their source has them."""

reply_draft = Table(
    "reply_draft",
    metadata,
    Column("review_id", String(32), ForeignKey("review.id"), primary_key=True),
    Column("body", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The owner's answers that are still being written."""

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
