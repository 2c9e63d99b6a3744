"""Any number of reviews to search, put together from real ones; the same seed gives the same reviews.

A review is one sentence each of some reviews of one group (a product, the restaurants, a class of garments) in one
language, so that every word stands where people put it; no two reviews are the same. English comes from the shared
mining tasks and garments, Dutch, French and Spanish from the shared restaurants, German and Dutch from the sample
company. Where the shared files are missing, the sample company is all there is, and ``gathered`` says so.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from engine.domain import ReviewId
from engine.domain.search import Document, TextField
from engine.mining.grammar import grammar
from engine.mining.segment import sentences
from tests.proofs.measuring import SHARED
from tests.tree import ROOT

TASKS = SHARED / "corpus" / "mining" / "tasks"
GARMENTS = SHARED / "data" / "clothing_reviews.csv"
SAMPLE_COMPANY = ROOT / "site" / "review_site" / "demo" / "reviews.jsonl"

SIZE = 100_000
SEED = 20261123
SHARES: Mapping[str, float] = {"en": 0.38, "de": 0.18, "nl": 0.145, "fr": 0.145, "es": 0.145}
SUBJECTS_OF_A_GROUP = 20
LEAST, MOST = 3, 12
"""Sentences of a review."""
SHORTEST = 12
"""Characters; what is shorter is rather a heading or a cut than a sentence."""
FIRST_DAY = datetime(2019, 1, 1, tzinfo=UTC)
DAYS = 2_880
STARS = (5, 4, 3, 2, 1, None)
OF_THE_STARS = (47, 22, 12, 6, 8, 5)
SOURCES = ("shop", "form", "trustpilot", "google")
ROLES = ("Head of Operations", "Barista", "Buyer", "Geschäftsführerin", "Inkoper", "Directrice", "Jefe de cocina")
COMPANIES = ("Northlight Coffee", "Hallmann Ingenieure", "Branderij De Kade", "Atelier Vasseur", "Casa Molina")
HAS_A_ROLE = 0.15
TRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A review of the corpus, with all that it can be narrowed by."""

    number: int
    group: str
    subject: str
    language: str
    title: str | None
    said: Sequence[str]
    """Its sentences."""
    stars: int | None
    written_at: datetime
    is_verified: bool
    source: str
    role: str | None
    company: str | None

    @property
    def body(self) -> str:
        return " ".join(self.said)

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}" if self.title else self.body


@dataclass(slots=True)
class Group:
    """Reviews of one thing in one language, cut into sentences."""

    name: str
    language: str
    reviews: list[list[str]]
    titles: list[str]


@dataclass(frozen=True, slots=True)
class Corpus:
    reviews: Sequence[Written]
    missing: str
    """What could not be read, in words; empty where all was there."""

    def of(self, language: str) -> Sequence[Written]:
        return [each for each in self.reviews if each.language == language]


@lru_cache(maxsize=2)
def gathered(size: int = SIZE, seed: int = SEED) -> Corpus:
    """So many reviews, numbered from 1 in a mixed order of languages."""
    groups = _groups()
    missing = "" if TASKS.exists() and GARMENTS.exists() else f"no {SHARED.name} folder beside the checkout"
    there = {language: share for language, share in SHARES.items() if language in groups}
    absent = sorted(SHARES.keys() - there.keys())
    if absent:
        missing += f"; only the sample company's reviews, and none in {', '.join(absent)}"
    chance, seen = random.Random(seed), set[frozenset[str]]()
    drawn = chance.choices(list(there), list(there.values()), k=size)
    weighed = {language: [len(each.reviews) for each in found] for language, found in groups.items()}
    reviews = []
    for number, language in enumerate(drawn, 1):
        [group] = chance.choices(groups[language], weighed[language])
        reviews.append(_written(number, group, _unseen(group, chance, seen), chance))
    return Corpus(reviews, missing)


