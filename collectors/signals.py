"""What the collectors of satisfaction scores share.

A score is a signal inside the company. It decides nothing about who is asked for a public review, and nothing of it is
published without a permission of its own: asking only the satisfied is what Google calls review gating.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from collectors.api import Read, about
from collectors.platforms import SUBJECT_OPTIONS
from engine.plugins import Option

RIGHTS = "nps"
NPS = "0-10"
"""https://www.netpromotersystem.com/about/measuring-your-net-promoter-score/"""

SIGNAL_OPTIONS: Mapping[str, Option] = {
    **SUBJECT_OPTIONS,
    "subject": Option(help="the id of what the scores are about: the company, a shop, a product"),
}


def reading(read: Read) -> Callable[[Mapping[str, str]], Read]:
    """The reader for the options of a source: what its records are about comes from those alone."""
    return lambda options: about({name: options[name] for name in SUBJECT_OPTIONS}, read)


def seconds_of(moment: str) -> int:
    """The seconds from 1970 to a moment in UTC without its zone; zero where there is none."""
    try:
        return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0
