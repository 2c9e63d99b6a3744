"""What a visitor of the gallery can choose from, and what was chosen: all of it stands in the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain import Collection, CollectionId, Locale, PublishSettings, Scope, Subject, SubjectId, Topic, TopicId
from engine.errors import BadValueError
from engine.plugins import Generator
from engine.store import Transaction
from review_site.embed.addresses import SCOPES
from review_site.embed.pieces import HTML

EMBEDS = ("snippet", "script", "oembed", "div", "frame")
ON_OFFER = 100
"""Subjects, topics and collections, of each so many; others are found by a search."""
KINDS = (
    "list",
    "list-bare",
    "badge",
    "histogram",
    "wall",
    "carousel",
    "quote",
    "testimonials",
    "gallery",
    "phrases",
    "summary",
    "faq",
)
"""In the order in which they are offered; those of strangers follow."""

About = Subject | Topic | Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What widgets can be about."""

    by_scope: Mapping[Scope, Sequence[About]]
    is_all: bool
    """Whether there is nothing else."""

    @property
    def first(self) -> About | None:
        return next((about for group in self.by_scope.values() for about in group), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of widget in one language, as far as it can be about what was chosen."""

    name: str
    is_there: bool
    is_possible: bool
    """Whether it is ever made of such a scope."""


def offer(transaction: Transaction, asked: str = "") -> Offer:
    """What the first widgets can be about, or those whose name or id holds what is asked for, in the order of ids."""
    groups: Mapping[Scope, Sequence[About]] = {
        Scope.SUBJECT: transaction.subjects.named(asked, limit=ON_OFFER + 1),
        Scope.TOPIC: transaction.topics.named(asked, limit=ON_OFFER + 1),
        Scope.COLLECTION: transaction.collections.named(asked, limit=ON_OFFER + 1),
    }
    return Offer(
        by_scope={scope: group[:ON_OFFER] for scope, group in groups.items()},
        is_all=not asked and all(len(group) <= ON_OFFER for group in groups.values()),
    )


def scope_of(about: About) -> Scope:
    match about:
        case Subject():
            return Scope.SUBJECT
        case Topic():
            return Scope.TOPIC
        case Collection():
            return Scope.COLLECTION


def path_of(about: About) -> str:
    """How a query, and a ``data-plaudit``, names it: ``subjects/k2-kettle``."""
    return f"{scope_of(about)}s/{about.id}"


def find_about(transaction: Transaction, path: str) -> About:
    """What a path names.

    Raises BadValueError where it is none, NotFoundError where there is nothing of that id.
    """
    folder, slash, named = path.partition("/")
    if folder not in SCOPES or not slash or not named:
        raise BadValueError(f"about: must be one of {', '.join(SCOPES)}, a slash and an id")
    match SCOPES[folder]:
        case Scope.SUBJECT:
            return transaction.subjects.find(SubjectId(named))
        case Scope.TOPIC:
            return transaction.topics.find(TopicId(named))
        case Scope.COLLECTION:
            return transaction.collections.find(CollectionId(named))


def locales_of(about: About, settings: PublishSettings) -> Sequence[Locale]:
    """The locales that there are widgets in about something; none for a topic in a language not published any more."""
    return settings.locales_in(about.language) if isinstance(about, Topic) else settings.locales


def kinds_of(transaction: Transaction, generators: Sequence[Generator], about: About, locale: Locale) -> Sequence[Kind]:
    """Every kind of widget, and whether there is one of it about something in a locale."""
    scope = scope_of(about)
    listed = transaction.snippets.listed(scope, about.id, limit=10_000)
    names = {each.key.name for each in listed if each.key.locale == locale}
    makers = {each.name: each for each in generators if each.media_type.startswith(HTML) and each.name != "page"}
    known = [each for each in KINDS if each in makers]
    return [
        Kind(name=name, is_there=name in names, is_possible=scope in makers[name].scopes)
        for name in [*known, *sorted(makers.keys() - set(known))]
    ]


def chosen_kind(kinds: Sequence[Kind], asked: str | None) -> Kind | None:
    """The kind that is asked for, where there is one of it, or else the first that there is; None where there is none.

    Raises BadValueError for a kind that no plug makes.
    """
    if asked and asked not in {each.name for each in kinds}:
        raise BadValueError(f"kind: must be one of {', '.join(each.name for each in kinds)}")
    there = [each for each in kinds if each.is_there]
    return next((each for each in there if each.name == asked), there[0] if there else None)
