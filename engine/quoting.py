"""Handing the words of a review on to a writer: what each may be used for, and why not where it may not; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain import Excerpt, Mining, Relation, Review, Rights, RightsClass, Use
from engine.rights import class_of, may_excerpt, may_feed, may_mark_up, may_quote, may_show, rights_of


class Purpose(StrEnum):
    """What a writer may want to do with words."""

    WHOLE = "whole"
    """Show all of them, with all that has to be said beside them."""
    EXCERPT = "excerpt"
    """Show a part of them, with the same beside it and a link to the whole."""
    QUOTE = "quote"
    """Show a part on its own, in a text of ours."""
    MARKUP = "markup"
    FEED = "feed"
    ADS = "ads"
    TRANSLATE = "translate"


class WhyNot(StrEnum):
    NOT_SHOWN = "not-shown"
    """It may not be shown at all: pending, hidden at its source, too old."""
    CONSENT = "consent"
    """Its author did not agree to this, or took it back."""
    SOURCE = "source"
    """The terms of its source forbid it."""
    LINK = "link"
    """Its source asks for a link to the whole, and there is none."""
    DISCLOSURE = "disclosure"
    """Something has to be said beside it, for which there is no room."""
    NAME = "name"
    """Structured data needs an author, and none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Whether words may be used for a purpose."""

    purpose: Purpose
    why_not: WhyNot | None = None
    """None: they may."""

    @property
    def is_allowed(self) -> bool:
        return self.why_not is None


def allowances(review: Review, rights: Rights, now: datetime) -> Sequence[Allowance]:
    """What a review may be used for at this moment, for every purpose; ``rights`` are those of its source."""
    allowed = rights_of(review, rights)
    if not may_show(review, rights, now):
        return [Allowance(purpose=each, why_not=WhyNot.NOT_SHOWN) for each in Purpose]
    # The terms of other sources let their words stand on a page; none lets us advertise with them.
    is_own = class_of(review, rights) is RightsClass.OWN
    return [
        Allowance(purpose=Purpose.WHOLE),
        _of(Purpose.EXCERPT, may_excerpt(review, rights, now), _why_no_excerpt(review, allowed)),
        _of(Purpose.QUOTE, may_quote(review, rights, now), _why_no_quote(review, allowed)),
        _of(Purpose.MARKUP, may_mark_up(review, rights, now), _why_no_markup(review, allowed)),
        _of(Purpose.FEED, may_feed(review, rights, now), _consent_or_source(review, Use.FEED)),
        _of(Purpose.ADS, is_own and review.consent.covers(Use.ADS), _consent_or_source(review, Use.ADS)),
        _of(Purpose.TRANSLATE, review.consent.covers(Use.TRANSLATE), WhyNot.CONSENT),
    ]


def _of(purpose: Purpose, is_allowed: bool, why_not: WhyNot) -> Allowance:
    return Allowance(purpose=purpose, why_not=None if is_allowed else why_not)


def _consent_or_source(review: Review, use: Use) -> WhyNot:
    return WhyNot.SOURCE if review.consent.covers(use) else WhyNot.CONSENT


def _why_no_excerpt(review: Review, rights: Rights) -> WhyNot:
    if not review.consent.covers(Use.EXCERPT):
        return WhyNot.CONSENT
    return WhyNot.LINK if rights.may_excerpt is Excerpt.WITH_LINK else WhyNot.SOURCE


def _why_no_quote(review: Review, rights: Rights) -> WhyNot:
    if rights.may_excerpt is Excerpt.NO or rights.may_mine is not Mining.PUBLISHED:
        return WhyNot.SOURCE
    if not review.consent.covers(Use.EXCERPT):
        return WhyNot.CONSENT
    if review.incentive is not None or review.relation is not Relation.NONE:
        return WhyNot.DISCLOSURE
    return WhyNot.LINK


def _why_no_markup(review: Review, rights: Rights) -> WhyNot:
    if not rights.may_mark_up:
        return WhyNot.SOURCE
    return WhyNot.NAME if review.consent.covers(Use.MARKUP) else WhyNot.CONSENT
