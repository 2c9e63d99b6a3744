"""Proof: a backup taken while much is written is one moment of the shop, and what is restored has the same bytes."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.proofs.instances import STORES, Ground, Instance, ground
from tests.proofs.measuring import Ledger, SkippedError

ROWS_OF_A_LOT = 200
SUBJECTS = 8
BACKUPS = 5
PUBLISHED = "SELECT scope, scope_id, name, locale, body FROM snippet WHERE body IS NOT NULL ORDER BY 1, 2, 3, 4"
REVIEWS = "SELECT * FROM review ORDER BY id"
EVENTS = "SELECT seq, kind, review_id FROM event ORDER BY seq"
# A review and what is written in one transaction with it.
TORN = """
SELECT count(*) FROM review WHERE id NOT IN (SELECT review_id FROM raw_record)
OR id NOT IN (SELECT review_id FROM event WHERE kind = 'review.received')
"""
SETTINGS = """
[site]
name = "Larkfield"

[mining]
delay = 0
topics_delay = 0
"""
ERASED, TAKEN_BACK = "lot0-1@mail.example", "lot0-2"


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                _prove_on(ledger, place)
        except SkippedError as error:
            ledger.leave_out(f"restoring on {store}", error)


def _prove_on(ledger: Ledger, place: Ground) -> None:
    shop = place.instance("shop", SETTINGS)
    kept = place.folder / "kept"
    shop.plaudit("demo")
    _take_in(shop, place.folder, 0)
    with shop.serving(), _written_to(shop, place.folder) as lots:
        made = [_back_up(shop, kept, number) for number in range(BACKUPS)]
    written = [counted for _, counted in made]
    ledger.say(f"{len(lots)} lots of {ROWS_OF_A_LOT} reviews were taken in and published meanwhile")
    ledger.claim("each backup was restored, and has what was counted", holds=True, found=written)
    ledger.claim("much was written between them", holds=len(set(written)) > 1, found=len(set(written)))
    shop.plaudit("approve", "--source", "shop", "--all")
    shop.plaudit("publish")
    _prove_same(ledger, place, shop, kept)
    _prove_torn(ledger, place, made[-1][0])
    _prove_forgotten(ledger, place, shop, made[0][0], kept)


def _prove_same(ledger: Ledger, place: Ground, shop: Instance, kept: Path) -> None:
    """What rests is backed up, restored elsewhere and built anew."""
    shop.plaudit("backup", kept / "resting.zip")
    before = [shop.rows(each) for each in (PUBLISHED, REVIEWS, EVENTS)]
    other = _elsewhere(place, "same")
    other.plaudit("restore", kept / "resting.zip")
    bodies, reviews, events = [other.rows(each) for each in (PUBLISHED, REVIEWS, EVENTS)]
    ledger.claim("rebuilt snippets are the same bytes", holds=bodies == before[0], found=len(bodies))
    ledger.claim("reviews are the same rows", holds=reviews == before[1], found=len(reviews))
    ledger.claim(
        "nothing happened anew", holds=events[: len(before[2])] == before[2], found=len(events) - len(before[2])
    )


def _prove_torn(ledger: Ledger, place: Ground, backup: Path) -> None:
    """What was taken under load has no half of a transaction."""
    other = _elsewhere(place, "load")
    other.plaudit("restore", backup)
    ledger.claim("no review is there without what came with it", holds=other.rows(TORN) == [(0,)])
    summaries = other.plaudit("rebuild", "summaries").out
    ledger.claim("its summaries are what its reviews say", holds=" 0 subjects had another" in summaries)
    first = other.rows(PUBLISHED)
    other.plaudit("rebuild", "snippets")
    ledger.claim("a rebuild of it gives the same bytes", holds=other.rows(PUBLISHED) == first, found=len(first))


def _prove_forgotten(ledger: Ledger, place: Ground, shop: Instance, oldest: Path, kept: Path) -> None:
    """Who was erased after the oldest backup, and what was taken back, does not come back with it."""
    shop.plaudit("person", "erase", ERASED)
    [[taken_back]] = shop.rows("SELECT id FROM review WHERE external_id = :which", which=TAKEN_BACK)
    shop.plaudit("withdraw", taken_back)
    shop.plaudit("backup", kept / "newest.zip")
    other = _elsewhere(place, "forgotten")
    for line in other.plaudit("restore", oldest).out.splitlines():
        ledger.say(f"  {line}")
    contacts = other.rows("SELECT count(*) FROM contact WHERE details LIKE :who", who=f"%{ERASED}%")
    ledger.claim("an older backup brings nobody back who was erased since", holds=contacts == [(0,)])
    states = other.rows("SELECT state FROM review WHERE id = :which", which=taken_back)
    ledger.claim("nor what was taken back", holds=states == [("withdrawn",)], found=states)


def _back_up(shop: Instance, kept: Path, number: int) -> tuple[Path, int]:
    path = kept / f"load-{number}.zip"
    shop.plaudit("backup", path)
    with zipfile.ZipFile(path) as archive:
        return path, int(json.loads(archive.read("manifest.json"))["counts"]["review"])


@contextmanager
def _written_to(shop: Instance, folder: Path) -> Iterator[list[int]]:
    """Lot after lot is taken in, approved and published until the block is left; the numbers of the lots."""
    stop, lots = Event(), list[int]()

    def write() -> None:
        while not stop.is_set():
            _take_in(shop, folder, len(lots) + 1)
            lots.append(len(lots) + 1)

    writer = Thread(target=write)
    writer.start()
    try:
        yield lots
    finally:
        stop.set()
        writer.join()


def _take_in(shop: Instance, folder: Path, lot: int) -> None:
    path = folder / f"lot-{lot}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["external_id", "subject", "author", "rating", "body", "email", "language"])
        writer.writeheader()
        writer.writerows(_row(lot, number) for number in range(ROWS_OF_A_LOT))
    shop.plaudit("import", path, "--source", "shop", "--rights", "own")
    shop.plaudit("approve", "--source", "shop", "--all")


def _row(lot: int, number: int) -> dict[str, str]:
    return {
        "external_id": f"lot{lot}-{number}",
        "subject": f"garment-{number % SUBJECTS}",
        "author": f"Author {lot} {number}",
        "rating": str(1 + number % 5),
        "body": f"Number {number} of lot {lot} says that the zip sticks and the pockets are deep.",
        "email": f"lot{lot}-{number}@mail.example",
        "language": "en",
    }


def _elsewhere(place: Ground, name: str) -> Instance:
    return place.instance(name, SETTINGS)
