"""Typed fields of raw JSON objects, by their path (``reviewer.name``), and the many ways in which APIs write a moment.

What is missing or null is empty. What is of another kind than the source documents raises BadValueError that names the
field, and the review it belongs to is told of as a problem.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.api import kind_of
from engine.errors import BadValueError, SourceRefusedError
from engine.fields import is_web_address

_LONGEST_ID = 500
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0", ""})
# Halves of surrogate pairs and NUL: no store can write them, and one bad id must not fail its whole batch.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_DAY_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}")
_ZONE = re.compile(r"(?:[zZ]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$")


def find(raw: Mapping[str, Any], path: str) -> Any:
    """The value under a path, as it came; None where there is none."""
    value: Any = raw
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise BadValueError(f"{path}: {kind_of(value)} stands where an object should")
        value = value.get(name)
    return value


def text(raw: Mapping[str, Any], path: str) -> str:
    """A text, or a number as text."""
    return _as_text(find(raw, path), path)


def word(raw: Mapping[str, Any], path: str) -> str:
    """A text, a number as text, or a truth value as ``true`` or ``false``."""
    value = find(raw, path)
    return str(value).lower() if isinstance(value, bool) else _as_text(value, path)


def identity(raw: Mapping[str, Any], path: str) -> str:
    """The id that a source knows something by: there must be one, and it must be fit to be kept."""
    value = text(raw, path).strip()
    if not value:
        raise BadValueError(f"{path} is missing")
    if len(value) > _LONGEST_ID or _UNWRITABLE.search(value):
        raise BadValueError(f"{path} is no id: {value[:40]!r}")
    return value


def whole(raw: Mapping[str, Any], path: str) -> int | None:
    """A whole number, also where it is written as text."""
    value = text(raw, path).strip()
    if not value:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}(?:\.0+)?", value, re.ASCII):
        raise BadValueError(f"{path} is {value[:40]!r}, not a whole number")
    return int(value.partition(".")[0])


def next_in(document: Mapping[str, Any], path: str) -> str:
    """Where a page says that the next one is; empty on the last page.

    Raises SourceRefusedError for what is no text: taken for the last page, it would make the rest seem gone.
    """
    try:
        return text(document, path)
    except BadValueError as error:
        raise SourceRefusedError(f"the source names its next page as nobody documents it: {error}") from error


def count_in(document: Mapping[str, Any], path: str) -> int | None:
    """How many reviews a source says there are; None where it does not say so in a number."""
    try:
        return whole(document, path)
    except BadValueError:
        return None


def truth(raw: Mapping[str, Any], path: str, *, default: bool = False) -> bool:
    """A truth value, also where it is written as yes and no or 1 and 0."""
    value = find(raw, path)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    word = text(raw, path).strip().casefold()
    if word not in _YES | _NO:
        raise BadValueError(f"{path} is {word[:40]!r}, neither true nor false")
    return word in _YES


def inner(raw: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """An object; an empty one where there is none."""
    value = find(raw, path)
    # PHP writes an empty object as an empty list.
    if value is None or value == []:
        return {}
    if not isinstance(value, Mapping):
        raise BadValueError(f"{path} is {kind_of(value)}, not an object")
    return value


def rows(raw: Mapping[str, Any], path: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects, without the nulls among them; an empty one where there is none."""
    found = [each for each in _list(raw, path) if each is not None]
    for each in found:
        if not isinstance(each, Mapping):
            raise BadValueError(f"{path} holds {kind_of(each)} where an object should be")
    return found


def texts(raw: Mapping[str, Any], path: str) -> Sequence[str]:
    """A list of texts; an empty one where there is none."""
    return [_as_text(each, path) for each in _list(raw, path)]


def first(raw: Mapping[str, Any], *paths: str) -> str:
    """The first of some texts that says something."""
    return next((value for path in paths if (value := text(raw, path).strip())), "")


def listed(words: Sequence[str]) -> str:
    """Words as the field ``tags`` holds them: a comma would make two of one."""
    return ",".join(dict.fromkeys(" ".join(each.replace(",", " ").split()) for each in words if each.strip()))


def web_address(raw: Mapping[str, Any], path: str) -> str:
    """An address that a page may link to; empty where it is none, because no review is refused for its link."""
    address = text(raw, path).strip()
    return address if is_web_address(address) else ""


def as_utc(moment: str) -> str:
    """A time of day without a zone, marked as UTC; everything else as it is."""
    moment = moment.strip()
    return f"{moment}Z" if _is_naive(moment) else moment


def in_zone(moment: str, zone: ZoneInfo | None) -> str:
    """A time of day without a zone, with the offset that a zone had then; everything else as it is."""
    moment = moment.strip()
    if zone is None or not _is_naive(moment):
        return moment
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return moment


def since_1970(raw: Mapping[str, Any], path: str, *, per_second: int = 1) -> str:
    """The time that a field counts in seconds since 1970, or in parts of one (1000: milliseconds)."""
    count = whole(raw, path)
    if count is None:
        return ""
    try:
        return datetime.fromtimestamp(count // per_second, UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise BadValueError(f"{path} is no time: {count}") from error


def before(moment: str, overlap: timedelta) -> str:
    """A moment in UTC without its zone, some time earlier; empty where the text is no ISO 8601 time."""
    try:
        then = datetime.fromisoformat(moment)
        then = then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)
        return (then - overlap).replace(tzinfo=None, microsecond=0).isoformat()
    except (ValueError, OverflowError):
        return ""


def newest_of(known: str, entries: Sequence[Any], name: str) -> str:
    """The latest moment of a field of some entries and of one that is known, in UTC without its zone.

    A cursor remembers it, so that the next reading starts a while before; what is no time is passed over.
    """
    found = (entry.get(name) for entry in entries if isinstance(entry, Mapping))
    moments = (before(moment, timedelta(0)) for moment in found if isinstance(moment, str))
    return max([before(known, timedelta(0)), *moments])


def zone_of(name: str) -> ZoneInfo | None:
    """The zone that an option ``timezone`` names, None where it is empty; raises BadValueError naming the option."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise BadValueError(f"timezone: there is no zone {name!r}; write it like Europe/Amsterdam") from error


def _as_text(value: Any, path: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    # A whole number may be greater than any float, and is written out all the same.
    if not is_number or (isinstance(value, float) and not math.isfinite(value)):
        raise BadValueError(f"{path} is {kind_of(value)}, not a text")
    return str(value)


def _list(raw: Mapping[str, Any], path: str) -> Sequence[Any]:
    value = find(raw, path)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadValueError(f"{path} is {kind_of(value)}, not a list")
    return value


def _is_naive(moment: str) -> bool:
    return bool(_DAY_AND_TIME.match(moment)) and not _ZONE.search(moment)
