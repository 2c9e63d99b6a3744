"""What comes along with a review, what is known of each source's reading, invitations, and the owner's answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("review", sa.Column("standing", sa.String(length=16), nullable=False, server_default="public"))
    op.add_column("review", sa.Column("helpful", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("review", sa.Column("details", sa.Text(), nullable=False, server_default="{}"))
    _media()
    _sources()
    _hooks_and_asks()


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_media_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_review_id"), "media", ["review_id"])
    op.create_table(
        "media_file",
        sa.Column("media_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_file_media_id")),
        sa.PrimaryKeyConstraint("media_id", "size", name=op.f("pk_media_file")),
    )


def _sources() -> None:
    op.create_table(
        "source_run",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("full_at", sa.BigInteger(), nullable=True),
        sa.Column("resume", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_run_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_run")),
    )
    op.create_table(
        "source_seen",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_source_seen")),
    )
    op.create_index("ix_source_seen_pass", "source_seen", ["source_id", "pass"])
    op.create_table(
        "source_calls",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_source_calls")),
    )


def _hooks_and_asks() -> None:
    op.create_table(
        "hook_receipt",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_hook_receipt")),
    )
    op.create_index("ix_hook_receipt_received_at", "hook_receipt", ["received_at"])
    op.create_table(
        "ask",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("review_id", sa.String(length=32), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
    )
    op.create_table(
        "own_reply",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_own_reply_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_own_reply")),
    )
