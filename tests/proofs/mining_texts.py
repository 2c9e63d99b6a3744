"""Any number of reviews, put together from the sentences of the shared ones; the same seed gives the same file."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from tests.proofs.clothing import clothing_file
from tests.proofs.measuring import SHARED, SkippedError

TASKS = SHARED / "corpus" / "mining" / "tasks"
ENGLISH = ("cr_*", "sem16_rest_en")
SEED = 20261122


def recombined(count: int, seed: int = SEED) -> Iterator[str]:
    """Texts of as many sentences as the shared English reviews have.

    Raises SkippedError where the shared files are not there.
    """
    chance, reviews = random.Random(seed), _reviews()
    sentences, lengths = [each for review in reviews for each in review], [len(review) for review in reviews]
    for _ in range(count):
        yield " ".join(chance.choices(sentences, k=chance.choice(lengths)))


def write_lines(path: Path, count: int) -> int:
    """Reviews as ``plaudit mine --jsonl`` takes them, all of one subject; returns the number of their words."""
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(recombined(count)):
            file.write(json.dumps({"id": str(number), "text": text, "lang": "en", "rating": 1 + number % 5}) + "\n")
            words += len(text.split())
    return words


def write_shop(path: Path, subjects: int, each: int, large: int = 0) -> None:
    """Reviews as ``plaudit import`` takes them, so many of each subject, and of one subject more ``large`` ones."""
    about = [f"s{number:05}" for number in range(subjects) for _ in range(each)] + ["large"] * large
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("external_id", "subject", "rating", "body"))
        for number, (subject, text) in enumerate(zip(about, recombined(len(about)), strict=True)):
            writer.writerow((number, subject, 1 + number % 5, text))


def _reviews() -> list[list[str]]:
    """The sentences of each."""
    files = sorted(path for pattern in ENGLISH for path in TASKS.glob(f"{pattern}.reviews.jsonl"))
    if not files:
        raise SkippedError("the shared mining tasks are not beside this checkout")
    texts = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]
    with clothing_file().open(newline="", encoding="utf-8") as file:
        texts += [row["Review Text"] for row in csv.DictReader(file)]
    split = ([each for each in re.split(r"(?<=[.!?])\s+", text) if len(each) > 10] for text in texts)
    return [sentences for sentences in split if sentences]
