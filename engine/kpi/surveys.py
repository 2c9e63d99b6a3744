"""What answers to the Net Promoter, satisfaction and effort questions add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from engine.kpi.intervals import Interval, Mean, Share, Z

PROMOTER, PASSIVE = 9, 7
"""Reichheld, Harvard Business Review, December 2003: 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract."""
SATISFIED = Decimal("0.75")
"""How far up its scale an answer counts as satisfied: 4 and 5 on 1 to 5, 6 and 7 on 1 to 7."""

Scale = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nps:
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def mean(self) -> Mean:
        """Each answer as 1, 0 or -1: the score is their mean, times a hundred."""
        return Mean(self.answers, float(self.promoters - self.detractors), float(self.promoters + self.detractors))

    @property
    def score(self) -> float | None:
        """-100 to 100; None without answers."""
        value = self.mean.value
        return None if value is None else 100 * value

    @property
    def interval(self) -> Interval | None:
        """In points. A quarter of an answer is added to each end, so that answers all alike still leave some doubt."""
        if self.mean.is_few:
            return None
        plus, minus, count = self.promoters + 0.75, self.detractors + 0.75, self.answers + 3
        middle = (plus - minus) / count
        reach = Z * sqrt(((plus + minus) / count - middle * middle) / count)
        return Interval(100 * max(-1.0, middle - reach), 100 * min(1.0, middle + reach))


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """Answers on scales of any length, each read as how far up its own scale it lies."""

    satisfied: Share
    height: Mean
    """0 at the worst end of the scale, 1 at the best."""


def nps(answers: Mapping[int, int]) -> Nps:
    """The score from how often each answer of 0 to 10 was given."""
    return Nps(
        promoters=sum(count for score, count in answers.items() if score >= PROMOTER),
        passives=sum(count for score, count in answers.items() if PASSIVE <= score < PROMOTER),
        detractors=sum(count for score, count in answers.items() if score < PASSIVE),
    )


def satisfaction(answers: Mapping[tuple[Decimal, Scale], int]) -> Satisfaction:
    """From how often each score was given on each scale; the scale is its worst and its best end."""
    heights = [((score - worst) / (best - worst), count) for (score, (worst, best)), count in answers.items()]
    count = sum(each for _, each in heights)
    return Satisfaction(
        satisfied=Share(sum(each for height, each in heights if height >= SATISFIED), count),
        height=Mean(
            count,
            float(sum(height * each for height, each in heights)),
            float(sum(height * height * each for height, each in heights)),
        ),
    )
