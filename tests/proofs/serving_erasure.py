"""Proof: a canary that came in by every way is erased, then found nowhere, and no way brings it back."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from sqlalchemy import select
from sqlalchemy.engine import make_url

from engine.store.tables import metadata
from tests.doors import tree_of
from tests.hook_senders import SECRET, standard
from tests.proofs.instances import POSTGRES, STORES, Instance, Server, ask, database, ground
from tests.proofs.measuring import Ledger, SkippedError, wait_until
from tests.proofs.programs import Caller
from tests.servers import postgres_programs

CANARY, ACCENTED = "zyxcanary", "zyxkanäri"
WORDS = f"{CANARY} {ACCENTED}"
EMAIL = f"{CANARY}@mail.example"
SUBJECT = "k2-kettle"
PHRASE = "spout drips"
SETTINGS = """
[site]
name = "Larkfield"

[mining]
delay = 0
topics_delay = 0

[forms.product]
least_seconds = 0

[sources.push]
collector = "webhook"
webhook_secret_env = "HOOK_SECRET"
"""
FEEDS = ("product-ratings", "meta-reviews", "rss", "atom", "sitemap", "llms")
UNTOUCHED = (
    "SELECT * FROM review ORDER BY id",
    "SELECT * FROM raw_record ORDER BY review_id",
    "SELECT * FROM contact ORDER BY review_id",
)
PENDING = "SELECT id FROM review WHERE state = 'pending' AND author LIKE :author ORDER BY id"
IMPORTED = "SELECT id FROM review WHERE external_id = :external_id"
INDEX_DUE = """
SELECT (SELECT count(*) FROM setting WHERE key = 'search rebuild')
     + (SELECT count(*) FROM search_change)
     + (SELECT 1 - count(*) FROM setting WHERE key = 'search applied')
