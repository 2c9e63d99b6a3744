"""The table of settings: key path, how its value is read, what it is when nobody says, and what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.domain import Locale, SourceId, VerificationLevel
from engine.errors import BadValueError

ANY_ORIGIN = "*"
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")

Read = Callable[[Any], Any]
"""Value of the TOML file in, value of the configuration out; raises BadValueError with what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    read: Read
    default: Any
    meaning: str


@cache
def _known_locales() -> frozenset[str]:
    # Imported here: a file of markup can be judged without Babel.
    from babel.localedata import locale_identifiers  # noqa: PLC0415

    return frozenset(locale_identifiers())


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValueError("must be a text in quotes")
    return value


def number(least: int, most: int) -> Read:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadValueError(f"must be a whole number from {least} to {most}")
        return value

    return read


def each(read_one: Read) -> Read:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise BadValueError("must be a list in [brackets]")
        return tuple(read_one(one) for one in value)

    return read


def at_least_one(read_list: Read) -> Read:
    def read(value: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] = read_list(value)
        if not found:
            raise BadValueError("must name at least one")
        return found

    return read


def locale(value: Any) -> Locale:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", text(value)) or value.replace("-", "_") not in _known_locales():
        raise BadValueError(f"{value!r} is not a language like en or de-AT")
    return Locale(value)


