"""How long something took: the middle and the slow end, never the mean, which one forgotten case carries away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.kpi.intervals import FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    count: int = 0
    median: float | None = None
    """In whatever unit the values were; half took no longer."""
    p90: float | None = None
    """Nine of ten took no longer."""

    @property
    def is_few(self) -> bool:
        return self.count < FEW


def spans(values: Iterable[float]) -> Spans:
    """By nearest rank, so that each figure is a time that one of them took."""
    ranked = sorted(values)
    if not ranked:
        return Spans()
    return Spans(count=len(ranked), median=_at(ranked, 50), p90=_at(ranked, 90))


def _at(ranked: list[float], percent: int) -> float:
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
