"""Proof: a consent is withdrawn while visitors read and a worker builds; from then on no answer has the words."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.domain import Scope
from engine.outbox import Work, page_key
from engine.store import Store
from tests.proofs.clothing import COLUMNS, LOCALES, SHOP, clothing_file
from tests.proofs.instances import STORES, Answer, Instance, Server, ask, ground
from tests.proofs.measuring import Ledger, SkippedError, wait_until

WITHDRAWN = 10
VISITORS = 4
SEED = 20261121
# Five plain words in a row are written alike in HTML and in JSON, whatever is escaped around them.
WORDS_IN_A_ROW = re.compile(r"(?=(?<![^\W\d_])([^\W\d_]+(?: [^\W\d_]+){4})(?![^\W\d_]))")


@dataclass(frozen=True, slots=True)
class Told:
    """A review that is to be withdrawn, known by word sequences that no other review has."""

    id: str
    subject: str
    words: tuple[bytes, ...]

    def stands_in(self, body: bytes) -> bool:
        return any(each in body for each in self.words)


@dataclass(slots=True)
class Seen:
    """What visitors were answered: when they asked, and whose words they read."""

    answers: list[tuple[float, frozenset[str]]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                _prove_on(ledger, place.instance("demo"), store)
        except SkippedError as error:
            ledger.leave_out(f"withdraw on {store}", error)


def _prove_on(ledger: Ledger, instance: Instance, store: str) -> None:
    instance.plaudit("demo")
    instance.plaudit("import", clothing_file(), *SHOP, *COLUMNS)
    told = _to_withdraw(instance)
    subjects = sorted({each.subject for each in told})
    returned: dict[str, float] = {}
    seen = Seen()
    with instance.serving() as server:
        paths = [path for each in subjects for path in _paths(each)]
        instance.plaudit("approve", "--source", "shop", "--all")
        with _visitors(server, paths, told, seen), _rebuilding(instance, subjects):
            late, busy = _withdraw_all(ledger, instance, server, told, paths, returned)
        _say_figures(ledger, seen, returned, busy)
        ledger.claim(f"the very next request has no withdrawn words, {store}", holds=late == 0, found=f"{late} had")
        after = [whose for begun, whose in seen.answers if any(begun > returned[each] for each in whose)]
        ledger.claim(f"no visitor read them later, {store}", holds=not after, found=f"{len(after)} did")
        _claim_all_is_back(ledger, server, paths, told, store)


def _to_withdraw(instance: Instance) -> list[Told]:
    rows = instance.rows("SELECT id, subject_id, body FROM review WHERE shown ORDER BY id")
    quoted = {row.review_id for row in instance.rows("SELECT DISTINCT review_id FROM quoted")}
    sequences = {row.id: {found[1] for found in WORDS_IN_A_ROW.finditer(row.body)} for row in rows}
    common = Counter(each for found in sequences.values() for each in found)
    told = [
        Told(row.id, row.subject_id, tuple(sorted(each.encode() for each in sequences[row.id] if common[each] == 1)))
        for row in rows
        if row.id in quoted
    ]
    return random.Random(SEED).sample([each for each in told if each.words], WITHDRAWN)


def _paths(subject: str) -> Iterator[str]:
    """Everything that is served about a subject: finished snippets, its page, and views built when asked for."""
    for locale in LOCALES:
        yield f"/reviews/{subject}?locale={locale}"
        for name in ("badge", "faq", "faq-jsonld", "jsonld", "list", "list-bare", "page"):
            yield f"/v1/subjects/{subject}/snippets/{name}?locale={locale}"
    yield from (f"/reviews/{subject}?sort=oldest", f"/reviews/{subject}?sort=lowest", f"/reviews/{subject}?star=5")
    yield f"/v1/subjects/{subject}"


def _withdraw_all(
    ledger: Ledger,
    instance: Instance,
    server: Server,
    told: Sequence[Told],
    paths: Sequence[str],
    returned: dict[str, float],
) -> tuple[int, int]:
    """How many of the next requests still had the words, and how often the worker had something to do."""
    late = affected = busy = 0
    for each in told:
        before = {path: server.get(path) for path in paths}
        holding = {path: answer for path, answer in before.items() if each.stands_in(answer.body)}
        affected += len(holding)
        [[leases]] = instance.rows("SELECT count(*) FROM mark WHERE owner IS NOT NULL")
        busy += leases > 0
        instance.plaudit("withdraw", each.id)
        returned[each.id] = time.monotonic()
        late += sum(_still_has(server, path, answer, each) for path, answer in holding.items())
    ledger.say(f"{len(told)} withdrawals, {affected} answers held their words before")
    return late, busy


def _still_has(server: Server, path: str, before: Answer, told: Told) -> bool:
    """Whether the next request, which sends the ETag of what it has, is given or left with the words."""
    etag = before.headers.get("etag")
    answer = server.get(path, {"If-None-Match": etag} if etag else {})
    return answer.status == 304 or told.stands_in(answer.body)


@contextmanager
def _visitors(server: Server, paths: Sequence[str], told: Sequence[Told], seen: Seen) -> Iterator[None]:
    """Threads that ask for one path after the other, without a pause."""
    end = threading.Event()
    threads = [
        threading.Thread(target=_visit, args=(server.connection(), paths, told, seen, end, random.Random(SEED + each)))
        for each in range(VISITORS)
    ]
    for each in threads:
        each.start()
    try:
        yield
        wait_until("visits after the last withdrawal", _passed(time.monotonic() + 1))
    finally:
        end.set()
        for each in threads:
            each.join()


def _passed(moment: float) -> Callable[[], bool]:
    return lambda: time.monotonic() > moment


def _visit(
    connection: http.client.HTTPConnection,
    paths: Sequence[str],
    told: Sequence[Told],
    seen: Seen,
    end: threading.Event,
    chance: random.Random,
) -> None:
    while not end.is_set():
        path = chance.choice(paths)
        begun = time.monotonic()
        answer = ask(connection, path)
        whose = frozenset(each.id for each in told if each.stands_in(answer.body))
        seen.answers.append((begun, whose))
        seen.statuses[answer.status] += 1
    connection.close()


@contextmanager
def _rebuilding(instance: Instance, subjects: Sequence[str]) -> Iterator[None]:
    """Marks the pages to be built again at every moment, so that a withdrawal meets a worker in the middle of them."""
    end, store, chance = threading.Event(), Store(instance.url), random.Random(SEED)

    def mark() -> None:
        while not end.wait(chance.uniform(0.05, 0.25)):
            with store.writing() as transaction:
                pages = [page_key(Scope.SUBJECT, each) for each in subjects]
                transaction.marks.set(Work.PUBLISH, pages, datetime(2026, 1, 1, tzinfo=UTC))

    thread = threading.Thread(target=mark)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
        store.close()


def _say_figures(ledger: Ledger, seen: Seen, returned: Mapping[str, float], busy: int) -> None:
    read = sum(1 for _, whose in seen.answers if whose)
    later = sum(1 for begun, _ in seen.answers if begun > min(returned.values()))
    statuses = ", ".join(f"{count} of {status}" for status, count in sorted(seen.statuses.items()))
    ledger.say(
        f"{VISITORS} visitors: {len(seen.answers)} answers ({statuses}), {read} with words before, {later} after"
    )
    ledger.say(f"a worker had a page in hand at {busy} of {len(returned)} withdrawals")


def _claim_all_is_back(ledger: Ledger, server: Server, paths: Sequence[str], told: Sequence[Told], store: str) -> None:
    """Nothing stays away for good: once the worker is done, every page is there, without the words."""
    pages = [path for path in paths if path.startswith("/reviews/")]
    wait_until("all pages", lambda: all(server.get(path).status == 200 for path in pages), limit=60, every=0.5)
    with_words = [path for path in paths if any(each.stands_in(server.get(path).body) for each in told)]
    ledger.claim(f"all pages are back, without the words, {store}", holds=not with_words, found=f"{len(pages)} pages")
