"""The policy that may approve without a person; it has no word for ratings, so none can decide by them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from engine.domain.ids import SourceId
from engine.domain.reviews import Review, VerificationLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """Approves a review that fits all of its conditions; an empty set asks nothing."""

    sources: AbstractSet[SourceId] = frozenset()
    verification: AbstractSet[VerificationLevel] = frozenset()
    languages: AbstractSet[str] = frozenset()
    shortest: int = 0
    """Fewest characters of the text."""
    longest: int = 1_000_000

    def fits(self, review: Review) -> bool:
        return (
            self._allows(self.sources, review.source_id)
            and self._allows(self.verification, review.verification.level)
            and self._allows(self.languages, review.language)
            and self.shortest <= len(review.body) <= self.longest
        )

    @staticmethod
    def _allows(allowed: AbstractSet[str], value: str | None) -> bool:
        return not allowed or value in allowed
