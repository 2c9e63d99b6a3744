"""Routes that will go: what their answers say of it, long before they do. Nothing is on its way out at present.

RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 5829 (successor-version).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from engine.errors import BadValueError


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated:
    """A route that nobody should begin to use; times are aware."""

    since: datetime
    page: str
    """Where it says what to do, for people."""
    sunset: datetime | None = None
    """When it may stop to answer; None: nobody has said so yet."""
    successor: str | None = None
    """The route to use in its place."""

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since:
            raise BadValueError("a route cannot end before it is deprecated (RFC 9745, 4)")


DEPRECATED: Mapping[str, Deprecated] = {}
"""By the rule of the route, as ``/v1/subjects/<subject>``."""


def deprecation_headers(rule: str, table: Mapping[str, Deprecated] = DEPRECATED) -> dict[str, str]:
    """The headers that an answer of a route carries; none where it stays."""
    found = table.get(rule)
    if found is None:
        return {}
    links = [f'<{found.page}>; rel="deprecation"; type="text/html"']
    # A date as structured fields write it (RFC 9651, 3.3.7).
    headers = {"Deprecation": f"@{int(found.since.timestamp())}"}
    if found.sunset is not None:
        headers["Sunset"] = format_datetime(found.sunset.astimezone(UTC), usegmt=True)
        links.append(f'<{found.page}>; rel="sunset"; type="text/html"')
    if found.successor is not None:
        links.append(f'<{found.successor}>; rel="successor-version"')
    return headers | {"Link": ", ".join(links)}
