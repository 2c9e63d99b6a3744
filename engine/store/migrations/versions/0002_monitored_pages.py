"""Pages that embed our snippets, and what is wrong with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "monitored_page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("embedded", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("seen", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_monitored_page_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitored_page")),
    )
    op.create_table(
        "page_finding",
        sa.Column("page_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["monitored_page.id"], name=op.f("fk_page_finding_page_id")),
        sa.PrimaryKeyConstraint("page_id", "rule", name=op.f("pk_page_finding")),
    )
