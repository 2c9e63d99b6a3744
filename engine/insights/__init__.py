"""How advocacy grows: what was asked, said, decided, answered and served, over stretches of time."""

from __future__ import annotations

from engine.insights.asked import Asking, Telling, Wanted, asking, telling
from engine.insights.audit import Audit, Quarter, audit
from engine.insights.facts import Facts
from engine.insights.keeping import FactsKept
from engine.insights.reviews import Coverage, Flow, SubjectMean, TopicFlow
from engine.insights.seen import Insights, Stretch, look

__all__ = [
    "Asking",
    "Audit",
    "Coverage",
    "Facts",
    "FactsKept",
    "Flow",
    "Insights",
    "Quarter",
    "Stretch",
    "SubjectMean",
    "Telling",
    "TopicFlow",
    "Wanted",
    "asking",
    "audit",
    "look",
    "telling",
]
