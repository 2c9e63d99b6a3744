"""How well what is found answers what was asked: ``python -m tests.benchmarks.search_relevance [--size N]
[--held-back]``.

The judged sets are those of ``search_judged``; each engine is asked the same questions in the same run. MRR@10: one
over the rank of the review that was meant. nDCG@10: gains 2^grade - 1, over the best possible order of all reviews of
the language. Recall: the share of the answers among the reviews with all the words, however many.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import mean

from tests.benchmarks.search_corpus import SEED, SIZE, Corpus, gathered
from tests.benchmarks.search_engines import OURS, Engine, Fts5, Ours, our_analysis, our_index
from tests.benchmarks.search_judged import Lexicon, Question, Sides, aspects, compounds, known_items, with_typos
from tests.benchmarks.search_lists import ASPECTS, COMPOUNDS, HELD_BACK_ASPECTS, HELD_BACK_COMPOUNDS
from tests.proofs.measuring import Ledger, SkippedError, load_average, table

TOP = 10
KNOWN, TYPO, ASPECT, COMPOUND = "known item, MRR@10", "typo, MRR@10", "aspect, nDCG@10", "compound, recall"
LANGUAGES = ("en", "de", "nl", "fr", "es")
GOALS: Mapping[tuple[str, str], float] = {
    (KNOWN, "en"): 0.97,
    (KNOWN, "de"): 0.97,
    (TYPO, "en"): 0.95,
    (TYPO, "de"): 0.95,
    (ASPECT, "en"): 0.50,
    (ASPECT, "de"): 0.69,
    (COMPOUND, "de"): 0.60,
}

Sets = Mapping[tuple[str, str], Sequence[Question]]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one engine reached, by the kind of question and the language."""

    engine: str
    figures: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Split:
    """What one run asks: the reviews that a seed puts together, and the words that people made lists of."""

    seed: int
    sides: Sides
    parts: Mapping[str, Mapping[str, Sequence[str]]]
    """The parts of compounds, by their language."""


OPEN = Split(SEED, ASPECTS, {"de": COMPOUNDS})
HELD_BACK = Split(SEED + 1, HELD_BACK_ASPECTS, HELD_BACK_COMPOUNDS)
"""Other reviews, other sides, other languages: a weight has to hold on both."""


def judged_sets(corpus: Corpus, split: Split = OPEN) -> Sets:
    """All questions, by their kind and language; a language that the corpus lacks has none."""
    sets: dict[tuple[str, str], Sequence[Question]] = {}
    for language in LANGUAGES:
        if reviews := corpus.of(language):
            lexicon = Lexicon.of(language, reviews)
            sets[KNOWN, language] = known_items(lexicon, reviews)
            sets[TYPO, language] = with_typos(lexicon, sets[KNOWN, language])
            if language in split.sides:
                sets[ASPECT, language] = aspects(language, reviews, split.sides)
            if language in split.parts:
                sets[COMPOUND, language] = compounds(language, reviews, split.parts[language])
    return sets


def reciprocal_rank(engine: Engine, question: Question) -> float:
    """One over the rank of the best answer among the first ten; 0 where none is."""
    found = engine.find(question.text, question.language, TOP)
    return max((1 / rank for rank, number in enumerate(found, 1) if number in question.answers), default=0.0)


def ndcg(engine: Engine, question: Question) -> float:
    """The gain of the first ten, later ones counting for less, over the most that any ten could have."""
    return ndcg_of(engine.find(question.text, question.language, TOP), question.answers)


def ndcg_of(found: Sequence[int], answers: Mapping[int, int]) -> float:
    """1 for the best order that there is, 0 where nothing that is found answers."""
    best = sorted(answers.values(), reverse=True)[:TOP]
    return _gain([answers.get(number, 0) for number in found[:TOP]]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(engine: Engine, question: Question) -> float:
    """The share of the answers that are found at all."""
    return len(engine.all_of(question.text, question.language) & question.answers.keys()) / len(question.answers)


MEASURES: Mapping[str, Callable[[Engine, Question], float]] = {
    KNOWN: reciprocal_rank,
    TYPO: reciprocal_rank,
    ASPECT: ndcg,
    COMPOUND: recall,
}


def scored(engine: Engine, sets: Sets) -> Scored:
    """The mean of each set, for an engine that is built."""
    figures = {
        (kind, language): mean(MEASURES[kind](engine, each) for each in questions)
        for (kind, language), questions in sets.items()
        if questions
    }
    return Scored(engine.name, figures)


def engines(folder: Path, ledger: Ledger, named: str = OURS) -> Iterator[Engine]:
    """Those that this build has, ours first; what it lacks is left out with its reason."""
    try:
        yield Ours(folder / "index", our_index(named))
    except SkippedError as error:
        ledger.leave_out("our index", error)
    yield Fts5(folder / "plain.sqlite3")
    try:
        yield Fts5(folder / "analysed.sqlite3", "FTS5, our stems", our_analysis(), "unicode61 remove_diacritics 0")
    except SkippedError as error:
        ledger.leave_out("FTS5 with our analysis", error)


def lines(sets: Sets, all_scored: Sequence[Scored]) -> list[str]:
    """A row for each set, the goal beside what each engine reached."""
    rows = []
    for key in sorted(sets):
        goal = f"{GOALS[key]:.2f}" if key in GOALS else "-"
        reached = [f"{each.figures[key]:.3f}" if key in each.figures else "-" for each in all_scored]
        rows.append((f"{key[0]}, {key[1]}", len(sets[key]), goal, *reached))
    return table(("", "questions", "goal", *(each.engine for each in all_scored)), rows)


def measured(size: int, ledger: Ledger, named: str = OURS, split: Split = OPEN) -> tuple[Sets, list[Scored]]:
    """Builds each engine on the same corpus and asks it everything."""
    corpus = gathered(size, split.seed)
    if corpus.missing:
        ledger.say(corpus.missing)
    sets = judged_sets(corpus, split)
    with tempfile.TemporaryDirectory(prefix="plaudit-search-") as name:
        found = []
        for engine in engines(Path(name), ledger, named):
            engine.build(corpus.reviews)
            found.append(scored(engine, sets))
    return sets, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--index", default=OURS, help="what makes the index in a folder: module:name")
    parser.add_argument("--held-back", action="store_true", help="other reviews, other sides and other languages")
    given = parser.parse_args()
    print(f"{given.size:,} reviews; load average {load_average()}", flush=True)
    print("\n".join(lines(*measured(given.size, Ledger(), given.index, HELD_BACK if given.held_back else OPEN))))


if __name__ == "__main__":
    main()
