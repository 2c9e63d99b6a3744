"""What a phrase is called in a sentence: with its article where a quote or its ending tells it, else without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain import Phrase


@dataclass(frozen=True, slots=True)
class Articles:
    """How a language finds the article of a phrase; all words in lower case, with straight apostrophes."""

    always: str
    """The one that fits everything; empty where nouns have a gender."""
    known_by: Mapping[str, str]
    """The article by a word that stands before a noun and gives it away."""
    certain: Mapping[str, str]
    """Which of these words tell it in any case, with the endings of nouns that they tell nothing about."""
    before: frozenset[str]
    """Verbs of which one must follow, or the noun may stand in another case than the question needs."""
    doubtful: frozenset[str]
    """Words that tell it only where they begin a sentence or clause."""
    leads: frozenset[str]
    """Words before them that begin one."""
    plural_before: frozenset[str]
    """Those of them that follow a plural."""
    plurals: frozenset[str]
    """Articles that only a plural has."""
    endings: Sequence[tuple[str, str]]
    """Endings of nouns with the article that goes with them."""
    exceptions: frozenset[str]
    """Nouns that have another article than their ending says."""
    head_first: bool
    elided: Mapping[str, str]
    """What becomes of an article before a vowel: ``la`` is ``l’``."""
    melted: Mapping[str, str]
    """What becomes of a preposition and an article: ``de le`` is ``du``."""
    plural_ending: str
    not_plural: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """A phrase as it is called in a sentence."""

    phrase: str
    article: str | None
    is_plural: bool
    melted: Mapping[str, str]

    @property
    def named(self) -> str:
        """With its article."""
        return self.after("")

    def after(self, preposition: str) -> str:
        """With its article behind a preposition: ``du service``."""
        article = self.article or ""
        words = f"{preposition} {article}".strip()
        words = self.melted.get(words, words)
        return words + ("" if not words or words.endswith("’") else " ") + self.phrase


def name_of(phrase: Phrase, articles: Articles) -> Name:
    """The phrase with its article: the one that always fits, that a quote gives it, or that its ending tells."""
    if articles.always:
        return Name(phrase.text, articles.always, _looks_plural(phrase.text, articles), {})
    seen = next(_sightings(phrase, articles), None)
    article, is_plural = seen or (_by_ending(phrase.text, articles), False)
    if article and phrase.text[0].lower() in articles.elided.get("before", ""):
        article = articles.elided.get(article, article)
    return Name(phrase.text, article, is_plural or article in articles.plurals, articles.melted)


def to_articles(table: Mapping[str, Any]) -> Articles:
    """A language file's table of articles."""

    def words(name: str) -> frozenset[str]:
        return frozenset(table.get(name, "").split())

    plural_before = words("plural_before")
    return Articles(
        always=table.get("always", ""),
        known_by={word: article for article, known in table.get("known_by", {}).items() for word in known},
        certain=table.get("certain", {}),
        before=words("singular_before") | plural_before,
        doubtful=words("doubtful"),
        leads=words("leads"),
        plural_before=plural_before,
        plurals=words("plurals"),
        endings=[(each, article) for article, listed in table.get("endings", {}).items() for each in listed.split()],
        exceptions=words("exceptions"),
        head_first=table.get("head_first", False),
        elided=table.get("elided", {}),
        melted=table.get("melted", {}),
        plural_ending=table.get("plural_ending", ""),
        not_plural=words("not_plural"),
    )


def _sightings(phrase: Phrase, articles: Articles) -> Iterator[tuple[str, bool]]:
    """The article where a quote has the phrase behind a word that tells it, and whether it is a plural there."""
    words = "|".join(re.escape(each).replace("'", "['’]") for each in articles.known_by)
    # French writes the elided article without a space.
    pattern = re.compile(
        rf"(?<!\w)(?P<known>{words})(?:(?<=['’])|\s+){re.escape(phrase.text)}\b(?:\s+(?P<verb>\w+))?", re.IGNORECASE
    )
    for quote in phrase.quotes:
        for found in pattern.finditer(quote.text):
            verb, known = (found["verb"] or "").lower(), found["known"].lower().replace("’", "'")
            if known in articles.doubtful and not _begins(quote.text[: found.start()], articles):
                continue
            if _tells(known, verb, phrase.text, articles):
                yield articles.known_by[known], verb in articles.plural_before


def _tells(known: str, verb: str, noun: str, articles: Articles) -> bool:
    """Whether a word before a noun gives the noun's article away."""
    if known in articles.certain:
        return not noun.endswith(tuple(articles.certain[known].split()))
    return not articles.before or verb in articles.before


def _begins(before: str, articles: Articles) -> bool:
    """Whether a sentence or clause begins after these words."""
    words = before.split()
    return not words or not words[-1][-1].isalnum() or words[-1].lower() in articles.leads


def _by_ending(text: str, articles: Articles) -> str | None:
    words = text.lower().split()
    if not articles.head_first and len(words) > 1:
        return None
    head = words[0] if articles.head_first else words[-1]
    if any(head.endswith(each) for each in articles.exceptions):
        return None
    return next((article for ending, article in articles.endings if head.endswith(ending) and head != ending), None)


def _looks_plural(text: str, articles: Articles) -> bool:
    last = text.rsplit(maxsplit=1)[-1].lower()
    return last not in articles.not_plural and re.search(articles.plural_ending, last) is not None
