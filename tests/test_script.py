"""The script of the widgets: small, built from its source, and without what a strict policy forbids."""

from __future__ import annotations

import gzip

from tests.tree import ROOT

BUILT = ROOT / "widgets" / "static" / "plaudit.js"
SOURCE = ROOT / "widgets" / "scripts" / "plaudit.js"
MOST_BYTES = 2048


def test_the_script_weighs_at_most_two_kilobytes_on_its_way() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9, mtime=0)) <= MOST_BYTES


def test_the_script_uses_nothing_that_turns_a_text_into_code_or_that_is_kept() -> None:
    source = SOURCE.read_text(encoding="utf-8")

    for each in ("innerHTML", "insertAdjacent", "eval", "Storage", "cookie", "pushState", "fetch("):
        assert each not in source
