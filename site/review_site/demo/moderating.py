"""What the sample company leaves for a moderator to do: reports of readers, an answer half written, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from engine.domain import FlagReason, Locale, ReviewId, SourceId, review_id
from engine.drafting import save_draft
from engine.errors import NotFoundError
from engine.flagging import Notice, flag_review
from engine.store import Transaction

PICTURES: Mapping[str, Sequence[Mapping[str, str]]] = {
    "demo-168": [{"url": "https://larkfield.example/photos/wet-box.jpg", "alt": "A kettle beside a wet cardboard box"}],
    "demo-169": [{"url": "https://larkfield.example/photos/workshop.jpg", "alt": "Two people pour coffee at a table"}],
}
REPORTS: Mapping[str, tuple[int, Notice]] = {
    "demo-002": (
        9,
        Notice(
            reason=FlagReason.NOT_GENUINE,
            explanation="Nobody writes the number of clicks on a bag. I think a friend of the shop wrote this.",
            locale=Locale("en"),
        ),
    ),
    "demo-003": (
        2,
        Notice(
            reason=FlagReason.PERSONAL_DATA,
            explanation="Hier steht der volle Name meiner Nachbarin. Weiß sie das?",
            locale=Locale("de"),
        ),
    ),
}
"""By the review: how many days ago a reader said what of it."""
DRAFTS: Mapping[str, str] = {"demo-001": "Thank you, Ruth. Six weeks, twice a day: we are glad that the spout still"}


def leave_for_moderators(transaction: Transaction, source: SourceId, now: datetime) -> None:
    """Reports and drafts about reviews that still stand; what is there already stays as it is."""
    for each, (days, notice) in REPORTS.items():
        which = review_id(source, each)
        if not transaction.flags.of_review(which):
            _report(transaction, which, notice, now - timedelta(days=days))
    for each, text in DRAFTS.items():
        which = review_id(source, each)
        is_new = transaction.reply_drafts.find(which) is None and transaction.replies.find(which) is None
        if is_new and transaction.reviews.among([which], lock=False):
            save_draft(transaction, which, text, by="sample company", now=now)


def _report(transaction: Transaction, which: ReviewId, notice: Notice, at: datetime) -> None:
    # Somebody may have taken the review down since.
    with suppress(NotFoundError):
        flag_review(transaction, which, notice, at)
