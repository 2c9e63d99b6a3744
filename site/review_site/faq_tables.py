"""Questions and answers as a table, as Markdown, as CSV and as JSON, each sentence with the reviews it rests on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from engine.domain import FaqEntry
from schema_markup.feeds.markdown_text import literal
from schema_markup.feeds.meta_reviews import formula_safe

Entries = Sequence[FaqEntry]

LONGEST_QUESTION = 60
"""Characters that a terminal's line has room for."""
COLUMNS = ("id", "subject", "language", "state", "question", "answer", "phrase", "asked", "evidence")


def as_table(entries: Entries) -> str:
    """Columns under each other, for a terminal: how many voices each answer counts, and how many it quotes."""
    rows = [("id", "subject", "lang", "state", "voices", "quotes", "question"), *map(_line, entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_markdown(entries: Entries) -> str:
    """A section for each subject and language, in which no character of a customer is markup."""
    blocks: list[str] = []
    for (subject, language), some in groupby(entries, lambda each: (each.subject_id, each.language)):
        blocks.append(f"## {literal(subject)} ({language})")
        for each in some:
            blocks += [f"### {literal(each.question)}", *_paragraphs(each)]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def as_csv(entries: Entries) -> str:
    """One line for each entry, the evidence parted by spaces; no cell is one that a spreadsheet would run."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in entries:
        asked = each.question_id or ""
        texts = [each.question, answer_of(each), each.phrase]
        row = [each.id, each.subject_id, each.language, each.state, *texts, asked, " ".join(evidence(each))]
        writer.writerow(map(formula_safe, row))
    return file.getvalue()


def as_json(entries: Entries) -> str:
    """One object for each entry, with its sentences and the reviews each rests on."""
    return json.dumps([as_mapping(each) for each in entries], ensure_ascii=False, indent=2) + "\n"


def as_mapping(each: FaqEntry) -> dict[str, Any]:
    """An entry as JSON has it; ``quoted`` is the review whose words a sentence gives, None for a count."""
    return {
        "id": each.id,
        "subject": each.subject_id,
        "language": each.language,
        "state": each.state,
        "question": each.question,
        "phrase": each.phrase or None,
        "asked": each.question_id,
        "answer": [
            {
                "text": sentence.text,
                "quoted": sentence.quote.review_id if sentence.quote else None,
                "reviews": list(sentence.review_ids),
            }
            for sentence in each.sentences
        ],
    }


def answer_of(each: FaqEntry) -> str:
    """The answer as one line."""
    return " ".join(sentence.text for sentence in each.sentences)


def evidence(each: FaqEntry) -> list[str]:
    """The reviews that the answer rests on, those that it quotes first."""
    return list(dict.fromkeys([*each.review_ids, *(one for all_ in each.sentences for one in all_.review_ids)]))


def _line(each: FaqEntry) -> tuple[str, ...]:
    question = each.question if len(each.question) <= LONGEST_QUESTION else f"{each.question[: LONGEST_QUESTION - 1]}…"
    counts = each.numbers.get("count", "-")
    return (each.id, each.subject_id, each.language, each.state, counts, str(len(each.review_ids)), question)


def _paragraphs(each: FaqEntry) -> Iterator[str]:
    for sentence in each.sentences:
        yield f"> {literal(sentence.text)}" if sentence.quote else literal(sentence.text)
    yield f"State: {each.state}. Evidence: {', '.join(evidence(each)) or 'none'}."


FORMATS: Mapping[str, Callable[[Entries], str]] = {"md": as_markdown, "csv": as_csv, "json": as_json}
