"""What the collectors of review platforms share: kinds made of functions, tokens, and whose reviews they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPMethod, HTTPStatus
from typing import Any

from collectors.api import Api, Page, Position, chosen, given, given_with, kind_of, object_in, walk
from engine.budget import MOST_BYTES
from engine.domain import Batch, Record, Standing
from engine.errors import BadValueError, SourceRefusedError
from engine.http import Answer, GuardedSession
from engine.plugins import Collector, Option, Sureness

ReadOne = Callable[[Mapping[str, Any], str], Record]
"""Makes the record of one raw review and the place where it stands; raises BadValueError naming the field."""

SUBJECT_OPTIONS: Mapping[str, Option] = {
    "subject": Option(help="the id of what is reviewed, where it is called otherwise than at the source", default=""),
    "subject_name": Option(help="the name of what is reviewed, as visitors read it", default=""),
    "subject_type": Option(help="the schema.org type of what is reviewed", default=""),
    "subject_url": Option(help="the address of the page about what is reviewed", default=""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformKind:
    """A kind of source; ``make`` gets the chosen value of every option."""

    name: str
    rights: str
    sureness: Sureness
    options: Mapping[str, Option]
    make: Callable[[Mapping[str, str], GuardedSession], Collector]
    key_file: str = ""
    """The option that holds a whole file, with line breaks that no other secret may have."""
    most_bytes: int = MOST_BYTES
    """Of one answer."""

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        return self.make(self.chosen(given), http)

    def chosen(self, given: Mapping[str, str]) -> Mapping[str, str]:
        on_one_line = {self.key_file: " ".join(given.get(self.key_file, "").split())} if self.key_file else {}
        return chosen({**given, **on_one_line}, self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringKind(PlatformKind):
    """A kind of source that takes the owner's answers too."""

    send: Callable[[Mapping[str, str], GuardedSession, str, str], None]
    """Options, session, external id and text in."""

    def reply(self, given: Mapping[str, str], http: GuardedSession, external_id: str, text: str) -> None:
        """Puts the owner's answer under a review; raises BadValueError when it is empty."""
        if not text.strip():
            raise BadValueError("an answer needs words")
        self.send(self.chosen(given), http, external_id, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractingKind(AnsweringKind):
    """A kind of source that drops an answer again."""

    drop: Callable[[Mapping[str, str], GuardedSession, str], None]
    """Options, session and external id in."""

    def withdraw_reply(self, given: Mapping[str, str], http: GuardedSession, external_id: str) -> None:
        """Takes the owner's answer away; where there is none, that changes nothing."""
        try:
            self.drop(self.chosen(given), http, external_id)
        except SourceRefusedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise


@dataclass(frozen=True, slots=True)
class Paged:
    """A collector of a source that answers in pages."""

    fetch: Callable[[Position], Page]
    read: ReadOne

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self.fetch, self.read)


@dataclass(slots=True, kw_only=True)
class TokenApi:
    """An API that is asked with a token which has to be fetched first, and anew when it ran out meanwhile."""

    api: Api
    fetch_token: Callable[[], str] = field(repr=False)
    _token: str = field(default="", init=False, repr=False)

    def get_object(self, path: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        return object_in(self.request(HTTPMethod.GET, path, params=params))

    def send_json(self, method: HTTPMethod, path: str, value: Mapping[str, Any]) -> Answer:
        return self.request(method, path, body=json.dumps(value).encode())

    def request(
        self, method: HTTPMethod, path: str, *, params: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        was_kept = bool(self._token)
        try:
            return self._ask(method, path, params, body)
        except SourceRefusedError as error:
            if error.status != HTTPStatus.UNAUTHORIZED or not was_kept:
                raise
        self._token = ""
        return self._ask(method, path, params, body)

    def _ask(self, method: HTTPMethod, path: str, params: Mapping[str, str] | None, body: bytes | None) -> Answer:
        self._token = self._token or self.fetch_token()
        headers = {**self.api.headers, "Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self.api.http.request(method, self.api.base + path, headers=headers, params=params, body=body)


def tidied(found: Record) -> Record:
    """The record without the fields that say nothing and the parts that lack what makes them one."""
    return replace(
        found,
        fields=given(found.fields),
        contact=given(found.contact or {}) or None,
        replies=given_with("body", found.replies),
        media=given_with("url", found.media),
        aspects=given_with("value", found.aspects),
        original=given(found.original or {}) or None,
    )


def token_in(answer: Answer) -> str:
    """The access token of an OAuth answer (RFC 6749, 5.1); raises SourceRefusedError where there is none to use."""
    token = object_in(answer).get("access_token")
    # A line break would be repeated, with the whole header, by the error of the HTTP client.
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()):
        raise SourceRefusedError("the source was asked for an access token and answered without one")
    return token


def entries_in(document: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The list under a name, which a source may leave out where it is empty; raises SourceRefusedError otherwise."""
    found = document.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise SourceRefusedError(f"the source answered with {kind_of(found)} under {name!r}, not a list")
    return found


def counted(document: Mapping[str, Any], *path: str) -> int | None:
    """How many reviews a source says that there are; None where it does not say it in a number."""
    found: Any = document
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def named_by(values: Mapping[str, str], read: ReadOne) -> ReadOne:
    """The reader, with what is reviewed called as the options say."""
    fields = given({name: values[name] for name in SUBJECT_OPTIONS})

    def read_named(raw: Mapping[str, Any], place: str) -> Record:
        found = read(raw, place)
        return replace(found, fields={**found.fields, **fields})

    return read_named


def shown_if(public: bool) -> Standing:
    """Public or hidden."""
    return Standing.PUBLIC if public else Standing.HIDDEN


def safe_id(external_id: str) -> str:
    """An id as it may stand in the path of an address; raises BadValueError for what would change the path."""
    if not external_id or not all(each.isascii() and (each.isalnum() or each in "-_.:~=") for each in external_id):
        raise BadValueError(f"{external_id[:40]!r} is no id of this source")
    if set(external_id) <= {"."}:
        raise BadValueError(f"{external_id[:40]!r} is no id of this source")
    return external_id
