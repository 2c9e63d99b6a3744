"""Signals: how satisfied somebody said he was, or what he reached, without words that could be published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.ids import SignalId, SourceId, SubjectId


class SignalKind(StrEnum):
    NPS = "nps"
    """0 to 10: how likely it is that somebody recommends us."""
    CSAT = "csat"
    """How satisfied somebody is, on a scale that the signal names."""
    CES = "ces"
    """How easy it was, on a scale that the signal names."""
    MILESTONE = "milestone"
    """Something reached, such as a tenth order; it has no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    id: SignalId
    source_id: SourceId
    external_id: str
    kind: SignalKind
    at: datetime
    """When it was given or reached."""
    received_at: datetime
    score: Decimal | None = None
    worst: Decimal | None = None
    best: Decimal | None = None
    subject_id: SubjectId | None = None
    name: str = ""
    """What was reached; empty for an answer."""
