"""The moments that sources write down, in the many ways in which they write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

from engine.errors import BadValueError

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before this there were no reviews on the web: what is older is a mistake or an empty date of some system."""
_LEEWAY = timedelta(days=1)
_LONGEST = 80

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
# Dutch, German, French and Spanish, in full and as they are shortened; no two of them differ over a name.
_ELSEWHERE = """
    januari januar jänner janvier janv enero ene|februari februar février févr fév febrero|
    maart mrt märz mär mars marzo|avril avr abril abr|mei mai mayo|juni juin junio|juli juil juillet julio|
    augustus août agosto ago|septembre septiembre setiembre|oktober okt octobre octubre|
    novembre noviembre|dezember dez décembre déc diciembre dic
"""
_MONTHS |= {name: number for number, names in enumerate(_ELSEWHERE.split("|"), start=1) for name in names.split()}
# https://www.rfc-editor.org/rfc/rfc5322#section-4.3 (obsolete zones); other letters have no agreed meaning.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +)?"
_NAME = "(?P<name>[a-zäéûÄÉÛ]{3,10})"
_TIME = (
    r"(?:(?:[ ,]{1,3}|t| at )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
    r"(?: ?(?P<zone>(?:utc|gmt)?[+-][0-9]{2}:?(?:[0-9]{2})?|z|utc|gmt|[ecmp][sd]t))?(?: ?\([^()]{0,40}\))?)?"
)
_DATES = (
    r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    r"(?P<first>[0-9]{1,2})(?P<mark>[-/.])(?P<second_part>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})",
    _WEEKDAY + rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.)?[ -](?:de )?{_NAME}\.?,?[ -](?:de )?(?P<year>[0-9]{{4}})",
    _WEEKDAY + rf"{_NAME}\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})",
)
_MOMENTS = tuple(re.compile(date + _TIME, re.IGNORECASE | re.ASCII) for date in _DATES)
_SECONDS = re.compile(r"(?P<seconds>[0-9]{9,10})(?:\.[0-9]{1,9})?", re.ASCII)
# Days since the end of 1899 as spreadsheets count them: 34700 is the first of 1995, and five digits last until 2173.
_SERIAL = re.compile(r"(?P<days>[3-9][0-9]{4})(?P<part>[.,][0-9]{1,12})?", re.ASCII)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a sheet knows no zone
_MILLISECONDS = re.compile(r"(?P<seconds>[0-9]{9,10})[0-9]{3}", re.ASCII)


def parse_time(text: str, timezone: ZoneInfo, day_first: bool | None, now: datetime) -> datetime:
    """The second that a text names, in UTC; a date alone is its midnight, and what has no zone is in ``timezone``.

    Read are ISO 8601, RFC 5322 (e-mail), seconds and milliseconds since 1970, the days that spreadsheets count, dates
    with the names of months in five languages, and numbers. ``30.09.2026`` and ``30-09-2026`` begin with the day;
    ``09/10/2026`` begins with what ``day_first`` says, and where it says nothing (None) only a number above 12 can
    tell. ``day_first=False`` holds for hyphens too.
    Raises BadValueError for anything else, and for moments before 1995 or more than a day after ``now``.
    """
    text = text.strip()
    moment = _since_1970(text) or _of_a_sheet(text, timezone) or _by_calendar(text, timezone, day_first)
    if not EARLIEST <= moment <= now + _LEEWAY:
        raise BadValueError(f"the time {text!r} lies {'in the future' if moment > now else 'before 1995'}")
    return moment


def _since_1970(text: str) -> datetime | None:
    match = _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text)
    return datetime.fromtimestamp(int(match["seconds"]), UTC) if match else None


def _of_a_sheet(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment that a date cell without its format is, to the second.

    https://support.microsoft.com/en-us/office/date-systems-in-excel-e7fe7167-48a9-4b96-bb53-5612a800b487
    """
    match = _SERIAL.fullmatch(text)
    if not match:
        return None
    seconds = round(float(f"0{(match['part'] or '.0').replace(',', '.')}") * 86_400)
    return (_DAY_ZERO + timedelta(days=int(match["days"]), seconds=seconds)).replace(tzinfo=zone).astimezone(UTC)


def _by_calendar(text: str, zone: ZoneInfo, day_first: bool | None) -> datetime:
    if len(text) <= _LONGEST:
        for moment in _MOMENTS:
            if match := moment.fullmatch(text):
                return _to_moment(match, zone, day_first)
    raise BadValueError(f"{text[:_LONGEST]!r} is not a time: write it like 2026-09-30 or 2026-09-30T14:05:00+02:00")


def _to_moment(match: re.Match[str], zone: ZoneInfo, day_first: bool | None) -> datetime:
    parts = match.groupdict()
    month, day = _month_and_day(parts, match[0], day_first)
    try:
        local = datetime(
            int(parts["year"] or 0),
            month,
            day,
            _hour(parts),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            tzinfo=_zone(parts["zone"]) or zone,
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValueError(f"there is no such time as {match[0]!r}: {error}") from error


def _month_and_day(parts: dict[str, str | None], text: str, day_first: bool | None) -> tuple[int, int]:
    if name := parts.get("name"):
        if name.lower() not in _MONTHS:
            raise BadValueError(f"{name!r} in {text!r} is no month: write the date like 2026-09-30")
        return _MONTHS[name.lower()], int(parts["day"] or 0)
    if "first" not in parts:
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second_part"] or 0)
    return (second, first) if _begins_with_day(first, second, parts["mark"], text, day_first) else (first, second)


def _begins_with_day(first: int, second: int, mark: str | None, text: str, day_first: bool | None) -> bool:
    if mark == ".":
        return True
    if day_first is not None:
        return day_first
    if first > 12 or second > 12:
        return first > 12
    if mark == "-" or first == second:
        return True
    raise BadValueError(
        f"{text!r} does not tell day from month; say which comes first: --set date_order=day-first or month-first"
    )


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    if not parts["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("before or after noon there are hours 1 to 12")
    return hour % 12 + (12 if parts["half"] in "pP" else 0)


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name.upper() in _ZONES:
        return fixed_zone(timedelta(hours=_ZONES[name.upper()]))
    offset = re.search(r"([+-])([0-9]{2}):?([0-9]{2})?", name)
    if not offset:
        return UTC
    size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return fixed_zone(-size if offset[1] == "-" else size)
