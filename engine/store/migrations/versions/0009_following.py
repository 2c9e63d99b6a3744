"""When each row of what reviews are narrowed by changed, and which of them are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

LIVE = "CASE WHEN NEW.shown THEN 2 WHEN NEW.state = 'approved' THEN 1 WHEN NEW.state = 'rejected' THEN 3 ELSE 0 END"
# One writes at a time on SQLite, so that the next number is higher than all that were seen. On PostgreSQL it is the
# transaction's own: of which of them a reader saw the end, its snapshot says.
NEXT_ON_SQLITE = (
    "(SELECT 1 + max(coalesce((SELECT max(changed) FROM search_review), 0),"
    " coalesce((SELECT max(changed) FROM search_gone), 0)))"
)
NEXT_ON_POSTGRES = "pg_current_xact_id()::text::bigint"
MOVED = (
    "UPDATE search_review SET live = {live}, received_at = NEW.received_at, changed = {next} WHERE review_id = NEW.id;"
    " INSERT INTO search_change (review_id) VALUES (NEW.id);"
)
GONE = (
    "INSERT INTO search_change (review_id, number) VALUES ({row}.id, (SELECT number FROM search_review"
    " WHERE review_id = {row}.id));"
    " INSERT INTO search_gone (number, changed) SELECT number, {next} FROM search_review WHERE review_id = {row}.id;"
    " DELETE FROM search_review WHERE review_id = {row}.id;"
)
BODIES = (
    ("search_moved", "UPDATE ON review", "NEW.state <> 'withdrawn'", MOVED, "NEW"),
    ("search_withdrawn", "UPDATE ON review", "NEW.state = 'withdrawn'", GONE, "NEW"),
    ("search_deleted", "DELETE ON review", "", GONE, "OLD"),
)


def upgrade() -> None:
    op.add_column("search_review", sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_search_review_changed", "search_review", ["changed"])
    op.create_table(
        "search_gone",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_gone")),
    )
    op.create_index("ix_search_gone_changed", "search_gone", ["changed"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, change, condition, body, row in BODIES:
        said = body.format(live=LIVE, row=row, next=NEXT_ON_SQLITE if is_sqlite else NEXT_ON_POSTGRES)
        if is_sqlite:
            when = f" WHEN {condition}" if condition else ""
            op.execute(f"DROP TRIGGER {name}")
            op.execute(f"CREATE TRIGGER {name} AFTER {change} FOR EACH ROW{when} BEGIN {said} END")
        else:
            op.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {said} RETURN NULL; END $$"
            )
