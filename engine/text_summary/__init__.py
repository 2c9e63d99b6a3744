"""What customers say about a subject as a whole: praised, criticised, best for, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain import Phrase, ReviewId, SubjectId, TextSummary
from engine.mining import MinedText

__all__ = ["is_outgrown", "sides_of", "summarise"]


def summarise(
    subject_id: SubjectId,
    phrases: Sequence[Phrase],
    texts: Sequence[MinedText],
    language: str,
    *,
    voices: int,
    before: TextSummary | None,
    name: str = "",
    at_least: int = 30,
) -> TextSummary | None:
    """The summary of a subject in one language; None where fewer voices than ``at_least`` speak, or nothing is clear.

    ``texts`` are those that may be quoted, and ``phrases`` theirs, the best first. The summary made ``before`` stays as
    it is while the voices are about as many and each of its quotes still stands in one of the texts. ``name`` is what
    the subject is called: its own words say nothing about it.
    """
    if voices < at_least:
        return None
    allowed = {each.id: each for each in texts}
    if before is not None and not is_outgrown(before, voices) and _still_stands(before, allowed):
        return before
    # What reads opinions loads numpy; importing the engine stays cheap.
    from engine.text_summary.points import points  # noqa: PLC0415

    found = points(phrases, texts, language, allowed, name)
    if not found.praised and not found.criticised:
        return None
    return TextSummary(
        subject_id=subject_id,
        language=language,
        voices=voices,
        praised=found.praised,
        criticised=found.criticised,
        best_for=found.best_for,
    )


def sides_of(phrases: Sequence[Phrase], texts: Sequence[MinedText], language: str, *, name: str = "") -> list[Phrase]:
    """The phrases that name something about the subject, and neither the subject itself nor what it is used with."""
    from engine.mining.grammar import grammar  # noqa: PLC0415
    from engine.text_summary.asides import sides  # noqa: PLC0415
    from engine.text_summary.cues import cues  # noqa: PLC0415

    return sides(phrases, texts, grammar(language), cues(language), name)


def is_outgrown(summary: TextSummary, voices: int) -> bool:
    """Whether a fifth more or a twentieth fewer voices speak now than when it was made."""
    return 5 * voices >= 6 * summary.voices or 20 * voices <= 19 * summary.voices


def _still_stands(summary: TextSummary, allowed: Mapping[ReviewId, MinedText]) -> bool:
    """Whether each quote is still its author's words, under the name that the author is shown by."""
    quotes = [each.quote for each in (*summary.praised, *summary.criticised, *summary.best_for)]
    return all(
        quote.review_id in allowed
        and quote.text in allowed[quote.review_id].text
        and quote.author == allowed[quote.review_id].author
        for quote in quotes
    )
