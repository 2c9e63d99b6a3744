"""Drafts with what persons decided: an approved wording stays while its quotes may stand, its numbers are live."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.domain import FaqDecision, FaqEntry, FaqId, FaqState, Quote, ReviewId, Sentence
from engine.faq.wording import wordings

PLACEHOLDERS = ("count", "total", "positive", "clear", "percent")
"""What an approved opening may hold in braces, to be filled with the numbers of the day."""
_BRACES = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(opening: str, numbers: Collection[str] = PLACEHOLDERS) -> list[str]:
    """What stands in braces in an opening and has no number."""
    return [each for each in dict.fromkeys(_BRACES.findall(opening)) if each not in numbers]


def filled(opening: str, numbers: Mapping[str, str]) -> str:
    """An approved opening with the numbers of the day; raises KeyError where it asks for one that there is not."""
    return _BRACES.sub(lambda found: numbers[found[1]], opening)


def decided(
    drafts: Sequence[FaqEntry],
    decisions: Sequence[FaqDecision],
    quotable: Collection[ReviewId],
    *,
    automatic: bool = False,
    before: Sequence[FaqEntry] = (),
) -> list[FaqEntry]:
    """The drafts with what persons said of them, then what they approved that is drafted no more.

    An approved entry keeps its wording and its quotes while all of these may be quoted; else it is stale, and holds the
    approved wording with the drafted quotes, to be approved again. ``automatic`` approves what nobody decided about. An
    entry that ``before`` was published word for word as it is now still is.
    """
    by_id = {each.id: each for each in decisions}
    entries = [_decided(each, by_id.get(each.id), quotable, automatic=automatic) for each in drafts]
    drafted = {each.id for each in drafts}
    entries += [_left_over(each, quotable) for each in decisions if each.id not in drafted and _was_approved(each)]
    published = {each.id: each for each in before if each.state is FaqState.PUBLISHED}
    return [_as_published(each, published) for each in entries]


def _was_approved(decision: FaqDecision) -> bool:
    return decision.state is not FaqState.REJECTED


def _decided(
    entry: FaqEntry, decision: FaqDecision | None, quotable: Collection[ReviewId], *, automatic: bool
) -> FaqEntry:
    if decision is None:
        return replace(entry, state=FaqState.APPROVED) if automatic else entry
    if decision.state is FaqState.REJECTED:
        return replace(entry, state=FaqState.REJECTED)
    drafted, *quotes = entry.sentences
    worded = replace(entry, question=decision.question)
    if decision.opening and unknown_placeholders(decision.opening, entry.numbers):
        return replace(worded, state=FaqState.STALE)
    opening = replace(drafted, text=filled(decision.opening, entry.numbers)) if decision.opening else drafted
    may_stand = decision.quotes and all(each.review_id in quotable for each in decision.quotes)
    if decision.state is FaqState.APPROVED and may_stand:
        return replace(worded, sentences=(opening, *_quotations(decision)), state=FaqState.APPROVED)
    return replace(worded, sentences=(opening, *quotes), state=FaqState.STALE)


def _left_over(decision: FaqDecision, quotable: Collection[ReviewId]) -> FaqEntry:
    """What was approved about something that is not mined any more: kept to be seen, without numbers."""
    kept: list[Quote] = [each for each in decision.quotes if each.review_id in quotable]
    return FaqEntry(
        id=decision.id,
        subject_id=decision.subject_id,
        language=decision.language,
        question=decision.question,
        sentences=_quotations(replace(decision, quotes=kept)),
        phrase="",
        state=FaqState.STALE,
    )


def _quotations(decision: FaqDecision) -> tuple[Sentence, ...]:
    words = wordings(decision.language)
    return tuple(words.quotation(each) for each in decision.quotes)


def _as_published(entry: FaqEntry, published: Mapping[FaqId, FaqEntry]) -> FaqEntry:
    as_published = replace(entry, state=FaqState.PUBLISHED)
    return as_published if entry.state is FaqState.APPROVED and published.get(entry.id) == as_published else entry
