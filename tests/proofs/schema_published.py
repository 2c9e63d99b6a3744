"""Proof: two validators find no error in whatever the sample company and the clothing reviews publish.

``python -m tests.proofs.schema published``; the second validator is the one of ``tests.proofs.adobe``.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.domain import Scope
from engine.store import Store
from schema_markup.validate import validate_file
from tests.proofs import adobe
from tests.proofs.written_documents import written_documents

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CLOTHING = SHARED / "data" / "clothing_reviews.csv"
COLUMNS = (
    *("--map", "subject=Clothing ID"),
    *("--map", "rating=Rating"),
    *("--map", "title=Title"),
    *("--map", "body=Review Text"),
    *("--set", "subject_type=Product"),
)
# What Google asks for where a shopper can buy (merchant-listing, 2026-07-08). The peer asks it of every Product. The
# clothing file tells neither a picture nor a price: published without a catalogue, these are counted apart; published
# with one, as a shop would, nothing is.
MERCHANT_LISTING = frozenset(f'Product: Required attribute "{each}" is missing' for each in ("image", "offers"))
SUFFIXES = {"application/ld+json": ".jsonld", "text/html": ".html"}


def main() -> int:
    """Prints each figure; 0 when neither validator finds an error, 1 when one does, 2 when this machine lacks one."""
    if not CLOTHING.exists() or not adobe.is_there():
        print("left out: it needs the shared clothing reviews, and npm")
        return 2
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as name:
        folder = Path(name)
        published = folder / "published"
        published.mkdir()
        counts = {
            "sample company": _publish(folder / "demo", published, "demo", [["demo"]]),
            "clothing": _publish(folder / "clothing", published, "clothing", _clothing_steps()),
            "clothing with a catalogue": _publish(
                folder / "shop", published, "shop", _clothing_steps(_catalogue(folder / "catalogue.csv"))
            ),
            "one of each generator": _write_down(published),
        }
        for what, count in counts.items():
            print(f"  {what}: {count} documents")
        errors = _our_errors(published) + _peer_errors(folder, published)
    return 1 if errors else 0


def _catalogue(path: Path) -> Path:
    """A product feed of the garments that are reviewed; its pictures and prices are samples."""
    with CLOTHING.open(encoding="utf-8", newline="") as file:
        garments = sorted({row["Clothing ID"] for row in csv.DictReader(file)}, key=int)
    with path.open("w", encoding="utf-8", newline="") as file:
        feed = csv.writer(file)
        feed.writerow(["id", "title", "link", "image_link", "price", "availability"])
        for each in garments:
            shop = f"https://clothing.example/garments/{each}"
            feed.writerow([each, f"Garment {each}", shop, f"{shop}.jpg", f"{20 + int(each) % 80}.00 USD", "in_stock"])
    return path


def _clothing_steps(catalogue: Path | None = None) -> list[list[str]]:
    return [
        *([["subjects", "import", str(catalogue)]] if catalogue else []),
        ["import", str(CLOTHING), "--source", "shop", "--rights", "own", *COLUMNS],
        ["approve", "--source", "shop", "--all"],
        ["publish"],
    ]


def _publish(instance: Path, published: Path, prefix: str, steps: Sequence[Sequence[str]]) -> int:
    """Runs verbs on a new instance, and writes down each page and document that it then serves."""
    instance.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PLAUDIT_")}
    for step in steps:
        command = [sys.executable, "-m", "review_site.cli", *step, "--data", str(instance)]
        ran = subprocess.run(command, cwd=instance, env=environment, capture_output=True, text=True, check=False)
        # 1: rows were refused, which is for another proof to judge.
        if ran.returncode not in (0, 1):
            raise RuntimeError(f"plaudit {step[0]} ended with {ran.returncode}: {ran.stderr[-2000:]}")
    store = Store.open_as_is(f"sqlite:///{instance / 'plaudit.sqlite3'}")
    with store.reading() as transaction:
        blocked = transaction.snippets.blocked()
    if blocked:
        raise RuntimeError(f"{prefix}: {len(blocked)} pages were not published: {next(iter(blocked.items()))}")
    count = 0
    for name, body in _served(store):
        (published / f"{prefix}-{name}").write_bytes(body)
        count += 1
    store.close()
    return count


def _served(store: Store) -> Iterator[tuple[str, bytes]]:
    with store.reading() as transaction:
        for subject in transaction.subjects.ids():
            for key, snippet in transaction.snippets.of_page(Scope.SUBJECT, subject).items():
                suffix = SUFFIXES.get(snippet.media_type.partition(";")[0])
                if snippet.etag and suffix:
                    yield f"{subject}-{key.name}-{key.locale}{suffix}", snippet.body


def _write_down(published: Path) -> int:
    documents = written_documents()
    for name, body in documents.items():
        (published / f"written-{name}.jsonld").write_text(body, encoding="utf-8")
    return len(documents)


def _our_errors(published: Path) -> int:
    found = {path.name: [each for each in validate_file(path) if each.forbids] for path in sorted(published.iterdir())}
    for name, problems in found.items():
        for each in problems[:3]:
            print(f"       {name} {each.path}: {each.rule}: {each.message}")
    errors = sum(len(problems) for problems in found.values())
    print(f"  {'ok  ' if not errors else 'NOT '} our validator: {errors} errors in {len(found)} files")
    return errors


def _peer_errors(folder: Path, published: Path) -> int:
    with_adobe = adobe.install(folder / "peer")
    return _say_verdicts(list(adobe.judged(with_adobe, published).verdicts))


def _say_verdicts(verdicts: Sequence[Mapping[str, Any]]) -> int:
    kinds: dict[str, Counter[str]] = {"ERROR": Counter(), "WARNING": Counter()}
    apart: Counter[str] = Counter()
    example: dict[str, str] = {}
    for verdict in verdicts:
        for issue in verdict["issues"]:
            message = f"{issue['rootType']}: {issue['message']}"
            is_apart = message in MERCHANT_LISTING and verdict["name"].startswith("clothing-")
            (apart if is_apart else kinds[issue["severity"]])[message] += 1
            example.setdefault(message, f"{verdict['name']} {issue['path']}")
    for message, count in kinds["ERROR"].most_common(20):
        print(f"       {count:5} {message} ({example[message]})")
    total, items = kinds["ERROR"].total(), sum(verdict["items"] for verdict in verdicts)
    print(f"  {'ok  ' if not total else 'NOT '} adobe's: {total} errors in {len(verdicts)} files, {items} items")
    for message, count in sorted(apart.items()):
        print(f"       apart, no merchant listing without it: {count:5} {message} ({example[message]})")
    print(f"       and {kinds['WARNING'].total()} warnings, most of them:")
    for message, count in kinds["WARNING"].most_common(5):
        print(f"       {count:5} {message}")
    return total


if __name__ == "__main__":
    sys.exit(main())