"""
FLAG = """
INSERT INTO flag (id, review_id, state, reason, at, details) VALUES ('g1', :review, 'open', 'spam', 0, :said)
"""


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                instance = place.instance("erasure", SETTINGS)
                instance = replace(instance, environment={**instance.environment, "HOOK_SECRET": SECRET})
                _prove_on(ledger, _Told(instance, place.folder), store)
        except SkippedError as error:
            ledger.leave_out(f"erasure on {store}", error)


@dataclass(frozen=True, slots=True)
class _Told:
    """An instance that is told of the canary, and everything that it keeps or gives away."""

    instance: Instance
    folder: Path

    def ids(self, statement: str = "SELECT id FROM review WHERE author LIKE :author ORDER BY id") -> list[str]:
        """The reviews of the canary that a statement finds."""
        return [row[0] for row in self.instance.rows(statement, author=f"%{CANARY}%")]

    def take_in(self, *rows: Mapping[str, str], source: str = "shop") -> str:
        """What importing a file with these rows says."""
        path = self.folder / f"{len(rows)}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return self.instance.plaudit("import", path, "--source", source, "--rights", "own").out

    def fill_in_the_form(self, server: Server) -> int:
        address = f"http://127.0.0.1:{server.port}/f/product?subject={SUBJECT}"
        page = requests.get(address, timeout=30)
        [sheet] = [each.get("value") for each in tree_of(page.text).iter("input") if each.get("name") == "sheet"]
        said = {
            "sheet": sheet,
            "rating": "4",
            "title": f"Form {WORDS}",
            "body": f"I wrote {WORDS} in a form: the {PHRASE} a little.",
            "author": f"Form {CANARY}",
            "email": EMAIL,
        }
        files = {"photos": (f"{CANARY}.jpg", _photo(), "image/jpeg")}
        return requests.post(address, data=said, files=files, timeout=30, allow_redirects=False).status_code

    def knock(self, server: Server, external_id: str) -> int:
        body = json.dumps({"reviews": [_hooked(external_id)]}).encode()
        address = f"http://127.0.0.1:{server.port}/v1/hooks/push"
        headers = dict(standard(SECRET, body, datetime.now(UTC)))
        status = requests.post(address, data=body, headers=headers, timeout=30).status_code
        waiting = "SELECT count(*) FROM hook_receipt WHERE body IS NOT NULL"
        wait_until("webhook taken in", lambda: self.instance.rows(waiting) == [(0,)], limit=60)
        return status

    def tell_by_program(self, server: Server, external_id: str, key: str) -> list[int]:
        """A program hands in one review by itself, one among many, and a signal; what each was answered."""
        program = Caller.of(self.instance, server)
        single = program.post("/reviews", _api_review(external_id), Idempotency_Key=key)
        many = program.post("/reviews/bulk", [_api_review(f"{external_id}-many")])
        scored = {
            "kind": "nps",
            "score": 9,
            "at": "2026-09-30",
            "external_id": f"{external_id}:{EMAIL}",
            "name": CANARY,
        }
        fates = [each["fate"] for each in many.json()["items"]] if many.ok else []
        signal = program.post("/signals", scored, Idempotency_Key=f"{key}-signal")
        return [single.status_code, 422 if fates == ["refused"] else many.status_code, signal.status_code]

    def flag(self, review: str) -> None:
        """A reader's flag, as the pages of the widgets keep it."""
        details = {"explanation": WORDS, "name": CANARY, "email": EMAIL, "answer": "", "locale": "en"}
        self.instance.rows(FLAG, review=review, said=json.dumps(details))

    def word_an_answer(self) -> int:
        """A colleague repeats the canary in a question; returns how many questions there are."""
        entries = self.instance.rows("SELECT id FROM faq_entry WHERE subject_id = :subject", subject=SUBJECT)
        for [entry] in entries[:1]:
            question = f"Is it so, as Form {CANARY} says?"
            self.instance.plaudit("faq", "edit", entry, "--question", question, "--answer", "{count} say so.")
        return len(entries)

    def places(self, server: Server) -> list[str]:
        """Where the canary is found: files, a dump or backup, exports, pages."""
        found = [f"file {path.relative_to(self.instance.folder)}" for path in self._files() if told(path.read_bytes())]
        found += [f"dump of {name}" for name, body in self._dumps() if told(body)]
        site = self.folder / "site"
        self.instance.plaudit("export", site)
        found += [f"export {each.relative_to(site)}" for each in site.rglob("*") if each.is_file() and told_in(each)]
        found += [f"feed {name}" for name in FEEDS if told(self.instance.plaudit("feed", name).out.encode())]
        # Not the server's kept connection: it was closed while nobody asked.
        connection = server.connection()
        return found + [f"answer {path}" for path in self._paths() if told(ask(connection, path).body)]

    def tables(self) -> dict[str, int]:
        """How many rows of each table hold the canary, on either database."""
        with database(self.instance.url) as engine, engine.connect() as connection:
            rows = {table.name: list(connection.execute(select(table))) for table in metadata.sorted_tables}
        held = {name: sum(any(told(_bytes(cell)) for cell in row) for row in some) for name, some in rows.items()}
        return {name: count for name, count in held.items() if count}

    def others(self) -> list[list[Any]]:
        return [self.instance.rows(statement) for statement in UNTOUCHED]

    def _files(self) -> Iterator[Path]:
        kept = self.instance.folder / "data"
        yield from sorted(each for each in (*kept.rglob("*"), self.instance.folder / "log") if each.is_file())

    def _dumps(self) -> Iterator[tuple[str, bytes]]:
        if self.instance.url.startswith("sqlite"):
            path = self.folder / "backup.sqlite3"
            path.unlink(missing_ok=True)
            source = make_url(self.instance.url).database or ""
            with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(path)) as backup:
                live.backup(backup)
            yield "a new backup", path.read_bytes()
            return
        url = make_url(self.instance.url).set(drivername="postgresql").render_as_string(hide_password=False)
        program = postgres_programs() / "pg_dump"
        yield "pg_dump", subprocess.run([program, url], capture_output=True, check=True, timeout=120).stdout

    def _paths(self) -> Iterator[str]:
        yield f"/reviews/{SUBJECT}"
        for scope, scope_id, name, locale in self.instance.rows(
            "SELECT scope, scope_id, name, locale FROM snippet WHERE body IS NOT NULL"
        ):
            yield f"/v1/{scope}s/{scope_id}/snippets/{name}?locale={locale}"


