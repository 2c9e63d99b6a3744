"""Proof: 100,000 reviews are indexed and searched within their time, in a process beside FTS5 and at the doors."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import cycle, islice
from pathlib import Path
from threading import Event

from engine.outbox import Work
from review_site.wiring import now, open_instance
from review_site.worker import catch_up
from tests.benchmarks.search_corpus import SIZE, gathered, write_rows
from tests.benchmarks.search_engines import our_index
from tests.benchmarks.search_judged import Lexicon, known_items
from tests.benchmarks.search_speed import GOALS, MOST_CPU, MOST_FACETS, lines, measured
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.measuring import Ledger, Ran, TooSlowError, percentile, table, wait_until
from tests.proofs.search_doors import Door, kept_path, make_keys, need_search

ASKED, WARM = 100, 10
DECIDED = 20
MINED = 20
"""The largest subjects: these are mined and grouped into topics before anybody asks."""
MOST_TO_FOUND = 1_000
"""Milliseconds from an approval to the first answer with the review, for 95 of 100."""
SHOP = ("--source", "shop", "--rights", "own")


def prove(ledger: Ledger) -> None:
    our_index()
    timed = measured(SIZE, ledger)
    for line in lines(timed):
        ledger.say(line)
    ledger.at_most(f"building an index of {SIZE:,} reviews", timed[0].build_cpu, MOST_CPU, "CPU s")
    for kind, goal in GOALS.items():
        found = timed[0].at(kind, 0.95)
        if found is not None:
            ledger.at_most(f"{kind}, p95", found, goal, "ms")
    with ground() as place:
        _at_the_doors(ledger, place)


def _at_the_doors(ledger: Ledger, place: Ground) -> None:
    """The same reviews in an instance, asked over HTTP with all facets counted.

    The largest subjects are mined, so that there are topics to be counted. Pages are not published: that takes minutes,
    and no answer to a search is made of them.
    """
    instance = place.instance("shop")
    need_search(instance)
    keys = make_keys(instance)
    _fill(ledger, instance)
    with ExitStack() as stack:
        server = stack.enter_context(instance.serving())
        ledger.say("a server with its worker answers")
        door = stack.enter_context(closing(Door(server=server, keys=cycle(keys))))
        rows = {kind: _asked(door, questions) for kind, questions in _questions().items()}
        header = ("over HTTP, with all facets", "p50 ms", "p95 ms")
        cells = [(kind, f"{percentile(each, 0.5):.0f}", f"{percentile(each, 0.95):.0f}") for kind, each in rows.items()]
        for line in table(header, cells):
            ledger.say(line)
        for kind, each in rows.items():
            ledger.at_most(f"{kind} with facets over HTTP, p95", percentile(each, 0.95), MOST_FACETS, "ms")
        _say_how_fast_it_follows(ledger, door)


def _fill(ledger: Ledger, instance: Instance) -> None:
    path = instance.folder / "reviews.csv"
    write_rows(path, gathered(SIZE).reviews)
    _do(ledger, instance, "import", path, *SHOP)
    _do(ledger, instance, "approve", "--source", "shop", "--all")
    begun = time.monotonic()
    _mine(instance, [which for which, _ in _subjects().most_common(MINED)])
    ledger.say(f"mining {MINED} subjects and grouping their phrases: {time.monotonic() - begun:.0f} s")
    rebuilt = _do(ledger, instance, "rebuild", "search")
    ledger.at_most("plaudit rebuild search", rebuilt.cpu, MOST_CPU, "CPU s")


def _do(ledger: Ledger, instance: Instance, *arguments: str | Path) -> Ran:
    """One verb, and what it cost."""
    ran = instance.plaudit(*arguments)
    ledger.say(f"plaudit {arguments[0]}: {ran.seconds:.0f} s, {ran.cpu:.0f} CPU s, {ran.peak:.0f} MB at its peak")
    return ran


def _subjects() -> Counter[str]:
    return Counter(each.subject for each in gathered(SIZE).reviews)


def _mine(instance: Instance, subjects: Sequence[str]) -> None:
    """Mines these alone; what else there is to be done is forgotten, or a worker would be at it while we measure."""
    opened = open_instance(None, instance.folder / "data", {})
    opened.mark_what_settings_changed()
    instance.rows("DELETE FROM mark WHERE kind = 'mine'")
    with opened.store.writing() as transaction:
        transaction.marks.set(Work.MINE, subjects, now())
    failed = catch_up(opened, lambda _: None, Event(), kinds=(Work.MINE, Work.TOPICS))
    opened.store.close()
    if failed:
        raise RuntimeError(f"mining {failed[0].lease.key} failed: {failed[0].error}")
    instance.rows("DELETE FROM mark WHERE kind IN ('mine', 'publish')")


def _questions() -> Mapping[str, Sequence[str]]:
    """One, two and three words of reviews, and two words as they follow each other."""
    corpus = gathered(SIZE)
    known = [
        each.text.split()
        for language in ("en", "de")
        for each in known_items(Lexicon.of(language, corpus.of(language)), corpus.of(language), ASKED // 2)
    ]
    phrases = (each.said[0].split()[:2] for each in corpus.reviews if len(each.said[0].split()) > 2)
    return {
        "one word": [words[0] for words in known],
        "two words": [" ".join(words[:2]) for words in known],
        "three words": [" ".join(words[:3]) for words in known],
        "a phrase": [f'"{" ".join(words)}"' for words in islice(phrases, ASKED)],
    }


def _asked(door: Door, questions: Sequence[str]) -> list[float]:
    """Milliseconds that each question took, the first few of which are asked before."""
    for each in questions[:WARM]:
        door.ask("GET", kept_path(each))
    return [_milliseconds(door, each) for each in questions]


def _milliseconds(door: Door, question: str) -> float:
    begun = time.perf_counter()
    door.ask("GET", kept_path(question)).raise_for_status()
    return 1000 * (time.perf_counter() - begun)


def _say_how_fast_it_follows(ledger: Ledger, door: Door) -> None:
    waited: list[float] = []
    late = lost = 0
    for word in islice(_words(), DECIDED):
        review = _hand_in(door, word)
        door.ask("POST", f"/v1/reviews/{review}/approve", {}).raise_for_status()
        begun = time.perf_counter()
        lost += not _is_found(door, word)
        waited.append(1000 * (time.perf_counter() - begun))
        door.ask("POST", f"/v1/reviews/{review}/withdraw", {"uses": ["display"]}).raise_for_status()
        late += bool(door.kept(word))
    ledger.say(f"approved and found: p50 {percentile(waited, 0.5):.0f} ms, most {max(waited):.0f} ms")
    ledger.claim("whatever was approved was found", holds=lost == 0, found=f"{lost} of {DECIDED} not")
    ledger.at_most("from approved to found, p95", percentile(waited, 0.95), MOST_TO_FOUND, "ms")
    ledger.claim(
        "what is withdrawn is gone at the next request", holds=late == 0, found=f"{late} of {DECIDED} were not"
    )


def _is_found(door: Door, word: str) -> bool:
    """Waits until an approved review with the word is found."""
    try:
        wait_until(word, lambda: bool(door.kept(word, ["approved"])), limit=30, every=0.01)
    except TooSlowError:
        return False
    return True


def _words() -> Iterator[str]:
    """Words that no review has."""
    for number in range(100):
        yield f"qu{chr(97 + number // 26)}voriluma{chr(97 + number % 26)}x"


def _hand_in(door: Door, word: str) -> str:
    said = {
        "external_id": word,
        "subject": gathered(SIZE).reviews[0].subject,
        "body": f"The lid of it is {word} after a week of use.",
        "author": "Owen B.",
        "language": "en",
        "consent": {"uses": ["display", "markup", "excerpt"], "wording": "I agree."},
    }
    answer = door.ask("POST", "/v1/reviews", said)
    answer.raise_for_status()
    return str(answer.json()["id"])
