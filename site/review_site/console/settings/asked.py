"""What a page of the settings is asked for, and what several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request

from engine.domain import Role
from engine.errors import BadValueError
from engine.i18n import Texts
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.shell import Page
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts

SETTINGS = "/console/settings"
ROWS = 50
MOST_EXPORTED = 10_000
"""Rows of a file."""
LARGEST_NUMBER = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Something that is shown here and never again."""

    secret: str
    label: str
    hint: str
    """Both are keys of the area's texts."""
    back: str
    """Where the reader goes on."""


def once(title: str, once_only: Once) -> Page:
    return Page(area=Area.SETTINGS, template="settings/once.html", title=title, body=once_only)


def spoken() -> Texts:
    return area_texts(Area.SETTINGS)


def in_words(moment: datetime | None, otherwise: str = "") -> str:
    """A moment in the site's time zone; ``otherwise`` is a key of the area's texts."""
    texts = spoken()
    if moment is None:
        return texts(otherwise) if otherwise else ""
    return texts.moment(moment, instance().settings.timezone)


def asked_text(name: str, longest: int = 200) -> str:
    return request.args.get(name, "").strip()[:longest]


def asked_choice(name: str, choices: Sequence[str]) -> str:
    """One of the choices, or nothing. Raises BadValueError naming the parameter."""
    asked = request.args.get(name, "")
    if asked and asked not in choices:
        raise BadValueError(f"{name}: must be one of {', '.join(choices)}")
    return asked


def asked_cursor(name: str = "before") -> int | None:
    """Raises BadValueError for what no page of ours gave."""
    asked = request.args.get(name)
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and int(asked[:20]) < LARGEST_NUMBER):
        raise BadValueError(f"{name}: must be the number that the page before gave")
    return int(asked)


def asked_days() -> tuple[datetime | None, datetime | None]:
    """The time from the beginning of ``since`` to the end of ``until``, days in the site's time zone.

    Raises BadValueError naming the parameter.
    """
    since, until = day_of("since", request.args.get("since", "")), day_of("until", request.args.get("until", ""))
    return since, until + timedelta(days=1) if until else None


def day_of(name: str, text: str) -> datetime | None:
    """The beginning of a day in the site's time zone; None for nothing. Raises BadValueError naming the parameter."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=instance().settings.timezone)
        # A day beyond the calendar of UTC is none that anything happened on.
        day.timestamp()
    except (ValueError, OverflowError) as error:
        raise BadValueError(f"{name}: must be a day like 2026-11-22") from error
    if not 1970 < day.year < 9000:
        raise BadValueError(f"{name}: must be a day like 2026-11-22")
    return day


def lines_of(text: str) -> frozenset[str]:
    """What stands in a field with one value a line, or with commas between."""
    return frozenset(each.strip() for each in text.replace(",", "\n").splitlines() if each.strip())


def fault_of(error: BadValueError, names: Sequence[str]) -> Fault:
    """What the engine said is wrong, beside its field: its message begins with the field's name."""
    name = str(error).partition(":")[0]
    return Fault(name=name, key=f"fault-{name}") if name in names else Fault(name="", key="fault-other")


ROLES = tuple(Role)