def told(body: bytes) -> bool:
    """Whether the canary is in some bytes: plain, escaped as in JSON, in UTF-16, or packed by gzip."""
    return any(_plainly(each) for each in (body, *_unpacked(body)))


def told_in(path: Path) -> bool:
    return told(path.read_bytes()) or told(str(path).encode())


def _plainly(body: bytes) -> bool:
    lower = body.lower()
    return any(form in lower for form in _FORMS)


_FORMS = tuple(
    form
    for word in (CANARY, ACCENTED)
    for form in (
        word.encode(),
        word.encode("utf-16-le"),
        word.encode("latin-1"),
        json.dumps(word)[1:-1].encode(),
        word.encode("ascii", "xmlcharrefreplace"),
    )
)


def _unpacked(body: bytes) -> Iterator[bytes]:
    for start in re.finditer(rb"\x1f\x8b\x08", body):
        unpacked, packed = zlib.decompressobj(31), body[start.start() :]
        try:
            yield unpacked.decompress(packed)
        except zlib.error:
            continue


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def _rows() -> Iterator[dict[str, str]]:
    """One row with the canary in every field, and five of others who use one phrase of it."""
    mine = {
        "external_id": f"{CANARY}-1",
        "subject": SUBJECT,
        "author": f"Owen {WORDS}",
        "rating": "2",
        "title": f"Title {WORDS}",
        "body": f"I, {WORDS}, say that the {PHRASE} and the lid {ACCENTED} sticks.",
        "language": "en",
        "written_at": "2026-09-30",
        "verified": "yes",
        "verified_by": f"order of {CANARY}",
        "incentive": f"a mug for {CANARY}",
        "url": f"https://shop.example/{CANARY}",
        "email": EMAIL,
        "phone": f"+49 30 901820 {CANARY}",
        "reply": f"Dear {WORDS}, thank you.",
        "reply_author": "Larkfield",
        "pictures": f"https://shop.example/{CANARY}.jpg",
        "consent": f"by letter of {CANARY}",
    }
    yield mine
    for number in range(5):
        said = {
            "external_id": f"other-{number}",
            "author": f"Other {number}",
            "body": f"Number {number} finds that the {PHRASE} now and then, and likes it all the same.",
            "email": f"other{number}@mail.example",
        }
        kept = {name: mine[name] for name in ("subject", "rating", "language", "written_at")}
        yield {**dict.fromkeys(mine, ""), **kept, **said}


def _hooked(external_id: str) -> dict[str, object]:
    return {
        "external_id": external_id,
        "subject": SUBJECT,
        "rating": 3,
        "title": f"Hook {WORDS}",
        "body": f"Told by webhook, {WORDS}: the {PHRASE} again.",
        "author": f"Hook {CANARY}",
        "email": EMAIL,
        "reply": f"Hello {WORDS}",
        "written_at": "2026-11-01",
    }


def _api_review(external_id: str) -> dict[str, object]:
    return {
        "external_id": external_id,
        "subject": SUBJECT,
        "rating": {"value": 4},
        "body": f"Told by a program {external_id}, {WORDS}: the {PHRASE} too.",
        "author": f"Api {CANARY}",
        "contact": {"email": EMAIL},
        "consent": {"uses": ["display", "markup", "excerpt"], "wording": f"I, {CANARY}, agree."},
    }


def _photo() -> bytes:
    image, exif, out = Image.new("RGB", (640, 480), (180, 60, 40)), Image.Exif(), BytesIO()
    exif[0x013B] = CANARY
    image.save(out, "JPEG", exif=exif, comment=CANARY.encode())
    return out.getvalue()


