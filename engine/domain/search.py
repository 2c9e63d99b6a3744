"""The words of searching: what is indexed of a review, what is asked, and what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.ids import ReviewId


class Facet(StrEnum):
    """What the found reviews can be narrowed by; the names are those of the query language and of addresses."""

    SUBJECT = "subject"
    RATING = "rating"
    """Stars from 1 to 5, and ``none``."""
    LANGUAGE = "language"
    SOURCE = "source"
    DATE = "date"
    """The year in which it was written."""
    TOPIC = "topic"
    SENTIMENT = "sentiment"
    VERIFIED = "verified"
    ROLE = "role"
    COMPANY = "company"
    INDUSTRY = "industry"
    PHOTO = "photo"
    SCOPE = "scope"
    """A use that the author consented to."""
    STATE = "state"


class TextField(StrEnum):
    """The parts of a review that words are looked for in."""

    TITLE = "title"
    BODY = "body"
    SUBJECT = "subject"
    AUTHOR = "author"
    COMPANY = "company"
    ROLE = "role"


class Sorting(StrEnum):
    RELEVANCE = "relevance"
    DATE = "date"
    RATING = "rating"
    QUOTABILITY = "quotability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the index knows of one review: its words. What it can be narrowed by stays in the database."""

    number: int
    """Dense, given by the store, never given twice: what the index answers with."""
    id: ReviewId
    language: str | None
    texts: Mapping[TextField, str]
    """Cleaned text, without addresses and telephone numbers; what a review has not is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What changed since a cursor, each review once, as it is now."""

    changed: Sequence[Document] = ()
    gone: Sequence[int] = ()
    """Numbers of reviews that are not to be found any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing that is asked for, in the order of the question."""

    text: str
    """As it was written, without quotation marks and signs."""
    field: TextField | None = None
    """Where it has to stand; None: anywhere."""
    is_phrase: bool = False
    """These very words in this order, stop words included."""
    is_excluded: bool = False
    is_start: bool = False
    """Words that begin so: ``batter*``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, read: the words for the index, the rest for the database."""

    clauses: Sequence[Clause] = ()
    facets: Mapping[Facet, AbstractSet[str]] = field(default_factory=dict)
    """Any of the values of a facet, and all of the facets."""
    unwanted: Mapping[Facet, AbstractSet[str]] = field(default_factory=dict)
    since: datetime | None = None
    before: datetime | None = None
    language: str | None = None
    """Of the words themselves, where the asker said it; else they are looked for as words of every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What the index found, before the store is asked."""

    best: Sequence[tuple[int, float]] = ()
    """Numbers with their scores, the best first: those with all the words, then those with some."""
    numbers: Sequence[int] = ()
    """All reviews with all the words, in no order: what is counted."""
    is_filled: bool = False
    """Whether ``best`` goes on with reviews that have only some of the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """How a word or a question may go on, or was meant."""

    text: str
    count: int
    """How many reviews have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexHealth:
    """How an index is, for whoever operates it."""

    is_usable: bool
    documents: int
    cursor: int
    """The last change that it has."""
    generation: str
    bytes: int
    problems: Sequence[str] = ()
