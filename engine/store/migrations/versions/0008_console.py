"""What the console keeps: saved searches, what was served to whom, earlier decisions, drafts, figures; indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _searching()
    _insights()
    _moderating()
    _questions()


def _searching() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )


def _insights() -> None:
    op.create_table(
        "served",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", "kind", "agent", name=op.f("pk_served")),
    )
    op.create_index("ix_review_received", "review", ["received_at"])


def _moderating() -> None:
    op.create_table(
        "earlier_decision",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_earlier_decision_review_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_earlier_decision")),
    )
    for each in ("review_id", "replaced_at"):
        op.create_index(op.f(f"ix_earlier_decision_{each}"), "earlier_decision", [each])
    op.create_table(
        "reply_draft",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_reply_draft_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_reply_draft")),
    )
    op.create_index(
        "ix_review_waiting",
        "review",
        ["state", "received_at", "id", "subject_id", "source_id", "language", "star", "shown"],
    )


def _questions() -> None:
    op.add_column("phrase", sa.Column("figures", sa.Text(), nullable=True))
    op.create_index("ix_faq_entry_state", "faq_entry", ["state", "subject_id", "language", "rank"])
