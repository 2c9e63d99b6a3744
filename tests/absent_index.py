"""The index of an instance that has none: reviews are counted and narrowed, and no words are looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NoReturn

from engine.domain.search import Asked, Batch, Document, IndexHealth, Matches, Suggestion
from engine.errors import IndexUnusableError
from engine.search.wanted import Wanted

WHY = "this instance has no index of words; whatever else is asked for is answered"


@dataclass(slots=True)
class AbsentIndex:
    """Keeps its place in what changes, so that the rest of searching goes on."""

    cursor: int = 0

    def apply(self, batch: Batch, cursor: int) -> None:  # noqa: ARG002 - of the protocol
        self.cursor = cursor

    def search(self, asked: Asked, *, within: AbstractSet[int] | None, limit: int) -> Matches:  # noqa: ARG002
        _refuse()

    def suggest(
        self,
        start: str,  # noqa: ARG002
        *,
        language: str | None,  # noqa: ARG002
        limit: int,  # noqa: ARG002
        within: AbstractSet[int] | None = None,  # noqa: ARG002
    ) -> Sequence[Suggestion]:
        _refuse()

    def meant(self, asked: Asked) -> Asked | None:  # noqa: ARG002
        return None

    def looked_for(self, asked: Asked) -> Sequence[Wanted]:  # noqa: ARG002
        return ()

    def similar(self, number: int, *, within: AbstractSet[int] | None, limit: int) -> Matches:  # noqa: ARG002
        _refuse()

    def rebuild(self, documents: Iterable[Sequence[Document]], cursor: int) -> None:
        for _ in documents:
            pass
        self.cursor = cursor

    def health(self) -> IndexHealth:
        return IndexHealth(is_usable=True, documents=0, cursor=self.cursor, generation="", bytes=0, problems=(WHY,))


def _refuse() -> NoReturn:
    raise IndexUnusableError(WHY)
