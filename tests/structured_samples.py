"""Reads ``samples/structured-data``: for each rule, documents that break it and documents that do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from schema_markup.validate import Report, report_html, report_jsonld

FOLDER = Path(__file__).parent / "samples" / "structured-data"
GONE = "(gone)"


class Sample(NamedTuple):
    """A case of a rule: the text of a document, or of a page."""

    rule: str
    text: str | bytes
    is_page: bool
    url: str | None

    def report(self) -> Report:
        return report_html(self.text, "sample", self.url) if self.is_page else report_jsonld(self.text, "sample")


def bad() -> Iterator[Sample]:
    return _cases("bad")


def good() -> Iterator[Sample]:
    """The cases that are said to be good, and each base as it is."""
    yield from _cases("good")
    yield from (_sample(path.stem, path.stem, {}) for path in sorted((FOLDER / "bases").glob("*.json")))


def ruled() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


def base(name: str) -> dict[str, Any]:
    """A good document, to be changed at will."""
    return deepcopy(_base(name))


def changed(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A document with the values at some paths (``review.0.author``) replaced, or taken away."""
    document = deepcopy(document)
    for path, value in changes.items():
        names = [path] if "://" in path else path.split(".")
        *steps, last = [int(each) if each.isdigit() else each for each in names]
        place: Any = document
        for each in steps:
            place = place[each]
        if value != GONE:
            place[last] = value
        elif isinstance(place, list):
            place.pop(int(last))
        else:
            place.pop(last, None)
    return document


@cache
def _base(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "bases" / f"{name}.json").read_text("utf-8"))
    return found


def _cases(kind: str) -> Iterator[Sample]:
    for path in sorted(FOLDER.glob("*.json")):
        sample = json.loads(path.read_text("utf-8"))
        yield from (_sample(path.stem, sample["base"], case) for case in sample[kind])


def _sample(rule: str, name: str, case: Mapping[str, Any]) -> Sample:
    if "bytes" in case:
        return Sample(rule, bytes.fromhex(case["bytes"]), is_page=False, url=None)
    if "text" in case:
        return Sample(rule, case["text"], is_page=False, url=None)
    document = json.dumps(changed(base(name), case.get("change", {})), ensure_ascii=False)
    if "page" not in case:
        return Sample(rule, document, is_page=False, url=None)
    markup = f'<script type="application/ld+json">{document}</script>'
    page = case["page"].replace("{markup}", markup).replace("{document}", document)
    return Sample(rule, page, is_page=True, url=case.get("url"))
