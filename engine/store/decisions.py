"""What was decided about reviews before it was decided anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from engine.domain import Decision, ReviewId, State
from engine.store.review_rows import FiledReview
from engine.store.tables import earlier_decision
from engine.store.values import decision_from_json, decision_to_json, from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecision:
    """What held of a review until another decision replaced it."""

    review_id: ReviewId
    replaced_at: datetime
    state: State
    decision: Decision | None
    """None: nobody had decided yet."""


class Decisions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, before: Sequence[FiledReview], at: datetime) -> None:
        """Keeps what holds of reviews that are about to be decided about at a time."""
        rows = [
            {
                "review_id": each.review.id,
                "replaced_at": to_micros(at),
                "state": each.review.state,
                "decision": decision_to_json(each.review.decision),
            }
            for each in before
        ]
        if rows:
            self._connection.execute(insert(earlier_decision), rows)

    def replaced(self, at: datetime) -> dict[ReviewId, EarlierDecision]:
        """What held of each review that was decided about at exactly this time."""
        statement = select(earlier_decision).where(earlier_decision.c.replaced_at == to_micros(at))
        rows = self._connection.execute(statement.order_by(earlier_decision.c.seq))
        return {ReviewId(row.review_id): _from_row(row) for row in rows}

    def of_review(self, wanted: ReviewId) -> list[EarlierDecision]:
        """What held of a review before, the oldest first."""
        statement = select(earlier_decision).where(earlier_decision.c.review_id == wanted)
        return [_from_row(row) for row in self._connection.execute(statement.order_by(earlier_decision.c.seq))]


def _from_row(row: Row[Any]) -> EarlierDecision:
    return EarlierDecision(
        review_id=ReviewId(row.review_id),
        replaced_at=from_micros(row.replaced_at),
        state=State(row.state),
        decision=decision_from_json(row.decision),
    )
