"""What every index can do, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from engine.domain.search import Asked, Batch, Document, IndexHealth, Matches, Suggestion
from engine.search.wanted import Wanted


class Index(Protocol):
    """A projection of the words of reviews: it can be thrown away, and is the same again when it is rebuilt.

    One process at a time changes it; any number read it, each the newest generation that was whole when it asked.
    """

    def apply(self, batch: Batch, cursor: int) -> None:
        """Takes a batch and its cursor in together or not at all; taken in twice, it changes nothing.

        Raises IndexBusyError when another process is changing it.
        """

    def search(self, asked: Asked, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        """The reviews that have the words, the best ``limit`` first; ``within``: only these numbers, None for all.

        AND first; where that fills no ``limit``, reviews with some of the words follow. A question without words
        finds nothing: it is the database's. Raises IndexUnusableError.
        """

    def suggest(
        self, start: str, *, language: str | None, limit: int, within: AbstractSet[int] | None = None
    ) -> Sequence[Suggestion]:
        """Words that begin so, the commonest first; ``within``: only words of these numbers, which are counted."""

    def meant(self, asked: Asked) -> Asked | None:
        """The question with its unknown words as they were probably meant; None where all are known or none is near."""

    def looked_for(self, asked: Asked) -> Sequence[Wanted]:
        """What a question is looked for as: its words in all their forms, so that excerpts mark what was found."""

    def similar(self, number: int, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        """Reviews that share what is particular about this one, never itself."""

    def rebuild(self, documents: Iterable[Sequence[Document]], cursor: int) -> None:
        """Builds a new generation beside the present one and puts it in its place as a whole."""

    def health(self) -> IndexHealth:
        """How it is; never raises."""
