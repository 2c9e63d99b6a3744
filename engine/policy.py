"""What a policy approves by itself: never by a rating, and nothing that a person should look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.domain import ApprovalRule, Decision, Review, Standing, State
from engine.spam import spam_signs
from engine.store import FiledReview

POLICY = "policy"


def fits_policy(review: Review, rules: Sequence[ApprovalRule]) -> bool:
    """Whether a policy approves a review; the rating is not looked at, and no rule can ask for it."""
    if review.standing is not Standing.PUBLIC or review.holds_contact_data or spam_signs(review.title, review.body):
        return False
    return any(rule.fits(review) for rule in rules)


def approved_by_policy(filed: FiledReview, rules: Sequence[ApprovalRule], now: datetime) -> FiledReview:
    """A pending review approved, if it fits one of the rules and shows no sign of spam or contact data; or as it is."""
    if filed.review.state is not State.PENDING or not fits_policy(filed.review, rules):
        return filed
    decision = Decision(state=State.APPROVED, by=POLICY, at=now)
    return replace(filed, review=replace(filed.review.moved_to(State.APPROVED), decision=decision))
