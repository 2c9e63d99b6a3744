"""Times as the console writes them: with their hour, and as how long ago they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta

from engine.i18n import Texts


def moment_words(spoken: Texts, moment: datetime | None, timezone: ZoneInfo) -> str:
    """Date and time in a timezone; empty for none."""
    if moment is None:
        return ""
    there = moment.astimezone(timezone)
    day, hour = (
        format_date(there.date(), "medium", locale=spoken.locale),
        format_time(there, "short", locale=spoken.locale),
    )
    return f"{day}, {hour}"


def age_words(spoken: Texts, age: timedelta) -> str:
    """How long ago something was, in the largest unit: ``3 days ago``."""
    return str(format_timedelta(-age, locale=spoken.locale, threshold=1, add_direction=True))
