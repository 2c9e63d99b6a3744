"""Proof: ``plaudit validate`` judges thousands of documents in a CPU second, beside the peer in the same run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs import adobe
from tests.proofs.measuring import Ledger, Ran, run

DOCUMENTS = 5_000
LEAST = 3_000
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """Documents a CPU second, the time of an empty folder subtracted, and what judging them cost."""

    ours: float
    theirs: float | None
    """None where the peer cannot be installed."""
    ran: Ran
    start: float


def prove(ledger: Ledger) -> None:
    speeds = measured()
    spent = f"{speeds.ran.cpu:.2f} CPU s, an empty folder {speeds.start:.2f}; peak {speeds.ran.peak:.0f} MB"
    ledger.say(f"{DOCUMENTS} documents: {spent}")
    ledger.claim(f"at least {LEAST} a CPU second", holds=speeds.ours >= LEAST, found=f"{speeds.ours:.0f}")
    if speeds.theirs is not None:
        times = speeds.ours / speeds.theirs
        ledger.say(f"adobe's validator: {speeds.theirs:.0f} a CPU second; ours does {times:.1f} times as many")


def measured() -> Speeds:
    """Our command and the peer over the same folder, one after the other."""
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as name:
        folder = Path(name)
        empty, full = folder / "empty", folder / "full"
        empty.mkdir()
        full.mkdir()
        for number in range(DOCUMENTS):
            (full / f"{number}.jsonld").write_text(json.dumps(document(number)), encoding="utf-8")
        start = min(_validated(empty, folder).cpu for _ in range(3))
        ran = _validated(full, folder)
        theirs = None
        if adobe.is_there():
            theirs = DOCUMENTS / adobe.judged(adobe.install(folder / "peer"), full).cpu
    return Speeds(ours=DOCUMENTS / (ran.cpu - start), theirs=theirs, ran=ran, start=start)


def document(number: int) -> Mapping[str, Any]:
    """A Product with an Offer, an AggregateRating and five Reviews."""
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Kettle {number}",
        "image": f"https://larkfield.example/images/{number}.jpg",
        "sku": f"LK-{number}",
        "brand": {"@type": "Brand", "name": "Larkfield"},
        "description": "A kettle with a narrow spout, for pouring slowly. " * 4,
        "offers": {
            "@type": "Offer",
            "price": f"{100 + number % 50}.00",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "url": f"https://larkfield.example/p/{number}",
        },
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": 4.3,
            "ratingCount": 57 + number,
            "reviewCount": 40,
        },
        "review": [_review(number, position) for position in range(5)],
    }


def _review(number: int, position: int) -> Mapping[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": f"Reader {number % 97}-{position}"},
        "datePublished": f"2026-0{1 + position}-1{number % 10}",
        "name": "Pours like a pen",
        "reviewBody": "I can put the water exactly where I want it, even when the kettle is nearly empty. " * 2,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 1 + (number + position) % 5,
            "bestRating": 5,
            "worstRating": 1,
        },
    }


def _validated(documents: Path, folder: Path) -> Ran:
    command: list[str | Path] = [sys.executable, "-m", "review_site.cli", "validate", "--format", "jsonl", documents]
    return run(command, cwd=folder, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")])})
