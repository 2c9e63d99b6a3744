"""What readers reported of the sample's reviews, what was answered, and what is left for a moderator to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine.domain import FlagReason, Locale, Reason, ReviewId, SourceId, review_id
from engine.drafting import save_draft
from engine.flagging import Notice, answer_flag, flag_review
from engine.moderation import Moderation
from engine.replying import answer
from engine.store import Transaction
from review_site.demo.days import Days
from review_site.demo.story import Act, Step
from review_site.wiring import Instance

PICTURES: Mapping[str, Sequence[Mapping[str, str]]] = {
    "demo-168": [{"url": "https://larkfield.example/photos/wet-box.jpg", "alt": "A kettle beside a wet cardboard box"}],
    "demo-169": [{"url": "https://larkfield.example/photos/workshop.jpg", "alt": "Two people pour coffee at a table"}],
}
UPHELD = frozenset({"demo-070"})
"""Reviews that were approved, and taken down because a reader was right about them."""


def reports(source: SourceId, told: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    """Reports of readers, in the order of a file; those with an answer were answered so many days later."""
    for each in told:
        which, at = review_id(source, each["review"]), days.before(each["days"])
        said = Notice(reason=FlagReason(each["reason"]), explanation=each["explanation"], locale=Locale(each["locale"]))
        yield Act(at=at, do=partial(_report, which, said))
        if each.get("answer"):
            reason = Reason(each["upheld"]) if each.get("upheld") else None
            answered = at + timedelta(days=each["after"])
            yield Act(at=answered, do=partial(_answer_report, which, each["answer"], each["by"], reason))


def replies(instance: Instance, source: SourceId, told: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    """The owner's answers, and those that somebody began to write."""
    for each in told:
        act = _draft if each.get("is_draft") else partial(_reply, instance)
        which = review_id(source, each["review"])
        yield Act(at=days.before(each["days"]), do=partial(act, which, each["text"], each["by"]))


def _report(which: ReviewId, said: Notice, transaction: Transaction, at: datetime) -> None:
    flag_review(transaction, which, said, at)


def _answer_report(
    which: ReviewId, text: str, by: str, uphold: Reason | None, transaction: Transaction, at: datetime
) -> None:
    [flag] = [each for each in transaction.flags.of_review(which) if each.answered_at is None]
    moderation = Moderation(transaction=transaction, now=at)
    answer_flag(transaction, moderation, flag.id, text, by=by, uphold=uphold)


def _reply(instance: Instance, which: ReviewId, text: str, by: str, transaction: Transaction, at: datetime) -> None:
    answer(transaction, which, text, by=by, now=at, settings_of=instance.config.sources.get)


def _draft(which: ReviewId, text: str, by: str, transaction: Transaction, at: datetime) -> None:
    save_draft(transaction, which, text, by=by, now=at)
