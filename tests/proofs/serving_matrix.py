"""Proof: every route, asked by everybody by every method, lets in whom the table in docs/access.md names."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.access_matrix import matrix
from tests.doors import SETTINGS, Company
from tests.proofs.measuring import Ledger


def prove(ledger: Ledger) -> None:
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as folder:
        company = Company(Path(folder)).configured(f"{SETTINGS}gallery = true\n")
        with company.instance() as instance:
            cells = list(matrix(instance))
    wrong = [each for each in cells if not each.is_right]
    for each in wrong:
        ledger.say(f"{each.asker}: {each.method} {each.route} answers {each.status}")
    routes, askers = ({getattr(each, name) for each in cells} for name in ("route", "asker"))
    ledger.claim(
        f"of {len(cells):,} questions ({len(routes)} routes, 5 methods, {len(askers)} askers) all are answered as the"
        " table says",
        holds=not wrong,
        found=f"{len(wrong)} otherwise",
    )
