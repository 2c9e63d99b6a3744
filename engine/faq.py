"""Drafts of questions and answers: each sentence of an answer is a count or a quotation and names its reviews."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import Stemmer

from engine.domain import FaqEntry, FaqId, Phrase, Quote, Sentence, SubjectId, digest
from engine.errors import NotFoundError

FOLDER = Path(__file__).parent / "faq_templates"
FEWEST_QUOTES, MOST_QUOTES = 2, 3
OPINIONS_FROM = 3
"""Fewer clear opinions are not summed up."""
FEWEST_OPINIONS = 2
PERCENT_FROM = 10
"""Of fewer clear opinions the answer gives numbers: a percentage would claim more than they can carry."""
ANY_KIND = "quality"


@dataclass(frozen=True, slots=True)
class Wordings:
    """How one language words questions and answers."""

    stem: Callable[[str], str]
    quotation_marks: tuple[str, str]
    percent: str
    thousands: str
    article: Mapping[str, str]
    questions: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, str]
    """The question to a phrase that is an expression of its own: ``true to size``."""
    answer: Mapping[str, str]

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", self.thousands)


@dataclass(frozen=True, slots=True)
class _Name:
    """A phrase as it is called in a sentence."""

    phrase: str
    named: str | None
    """With its article, where that is known."""
    is_plural: bool


def draft(
    subject_id: SubjectId,
    subject_name: str,
    phrases: Sequence[Phrase],
    total_voices: int,
    language: str,
    *,
    limit: int = 6,
    at_least: int = 5,
) -> list[FaqEntry]:
    """Questions about the phrases that at least so many voices use, in the order of the phrases.

    A phrase is left out when fewer than two voices say something clear or can be quoted, when an entry before it asks
    about one of its words, or when its quotes were used before. The id of an entry outlives a change of the counts and
    of the form that the phrase is written in. Raises NotFoundError where the language has no templates.
    """
    wordings = _wordings(language)
    entries: list[FaqEntry] = []
    asked: list[frozenset[str]] = []
    quoted: set[str] = set()
    for phrase in phrases:
        stems = frozenset(wordings.stem(word) for word in phrase.text.lower().split())
        quotes = [quote for quote in phrase.quotes if quote.text not in quoted][:MOST_QUOTES]
        if len(entries) == limit or not _is_worth_asking(phrase, quotes, at_least):
            continue
        if any(stems <= other or other <= stems for other in asked):
            continue
        entries.append(_entry(subject_id, subject_name, phrase, quotes, total_voices, wordings))
        asked.append(stems)
        quoted.update(quote.text for quote in quotes)
    return entries


def _is_worth_asking(phrase: Phrase, quotes: Sequence[Quote], at_least: int) -> bool:
    return (
        phrase.count >= at_least
        and phrase.positive + phrase.negative >= FEWEST_OPINIONS
        and len(quotes) >= FEWEST_QUOTES
    )


def _entry(
    subject_id: SubjectId, subject_name: str, phrase: Phrase, quotes: Sequence[Quote], total: int, wordings: Wordings
) -> FaqEntry:
    name = _name(phrase, wordings)
    counts = Sentence(text=_counts(phrase, name, subject_name, total, wordings), review_ids=tuple(phrase.review_ids))
    stems = sorted(wordings.stem(word) for word in phrase.text.lower().split())
    return FaqEntry(
        id=FaqId("f" + digest(subject_id, phrase.language, *stems)),
        subject_id=subject_id,
        language=phrase.language,
        question=_question(phrase, name, wordings),
        sentences=(counts, *(_quotation(quote, wordings) for quote in quotes)),
        phrase=phrase.text,
    )


def _question(phrase: Phrase, name: _Name, wordings: Wordings) -> str:
    fixed = _fixed(phrase, wordings)
    if fixed:
        return fixed
    forms = wordings.questions.get(phrase.kind, wordings.questions[ANY_KIND])
    if name.named is None:
        return forms["bare"].format(phrase=name.phrase)
    template = forms.get("other", forms["one"]) if name.is_plural else forms["one"]
    return template.format(named=name.named, phrase=name.phrase)


def _fixed(phrase: Phrase, wordings: Wordings) -> str | None:
    written = (phrase.text, *phrase.variants)
    return next((wordings.fixed[form.lower()] for form in written if form.lower() in wordings.fixed), None)


def _counts(phrase: Phrase, name: _Name, subject_name: str, total: int, wordings: Wordings) -> str:
    """How many voices mention the phrase, and how they speak of it."""
    answer, clear = wordings.answer, phrase.positive + phrase.negative
    mention = answer["bare" if name.named is None else "named"].format(
        count=wordings.number(phrase.count),
        total=wordings.number(max(total, phrase.count)),
        about=answer["about"].format(subject=subject_name) if subject_name else "",
        named=name.named,
        phrase=name.phrase,
    )
    opinion = answer[_balance(phrase.positive, clear)].format(
        clear=wordings.number(clear),
        positive=wordings.number(phrase.positive),
        percent=wordings.percent.format(n=_percent(phrase.positive, clear)),
    )
    return mention + opinion


def _balance(positive: int, clear: int) -> str:
    if clear < OPINIONS_FROM:
        return "unclear"
    if positive in {0, clear}:
        return "all_positive" if positive else "all_negative"
    if clear >= PERCENT_FROM:
        return "many"
    return "few_one" if positive == 1 else "few"


def _percent(part: int, whole: int) -> int:
    """Whole per cent, halves up; 0 and 100 only where it is really none and all."""
    if whole == 0:
        return 0
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


def _quotation(quote: Quote, wordings: Wordings) -> Sentence:
    opening, closing = wordings.quotation_marks
    source = f" — {quote.author}" if quote.author else ""
    return Sentence(text=f"{opening}{quote.text}{closing}{source}", review_ids=(quote.review_id,), quote=quote)


def _name(phrase: Phrase, wordings: Wordings) -> _Name:
    """The phrase with its article: the one that always fits, or the one that a quote gives it."""
    article = wordings.article
    if _fixed(phrase, wordings):
        return _Name(phrase.text, None, is_plural=False)
    if article["always"]:
        return _Name(phrase.text, f"{article['always']} {phrase.text}", is_plural=_looks_plural(phrase.text, article))
    for found in _sightings(phrase, article):
        known = found["article"].lower().replace("’", "'")
        joint = "" if known.endswith("'") else " "
        follows = (found["follows"] or "").lower()
        return _Name(phrase.text, f"{known}{joint}{phrase.text}", is_plural=follows in article["plural_before"].split())
    return _Name(phrase.text, None, is_plural=False)


def _sightings(phrase: Phrase, article: Mapping[str, str]) -> Iterator[re.Match[str]]:
    """Where a quote has the phrase behind an article, and before the right verb where the language needs that."""
    articles = "|".join(rf"{each}" if each.endswith("'") else rf"{each}(?=\s)" for each in article["known"].split())
    verbs = "|".join((article["singular_before"] + " " + article["plural_before"]).split())
    pattern = re.compile(
        rf"\b(?P<article>{articles.replace(chr(39), '[' + chr(39) + '’]')})\s*{re.escape(phrase.text)}\b"
        + (rf"\s+(?P<follows>{verbs})\b" if verbs else r"(?P<follows>)"),
        re.IGNORECASE,
    )
    return (found for quote in phrase.quotes if (found := pattern.search(quote.text)))


def _looks_plural(text: str, article: Mapping[str, str]) -> bool:
    last = text.rsplit(maxsplit=1)[-1].lower()
    return last not in article["not_plural"].split() and re.search(article["plural_ending"], last) is not None


def _wordings(language: str) -> Wordings:
    code = language.replace("_", "-").partition("-")[0].lower()
    path = FOLDER / f"{code}.toml"
    if not code.isalpha() or not path.exists():
        raise NotFoundError(f"there are no questions and answers in {language!r}")
    return _read(path)


@lru_cache(maxsize=32)
def _read(path: Path) -> Wordings:
    with path.open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)
    opening, closing = table["quotation_marks"]
    return Wordings(
        stem=Stemmer.Stemmer(table["stemmer"]).stemWord,
        quotation_marks=(opening, closing),
        percent=table["percent"],
        thousands=table["thousands"],
        article=table["article"],
        questions=table["questions"],
        fixed=table["wordings"],
        answer=table["answer"],
    )
