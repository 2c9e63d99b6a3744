"""Times as the console writes them: with their hour, and as how long ago they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from engine.i18n import Texts


def moment_words(spoken: Texts, moment: datetime | None, timezone: ZoneInfo) -> str:
    """Date and time in a timezone; empty for none."""
    if moment is None:
        return ""
    return str(format_datetime(moment.astimezone(timezone), "medium", locale=spoken.locale))


def age_words(spoken: Texts, age: timedelta) -> str:
    """A span in its largest unit: ``3 days``."""
    return str(format_timedelta(age, locale=spoken.locale, threshold=1))
