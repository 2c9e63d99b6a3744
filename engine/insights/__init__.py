"""How advocacy grows: what was asked, said, decided, answered and served, over stretches of time."""

from __future__ import annotations

from engine.insights.asked import Asking, Telling, Wanted, asking, telling
from engine.insights.facts import Facts
from engine.insights.keeping import FactsKept
from engine.insights.reviews import Coverage, Flow, SubjectMean, TopicFlow
from engine.insights.seen import Insights, look

__all__ = [
    "Asking",
    "Coverage",
    "Facts",
    "FactsKept",
    "Flow",
    "Insights",
    "SubjectMean",
    "Telling",
    "TopicFlow",
    "Wanted",
    "asking",
    "look",
    "telling",
]
