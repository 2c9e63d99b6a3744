"""The classes of schema.org, release 30.0 (2026-03-19), as far as they say what a subject can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import ClassVar

from engine.errors import BadValueError

_CLASSES = Path(__file__).with_name("schema_org.txt")

STARRED = frozenset(
    [
        "Book",
        "Course",
        "CreativeWorkSeason",
        "CreativeWorkSeries",
        "Episode",
        "Event",
        "Game",
        "HowTo",
        "LocalBusiness",
        "MediaObject",
        "Movie",
        "MusicPlaylist",
        "MusicRecording",
        "Organization",
        "Product",
        "Recipe",
        "SoftwareApplication",
    ]
)
"""The classes that Google shows stars for, with all below them.

https://developers.google.com/search/docs/appearance/structured-data/review-snippet (2026-09-24)
"""
SELF_SERVING = frozenset({"LocalBusiness", "Organization"})
"""Those of them that earn none for reviews which they control themselves."""


# One for each class, so that they can be told apart by ``is``.
_MADE: dict[str, SubjectType] = {}


class SubjectType(str):
    """The name of a schema.org class that a subject is one of: ``Product``, ``Bakery``, ``MusicRecording``.

    Raises BadValueError for any other name, with the class that was probably meant.
    """

    __slots__ = ()

    PRODUCT: ClassVar[SubjectType]
    LOCAL_BUSINESS: ClassVar[SubjectType]
    SOFTWARE_APPLICATION: ClassVar[SubjectType]
    ORGANIZATION: ClassVar[SubjectType]

    def __new__(cls, name: str) -> SubjectType:
        if name not in classes():
            raise BadValueError(f"{name[:60]!r} is not a class of schema.org{_hint(name)}")
        return _MADE.setdefault(name, super().__new__(cls, name))

    @property
    def kinds(self) -> frozenset[str]:
        """The class and every class above it."""
        return _kinds(str(self))

    def is_a(self, name: str) -> bool:
        """Whether it is that class or one below it."""
        return name in self.kinds


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """The classes directly above each class, by name."""
    lines = (line.split() for line in _CLASSES.read_text("utf-8").splitlines())
    return {name: tuple(above) for name, *above in lines}


@lru_cache(maxsize=1024)
def _kinds(name: str) -> frozenset[str]:
    return frozenset({name}).union(*(_kinds(above) for above in classes()[name]))


def _hint(name: str) -> str:
    meant = next((each for each in classes() if each.casefold() == name.strip().casefold()), None)
    return f"; did you mean {meant}?" if meant else ": use one like Product, LocalBusiness, Restaurant, Book or Event"


SubjectType.PRODUCT = SubjectType("Product")
SubjectType.LOCAL_BUSINESS = SubjectType("LocalBusiness")
SubjectType.SOFTWARE_APPLICATION = SubjectType("SoftwareApplication")
SubjectType.ORGANIZATION = SubjectType("Organization")
