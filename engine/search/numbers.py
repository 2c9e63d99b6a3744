"""The numbers of many reviews, as a set that is not taken to pieces on its way to an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Numbers(AbstractSet[int]):
    """Ascending numbers, each once."""

    array: NDArray[np.int64]

    def __contains__(self, number: object) -> bool:
        at = int(np.searchsorted(self.array, number)) if isinstance(number, int) else len(self.array)
        return at < len(self.array) and int(self.array[at]) == number

    def __iter__(self) -> Iterator[int]:
        return iter(self.array.tolist())

    def __len__(self) -> int:
        return len(self.array)

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return frozenset(it)


def as_array(numbers: AbstractSet[int]) -> NDArray[np.int64]:
    """The same in any order."""
    return numbers.array if isinstance(numbers, Numbers) else np.fromiter(numbers, np.int64, len(numbers))
