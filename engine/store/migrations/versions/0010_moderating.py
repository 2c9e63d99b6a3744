"""What was decided before, answers that are still being written, and an index of what a moderator looks through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
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
