"""What was mined of a subject as Markdown: the summary of its texts, each quotation a block of its own, and phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.domain import Phrase, Point, TextSummary
from engine.i18n import Texts
from schema_markup.feeds.markdown_text import literal, quotation

MOST = 12
"""As many phrases as the page shows."""


def summed_up(summary: TextSummary, words: Texts) -> Iterator[str]:
    """The blocks of a summary: a heading, on what it rests, and below each list its points."""
    yield "## " + literal(words("summary"))
    yield literal(words.plural("summary-notice", summary.voices))
    praise = [(point, _opinions("praise", point.positive, point, words)) for point in summary.praised]
    blame = [(point, _opinions("blame", point.negative, point, words)) for point in summary.criticised]
    uses = [(point, words.plural("recommended", point.count)) for point in summary.best_for]
    yield from _list(words("praised"), praise, words)
    yield from _list(words("criticised"), blame, words)
    yield from _list(words("best-for"), uses, words)


def mentioned(phrases: Sequence[Phrase], words: Texts) -> Iterator[str]:
    """A heading and the list of phrases with their voices; nothing where there are none."""
    if not phrases:
        return
    yield "## " + literal(words("phrases"))
    told = [(literal(each.text), literal(words.plural("voices", each.count))) for each in phrases[:MOST]]
    yield "\n".join(f"- {text}: {voices}" for text, voices in told)


def _opinions(key: str, those: int, point: Point, words: Texts) -> str:
    clear = words.number(point.positive + point.negative)
    return words.plural(key, point.count, those=words.number(those), clear=clear)


def _list(heading: str, points: Sequence[tuple[Point, str]], words: Texts) -> Iterator[str]:
    """Each point with its counts in words; nothing where there is none."""
    if points:
        yield f"### {literal(heading)}"
    for point, counts in points:
        yield f"**{literal(point.phrase)}**: {literal(counts)}"
        author = words("author", name=point.quote.author) if point.quote.author else words("no-author")
        yield f"{quotation(point.quote.text)}\n>\n> {literal(author)}"
