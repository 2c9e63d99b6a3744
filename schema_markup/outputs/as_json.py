"""One JSON document for all files, with the places in their sources and a summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from schema_markup.outputs.as_jsonl import as_mapping
from schema_markup.outputs.checked import Checked


def write(checked: Iterable[Checked]) -> Iterator[str]:
    """``{"files": [...], "summary": {"files", "valid", "warning", "error"}}``; problems with ``line``, ``column``."""
    counts: Counter[str] = Counter()
    before = '{"files":[\n'
    for each in checked:
        counts[each.report.verdict] += 1
        yield before + json.dumps(_with_places(each))
        before = ",\n"
    if not counts:
        yield before
    summary = {"files": counts.total(), **{each: counts[each] for each in ("valid", "warning", "error")}}
    yield f'\n],"summary":{json.dumps(summary)}}}\n'


def _with_places(checked: Checked) -> dict[str, Any]:
    mapping = as_mapping(checked.report)
    for problem, place in zip(mapping["problems"], checked.places, strict=True):
        problem |= {"line": place.line if place else None, "column": place.column if place else None}
    return mapping
