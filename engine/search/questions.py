"""The language of questions: words, "phrases", -without, batter*, title:word, rating:4..5, after:2026-01-31.

Any text is a question. What is not understood is told with its place and the way out, and the rest is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.domain.search import Asked, Clause, Facet, TextField
from engine.search.analysis import phrase
from engine.search.question_values import span, values

LONGEST = 1_000
"""Characters of a question that are read."""
MOST_CLAUSES = 32
SHORTEST_START = 2
"""Letters before the star of ``batter*``: half of all words begin with one of five letters."""

MESSAGES: Mapping[str, str] = {
    "question.too_long": "Only the first {most} characters were read: ask for less.",
    "question.too_many": "Only the first {most} words were looked for: ask for fewer.",
    "question.open_quote": "The quotation mark is never closed: put one at the end of the phrase.",
    "question.nothing_after": "Nothing stands after {text}: write a word or a value directly after it.",
    "question.no_word": "{text} has no letter and no digit: nothing can be found by it.",
    "question.short_start": "{text} is too short: write at least {least} letters before the star.",
    "question.unknown_field": "There is no field {name}; it was looked for as words. Fields are {fields}.",
    "question.no_value": "{name} cannot be {text}. It takes {takes}.",
    "question.no_date": "{text} is no date: write 2026, 2026-01 or 2026-01-31.",
    "question.date_excluded": "A date cannot be excluded: use before: or after: instead.",
    "question.never": "No review was written in this time: it begins after it ends.",
    "question.operator": "{text} is looked for as a word: all words are looked for anyway, and - excludes one.",
}
"""What is wrong, in English; the keys are those of the console's catalogues."""

_TAKES: Mapping[Facet, str] = {
    Facet.RATING: "1 to 5, 4..5, >=4, or none",
    Facet.LANGUAGE: "a language such as de or en-GB",
    Facet.VERIFIED: "yes or no",
    Facet.PHOTO: "yes or no",
    Facet.STATE: "pending, approved, rejected or withdrawn",
    Facet.SCOPE: "display, markup, excerpt, translate, feed or ads",
}
_QUOTES = '"“”„«»'
_PIECE = re.compile(
    r"(?P<bare>[-−]?[^\W\d_]{2,20}:)(?=\s|$)|(?P<lost>[-−])(?=\s|$)"
    rf"|(?P<sign>[-−]?)(?:(?P<name>[^\W\d_]{{2,20}}):)?"
    rf"(?:(?P<open>[{_QUOTES}])(?P<phrase>[^{_QUOTES}]*)(?P<close>[{_QUOTES}]?)|(?P<word>[^\s{_QUOTES}]+))"
)
_TIMES = ("after", "before", "date")
_FACETS: Mapping[str, Facet] = {
    **{str(each): each for each in Facet if each is not Facet.DATE},
    "lang": Facet.LANGUAGE,
    "stars": Facet.RATING,
}
# Those that are facets too are asked for as facets: words without a field are found in all texts.
_TEXTS: Mapping[str, TextField] = {str(each): each for each in TextField if str(each) not in _FACETS}
FIELDS = (*_TEXTS, *_FACETS, *_TIMES)
"""Every name that may stand before a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """Something in a question that is not understood, or was not done."""

    key: str
    start: int
    end: int
    """Its place: characters of the question, from 0, the end not included."""
    values: Mapping[str, str]

    @property
    def message(self) -> str:
        """What is wrong and the way out, in English."""
        return MESSAGES[self.key].format_map(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it was understood."""

    asked: Asked
    problems: tuple[Misread, ...] = ()


@dataclass(slots=True)
class _Reading:
    clauses: list[Clause] = field(default_factory=list)
    facets: dict[Facet, frozenset[str]] = field(default_factory=dict)
    unwanted: dict[Facet, frozenset[str]] = field(default_factory=dict)
    since: datetime | None = None
    before: datetime | None = None
    problems: list[Misread] = field(default_factory=list)

    def tell(self, key: str, match: re.Match[str], **told: object) -> None:
        values = {name: str(value) for name, value in told.items()}
        self.problems.append(Misread(key=f"question.{key}", start=match.start(), end=match.end(), values=values))


