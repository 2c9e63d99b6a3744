"""How questions and answers are worded, language by language."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import Stemmer

from engine.domain import Phrase, Quote, Sentence, digest
from engine.errors import NotFoundError
from engine.faq.articles import Articles, Name, name_of, to_articles
from engine.mining.grammar import base_language

FOLDER = Path(__file__).parent / "templates"
OPINIONS_FROM = 3
"""Fewer clear opinions are not summed up."""
PERCENT_FROM = 10
"""Of fewer clear opinions the answer gives numbers: a percentage would claim more than they can carry."""
ANY_KIND = "quality"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a language's questions consist of, as stems."""

    dropped: frozenset[str]
    """Words that ask and say nothing."""
    amounts: frozenset[str]
    """Words that ask how much or how long."""
    groups: Mapping[str, frozenset[str]]
    """Words that answer each other, under each of them."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """How one language words questions and answers."""

    stem: Callable[[str], str]
    quotation_marks: tuple[str, str]
    percent: str
    thousands: str
    articles: Articles
    questions: Mapping[str, Mapping[str, Sequence[str]]]
    fixed: Mapping[str, str]
    """The question to a phrase that is an expression of its own: ``true to size``."""
    answer: Mapping[str, str]
    asking: Asking

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", self.thousands)

    def stems(self, text: str) -> list[str]:
        return sorted(self.stem(word) for word in text.lower().split())

    def quotation(self, quote: Quote) -> Sentence:
        """The quote in the language's marks, with its author as consented."""
        opening, closing = self.quotation_marks
        source = f" — {quote.author}" if quote.author else ""
        return Sentence(text=f"{opening}{quote.text}{closing}{source}", review_ids=(quote.review_id,), quote=quote)

    def question(self, phrase: Phrase) -> str:
        """What people would ask about a phrase; the same phrase is always asked about in the same words."""
        if fixed := self._fixed(phrase):
            return fixed
        name = self.name(phrase)
        forms = self.questions.get(phrase.kind, self.questions[ANY_KIND])
        if name.article is None:
            wanted = forms["bare"]
        else:
            wanted = forms.get("other", forms["one"]) if name.is_plural else forms["one"]
        template = wanted[int(digest(*self.stems(phrase.text))[:8], 16) % len(wanted)]
        of, to = (name.after(self.answer.get(each, "")) for each in ("of", "to"))
        return template.format(named=name.named, of=of, to=to, phrase=name.phrase)

    def opening(self, phrase: Phrase, subject_name: str, total: int) -> str:
        """How many voices mention the phrase, and how they speak of it."""
        name = self.name(phrase)
        form = "bare" if name.article is None or self._fixed(phrase) else "named"
        numbers = self.numbers(phrase, total)
        mention = self.answer[form].format(
            **numbers,
            about=self.answer["about"].format(subject=subject_name) if subject_name else "",
            named=name.named,
            of=name.after(self.answer.get("of", "")),
            phrase=name.phrase,
        )
        return mention + self.answer[_balance(phrase)].format(**numbers)

    def numbers(self, phrase: Phrase, total: int) -> dict[str, str]:
        """The numbers of an answer as the language writes them; no ``percent`` where too few speak clearly."""
        clear = phrase.positive + phrase.negative
        numbers = {
            "count": self.number(phrase.count),
            "total": self.number(max(total, phrase.count)),
            "positive": self.number(phrase.positive),
            "clear": self.number(clear),
        }
        if clear >= PERCENT_FROM:
            numbers["percent"] = self.percent.format(n=_percent(phrase.positive, clear))
        return numbers

    def name(self, phrase: Phrase) -> Name:
        """The phrase as it is called in a sentence."""
        return name_of(phrase, self.articles)

    def _fixed(self, phrase: Phrase) -> str | None:
        written = (phrase.text, *phrase.variants)
        return next((self.fixed[form.lower()] for form in written if form.lower() in self.fixed), None)


def wordings(language: str) -> Wordings:
    """How a language words questions and answers; raises NotFoundError where it has no templates."""
    code = base_language(language)
    path = FOLDER / f"{code}.toml"
    if not code.isalpha() or not path.exists():
        raise NotFoundError(f"there are no questions and answers in {language!r}")
    return _read(path)


def _balance(phrase: Phrase) -> str:
    clear = phrase.positive + phrase.negative
    if clear < OPINIONS_FROM:
        return "unclear"
    if phrase.positive in {0, clear}:
        return "all_positive" if phrase.positive else "all_negative"
    if clear >= PERCENT_FROM:
        return "many"
    return "few_one" if phrase.positive == 1 else "few"


def _percent(part: int, whole: int) -> int:
    """Whole per cent, halves up; 0 and 100 only where it is really none and all."""
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


@lru_cache(maxsize=32)
def _read(path: Path) -> Wordings:
    with path.open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)
    opening, closing = table["quotation_marks"]
    stem = Stemmer.Stemmer(table["stemmer"]).stemWord
    return Wordings(
        stem=stem,
        quotation_marks=(opening, closing),
        percent=table["percent"],
        thousands=table["thousands"],
        articles=to_articles(table["article"]),
        questions={
            kind: {form: (said,) if isinstance(said, str) else tuple(said) for form, said in forms.items()}
            for kind, forms in table["questions"].items()
        },
        fixed=table["wordings"],
        answer=table["answer"],
        asking=_asking(table["asking"], stem),
    )


def _asking(table: Mapping[str, Any], stem: Callable[[str], str]) -> Asking:
    groups: dict[str, frozenset[str]] = {}
    for each in table["groups"]:
        stems = frozenset(map(stem, each.split()))
        for one in stems:
            groups[one] = groups.get(one, frozenset()) | stems
    return Asking(
        dropped=frozenset(map(stem, table["drop"].split())),
        amounts=frozenset(map(stem, table["amounts"].split())),
        groups=groups,
    )
