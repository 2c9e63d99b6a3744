"""Which copies are fresh, as conditions of a query: those of sources whose terms set a maximum age grow too old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import and_, false, not_, or_
from sqlalchemy.sql import ColumnElement

from engine.domain import SourceId
from engine.store.tables import review
from engine.store.values import to_micros

Oldest = Mapping[SourceId, datetime]
"""By the sources whose terms set a maximum age: what was received at or before the time is too old."""
NO_AGE: Oldest = MappingProxyType({})


def ages_and_is_fresh(oldest: Oldest) -> ColumnElement[bool]:
    """Of sources that set an age, what may still be shown; nothing of the others."""
    return or_(
        false(),
        *(
            and_(review.c.source_id == source, review.c.received_at > to_micros(moment))
            for source, moment in oldest.items()
        ),
    )


def is_too_old(oldest: Oldest) -> ColumnElement[bool]:
    """Of sources that set an age, what may be shown no more."""
    return or_(
        false(),
        *(
            and_(review.c.source_id == source, review.c.received_at <= to_micros(moment))
            for source, moment in oldest.items()
        ),
    )


def none_too_old(oldest: Oldest) -> list[ColumnElement[bool]]:
    """Of all sources, what is not too old; no condition where none of them sets an age."""
    return [
        not_(and_(review.c.source_id == source, review.c.received_at <= to_micros(moment)))
        for source, moment in oldest.items()
    ]
