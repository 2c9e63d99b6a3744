"""What hangs on an untrusted record, made clean: replies, media, ratings of parts, the original of a translation.

A part that cannot be read is left out and told; the review itself is taken in without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from engine.contact import without_contacts
from engine.domain import Aspect, Media, MediaId, MediaKind, Reply, ReviewId, Severity, Standing, Translation, digest
from engine.errors import BadValueError
from engine.fields import FieldReader, is_web_address
from engine.pictures import is_path_of

MOST_PARTS = 100
"""Media or aspects of one review; nobody shows more, and a source that sends more is mistaken or hostile."""
MOST_PIXELS = 100_000
"""Of one side."""
FILM = (".mp4", ".m4v", ".mov", ".webm", ".m3u8", ".avi")
_FIVE = {"worst": "1", "best": "5"}


def replies(reader: FieldReader, now: datetime) -> tuple[Reply, ...]:
    """The owner's answers; contact data is taken out of them, whoever's it is."""
    found: list[Reply] = []
    for said in reader.record.replies:
        inner = reader.within(said, "reply")
        body = without_contacts(inner.text("body"))[0]
        if body:
            written_at = inner.time("written_at", now, Severity.WARNING)
            found.append(
                Reply(
                    body=body,
                    author=inner.line("author") or None,
                    written_at=written_at,
                    language=inner.language(body),
                )
            )
        reader.problems += inner.problems
    return tuple(found)


def media(reader: FieldReader, review: ReviewId) -> tuple[Media, ...]:
    """Pictures and film, each of them waiting for its own approval; the same address twice is one."""
    found = {each.id: each for each in _media(reader, review)}
    return tuple(found.values())


def media_id(review: ReviewId, url: str) -> MediaId:
    """The id of what hangs on a review under an address: the same both always give the same one."""
    return MediaId("m" + digest(review, url))


def aspects(reader: FieldReader) -> tuple[Aspect, ...]:
    """Ratings of parts, on the scales that they were given on."""
    found: dict[str, Aspect] = {}
    for number, said in _numbered(reader, reader.record.aspects, "aspects"):
        inner = reader.within({**_FIVE, **_given(said)}, f"aspect {number}")
        try:
            aspect = _aspect(inner)
        except BadValueError as error:
            reader.warn("aspects", f"{number}: {error}; it is left out")
            continue
        reader.problems += inner.problems
        found.setdefault(aspect.label, aspect)
    return tuple(found.values())


def original(reader: FieldReader) -> Translation | None:
    """The words as they were written, where the record holds a translation; contact data is not taken out yet."""
    said = _given(reader.record.original or {})
    if not said:
        return None
    inner = reader.within(said, "original")
    title, body = inner.line("title"), inner.text("body")
    found = Translation(language=inner.language(title, body), title=title or None, body=body)
    reader.problems += inner.problems
    return found if title or body else None


def _media(reader: FieldReader, review: ReviewId) -> Iterator[Media]:
    for number, said in _numbered(reader, reader.record.media, "media"):
        inner = reader.within(said, f"media {number}")
        url, thumbnail = inner.raw("url"), inner.raw("thumbnail")
        if not _is_address(url, review):
            reader.warn("media", f"{number}: {url[:80]!r} is not a web address; it is left out")
            continue
        yield Media(
            id=media_id(review, url),
            kind=_kind(inner.raw("kind").casefold(), url),
            url=url,
            standing=_standing(inner.raw("standing")),
            alt=without_contacts(inner.line("alt"))[0],
            thumbnail=thumbnail if _is_address(thumbnail, review) else None,
            width=_pixels(inner, "width"),
            height=_pixels(inner, "height"),
        )
        reader.problems += inner.problems


def _is_address(url: str, review: ReviewId) -> bool:
    return is_web_address(url) or is_path_of(review, url)


def _pixels(inner: FieldReader, name: str) -> int | None:
    """None for what is not said, and with a warning for what no picture has."""
    pixels = inner.count(name)
    if pixels > MOST_PIXELS:
        inner.warn(name, f"{pixels:,} are more pixels than a picture has; it is left out")
    return pixels if 0 < pixels <= MOST_PIXELS else None


def _kind(said: str, url: str) -> MediaKind:
    if said in set(MediaKind):
        return MediaKind(said)
    return MediaKind.VIDEO if urlsplit(url).path.casefold().endswith(FILM) else MediaKind.IMAGE


def _standing(said: str) -> Standing:
    """Whatever is not plainly public is not."""
    return Standing.PUBLIC if said in ("", Standing.PUBLIC) else Standing.HIDDEN


def _aspect(inner: FieldReader) -> Aspect:
    label = inner.line("label")
    value, worst, best = (inner.number(name) for name in ("value", "worst", "best"))
    if not label:
        raise BadValueError("the label is missing")
    if not worst < best or not worst <= value <= best:
        raise BadValueError(f"{_plain(value)} lies outside {_plain(worst)} to {_plain(best)}")
    poles = {name: inner.line(name) for name in ("low", "middle", "high")}
    return Aspect(label=label, value=value, worst=worst, best=best, **poles)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _given(said: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value}


def _numbered(
    reader: FieldReader, parts: Sequence[Mapping[str, str]], name: str
) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(parts) > MOST_PARTS:
        reader.warn(name, f"there are {len(parts)}; those after the first {MOST_PARTS} are left out")
    yield from enumerate(parts[:MOST_PARTS], 1)
