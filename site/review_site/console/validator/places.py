"""Where the validator is, and moments as its pages write them."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from engine.i18n import Texts
from review_site.asking import instance

PLACE = "/console/validator"


def minute(texts: Texts, moment: datetime) -> str:
    """Date and time where the company is, in the reader's language."""
    there = moment.astimezone(instance().settings.timezone)
    return str(format_datetime(there, format="medium", locale=texts.locale))