def as_document(review: Written) -> Document:
    """The review as an index takes it in."""
    texts = {
        TextField.TITLE: review.title,
        TextField.BODY: review.body,
        TextField.SUBJECT: review.subject,
        TextField.COMPANY: review.company,
        TextField.ROLE: review.role,
    }
    return Document(
        number=review.number,
        id=ReviewId(f"r{review.number}"),
        language=review.language,
        texts={field: text for field, text in texts.items() if text},
    )


def write_rows(path: Path, reviews: Sequence[Written]) -> None:
    """The reviews as a file that ``plaudit import`` takes, its columns named as its fields are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = ("external_id", "subject", "subject_type", "rating", "title", "body", "language", "written_at")
        writer.writerow((*columns, "verified", "role", "company"))
        for each in reviews:
            day, verified = each.written_at.date().isoformat(), "purchase" if each.is_verified else ""
            row = (
                each.number,
                each.subject,
                "Product",
                each.stars,
                each.title,
                each.body,
                each.language,
                day,
                verified,
            )
            writer.writerow((*row, each.role, each.company))


def _written(number: int, group: Group, said: Sequence[str], chance: random.Random) -> Written:
    works = chance.random() < HAS_A_ROLE
    [stars] = chance.choices(STARS, OF_THE_STARS)
    return Written(
        number=number,
        group=group.name,
        subject=f"{group.name}-{chance.randrange(SUBJECTS_OF_A_GROUP) + 1}",
        language=group.language,
        title=chance.choice(group.titles) if group.titles and chance.random() < 0.5 else None,
        said=tuple(said),
        stars=stars,
        written_at=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        is_verified=chance.random() < 0.6,
        source=chance.choice(SOURCES),
        role=chance.choice(ROLES) if works else None,
        company=chance.choice(COMPANIES) if works else None,
    )


def _unseen(group: Group, chance: random.Random, seen: set[frozenset[str]]) -> list[str]:
    """One sentence each of some reviews of the group, as no review before has them together."""
    most = min(MOST, len(group.reviews))
    for extra in range(TRIES):
        length = len(chance.choice(group.reviews)) + extra // 10
        wanted = min(most, max(LEAST, length))
        said = [chance.choice(each) for each in chance.sample(group.reviews, wanted)]
        if (together := frozenset(said)) not in seen:
            seen.add(together)
            return said
    raise ValueError(f"{group.name} in {group.language} has too few sentences for so many reviews")


def _groups() -> dict[str, list[Group]]:
    """The groups of each language that have enough reviews to mix."""
    found: dict[tuple[str, str], Group] = {}
    for name, language, title, body in _read():
        known = grammar(language)
        spans = sentences(body, known.abbreviations, ordinal_dots=known.ordinal_dots)
        said = [" ".join(body[start:end].split()) for start, end in spans if end - start >= SHORTEST]
        group = found.setdefault((language, name), Group(name, language, [], []))
        if said:
            group.reviews.append(said)
        if title:
            group.titles.append(title)
    by_language: defaultdict[str, list[Group]] = defaultdict(list)
    for (language, _), group in sorted(found.items()):
        if len(group.reviews) > LEAST:
            by_language[language].append(group)
    return dict(by_language)


def _read() -> Iterator[tuple[str, str, str | None, str]]:
    """The group, language, title and body of each review that there is."""
    for path in sorted(TASKS.glob("*.reviews.jsonl")):
        name = path.name.removesuffix(".reviews.jsonl")
        language = name.rpartition("_")[2] if name.startswith("sem16_") else "en"
        for line in path.read_text("utf-8").splitlines():
            yield name.removeprefix("cr_").replace("_", "-"), language, None, json.loads(line)["text"]
    if GARMENTS.exists():
        with GARMENTS.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield row["Class Name"].lower() or "garment", "en", row["Title"] or None, row["Review Text"]
    for line in SAMPLE_COMPANY.read_text("utf-8").splitlines():
        said = json.loads(line)
        # What is said of the sample company's other subjects is too little to be mixed by itself.
        if said["language"] in SHARES and said["body"]:
            yield "larkfield", said["language"], said["title"], said["body"]
