"""Proof: the thousand real reviews go from their file to the served JSON-LD, and the numbers are those of the file."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.proofs.contents import contents, differences
from tests.proofs.instances import Instance, Server, ground
from tests.proofs.measuring import SHARED, Ledger, SkippedError

GARMENTS = 149
LOCALES = ("en", "de", "nl", "fr", "es")
COLUMNS = (
    *("--map", "subject=Clothing ID"),
    *("--map", "rating=Rating"),
    *("--map", "title=Title"),
    *("--map", "body=Review Text"),
    *("--set", "subject_type=Product"),
)
SHOP = ("--source", "shop", "--rights", "own")


def clothing_file() -> Path:
    """The thousand real reviews; raises SkippedError where they are not there."""
    path = SHARED / "data" / "clothing_reviews.csv"
    if not path.exists():
        raise SkippedError(f"there is no {path.name} in the folder {SHARED.name} beside the checkout")
    return path


def prove(ledger: Ledger) -> None:
    path = clothing_file()
    with ground() as place:
        instance = place.instance("shop")
        first = instance.plaudit("import", path, *SHOP, *COLUMNS)
        ledger.say(f"{first.out.strip()} ({first.cpu:.1f} CPU s)")
        ledger.claim("each of the 1,000 rows is taken in or listed", holds=_accounted_for(first.out) == 1000)
        _import_again(ledger, instance, path)
        instance.plaudit("approve", "--source", "shop", "--all")
        published = instance.plaudit("publish")
        ledger.say(f"{published.out.strip()} ({published.cpu:.1f} CPU s)")
        with instance.serving() as server:
            _compare(ledger, server, expected_ratings(path))


def expected_ratings(path: Path) -> Mapping[str, tuple[int, Decimal]]:
    """Count and mean of each garment's ratings, one decimal, half up: plain Python, none of it ours."""
    ratings: defaultdict[str, list[int]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ratings[row["Clothing ID"]].append(int(row["Rating"]))
    return {
        garment: (len(given), (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP))
        for garment, given in ratings.items()
    }


def _accounted_for(out: str) -> int:
    """The rows taken in, and those listed line by line with a reason."""
    counts = out.splitlines()[0].partition(": ")[2].split(", ")
    numbers = [int(each.split()[0]) for each in counts]
    listed = sum(1 for line in out.splitlines()[1:] if " row " in line)
    return sum(numbers[:3]) + (numbers[3] if listed >= numbers[3] else 0)


def _import_again(ledger: Ledger, instance: Instance, path: Path) -> None:
    before = contents(instance, frozenset({"saved_at"}))
    second = instance.plaudit("import", path, *SHOP, *COLUMNS)
    changed = differences(before, contents(instance, frozenset({"saved_at"})))
    ledger.say(second.out.strip())
    ledger.claim("a second run changes nothing in any table", holds=changed == [], found=", ".join(changed) or "same")


def _compare(ledger: Ledger, server: Server, wanted: Mapping[str, tuple[int, Decimal]]) -> None:
    wrong: list[str] = []
    for garment, (count, mean) in wanted.items():
        for locale in LOCALES:
            answer = server.get(f"/v1/subjects/{garment}/snippets/jsonld?locale={locale}")
            said = json.loads(answer.body, parse_float=Decimal).get("aggregateRating", {})
            if (said.get("ratingCount"), Decimal(said.get("ratingValue", 0))) != (count, mean):
                wrong.append(f"{garment} {locale}: {said} instead of {count}, {mean}")
    compared = len(wanted) * len(LOCALES)
    ledger.say(f"{len(wanted)} subjects in {len(LOCALES)} locales: {compared - len(wrong)} of {compared} equal")
    for each in wrong[:10]:
        ledger.say(each)
    ledger.claim(
        f"ratingCount and ratingValue of all {GARMENTS} subjects are those of the file",
        holds=len(wanted) == GARMENTS and not wrong,
    )
