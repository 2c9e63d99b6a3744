"""What searching keeps of reviews, and triggers that write down which of them changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# 0 waits, 1 is approved and not published, 2 is shown, 3 is rejected; what was withdrawn has no row.
LIVE = "CASE WHEN NEW.shown THEN 2 WHEN NEW.state = 'approved' THEN 1 WHEN NEW.state = 'rejected' THEN 3 ELSE 0 END"
NEW_CHANGE = "INSERT INTO search_change (review_id) VALUES ({0})"
GONE = (
    "INSERT INTO search_change (review_id, number) VALUES ({0}.id, (SELECT number FROM search_review"
    " WHERE review_id = {0}.id)); DELETE FROM search_review WHERE review_id = {0}.id;"
)
MOVED = (
    f"UPDATE search_review SET live = {LIVE}, received_at = NEW.received_at WHERE review_id = NEW.id;"  # noqa: S608 - no value from outside
    " INSERT INTO search_change (review_id) VALUES (NEW.id);"
)
RENAMED = "INSERT INTO search_change (review_id) SELECT id FROM review WHERE subject_id = NEW.id;"
HANGING = ("media", "topic_review")


def upgrade() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_review",
        sa.Column("number", sequence, autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("live", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_review")),
        sa.UniqueConstraint("review_id", name=op.f("uq_search_review_review_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_change",
        sa.Column("seq", sequence, autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_search_change")),
        sqlite_autoincrement=True,
    )
    make = _on_sqlite if op.get_bind().dialect.name == "sqlite" else _on_postgres
    make("search_added", "INSERT ON review", "", NEW_CHANGE.format("NEW.id") + ";")
    make("search_moved", "UPDATE ON review", "NEW.state <> 'withdrawn'", MOVED)
    make("search_withdrawn", "UPDATE ON review", "NEW.state = 'withdrawn'", GONE.format("NEW"))
    make("search_deleted", "DELETE ON review", "", GONE.format("OLD"))
    make("search_renamed", "UPDATE ON subject", "NEW.name <> OLD.name", RENAMED)
    for table in HANGING:
        for change, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            name = f"search_{table}_{change.lower()}"
            make(name, f"{change} ON {table}", "", NEW_CHANGE.format(f"{row}.review_id") + ";")


def _on_sqlite(name: str, change: str, condition: str, body: str) -> None:
    when = f" WHEN {condition}" if condition else ""
    op.execute(f"CREATE TRIGGER {name} AFTER {change} FOR EACH ROW{when} BEGIN {body} END")


def _on_postgres(name: str, change: str, condition: str, body: str) -> None:
    when = f" WHEN ({condition})" if condition else ""
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {change} FOR EACH ROW{when} EXECUTE FUNCTION {name}()")
