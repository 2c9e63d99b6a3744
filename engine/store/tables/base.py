"""What all tables share: their names for constraints, and kinds of columns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, text

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
