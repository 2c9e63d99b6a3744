"""Kinds of sources whose reading depends on their options, and those of them that tell by webhook too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.api import Page, Read, chosen, to_batch
from collectors.platforms import PlatformKind
from engine.domain import Batch
from engine.errors import SignatureError
from engine.plugins import Option

REPLAY_WINDOW = timedelta(days=2)
"""How old a webhook may be: services try for a day to get one through."""
LEEWAY = timedelta(minutes=10)
"""How far the clock of a service may be ahead of ours."""
WEBHOOK_SECRET = Option(
    help="what the service signs its webhooks with; without one, none is accepted", default="", is_secret=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingKind(PlatformKind):
    """A kind of source whose raw reviews can only be read with its options at hand."""

    reading: Callable[[Mapping[str, str]], Read]
    """The reader for the chosen value of every option."""

    def reader(self, given: Mapping[str, str]) -> Read:
        """What makes records of the raw reviews of one source; raises BadValueError naming the option at fault."""
        return self.reading(chosen(given, self.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class HookedKind(ReadingKind):
    """A kind of source that also tells by webhook."""

    opened: Callable[[Mapping[str, str], Mapping[str, str], bytes, datetime], Mapping[str, Any] | None]
    """The raw review in a webhook, of options, headers, body and now; None where it tells of something else.

    Raises SignatureError for what the service did not sign just now.
    """

    def receive(self, given: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """The review that a webhook brings, if it brings one."""
        options = chosen(given, self.options)
        raw = self.opened(options, headers, body, now)
        page = Page(place=f"{self.name} webhook", entries=[] if raw is None else [raw], following=None)
        return to_batch(page, self.reading(options))


@dataclass(frozen=True, slots=True)
class Unasked:
    """The collector of a source that only its webhook tells of: there is nothing to ask it with."""

    why: str

    def collect(self, _cursor: str | None) -> Iterator[Batch]:
        yield Batch(records=(), cursor=None, shortfall=self.why)


def refuse_unless_recent(moment: str, now: datetime) -> None:
    """Raises SignatureError when a signed moment (ISO 8601) is missing, too long ago or yet to come."""
    try:
        signed = datetime.fromisoformat(moment)
    except ValueError as error:
        raise SignatureError("the webhook does not say when it was sent") from error
    signed = signed.replace(tzinfo=UTC) if signed.tzinfo is None else signed
    if not now - REPLAY_WINDOW <= signed <= now + LEEWAY:
        raise SignatureError(f"the webhook is of {signed:%Y-%m-%d %H:%M}: it may be a copy of an old one")
