"""Rights: the profiles of sources, the consent of authors, and what both together allow."""

from __future__ import annotations

from engine.rights.consent import answered_consent, declared_consent, declared_uses, redeclared, told_again
from engine.rights.profiles import (
    APPROVED,
    DISPLAY_ONLY,
    FORBIDDEN,
    INTERNAL,
    OWN,
    PROFILES,
    narrowed,
    origin_profile,
    profile,
    wider,
)
from engine.rights.refusals import Hindrance, hindrance, why_not_shown
from engine.rights.uses import (
    class_of,
    is_too_old,
    may_ask,
    may_count,
    may_excerpt,
    may_feed,
    may_mark_up,
    may_mark_up_quote,
    may_quote,
    may_show,
    oldest_allowed,
    refuse_unless_storable,
    rights_of,
)

__all__ = [
    "APPROVED",
    "DISPLAY_ONLY",
    "FORBIDDEN",
    "INTERNAL",
    "OWN",
    "PROFILES",
    "Hindrance",
    "answered_consent",
    "class_of",
    "declared_consent",
    "declared_uses",
    "hindrance",
    "is_too_old",
    "may_ask",
    "may_count",
    "may_excerpt",
    "may_feed",
    "may_mark_up",
    "may_mark_up_quote",
    "may_quote",
    "may_show",
    "narrowed",
    "oldest_allowed",
    "origin_profile",
    "profile",
    "redeclared",
    "refuse_unless_storable",
    "rights_of",
    "told_again",
    "why_not_shown",
    "wider",
]
