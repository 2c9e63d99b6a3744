"""The phrases of a report as a table, as CSV, as Markdown and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

from engine.phrase_report import ReportedPhrase
from engine.trends import span_of
from schema_markup.feeds.markdown_text import literal
from schema_markup.feeds.meta_reviews import formula_safe

Lines = Sequence[ReportedPhrase]

LATEST = 4
"""Quarters that a page has room for; files hold all of them."""
UNCLEAR = "unclear"


def as_table(lines: Lines) -> str:
    """Columns under each other, for a terminal: the last quarters alone, and no variants."""
    quarters = span_of(each.trend for each in lines)[-LATEST:]
    header = ["about", "language", "phrase", "voices", "share", "positive", *quarters, "undated"]
    rows = [header, *(_row(each, quarters) for each in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    return "".join(f"{_aligned(row, widths)}\n" for row in rows)


def as_csv(lines: Lines) -> str:
    """One line for each phrase, with a column for each quarter and the variants parted by ``;``.

    No cell is one that a spreadsheet would run as a formula; shares are from 0 to 1, empty where nothing is clear.
    """
    quarters = span_of(each.trend for each in lines)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(
        ["about", "language", "phrase", "voices", "of", "share", "positive_share", *quarters, "undated", "variants"]
    )
    for each in lines:
        phrase, positive = each.phrase, each.phrase.positive_share
        texts = [each.about, phrase.language, phrase.text]
        figures = [phrase.count, each.voices, f"{each.share:.4f}", "" if positive is None else f"{positive:.4f}"]
        trend = [*(each.trend.quarters.get(quarter, 0) for quarter in quarters), each.trend.undated]
        variants = formula_safe("; ".join(phrase.variants))
        writer.writerow([*map(formula_safe, texts), *figures, *trend, variants])
    return file.getvalue()


def as_markdown(lines: Lines) -> str:
    """A table of pipes, as GitHub and most editors read it: https://github.github.com/gfm/#tables-extension-."""
    quarters = span_of(each.trend for each in lines)[-LATEST:]
    header = ["about", "language", "phrase", "voices", "share", "positive", *quarters, "undated", "also written"]
    marks = ["---", "---", "---", *("--:" for _ in range(len(header) - 4)), "---"]
    rows = [header, marks, *([*map(literal, _row(each, quarters)), _variants(each)] for each in lines)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def as_json(lines: Lines) -> str:
    """One object for each phrase: the columns of the CSV, with ``trend`` by quarter and ``variants`` as a list."""
    found = [
        {
            "about": each.about,
            "language": each.phrase.language,
            "phrase": each.phrase.text,
            "voices": each.phrase.count,
            "of": each.voices,
            "share": round(each.share, 4),
            "positive_share": each.phrase.positive_share,
            "trend": dict(each.trend.quarters),
            "undated": each.trend.undated,
            "variants": list(each.phrase.variants),
        }
        for each in lines
    ]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Lines], str]] = {
    "table": as_table,
    "csv": as_csv,
    "md": as_markdown,
    "json": as_json,
}


def _row(each: ReportedPhrase, quarters: Sequence[str]) -> list[str]:
    phrase, share = each.phrase, each.phrase.positive_share
    figures = [str(phrase.count), f"{each.share:.0%}", UNCLEAR if share is None else f"{share:.0%}"]
    trend = [str(each.trend.quarters.get(quarter, 0)) for quarter in quarters]
    return [each.about, phrase.language, phrase.text, *figures, *trend, str(each.trend.undated)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Texts to the left, figures to the right."""
    cells = [
        cell.ljust(width) if at < 3 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _variants(each: ReportedPhrase) -> str:
    return literal(", ".join(each.phrase.variants))
