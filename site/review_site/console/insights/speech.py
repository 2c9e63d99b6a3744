"""Figures in a reader's words: shares, means, times and what moved, with what is few said to be few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton, format_timedelta

from engine.i18n import Texts
from engine.kpi import FEW, Interval, Mean, Share, Shift, Spans
from engine.periods import Period
from review_site.console.shell import Cell

NONE = "–"
Print = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Speech:
    """Says values in the language of the texts."""

    texts: Texts

    def number(self, value: float, places: int = 0) -> str:
        return self.texts.number(round(value, places) if places else round(value))

    def stars(self, value: float) -> str:
        return self.texts.number(round(value, 2))

    def points(self, value: float) -> str:
        return self.texts.number(round(value))

    def percentage_points(self, value: float) -> str:
        return self.texts("percentage-points", number=self.texts.number(round(100 * value, 1)))

    def percent(self, value: float) -> str:
        return self.texts.percent(value)

    def day(self, day: date) -> str:
        return str(format_date(day, format="medium", locale=self.texts.locale))

    def short_day(self, day: date) -> str:
        return str(format_skeleton("MMMd", day, locale=self.texts.locale))

    def quarter(self, day: date) -> str:
        return str(format_skeleton("yQQQ", day, locale=self.texts.locale))

    def quarter_name(self, day: date) -> str:
        return str(format_date(day, "QQQQ yyyy", locale=self.texts.locale))

    def period(self, period: Period) -> str:
        return self.texts("from-to", start=self.day(period.start), last=self.day(period.last))

    def span(self, seconds: float | None) -> str:
        """A length of time, rounded to the largest unit that it holds twice."""
        if seconds is None:
            return NONE
        if seconds < 1:
            return self.texts("milliseconds", number=self.number(1000 * seconds))
        length = timedelta(seconds=round(seconds))
        return str(format_timedelta(length, granularity="second", threshold=2, locale=self.texts.locale))

    def between(self, interval: Interval | None, said: Print) -> str:
        return "" if interval is None else self.texts("between", low=said(interval.low), high=said(interval.high))

    def share(self, share: Share) -> Cell:
        """A share with what it is of; of few, only the numbers."""
        if share.value is None:
            return Cell(text=NONE, value="")
        of = self.texts("of", part=self.number(share.part), whole=self.number(share.whole))
        if share.is_few:
            return Cell(text=of, value=share.value, note=self.texts("few"))
        note = f"{of}; {self.between(share.interval, self.percent)}"
        return Cell(text=self.percent(share.value), value=round(share.value, 4), note=note)

    def mean(self, mean: Mean) -> Cell:
        if mean.value is None:
            return Cell(text=NONE, value="")
        ratings = self.texts.plural("ratings", mean.count)
        note = self.texts("few") if mean.is_few else self.between(mean.interval, self.stars)
        return Cell(text=self.stars(mean.value), value=round(mean.value, 4), note=f"{ratings}; {note}")

    def times(self, times: Spans) -> Cell:
        """The median, with the slow end beside it."""
        if times.median is None:
            return Cell(text=NONE, value="")
        told = self.texts.plural("times", times.count)
        note = self.texts("few") if times.count < FEW else self.texts("slow", span=self.span(times.p90))
        return Cell(text=self.span(times.median), value=round(times.median), note=f"{told}; {note}")

    def shift(self, shift: Shift | None, said: Print) -> Cell:
        """How far a figure moved, and whether chance would often do as much."""
        if shift is None:
            return Cell(text=self.texts("no-comparing"), value="")
        sign = "+" if shift.by > 0 else "−" if shift.by < 0 else "±"
        return Cell(
            text=f"{sign}{said(abs(shift.by))}",
            value=round(shift.by, 4),
            note=self.texts("clear") if shift.is_clear else self.texts("unclear"),
        )

    def difference(self, before: int, after: int) -> Cell:
        """Of counts, which are what they are."""
        by = after - before
        sign = "+" if by > 0 else "−" if by < 0 else "±"
        return Cell(text=f"{sign}{self.number(abs(by))}", value=by)
