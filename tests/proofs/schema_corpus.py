"""Proof: the validator gives the documents of the shared corpus the verdicts that an audit gave them."""

from __future__ import annotations

import json
from collections import Counter

from schema_markup.validate import Verdict, report_file
from tests.proofs.measuring import SHARED, Ledger, SkippedError

CORPUS = SHARED / "corpus" / "structured-data"


def prove(ledger: Ledger) -> None:
    if not CORPUS.exists():
        raise SkippedError("the shared corpus is not beside this checkout")
    wanted: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for entry in json.loads((CORPUS / "manifest.json").read_text("utf-8")):
        expected = entry["expected"]
        wanted[expected] += 1
        found = report_file(CORPUS / entry["file"]).verdict
        right[expected] += found == expected
        if expected not in (found, "undecidable"):
            ledger.say(f"{entry['file']}: {expected} expected, {found} found")
    for verdict, least in ((Verdict.ERROR, 0.97), (Verdict.WARNING, 0.9), (Verdict.VALID, 1.0)):
        share = right[verdict] / wanted[verdict]
        ledger.claim(
            f"{verdict}: at least {least:.0%}", holds=share >= least, found=f"{right[verdict]} of {wanted[verdict]}"
        )