def read_question(text: str, *, language: str | None = None) -> Question:
    """What a text asks for; ``language`` is that of its words, where the asker said it. Takes any text."""
    reading = _Reading()
    for match in _PIECE.finditer(text[:LONGEST]):
        _read(reading, match)
    problems = reading.problems
    if len(text) > LONGEST:
        problems.append(_whole("too_long", text, LONGEST))
    if len(reading.clauses) > MOST_CLAUSES:
        problems.append(_whole("too_many", text, MOST_CLAUSES))
    if reading.since and reading.before and reading.since >= reading.before:
        problems.append(_whole("never", text, 0))
    asked = Asked(
        clauses=tuple(reading.clauses[:MOST_CLAUSES]),
        facets=reading.facets,
        unwanted=reading.unwanted,
        since=reading.since,
        before=reading.before,
        language=language,
    )
    return Question(asked=asked, problems=tuple(problems))


def _whole(key: str, text: str, most: int) -> Misread:
    return Misread(key=f"question.{key}", start=0, end=len(text), values={"most": str(most)})


def _read(reading: _Reading, match: re.Match[str]) -> None:
    bare = (match["bare"] or "").strip("-−:")
    if bare and bare.lower() not in FIELDS:
        # The colon of a sentence.
        reading.clauses.append(Clause(text=bare, is_excluded=match[0][0] in "-−"))
        return
    if bare or match["lost"]:
        reading.tell("nothing_after", match, text=match[0])
        return
    if match["open"] and not match["close"]:
        reading.tell("open_quote", match)
    name = (match["name"] or "").lower()
    text = match["word"] if match["word"] is not None else match["phrase"]
    if name in _TIMES:
        _read_time(reading, match, name, text)
    elif name in _FACETS:
        _read_facet(reading, match, _FACETS[name], text)
    else:
        _read_words(reading, match, name, text)


def _read_facet(reading: _Reading, match: re.Match[str], facet: Facet, text: str) -> None:
    chosen = reading.unwanted if match["sign"] else reading.facets
    text = text.strip()
    if not text:
        reading.tell("nothing_after", match, text=match[0])
        return
    try:
        chosen[facet] = chosen.get(facet, frozenset()) | values(facet, text)
    except KeyError:
        reading.tell("no_value", match, name=facet, text=text, takes=_TAKES[facet])


def _read_time(reading: _Reading, match: re.Match[str], name: str, text: str) -> None:
    found = span(text.strip())
    if match["sign"]:
        reading.tell("date_excluded", match)
    elif not found:
        reading.tell("no_date", match, text=text)
    else:
        # Neither the day after which nor the day before which is meant itself.
        since, before = {"after": (found[1], None), "before": (None, found[0]), "date": found}[name]
        reading.since = max(filter(None, (reading.since, since)), default=None)
        reading.before = min(filter(None, (reading.before, before)), default=None)


def _read_words(reading: _Reading, match: re.Match[str], name: str, text: str) -> None:
    within = _TEXTS.get(name)
    if name and within is None:
        if not text.startswith("/"):
            reading.tell("unknown_field", match, name=name, fields=", ".join(FIELDS))
        text = f"{match['name']} {text}"
    if match["word"] is not None and text in {"AND", "OR", "NOT"}:
        reading.tell("operator", match, text=text)
    clause = Clause(text=text, field=within, is_phrase=match["open"] is not None, is_excluded=bool(match["sign"]))
    if not phrase(text):
        reading.tell("no_word", match, text=match[0])
    elif not clause.is_phrase and text.endswith("*"):
        _read_start(reading, match, clause)
    else:
        reading.clauses.append(clause)


def _read_start(reading: _Reading, match: re.Match[str], clause: Clause) -> None:
    start = clause.text.rstrip("*")
    if len(phrase(start)) != 1:
        reading.clauses.append(replace(clause, text=start))
    elif len(phrase(start)[0]) < SHORTEST_START:
        reading.tell("short_start", match, text=clause.text, least=SHORTEST_START)
    else:
        reading.clauses.append(replace(clause, text=start, is_start=True))
