"""What customers say again and again: recurring phrases with counts, opinions and verbatim quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from engine.domain import Phrase
from engine.mining.texts import Listing, MinedText, one_per_voice

if TYPE_CHECKING:
    from engine.mining.opinion_model import OpinionModel
    from engine.mining.profile import Profile

__all__ = ["Listing", "MinedText", "languages", "mine", "mine_jsonl", "profile_of"]

# numpy is loaded where something is mined, so that importing the engine stays cheap.


def languages() -> tuple[str, ...]:
    """The languages that can be mined: one for each file in the folder of that name."""
    from engine.mining import grammar  # noqa: PLC0415

    return grammar.languages()


def mine(
    texts: Sequence[MinedText],
    language: str,
    *,
    limit: int = 50,
    at_least: int = 3,
    listing: Listing = Listing.MERGED,
    profile: Profile | None = None,
    opinion: OpinionModel | None = None,
) -> list[Phrase]:
    """The phrases that at least so many voices use, the best first; the order of the texts changes nothing.

    A phrase's count is the number of voices whose text holds its text or one of its variants, compared by stems.
    With the ``profile`` of a whole shop it is told from the shop's use of words, and this subject's on top, what is a
    phrase; what is counted and quoted are these texts alone. ``opinion`` is a model trained on the shop's own stars,
    used in place of the shipped one. Raises NotFoundError where the language cannot be mined.
    """
    from engine.mining.grammar import grammar  # noqa: PLC0415
    from engine.mining.phrases import phrases  # noqa: PLC0415

    return phrases(one_per_voice(texts), grammar(language), listing, limit, at_least, profile, opinion)


def profile_of(texts: Iterable[MinedText], language: str) -> Profile:
    """How these texts use their words; copies of one voice count once. Profiles of subjects add up to the shop's.

    Raises NotFoundError where the language cannot be mined.
    """
    from engine.mining import profile  # noqa: PLC0415

    return profile.profile_of(texts, language)


def mine_jsonl(
    lines: Iterable[str], *, limit: int = 50, at_least: int = 2, listing: Listing = Listing.MERGED
) -> Iterator[str]:
    """Reviews as JSON lines in, ranked phrases as JSON lines out.

    A review is ``{"id", "text", "lang", "rating", "product"}``, of which ``id`` and ``text`` are required; a phrase is
    ``{"phrase", "count", "positive_share", "quotes": [{"id", "text"}], "variants"}``. The language that most reviews
    name is mined, and reviews that name another are left out; ratings are on 1 to 5. Raises BadValueError naming the
    line that is no such review.
    """
    from engine.mining import jsonl  # noqa: PLC0415

    return jsonl.mine_lines(lines, limit, at_least, listing)
