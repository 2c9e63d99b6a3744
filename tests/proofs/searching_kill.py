"""Proof: 1,000 random edits by two processes, the indexer killed twenty times, and the index equals the store."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from itertools import cycle
from statistics import median

from tests.proofs.instances import STORES, Ground, Instance, ground
from tests.proofs.measuring import Ledger, SkippedError, wait_until
from tests.proofs.search_doors import Door, found_by_command, kept_path, make_keys, need_search
from tests.proofs.search_edits import SUBJECTS, Held, Writer, held

EDITS, KILLS = 1_000, 20
LONGEST_LIFE = 0.5
"""Seconds from the first edit of a round to the end of its worker, at most."""
LONGEST_WAIT = 90
"""Seconds in which a worker gets the right to change the index, which its dead predecessor had."""
SEED = 20261126
BY_COMMAND, BY_EVERYBODY = 20, 80
SETTINGS = "[mining]\ndelay = 0\n"
Finder = Callable[[str], set[str]]
IN_HAND = "SELECT count(*) FROM mark WHERE kind = 'index' AND owner LIKE :owner"
WAITING = "SELECT count(*) FROM search_change"


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                _prove_on(ledger, place, store)
        except SkippedError as error:
            ledger.leave_out(f"kill on {store}", error)


def _prove_on(ledger: Ledger, place: Ground, store: str) -> None:
    instance = place.instance("killed", SETTINGS)
    need_search(instance)
    keys = make_keys(instance)
    with ExitStack() as stack:
        servers = [stack.enter_context(instance.serving("--no-worker")) for _ in range(2)]
        doors = [stack.enter_context(closing(Door(server=each, keys=cycle(keys)))) for each in servers]
        writers = [
            Writer(name=f"w{number}", door=door, chance=random.Random(SEED + number))
            for number, door in enumerate(doors)
        ]
        make_subjects(doors[0])
        with instance.running("work"):
            wait_until("index", lambda: doors[0].ask("GET", kept_path("anything")).ok, limit=LONGEST_WAIT)
        waiting = edit_and_kill(instance, writers)
        _say_edits(ledger, writers, waiting, store)
        words = sorted(set().union(*(each.words for each in writers)))
        with instance.running("work"):
            seconds = _settle(instance)
            ledger.say(f"the worker that was left alone had the index whole within {seconds:.1f} s")
            compare(ledger, instance, doors, words, store)


def make_subjects(door: Door) -> None:
    """What the reviews of all writers are about."""
    for number in range(SUBJECTS):
        answer = door.ask("PUT", f"/v1/subjects/thing-{number}", {"type": "Product", "name": f"Thing {number}"})
        answer.raise_for_status()


def edit_and_kill(instance: Instance, writers: Sequence[Writer]) -> Sequence[int]:
    """As many rounds as kills: every writer edits, and the indexer dies meanwhile.

    Returns how many changes the index did not have at each kill.
    """
    chance, waiting = random.Random(SEED), []
    each_time = EDITS // KILLS // len(writers)
    with ThreadPoolExecutor(len(writers)) as pool:
        for _ in range(KILLS):
            with instance.running("work") as worker:
                wait_until("indexer", partial(_has_the_index, instance, worker), limit=LONGEST_WAIT, every=0.02)
                edits = [pool.submit(writer.edit, each_time) for writer in writers]
                time.sleep(chance.uniform(0, LONGEST_LIFE))
                worker.kill()
                worker.wait()
                waiting.append(instance.rows(WAITING)[0][0])
                for each in edits:
                    each.result()
    return waiting


def _has_the_index(instance: Instance, worker: subprocess.Popen[bytes]) -> bool:
    """Whether a worker is the one that changes the index."""
    [[leases]] = instance.rows(IN_HAND, owner=f"%/{worker.pid}/%")
    return int(leases) > 0


def _say_edits(ledger: Ledger, writers: Sequence[Writer], waiting: Sequence[int], store: str) -> None:
    counts = sum((each.counts for each in writers), start=Counter[str]())
    ledger.say(", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    refused = [one for each in writers for one in each.refused]
    for one in refused[:5]:
        ledger.say(one)
    late = sum(len(each.late) for each in writers)
    ledger.say(f"changes that the index did not have at a kill: median {median(waiting):.0f}, most {max(waiting)}")
    is_all = counts.total() == EDITS and len(waiting) == KILLS and max(waiting) > 0
    ledger.claim(f"{EDITS} edits by two processes, {KILLS} kills -9 of the indexer, {store}", holds=is_all)
    ledger.claim(f"no edit failed, {store}", holds=not refused, found=len(refused))
    ledger.claim(f"what is withdrawn or erased is gone at the next request, {store}", holds=late == 0, found=late)


def _settle(instance: Instance) -> float:
    """Waits until a worker has taken in the last edits; how many seconds that took."""
    begun = time.monotonic()
    wait_until("a whole index", lambda: instance.rows(WAITING) == [(0,)], limit=LONGEST_WAIT, every=0.1)
    return time.monotonic() - begun


def compare(ledger: Ledger, instance: Instance, doors: Sequence[Door], words: Sequence[str], store: str) -> None:
    """Every made-up word is asked for at every door; what it finds has to be what the store holds."""
    wanted = held(instance)
    for number, door in enumerate(doors, 1):
        wrong = wrong_words(wanted.kept, words, door.kept)
        _claim_equal(ledger, f"server {number} finds what the store holds, {store}", wanted, words, wrong)
    some = random.Random(SEED).sample(words, min(BY_EVERYBODY, len(words)))
    wrong = wrong_words(wanted.shown, some, doors[0].shown)
    ledger.claim(f"without a key what is shown, and no more, {store}", holds=not wrong, found=f"{len(wrong)} wrong")
    wrong = wrong_words(wanted.kept, some[:BY_COMMAND], lambda word: found_by_command(instance, word))
    ledger.claim(f"plaudit search finds the same, {store}", holds=not wrong, found=f"{len(wrong)} wrong")


def _claim_equal(ledger: Ledger, what: str, wanted: Held, words: Sequence[str], wrong: Mapping[str, str]) -> None:
    absent = sum(1 for word in words if word not in wanted.kept)
    ledger.claim(
        what,
        holds=not wrong,
        found=f"{len(wrong)} wrong of {len(words)} words, {absent} of which no review has any longer",
    )
    for word, how in list(wrong.items())[:5]:
        ledger.say(f"{word}: {how}")


def wrong_words(wanted: Mapping[str, set[str]], words: Iterable[str], find: Finder) -> dict[str, str]:
    """The words that find too much or too little, with what."""
    wrong: dict[str, str] = {}
    for word in words:
        found, right = find(word), wanted.get(word, set())
        if found != right:
            wrong[word] = f"too much {sorted(found - right)[:3]}, too little {sorted(right - found)[:3]}"
    return wrong
