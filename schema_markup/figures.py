"""The figures of a rating as pages write and draw them: a mean, the stars of it, the count beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import islice

_LARGEST = 10**9
_MOST_PLACES = 50
_LONGEST_SENTENCE = 60
_FULL, _EMPTY = "★⭐🌟", "☆✩✰"
_GLYPHS = re.compile(rf"[{_FULL}](?:\s?[{_FULL}½⯨{_EMPTY}])*")
_NUMBER = re.compile(r"(?<![\d.,])[0-9]{1,9}(?:[.,][0-9]{1,9})?(?!\d|[.,]\d)")
_GROUPED = re.compile(r"(?<![\d.,])[0-9]{1,3}(?:[.,'’\s][0-9]{3}){1,2}(?!\d|[.,]\d)")
_COUNTED = re.compile(
    r"(?<![\d.,])([0-9]{1,3}(?:[.,'’\s][0-9]{3})+|[0-9]{1,9})\s?(?:[a-zäöüéèñ]{1,15} )?"
    r"(?:reviews?|ratings?|bewertung(?:en)?|rezension(?:en)?|avis|évaluations?|beoordeling(?:en)?|recensies?|reseñas?"
    r"|opini(?:ón|ones)|valoraci(?:ón|ones)|recension[ei])\b",
    re.IGNORECASE,
)


class Figures:
    """What a text and the labels of its pictures say in numbers and stars; each is looked for once."""

    def __init__(self, text: str, labels: str) -> None:
        self._text, self._labels = text, labels

    def show(self, value: Decimal) -> bool:
        """Whether a number can be read; a theme may round it, and writes the comma of its language."""
        return abs(value) < _LARGEST and any(form in self._numbers for form in _forms(value))

    def draw(self, value: Decimal, best: Decimal) -> bool:
        """Whether as many stars stand there as the value has."""
        return best > 0 and any(abs(_full(run) - _stars(value, best, run)) < 1 for run in self._runs)

    def other_count(self, mean: Decimal, counts: Collection[Decimal]) -> str | None:
        """The count beside the mean, where none of ``counts`` is shown, rounded or not."""
        if abs(mean) >= _LARGEST or not counts or any(self._show_count(each) for each in counts):
            return None
        beside = list(islice(self._beside(mean), _MOST_PLACES))
        if any(_is_rounded(_whole(each), count) for each in beside for count in counts):
            return None
        return beside[0] if beside else None

    def _show_count(self, count: Decimal) -> bool:
        return count in self._numbers or count in self._grouped

    def _beside(self, mean: Decimal) -> Iterator[str]:
        places = (end for form in sorted(_forms(mean)) for end in self._numbers.get(form, ()))
        for end in islice(places, _MOST_PLACES):
            yield from (found[1] for found in _COUNTED.finditer(self._text[end : end + _LONGEST_SENTENCE]))

    @cached_property
    def _numbers(self) -> Mapping[Decimal, list[int]]:
        """Where each number ends in the text; one of the labels ends nowhere."""
        found: dict[Decimal, list[int]] = {
            Decimal(each.replace(",", ".")): [] for each in _NUMBER.findall(self._labels)
        }
        for each in _NUMBER.finditer(self._text):
            found.setdefault(Decimal(each[0].replace(",", ".")), []).append(each.end())
        return found

    @cached_property
    def _grouped(self) -> frozenset[int]:
        return frozenset(_whole(each) for part in (self._text, self._labels) for each in _GROUPED.findall(part))

    @cached_property
    def _runs(self) -> frozenset[str]:
        runs: Iterable[str] = (run for part in (self._text, self._labels) for run in _GLYPHS.findall(part))
        return frozenset("".join(run.split())[:_MOST_PLACES] for run in runs)


def _full(run: str) -> int:
    return sum(each in _FULL for each in run)


def _stars(value: Decimal, best: Decimal, run: str) -> Decimal:
    return value * (len(run) if run[-1] in _EMPTY else 5) / best


def _whole(digits: str) -> int:
    return int("".join(filter(str.isdigit, digits)))


def _is_rounded(shown: int, count: Decimal) -> bool:
    """Whether "more than 1,200" may stand for 1,234."""
    return shown >= 10 and shown % 10 == 0 and shown <= count < 2 * shown


def _forms(value: Decimal) -> set[Decimal]:
    return {value, value.quantize(Decimal("0.1"), ROUND_HALF_UP), value.quantize(Decimal("0.01"), ROUND_HALF_UP)}
