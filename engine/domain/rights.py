"""What may be done with a review: the rights of its source and the consent of its author."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from engine.errors import BadValueError


class Use(StrEnum):
    """What an author can consent to."""

    DISPLAY = "display"
    MARKUP = "markup"
    EXCERPT = "excerpt"
    TRANSLATE = "translate"
    FEED = "feed"
    ADS = "ads"


class RightsClass(StrEnum):
    """What a review counts for, once its source's rights and its author's consent are taken together."""

    OWN = "own"
    """Shown, and counted in the aggregate that page and markup share."""
    DISPLAY_ONLY = "display-only"
    """Shown under its source's name, never marked up, never counted in the marked-up aggregate."""
    INTERNAL = "internal"
    """Known inside the company, never published."""


class Excerpt(StrEnum):
    YES = "yes"
    WITH_LINK = "with-link"
    NO = "no"


class Mining(StrEnum):
    PUBLISHED = "published"
    INTERNAL = "internal"
    NEVER = "never"


class OnSourceDelete(StrEnum):
    WITHDRAW = "withdraw"
    KEEP = "keep"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """How a source wants to be named beside each of its reviews."""

    name: str
    link_required: bool = False
    """Whether a review may stand only where a link leads to it, or to ``url``."""
    url: str | None = None
    """Where the link leads when a review has no address of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The rights profile of one source: what may be done with what it tells us."""

    profile: str
    may_store: bool
    may_edit: bool
    may_excerpt: Excerpt
    may_show: bool
    may_mark_up: bool
    may_aggregate: bool
    may_feed: bool
    may_mine: Mining
    max_age: timedelta | None = None
    """How long a copy may be shown after the source last told it."""
    asks_consent: bool = False
    """Whether its authors are asked: without their consent in the record, a review is not shown."""
    attribution: Attribution | None = None
    on_source_delete: OnSourceDelete = OnSourceDelete.WITHDRAW
    because: str = ""
    """Why it is so, in words."""
    evidence: tuple[str, ...] = ()
    """Where it is written, each as it was found: a page, or what somebody remembers, marked as that."""
    checked: date | None = None

    def __post_init__(self) -> None:
        if self.max_age is not None and self.max_age <= timedelta(0):
            raise BadValueError(f"rights {self.profile!r}: max_age {self.max_age} shows nothing; may_show says that")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Which uses the author agreed to, what was said at the time, and how it can be proved."""

    uses: AbstractSet[Use] = frozenset()
    taken_back: AbstractSet[Use] = frozenset()
    """Uses that the author took back; no later declaration of ours brings one back."""
    wording: str = ""
    proof: str = ""
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def covers(self, use: Use) -> bool:
        return self.withdrawn_at is None and use in self.uses and use not in self.taken_back
