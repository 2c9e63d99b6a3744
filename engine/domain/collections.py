"""Collections: reviews that a person picked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.ids import CollectionId, ReviewId


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Reviews in the order in which somebody put them, whatever they are about.

    Its id is a slug that never changes, so that links and embeds survive. It is a selection and says so wherever it is
    shown; which of its reviews are shown is decided anew by rights and consent each time.
    """

    id: CollectionId
    name: str
    """What visitors read above it; this may change."""
    reviews: Sequence[ReviewId] = ()
