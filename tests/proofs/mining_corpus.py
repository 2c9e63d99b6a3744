"""Proof: the shared evaluator's table, with the goals that the miner has to reach on its ten tasks."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from engine.domain import ReviewId
from engine.mining import MinedText, mine, profile_of
from engine.mining.profile import Profile
from tests.proofs.measuring import SHARED, Ledger, SkippedError, run, table

EVALUATOR = SHARED / "corpus" / "mining" / "evaluate.py"
TASKS = EVALUATOR.parent / "tasks"
LANGUAGE = "en"
PLAUDIT = Path(sys.executable).with_name("plaudit")
PRODUCTS, RESTAURANTS = "cr_", "sem16_rest_"
COLUMNS = ("P", "D", "wR", "F", "mwR50", "recur", "red", "support", "countErr", "sMAE", "sAcc")

Row = Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the mean of a column over some tasks must be at least, or at most."""

    column: str
    bound: float
    tasks: str = ""
    at_most: bool = False

    def claim(self, ledger: Ledger, rows: Sequence[Row], of: str) -> None:
        found = mean(self.column, [row for row in rows if str(row["task"]).startswith(self.tasks)])
        # The goals were set with two decimals; the figure is printed with three.
        held = None if found is None else round(found, 2)
        holds = held is not None and (held <= self.bound if self.at_most else held >= self.bound)
        where = {"": "all tasks", PRODUCTS: "products"}.get(self.tasks, self.tasks)
        wanted = f"{'at most' if self.at_most else 'at least'} {self.bound:g}"
        ledger.claim(f"{of}, {where}: {self.column} {wanted}", holds=holds, found=shown(found))


MERGED = (
    Goal("F", 0.66, PRODUCTS),
    *(Goal("F", bound, RESTAURANTS + of) for of, bound in (("en", 0.84), ("nl", 0.76), ("fr", 0.82), ("es", 0.93))),
    Goal("red", 0.02, at_most=True),
    Goal("recur", 1.0),
    Goal("support", 1.0),
    Goal("countErr", 0.0, at_most=True),
    Goal("sAcc", 0.88),
    Goal("sMAE", 0.14, at_most=True),
)
MULTIWORD = (Goal("mwR50", 0.75, PRODUCTS), Goal("red", 0.02, at_most=True), Goal("support", 1.0))


def prove(ledger: Ledger) -> None:
    if not EVALUATOR.exists():
        raise SkippedError("the shared corpus is not beside this checkout")
    if not PLAUDIT.exists():
        raise SkippedError("the plaudit command is not installed beside this Python")
    for listing, goals in (("merged", MERGED), ("multiword", MULTIWORD)):
        rows = measured(listing)
        for line in table(("task", *COLUMNS), [(row["task"], *(shown(row[each]) for each in COLUMNS)) for row in rows]):
            ledger.say(line)
        for goal in goals:
            goal.claim(ledger, rows, listing)
    _with_the_shop(ledger)


def _with_the_shop(ledger: Ledger) -> None:
    """The product tasks once more, as if one shop had all those products: each mined with the profile of all."""
    score = _evaluator().score
    products = {each.name.partition(".")[0]: read_texts(each) for each in TASKS.glob(f"{PRODUCTS}*.reviews.jsonl")}
    shop = sum((profile_of(texts, LANGUAGE) for texts in products.values()), Profile.empty(LANGUAGE))
    figures: dict[str, list[float]] = {"alone": [], "with the shop": []}
    for task, texts in sorted(products.items()):
        for how, profile in (("alone", None), ("with the shop", shop)):
            found = mine(texts, LANGUAGE, at_least=2, profile=profile)
            figures[how].append(score(task, [{"phrase": each.text} for each in found], 20)["F"])
    alone, with_shop = (sum(each) / len(each) for each in figures.values())
    for how, each in figures.items():
        ledger.say(f"products {how:14} {' '.join(f'{figure:.3f}' for figure in each)}")
    ledger.claim(
        "with the profile of a shop of all products the mean of their lists is no worse than alone",
        holds=with_shop >= alone,
        found=f"F {with_shop:.3f} instead of {alone:.3f}",
    )


def _evaluator() -> ModuleType:
    spec = spec_from_file_location("evaluate", EVALUATOR)
    if spec is None or spec.loader is None:
        raise SkippedError("the evaluator cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_texts(path: Path) -> list[MinedText]:
    """The reviews of a task, each a voice of its own."""
    reviews = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [MinedText(ReviewId(each["id"]), each["id"], each["text"]) for each in reviews]


def measured(listing: str) -> list[Row]:
    """The evaluator's row for each of its tasks, mined into one of the three lists."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        command: list[str | Path] = [
            sys.executable,
            EVALUATOR,
            "--miner",
            f"{PLAUDIT} mine --jsonl --list {listing}",
            "--out",
            results,
        ]
        ran = run(command, cwd=Path(folder), env=os.environ)
        if ran.status != 0:
            raise SkippedError(f"the evaluator failed: {ran.err.strip()[-300:]}")
        return [json.loads(line) for line in results.read_text("utf-8").splitlines()]


def mean(column: str, rows: Sequence[Row]) -> float | None:
    """Of the tasks that have a figure there; None where none has."""
    figures = [float(row[column] or 0) for row in rows if row[column] is not None]
    return sum(figures) / len(figures) if figures else None


def shown(figure: float | str | None) -> str:
    return "-" if figure is None else f"{float(figure):.3f}"