def web_address(value: Any) -> str:
    parts = urlsplit(text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadValueError("must be an address like https://reviews.example.com, without ? and #")
    return str(value).rstrip("/")


def switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValueError("must be true or false, without quotes")
    return value


def empty_or(read_one: Read) -> Read:
    def read(value: Any) -> Any:
        return "" if value == "" else read_one(value)

    return read


def time_zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadValueError(f"{value!r} is not a time zone like Europe/Amsterdam") from error


def network(value: Any) -> Any:
    try:
        return ip_network(text(value))
    except ValueError as error:
        raise BadValueError(f"{value!r} is not a network like 127.0.0.1/32") from error


def origin(value: Any) -> str:
    """An origin as ``frame-ancestors`` takes it (CSP 3, 6.4.2): nothing in it can begin another directive."""
    if text(value) == ANY_ORIGIN:
        return ANY_ORIGIN
    if not _ORIGIN.fullmatch(value) or not urlsplit(value).hostname:
        raise BadValueError(f'{value!r} is not an origin like https://shop.example.com, or "*" for any')
    return str(value)


def identity(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text(value)):
        raise BadValueError(f"{value!r} must be letters, digits, dots, dashes and underscores, 64 at most")
    return str(value)


def source_id(value: Any) -> SourceId:
    return SourceId(identity(value))


def verification(value: Any) -> VerificationLevel:
    try:
        return VerificationLevel(text(value))
    except ValueError as error:
        raise BadValueError(f"{value!r} is none of {', '.join(VerificationLevel)}") from error


def one_of(*words: str) -> Read:
    def read(value: Any) -> str:
        if text(value) not in words:
            raise BadValueError(f"{value!r} is none of {', '.join(words)}")
        return str(value)

    return read


def days(default: int, meaning: str) -> Setting:
    """For how many days something is kept."""
    return Setting(read=number(0, 36_500), default=default, meaning=f"days: {meaning}")


SETTINGS: Mapping[str, Setting] = {
    "site.name": Setting(read=text, default="Plaudit", meaning="the company's name, as visitors read it"),
    "site.base_url": Setting(
        read=web_address, default="http://127.0.0.1:8300", meaning="where visitors reach this instance"
    ),
    "site.locales": Setting(
        read=at_least_one(each(locale)),
        default=("en", "de", "nl", "fr", "es"),
        meaning="the languages that are published, the default one first",
    ),
    "site.timezone": Setting(
        read=time_zone, default=ZoneInfo("UTC"), meaning="for times that a source gives without a zone, and for dates"
    ),
    "site.gallery": Setting(
        read=switch, default=False, meaning="whether there is a page /widgets that shows and embeds every widget"
    ),
    "store.url_env": Setting(
        read=text,
        default="",
        meaning="the environment variable that holds the database's address; empty: SQLite in the data folder",
    ),
    "data.dir": Setting(read=text, default="data", meaning="the folder of this instance's data"),
    "serve.host": Setting(read=text, default="127.0.0.1", meaning="the address to listen on"),
    "serve.port": Setting(read=number(0, 65535), default=8300, meaning="the port to listen on"),
    "serve.threads": Setting(read=number(2, 64), default=2, meaning="threads that answer requests"),
    "serve.trusted_proxies": Setting(
        read=each(network),
        default=(),
        meaning="networks of proxies whose X-Forwarded-For is believed, such as 127.0.0.1/32; empty: nobody's",
    ),
    "serve.metrics_port": Setting(
        read=number(0, 65535), default=0, meaning="the port on which Prometheus is told figures; 0: none"
    ),
    "serve.drain_seconds": Setting(
        read=number(1, 600),
        default=20,
        meaning="seconds that requests in hand have to end when the server is stopped",
    ),
    "log.form": Setting(read=one_of("logfmt", "json"), default="logfmt", meaning="how a line of the log is written"),
    "log.level": Setting(
        read=one_of("debug", "info", "warning", "error"), default="info", meaning="what is logged at least"
    ),
    "log.access": Setting(read=switch, default=False, meaning="whether each request is logged"),
    "log.addresses": Setting(read=switch, default=False, meaning="whether its line names the address it came from"),
    "intake.longest_text": Setting(
        read=number(100, 200_000), default=20_000, meaning="characters of a text; a longer one is refused, never cut"
    ),
    "intake.longest_line": Setting(
        read=number(20, 2_000), default=300, meaning="characters of a name, title, role or company"
    ),
    "publish.reviews_per_list": Setting(
        read=number(1, 100), default=10, meaning="reviews in a list and on a page, before the link to more"
    ),
    "embed.frame_ancestors": Setting(
        read=each(origin),
        default=(ANY_ORIGIN,),
        meaning='origins of pages that may frame a snippet; "*": any; empty: none',
    ),
    "embed.cache_age": Setting(
        read=number(0, 86_400), default=300, meaning="seconds that whoever asked by oEmbed may keep the answer"
    ),
    "flags.least_seconds": Setting(
        read=number(0, 60), default=3, meaning="whoever reports a review faster is asked to send it once more"
    ),
    "flags.per_hour": Setting(
        read=number(1, 10_000), default=10, meaning="most reports of reviews that one address may send in an hour"
    ),
    "mining.delay": Setting(
        read=number(0, 86_400), default=20, meaning="seconds that a worker waits for more changes before it mines"
    ),
    "mining.profile_delay": Setting(
        read=number(0, 31_536_000),
        default=3600,
        meaning="seconds until a change of reviews is taken into the profile of the whole shop",
    ),
    "mining.topics_delay": Setting(
        read=number(0, 86_400),
        default=60,
        meaning="seconds that a worker waits for more phrases before it groups them into topics",
    ),
    "mining.phrases": Setting(read=number(1, 500), default=50, meaning="phrases kept of a subject in a language"),
    "mining.questions": Setting(read=number(0, 50), default=6, meaning="questions drafted for a subject in a language"),
    "search.synonyms": Setting(
        read=text, default="", meaning="a TOML file of words that find each other; empty for none"
    ),
    "faq.approval": Setting(
        read=one_of("person", "automatic"),
        default="person",
        meaning="who approves drafts of questions and answers; automatic: nobody, and the page says so",
    ),
    "language_model.url": Setting(
        read=empty_or(web_address),
        default="",
        meaning="an OpenAI-compatible endpoint that may reword drafted questions, up to /v1; empty: none is asked",
    ),
    "language_model.model": Setting(read=text, default="", meaning="the name of its model"),
    "language_model.key_env": Setting(
        read=text, default="", meaning="the environment variable that holds its key; empty: it wants none"
    ),
    "language_model.timeout": Setting(read=number(1, 600), default=30, meaning="seconds that an answer may take"),
    "language_model.calls_a_day": Setting(
        read=number(0, 1_000_000), default=500, meaning="how often it is asked in a day (UTC) at most"
    ),
    "webhooks.threads": Setting(
        read=number(1, 32), default=4, meaning="subscriptions that a worker sends to at the same time"
    ),
    "webhooks.keep_days": Setting(
        read=number(1, 3_650), default=30, meaning="days that a delivery stays in the log after it ended"
    ),
    "http.allow": Setting(
        read=each(network),
        default=(),
        meaning="inside networks that outgoing requests may reach, such as 127.0.0.1/32; empty: none",
    ),
    "monitor.every_hours": Setting(
        read=number(1, 24 * 366), default=24, meaning="hours between two looks at a page that embeds a snippet"
    ),
    "retention.raw_payloads": days(0, "what sources sent of each review, as received; the sheets of own forms stay"),
    "retention.contacts": days(
        0, "e-mail addresses and telephone numbers beside reviews, from the day the review came"
    ),
    "retention.hook_receipts": days(90, "by which webhooks of sources that come again are known"),
    "retention.answered_requests": days(1, "answers that are given again to a request with the same Idempotency-Key"),
    "retention.sessions": days(30, "sessions of the console and one-time links, from the day they ended"),
    "retention.flags": days(0, "answered flags of readers, with their names and addresses"),
    "retention.asks": days(0, "invitations that were answered or ended, with the names in them"),
    "retention.rejected_reviews": days(
        0, "reviews from the day they were rejected; they are erased, and no source brings them back"
    ),
}

APPROVAL: Mapping[str, Setting] = {
    "approve.sources": Setting(read=each(source_id), default=(), meaning="only reviews of these sources"),
    "approve.verification": Setting(read=each(verification), default=(), meaning="only with one of these levels"),
    "approve.languages": Setting(read=each(text), default=(), meaning="only in these languages"),
    "approve.shortest": Setting(read=number(0, 1_000_000), default=0, meaning="fewest characters of the text"),
    "approve.longest": Setting(read=number(0, 1_000_000), default=1_000_000, meaning="most characters of the text"),
}
"""The keys of one ``[[approve]]`` rule. There is none for the rating, and there must never be."""
