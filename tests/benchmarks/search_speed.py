"""What building and asking an index costs: ``python -m tests.benchmarks.search_speed [--size N]``.

Each engine is built on the same corpus and asked the same questions in the same run, in a process that has asked some
before: the first question of a process opens files, and is not what a writer waits for.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.search_corpus import SIZE, Corpus, Written, gathered
from tests.benchmarks.search_engines import OURS, WORD, Engine, Fts5
from tests.benchmarks.search_judged import Lexicon, known_items, with_typos
from tests.benchmarks.search_relevance import TOP, engines
from tests.proofs.measuring import Ledger, load_average, percentile, table

QUESTIONS = 200
WARM = 20
SEED = 20261125
LANGUAGES = ("en", "de")
COMMON, RARE = 0.2, 50
"""A word that is asked for stands in less than this share of the reviews, and in more than so many."""
MOST_CPU, MOST_SEARCH, MOST_FACETS, MOST_SUGGEST = 120, 100, 150, 50
"""CPU seconds of a build; milliseconds of 95 of 100 questions."""
TERM, PHRASE, AND, TYPO, PREFIX = "term", "phrase", "AND", "typo", "prefix"
FACETS, SIMILAR, SUGGEST = "facets", "similar", "suggest"
GOALS: Mapping[str, float] = {
    **dict.fromkeys((TERM, PHRASE, AND, TYPO, PREFIX, SIMILAR), MOST_SEARCH),
    FACETS: MOST_FACETS,
    SUGGEST: MOST_SUGGEST,
}

Asks = Mapping[str, Sequence[Callable[[Engine], object]]]


@dataclass(slots=True)
class Timed:
    """What one engine cost."""

    engine: str
    build_cpu: float = 0
    """CPU seconds."""
    megabytes: float = 0
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    """Of each question, by its kind; a kind that the engine does not know is not there."""

    def at(self, kind: str, share: float) -> float | None:
        return percentile(self.milliseconds[kind], share) if kind in self.milliseconds else None


def asks(corpus: Corpus) -> Asks:
    """The questions of each kind, drawn from the corpus."""
    chance = random.Random(SEED)
    lexicons = {language: Lexicon.of(language, corpus.of(language)) for language in LANGUAGES}
    known = [each for of in LANGUAGES for each in known_items(lexicons[of], corpus.of(of), QUESTIONS // 2)]
    typos = [
        each for of in LANGUAGES for each in with_typos(lexicons[of], [one for one in known if one.language == of])
    ]
    terms = [chance.choice(sorted(forms)) for forms in _terms(lexicons, len(corpus.reviews), chance)]
    some = chance.sample(corpus.reviews, QUESTIONS)
    return {
        TERM: [lambda to, word=word: to.find(word, None, TOP) for word in terms],
        PHRASE: [lambda to, words=words: to.phrase(words) for words in _phrases(some, chance)],
        AND: [lambda to, each=each: to.find(" ".join(each.text.split()[:2]), None, TOP) for each in known],
        TYPO: [lambda to, each=each: to.find(each.text, None, TOP) for each in typos],
        PREFIX: [lambda to, word=word: to.start(word[:5]) for word in terms if len(word) > 5],
        FACETS: [lambda to, word=word: _facets(to, word) for word in terms],
        SIMILAR: [lambda to, each=each: to.similar(each) for each in some],
        SUGGEST: [lambda to, word=word: to.suggest(word[: max(2, len(word) // 2)]) for word in terms],
    }


def _terms(lexicons: Mapping[str, Lexicon], size: int, chance: random.Random) -> Iterator[set[str]]:
    """The forms of words that are neither everywhere nor nowhere."""
    for lexicon in lexicons.values():
        fitting = sorted(
            stem
            for stem, owners in lexicon.owners.items()
            if min(RARE, size // 200) < len(owners) < COMMON * size and len(stem) > 2
        )
        for stem in chance.choices(fitting, k=QUESTIONS // 2):
            yield lexicon.forms[stem]


def _phrases(reviews: Sequence[Written], chance: random.Random) -> Iterator[str]:
    """Two or three words as they follow each other somewhere, whatever words they are."""
    for review in reviews:
        words = WORD.findall(max(review.said, key=len).lower())
        length = chance.choice((2, 3))
        at = chance.randrange(max(1, len(words) - length))
        yield " ".join(words[at : at + length])


class NoSuchQuestionError(Exception):
    """An engine does not know this kind of question."""


def _facets(engine: Engine, word: str) -> object:
    """Ours counts in the database, so that its facets are measured at the doors: ``make prove-7-speed``."""
    if not isinstance(engine, Fts5):
        raise NoSuchQuestionError(FACETS)
    return engine.find(word, None, TOP), engine.facets(word)


def timed(engine: Engine, corpus: Corpus, all_asks: Asks) -> Timed:
    """Builds an engine and asks it everything, a few questions of each kind twice."""
    found = Timed(engine.name)
    begun = time.process_time()
    engine.build(corpus.reviews)
    found.build_cpu = time.process_time() - begun
    found.megabytes = engine.size() / 1e6
    for kind, questions in all_asks.items():
        try:
            for ask in questions[:WARM]:
                ask(engine)
            found.milliseconds[kind] = [_milliseconds(ask, engine) for ask in questions]
        except NoSuchQuestionError:
            continue
    return found


def _milliseconds(ask: Callable[[Engine], object], engine: Engine) -> float:
    begun = time.perf_counter()
    ask(engine)
    return 1000 * (time.perf_counter() - begun)


def measured(size: int, ledger: Ledger, named: str = OURS) -> list[Timed]:
    """Each engine that this build has, one after the other."""
    corpus = gathered(size)
    if corpus.missing:
        ledger.say(corpus.missing)
    all_asks = asks(corpus)
    with tempfile.TemporaryDirectory(prefix="plaudit-search-") as name:
        return [timed(each, corpus, all_asks) for each in engines(Path(name), ledger, named)]


def lines(all_timed: Sequence[Timed]) -> list[str]:
    """The table: the goal, then each engine, and the first as a multiple of the second."""
    header = ("", "goal", *(each.engine for each in all_timed), "1st / 2nd")
    rows = [
        ("build, CPU s", str(MOST_CPU), *_cells([each.build_cpu for each in all_timed])),
        ("on disk, MB", "-", *_cells([each.megabytes for each in all_timed])),
    ]
    for kind, goal in GOALS.items():
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            wanted = f"{goal:g}" if name == "p95" else "-"
            rows.append((f"{kind}, {name} ms", wanted, *_cells([each.at(kind, share) for each in all_timed])))
    return table(header, rows)


def _cells(figures: Sequence[float | None]) -> list[str]:
    ratio = "-"
    if len(figures) > 1 and figures[0] is not None and figures[1]:
        ratio = f"{figures[0] / figures[1]:.2f}"
    return [*("-" if each is None else f"{each:.1f}" for each in figures), ratio]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--index", default=OURS, help="what makes the index in a folder: module:name")
    given = parser.parse_args()
    print(f"{given.size:,} reviews; load average {load_average()}", flush=True)
    print("\n".join(lines(measured(given.size, Ledger(), given.index))))
    print(f"load average {load_average()}")


if __name__ == "__main__":
    main()
