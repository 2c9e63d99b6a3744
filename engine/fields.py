"""Reading the fields of an untrusted record one by one, with everything that is wrong remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from engine.domain import Problem, Rating, Record, Severity
from engine.errors import BadValueError
from engine.language import normal_language
from engine.ratings import parse_rating
from engine.text import clean_line, clean_text
from engine.times import parse_time

DATE_ORDERS: Mapping[str, bool | None] = {"": None, "day-first": True, "month-first": False}
# Halves of surrogate pairs no database can write, and NUL one of ours cannot: a batch must not fail by one record.
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
COUNT = re.compile(r"[0-9]{1,9}")
# Of ISO 639: undetermined, several, and no language at all.
UNTOLD = frozenset({"", "und", "mul", "zxx"})
NUMBER = re.compile(r"[+-]?[0-9]{1,6}([.,][0-9]{1,6})?")

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What intake asks of a text, from the configuration."""

    longest_text: int
    longest_line: int
    timezone: ZoneInfo
    detect: Callable[[str], str | None]
    """The language of a text that came without one; None when it cannot be told."""


@dataclass(slots=True)
class FieldReader:
    """Reads fields and remembers every problem, so that all are told at once."""

    record: Record
    rules: Rules
    problems: list[Problem] = field(default_factory=list)

    @property
    def refuses(self) -> bool:
        """Whether one of the problems keeps the record from being taken in."""
        return any(each.severity is Severity.ERROR for each in self.problems)

    def within(self, fields: Mapping[str, str], place: str) -> FieldReader:
        """A reader of what hangs on this record, with problems of its own; dates are read as the record's are."""
        inner = Record(
            fields={**fields, "date_order": self.raw("date_order")},
            external_id=self.record.external_id,
            place=f"{self.record.place}, {place}",
            payload="",
        )
        return FieldReader(inner, self.rules)

    def raw(self, name: str) -> str:
        return self.record.fields.get(name, "").strip()

    def refuse(self, name: str, message: str, fix: str = "", severity: Severity = Severity.ERROR) -> None:
        self.problems.append(
            Problem(
                rule=f"intake-{name.replace('_', '-')}",
                severity=severity,
                path=f"{self.record.place}, field {name}",
                message=message,
                fix=fix,
            )
        )

    def warn(self, name: str, message: str) -> None:
        """Remembers a problem that costs a part and not the record."""
        self.refuse(name, message, severity=Severity.WARNING)

    def line(self, name: str) -> str:
        return self._bounded(name, clean_line(self.raw(name)), self.rules.longest_line, "intake.longest_line")

    def text(self, name: str) -> str:
        return self._bounded(name, clean_text(self.raw(name)), self.rules.longest_text, "intake.longest_text")

    def _bounded(self, name: str, cleaned: str, longest: int, setting: str) -> str:
        if len(cleaned) <= longest:
            return cleaned
        message = f"is {len(cleaned)} characters long, {longest} are allowed; it is refused whole, never cut"
        self.refuse(name, message, f"shorten it at its source, or raise {setting}")
        return ""

    def one_of(self, name: str, words: Mapping[str, Meaning], otherwise: Meaning) -> Meaning:
        value = self.raw(name).casefold()
        if value not in words:
            self.refuse(name, f"{self.raw(name)!r} is not understood", f"use one of {', '.join(filter(None, words))}")
        return words.get(value, otherwise)

    def web_address(self, name: str) -> str | None:
        value = self.raw(name)
        if not value:
            return None
        if not is_web_address(value):
            self.refuse(
                name, f"{value[:80]!r} is not a web address", "give an http or https address, or leave it empty"
            )
        return value

    def rating(self) -> Rating | None:
        if not self.raw("rating"):
            return None
        try:
            return parse_rating(self.raw("rating"), self.raw("rating_best") or None)
        except BadValueError as error:
            self.refuse("rating", str(error))
            return None

    def count(self, name: str) -> int:
        """0, with a warning, for what is none: no review is worth less for it."""
        value = self.raw(name) or "0"
        if COUNT.fullmatch(value):
            return int(value)
        self.warn(name, f"{value[:80]!r} is not a whole number from 0 on; it is left out")
        return 0

    def number(self, name: str) -> Decimal:
        """Raises BadValueError when it is none: what it belongs to is nothing without it."""
        value = self.raw(name)
        if NUMBER.fullmatch(value) is None:
            raise BadValueError(f"{name} {value[:80]!r} is not a number")
        return Decimal(value.replace(",", "."))

    def time(self, name: str, now: datetime, severity: Severity = Severity.ERROR) -> datetime | None:
        if not self.raw(name):
            return None
        order = self.raw("date_order")
        if order not in DATE_ORDERS:
            self.refuse("date_order", f"{order!r} is neither day-first nor month-first", severity=severity)
            return None
        try:
            return parse_time(self.raw(name), self.rules.timezone, DATE_ORDERS[order], now=now)
        except BadValueError as error:
            self.refuse(name, str(error), severity=severity)
            return None

    def language(self, *texts: str) -> str | None:
        given = self.raw("language")
        if given.casefold() in UNTOLD:
            return self.rules.detect("\n".join(filter(None, texts)))
        try:
            return normal_language(given)
        except BadValueError as error:
            self.refuse("language", str(error))
            return None


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address that a page may link to."""
    if UNWRITABLE.search(text) or any(each.isspace() or ord(each) < 32 for each in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