def _prove_on(ledger: Ledger, canary: _Told, store: str) -> None:
    instance = canary.instance
    instance.plaudit("demo")
    with instance.serving() as server:
        _plant(ledger, canary, server)
        before, planted, places = canary.others(), canary.tables(), canary.places(server)
        ledger.claim("the canary stands in many tables", holds=len(planted) >= 10, found=_in_words(planted))
        ledger.claim("and in files, exports and answers", holds=len(places) >= 5, found=len(places))
        erased = canary.ids()
        counted = _count(instance)
        exported = json.loads(instance.plaudit("person", "export", EMAIL).out)
        ledger.claim("an export holds each review", holds={each["id"] for each in exported["reviews"]} == set(erased))
        ledger.claim("and the pictures", holds=any(exported["files"]), found=len(exported["files"]))
        said = instance.plaudit("person", "erase", EMAIL)
        ledger.claim("the command says it without a name", holds=not told((said.out + said.err).encode()))
        for line in said.out.strip().splitlines():
            ledger.say(f"  {line}")
        _claim_gone(ledger, canary, server, store)
        after = [[row for row in some if row[0] not in erased] for some in before]
        ledger.claim("everybody else's rows are as they were", holds=canary.others() == after, found=len(after[0]))
        _claim_stays_out(ledger, canary, server)
        ledger.claim("nobody was lost or won", holds=_count(instance) == counted - len(erased), found=_count(instance))
        summaries = instance.plaudit("rebuild", "summaries").out
        ledger.claim("the summaries are right", holds=" 0 subjects had another" in summaries, found=summaries.strip())


def _plant(ledger: Ledger, canary: _Told, server: Server) -> None:
    canary.take_in(*_rows())
    statuses = [canary.fill_in_the_form(server), canary.knock(server, "hook-1")]
    ledger.claim("a form and a webhook let the canary in", holds=statuses == [303, 202], found=statuses)
    statuses = canary.tell_by_program(server, "api-1", f"key-of-{CANARY}")
    ledger.claim("a program lets it in", holds=statuses[0] == 201 and statuses[2] < 300, found=statuses)
    waiting = canary.ids(PENDING)
    canary.instance.plaudit("approve", *waiting)
    [[imported]] = canary.instance.rows(IMPORTED, external_id=f"{CANARY}-1")
    canary.instance.plaudit("reply", imported, f"Thank you again, {WORDS}.")
    canary.flag(imported)
    canary.instance.plaudit("collection", "create", "picks", *waiting, "--name", "Picked")
    pictures = [row[0] for row in canary.instance.rows("SELECT id FROM media WHERE state = 'pending'")]
    canary.instance.plaudit("media", "approve", *pictures)
    canary.instance.plaudit("publish")
    ledger.claim("there is a question that repeats it", holds=canary.word_an_answer() > 0)
    # Other words of the same review: the earlier ones are kept beside them.
    first, *_ = _rows()
    canary.take_in({**first, "body": f"{first['body']} Still so."})
    canary.instance.plaudit("approve", imported)
    canary.instance.plaudit("publish")


def _claim_gone(ledger: Ledger, canary: _Told, server: Server, store: str) -> None:
    wait_until("index made anew", lambda: canary.instance.rows(INDEX_DUE) == [(0,)], limit=60)
    left = canary.tables()
    ledger.claim("no row of any table has it", holds=not left, found=_in_words(left))
    places = canary.places(server)
    ledger.claim("no file, log, dump, feed or answer has it", holds=not places, found=", ".join(places) or "nothing")
    if store == POSTGRES:
        ledger.say("  the server's own files are not looked at: VACUUM frees rows, and overwrites them later")


def _claim_stays_out(ledger: Ledger, canary: _Told, server: Server) -> None:
    first, *others = _rows()
    said = [canary.take_in(first, *others), canary.take_in(first, source="elsewhere")]
    ledger.claim("two imports pass it over", holds=all("1 passed over" in each for each in said))
    statuses = [canary.knock(server, "hook-1"), canary.knock(server, "hook-2")]
    ledger.claim("webhooks are accepted and bring nothing", holds=not canary.ids(), found=statuses)
    # Keys without the canary: that of a refused request is in the write-ahead log until that is written over.
    statuses = [
        each for which in ("api-1", "api-2") for each in canary.tell_by_program(server, which, f"again-{which}")
    ]
    ledger.claim("the API refuses it, under its id and another", holds=set(statuses) == {422}, found=statuses)
    left = {**canary.tables(), **dict.fromkeys(canary.places(server), 1)}
    ledger.claim("it did not come back", holds=not left, found=_in_words(left))


def _count(instance: Instance) -> int:
    [[count]] = instance.rows("SELECT count(*) FROM review")
    return int(count)


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing"
