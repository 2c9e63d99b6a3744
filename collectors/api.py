"""What the collectors of JSON APIs share: asking, walking over pages, and reading the fields of what was answered.

A collector says how a page is fetched and how one raw review is read; ``walk`` makes batches of both. A position in a
source is a mapping of texts, and its JSON is the cursor; it never holds a secret or an address.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from collectors.faulty import id_of
from collectors.json_rows import compact
from engine.domain import Batch, Problem, Record, Severity, Standing
from engine.errors import BadValueError, SourceRefusedError
from engine.http import Answer, GuardedSession
from engine.plugins import Option

Position = Mapping[str, str]
Read = Callable[[Mapping[str, Any], str], Record | Iterable[Record]]
"""Makes a record, or several, of a raw review and the place where it stands; BadValueError names the field at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a source: what is on it, and where the next one is."""

    place: str
    """As a person would say it: ``judgeme page 3``."""
    entries: Sequence[Any]
    following: Position | None
    """None: this page is the last."""
    resume: Position | None = None
    reported: int | None = None
    shortfall: str = ""
    deleted: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A JSON API under one address, asked with the same headers each time."""

    base: str
    http: GuardedSession
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return self.http.get(self.base + path, headers=self.headers, params=params)

    def get_object(self, path: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        return object_in(self.get(path, params))

    def post_json(self, path: str, value: Mapping[str, Any], params: Mapping[str, str] | None = None) -> Answer:
        headers = {**self.headers, "Content-Type": "application/json"}
        body = json.dumps(value).encode()
        return self.http.request("POST", self.base + path, headers=headers, params=params, body=body)

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.http.post(self.base + path, urlencode(fields).encode(), headers=headers)


def walk(cursor: str | None, fetch: Callable[[Position], Page], read: Read) -> Iterator[Batch]:
    """A batch for each page from the cursor on; a cursor of something else starts at the beginning."""
    position: Position | None = position_of(cursor)
    while position is not None:
        page = fetch(position)
        yield to_batch(page, read)
        position = page.following


def to_batch(page: Page, read: Read) -> Batch:
    """What stands on a page: records, ids that are gone, and a problem with its place for each malformed entry."""
    records: list[Record] = []
    problems: list[Problem] = []
    skipped: list[str] = []
    for number, entry in enumerate(page.entries, start=1):
        place = f"{page.place}, review {number}"
        try:
            records += _read(entry, place, read)
        except BadValueError as error:
            problems.append(problem(place, str(error)))
            skipped += id_of(entry, error, partial(_read, place=place, read=read))
    last = page.following is None
    return Batch(
        records=tuple(each for each in records if each.standing is not Standing.DELETED),
        cursor=None if page.following is None else as_cursor(page.following),
        problems=tuple(problems),
        skipped=tuple(skipped),
        resume=as_cursor(page.resume) if last and page.resume else None,
        deleted=(*page.deleted, *(each.external_id for each in records if each.standing is Standing.DELETED)),
        reported=page.reported,
        shortfall=page.shortfall,
    )


def _read(entry: Any, place: str, read: Read) -> Iterable[Record]:
    if not isinstance(entry, Mapping):
        raise BadValueError(f"it is {kind_of(entry)}, not an object")
    found = read(entry, place)
    return (found,) if isinstance(found, Record) else tuple(found)


def about(subject: Mapping[str, str], read: Read) -> Read:
    """The same reading, where a record that does not say what it is about gets these fields of a subject."""

    def reading(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
        for each in _read(raw, place, read):
            yield each if "subject" in each.fields else replace(each, fields={**each.fields, **given(subject)})

    return reading


def as_received(raw: Mapping[str, Any]) -> str:
    """A raw review as it is kept; raises BadValueError when it is nested too deep to be."""
    try:
        return compact(raw)
    except RecursionError as error:
        raise BadValueError("it is nested too deep") from error


def given(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value and not value.isspace()}


def given_with(needed: str, parts: Iterable[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
    """Replies, media or aspects, each as ``given``, without those that lack what makes them one (``body``, ``url``)."""
    return tuple(each for each in map(given, parts) if needed in each)


def problem(place: str, message: str) -> Problem:
    """A raw review that cannot be read at all."""
    return Problem(
        rule="source-record",
        severity=Severity.ERROR,
        path=place,
        message=message,
        fix="correct it at its source, or tell Plaudit's authors if the source has changed its shape",
    )


def as_cursor(position: Position) -> str:
    return json.dumps(dict(position), sort_keys=True, separators=(",", ":"))


def position_of(cursor: str | None) -> Position:
    """The position that a cursor stands for; the beginning (an empty one) where it is none of ours."""
    try:
        position = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(position, dict) or not all(isinstance(each, str) for each in position.values()):
        return {}
    return position


def number_in(position: Position, name: str, default: int) -> int:
    """A whole number of a position; the default where it is none."""
    value = position.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else default


def numbered(
    source: str,
    position: Position,
    entries: Sequence[Any],
    *,
    last: bool = False,
    resume: Position | None = None,
    reported: int | None = None,
    carried: Position | None = None,
) -> Page:
    """A page of a source that counts its pages from 1: it ends with ``last``, or with a page that is empty.

    A page that is shorter than asked for is no end: sources lower the size of a page without saying so. ``carried``
    is what the position of the next page holds beside its number and what the position of this one held.
    """
    number = number_in(position, "page", 1)
    ended = last or not entries
    return Page(
        place=f"{source} page {number}",
        entries=entries,
        following=None if ended else {**position, **(carried or {}), "page": str(number + 1)},
        resume=resume,
        reported=reported,
    )


def object_in(answer: Answer) -> Mapping[str, Any]:
    """The object that an answer holds; raises SourceRefusedError when it holds something else."""
    document = answer.json()
    if not isinstance(document, dict):
        raise SourceRefusedError(f"{_without_query(answer.url)} answered with {kind_of(document)}, not an object")
    return document


def object_of(body: bytes) -> Mapping[str, Any]:
    """The object that a webhook holds; raises BadValueError when it holds something else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadValueError("the webhook holds no JSON") from error
    if not isinstance(document, dict):
        raise BadValueError(f"the webhook holds {kind_of(document)}, not an object")
    return document


def list_in(answer: Answer, path: str = "") -> Sequence[Any]:
    """The list that an answer is, or holds under a path; raises SourceRefusedError when there is none."""
    return list_under(answer.json(), path, _without_query(answer.url))


def list_under(document: Any, path: str, said_by: str) -> Sequence[Any]:
    """The list under a path of a document; raises SourceRefusedError naming who said it when there is none."""
    found = document
    for name in filter(None, path.split(".")):
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, list):
        where = f" under {path!r}" if path else ""
        raise SourceRefusedError(f"{said_by} answered with {kind_of(found)}{where}, not a list")
    return found


def chosen(given: Mapping[str, str], options: Mapping[str, Option]) -> dict[str, str]:
    """The value of each option, its default where none is given.

    Raises BadValueError that names the option and never its value: it may be a secret, and an HTTP client that meets a
    line break in a header repeats the whole header.
    """
    values: dict[str, str] = {}
    for name, option in options.items():
        value = (given.get(name) or option.default or "").strip()
        if not value and option.default is None:
            raise BadValueError(f"{name} is missing: {option.help}")
        if option.is_secret and not (value.isascii() and value.isprintable()):
            raise BadValueError(f"{name} holds a character that no key has")
        values[name] = value
    return values


def base_of(address: str, option: str = "base_url") -> str:
    """The address of an API as paths are added to it; raises BadValueError naming the option when it is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise BadValueError(f"{option} is not an address") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadValueError(f"{option} is not an http or https address without user, query and fragment")
    return address.rstrip("/")


def basic(user: str, password: str) -> str:
    """The value of an ``Authorization`` header (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, bool):
        return "a truth value"
    names = {type(None): "nothing", dict: "an object", list: "a list", str: "a text", int: "a number"}
    return names.get(type(value), "a number")


def _without_query(address: str) -> str:
    return address.partition("?")[0][:200]
