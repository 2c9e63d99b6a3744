"""Texts, plurals, numbers and dates in the languages that the public sees.

A catalogue is a TOML file ``<folder>/<locale>.toml`` beside its owner: a key is either a text or a table of CLDR plural
categories (``one``, ``other``). A key that a language lacks falls back to English; the tests allow none to be lacking.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import babel
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from engine.errors import NotFoundError

FALLBACK = "en"
GROUPED = 1000
"""Whole numbers below are written with their digits alone in every language that there are catalogues of."""
PUBLIC_LOCALES = ("en", "de", "nl", "fr", "es")

Entry = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue of one folder in one locale."""

    locale: babel.Locale
    entries: Mapping[str, Entry]
    fallback: Mapping[str, Entry]

    def __call__(self, key: str, **values: object) -> str:
        """The text under a key, its ``{placeholders}`` filled; it is plain text, to be escaped where it is printed."""
        entry = self._entry(key)
        if not isinstance(entry, str):
            raise NotFoundError(f"the text {key!r} has plural forms: ask for it with a number")
        return entry.format(**values)

    def plural(self, key: str, number: int, **values: object) -> str:
        """The form of a text that fits the number, which stands in it as ``{n}``, written as the locale writes it."""
        entry = self._entry(key)
        if isinstance(entry, str):
            raise NotFoundError(f"the text {key!r} has no plural forms")
        form = entry.get(self.locale.plural_form(number)) or entry["other"]
        return form.format(n=self.number(number), **values)

    def number(self, value: Decimal | float) -> str:
        if type(value) is int and 0 <= value < GROUPED:
            return str(value)
        return str(format_decimal(value, locale=self.locale))

    def percent(self, share: float) -> str:
        return str(format_percent(share, locale=self.locale))

    def date(self, moment: datetime, timezone: ZoneInfo) -> str:
        return str(format_date(moment.astimezone(timezone).date(), format="long", locale=self.locale))

    def moment(self, moment: datetime, timezone: ZoneInfo) -> str:
        """Day and time to the minute."""
        here = moment.astimezone(timezone)
        day = format_date(here.date(), format="medium", locale=self.locale)
        return f"{day}, {format_time(here, format='short', locale=self.locale)}"

    def language(self, tag: str) -> str:
        """The name of a language as this one calls it; the tag itself where it has no name for it."""
        return str(self.locale.languages.get(tag.partition("-")[0], tag))

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for the ``dir`` attribute."""
        return str(self.locale.text_direction)

    @property
    def colon(self) -> str:
        """What stands between a name and what is said of it: in French after a no-break space."""
        return "\u00a0: " if self.locale.language == "fr" else ": "

    def _entry(self, key: str) -> Entry:
        entry = self.entries.get(key, self.fallback.get(key))
        if entry is None:
            raise NotFoundError(f"no text is called {key!r}")
        return entry


@lru_cache(maxsize=64)
def texts(folder: Path, locale: str) -> Texts:
    """The catalogue of a folder in a locale; ``de-AT`` reads ``de.toml``, a language without a file reads English."""
    wanted = babel.Locale.parse(locale, sep="-")
    fallback = _entries(folder / f"{FALLBACK}.toml")
    own = folder / f"{wanted.language}.toml"
    if not own.exists():
        return Texts(babel.Locale(FALLBACK), fallback, fallback)
    return Texts(wanted, _entries(own), fallback)


def _entries(path: Path) -> Mapping[str, Entry]:
    with path.open("rb") as file:
        return tomllib.load(file)
