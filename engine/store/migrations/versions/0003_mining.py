"""Topics, decisions about FAQ entries, customers' questions, summaries of texts, and what is learnt from the shop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("phrase", sa.Column("topic_id", sa.String(length=120), nullable=True))
    op.create_index("ix_phrase_topic", "phrase", ["topic_id"])
    _topics()
    _questions_and_answers()
    _what_is_learnt()


def _topics() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index("ix_topic_language", "topic", ["language", "id"])
    op.create_table(
        "topic_review",
        sa.Column("topic_id", sa.String(length=120), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "review_id", name=op.f("pk_topic_review")),
    )
    op.create_index("ix_topic_review_review", "topic_review", ["review_id"])
    op.create_index("ix_topic_review_subject", "topic_review", ["subject_id"])


def _questions_and_answers() -> None:
    op.create_table(
        "faq_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_faq_decision_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_decision")),
    )
    op.create_index(op.f("ix_faq_decision_subject_id"), "faq_decision", ["subject_id"])
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_question_source_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_question_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_question_source_id")),
    )
    op.create_index(op.f("ix_question_subject_id"), "question", ["subject_id"])


def _what_is_learnt() -> None:
    op.create_table(
        "text_summary",
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_text_summary_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "language", name=op.f("pk_text_summary")),
    )
    op.create_table(
        "mining_model",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_mining_model")),
    )
    op.create_table(
        "profile_share",
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_profile_share_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "language", name=op.f("pk_profile_share")),
    )
