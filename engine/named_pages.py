"""Pages that a CMS says it published: who says so, which subjects they show, and the snippets for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from engine.cms_settings import STANDARD, Cms
from engine.domain import Locale, Scope, Snippet, SnippetKey, Subject, SubjectId
from engine.errors import BadValueError, RetryLaterError, SignatureError, SourceError
from engine.http import GuardedSession
from engine.outbox import Work, finish, pause_after
from engine.signatures import check_hmac, check_standard, standard_headers, standard_id
from engine.store import Lease, Receipt, Store, Transaction

MOST_PAGES = 50
MOST_NAMES = 20
LONGEST_URL = 2_000
LARGEST_ANSWER = 4_000_000
"""Bytes of snippets; those that do not fit are named, to be fetched."""
INSIDE = ("page", "post", "entry", "data")
"""Objects of a CMS's own webhook in which the page may be named."""
TRACKING = ("utm_", "gclid", "fbclid")
LOCALE_PARAMETERS = frozenset({"lang", "locale", "hl"})
MOST_ATTEMPTS = 40
"""A day and a half of hourly attempts, after the pauses have grown to an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The pages that a CMS asks about."""

    subjects: Sequence[str] = ()
    urls: Sequence[str] = ()
    names: Sequence[str] = ()
    """Of snippets; empty: those of its settings."""
    locale: Locale | None = None


def signed_by(known: Sequence[Cms], headers: Mapping[str, str], body: bytes, now: datetime) -> Cms:
    """The CMS that signed a webhook; header names are in lower case.

    Raises SignatureError when none of them did, or none is configured.
    """
    for cms in known:
        try:
            if cms.signature == STANDARD:
                check_standard(cms.secret, headers, body, now)
            else:
                check_hmac(cms.secret, headers.get(cms.header, "").removeprefix("sha256="), body)
        except SignatureError:
            continue
        return cms
    raise SignatureError("no CMS that is configured here signed it")


def read_named(body: bytes, locales: Sequence[Locale]) -> Named:
    """What a webhook names: ``subjects`` or ``subject``, ``urls`` or ``url``, and, if it likes, ``names``, ``locale``.

    They stand at its top, or in its ``page``, ``post``, ``entry`` or ``data``. Raises BadValueError.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadValueError("the body is no JSON") from error
    if not isinstance(document, dict):
        raise BadValueError("the body must be a JSON object")
    places = [document, *(document[each] for each in INSIDE if isinstance(document.get(each), dict))]
    named = Named(
        subjects=_texts(places, "subjects", "subject"),
        urls=_texts(places, "urls", "url"),
        names=_texts(places, "names"),
        locale=_locale(_texts(places, "locale"), locales),
    )
    if not named.subjects and not named.urls:
        raise BadValueError("the body names no page: give urls, or subjects")
    if len(named.subjects) + len(named.urls) > MOST_PAGES or len(named.names) > MOST_NAMES:
        raise BadValueError(f"the body names more than {MOST_PAGES} pages, or more than {MOST_NAMES} snippets")
    return named


def spellings(url: str, locales: Sequence[Locale]) -> tuple[AbstractSet[str], Locale | None]:
    """The ways in which a subject's address may be written for the page at ``url``, and the locale that ``url`` names.

    Scheme, ``www.``, the slash at the end and what only counts visitors make no difference; nor does the language,
    where it is the first part of the path (``/de/kettle``) or ``?lang=``: a page in German is of the same subject.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return frozenset(), None
    if parts.scheme not in ("http", "https") or not host:
        return frozenset(), None
    said = {each.lower(): each for each in locales}
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(TRACKING)]
    asked = next((said.get(value.lower()) for name, value in query if name in LOCALE_PARAMETERS), None)
    kept = urlencode([pair for pair in query if pair[0] not in LOCALE_PARAMETERS])
    first, _, rest = parts.path.strip("/").partition("/")
    of_path = said.get(first.replace("_", "-").lower())
    path = rest if of_path else parts.path.strip("/")
    ports = f":{port}" if port else ""
    paths = ["/".join(filter(None, (prefix, path))) for prefix in ("", *said, *locales)]
    written = product(("http", "https"), ("", "www."), paths, ("", "/"))
    found = {
        urlunsplit((scheme, www + host + ports, f"/{each}{slash}", kept, "")) for scheme, www, each, slash in written
    }
    return found | {each.removesuffix("/") for each in found if not path}, of_path or asked


def pages_for(
    transaction: Transaction, named: Named, default: Sequence[str], locales: Sequence[Locale]
) -> dict[str, Any]:
    """The snippets of the named pages as JSON tells them, in the order in which they were named."""
    wanted = list(dict.fromkeys(named.names or default))
    left = LARGEST_ANSWER
    pages: list[dict[str, Any]] = []
    for asked, subject, of_url in _subjects(transaction, named, locales):
        locale = of_url or named.locale or locales[0]
        page: dict[str, Any] = {"asked": asked, "subject": subject, "locale": locale, "snippets": []}
        for name in wanted if subject else ():
            key = SnippetKey(scope=Scope.SUBJECT, scope_id=str(subject), name=name, locale=locale)
            snippet = transaction.snippets.find(key)
            if snippet is not None:
                left -= len(snippet.body)
                page["snippets"].append(_snippet(snippet, whole=left >= 0))
        pages.append(page)
    return {"pages": pages}


def _subjects(
    transaction: Transaction, named: Named, locales: Sequence[Locale]
) -> Iterator[tuple[str, SubjectId | None, Locale | None]]:
    there = transaction.subjects.among([SubjectId(each) for each in named.subjects])
    for each in named.subjects:
        yield each, SubjectId(each) if each in there else None, None
    written = {url: spellings(url, locales) for url in named.urls}
    every = sorted({spelling for found, _ in written.values() for spelling in found})
    at: dict[str, list[Subject]] = {}
    for subject in transaction.subjects.at(every):
        at.setdefault(subject.url or "", []).append(subject)
    for url, (found, locale) in written.items():
        subjects = sorted({each.id for spelling in found for each in at.get(spelling, ())})
        if not subjects:
            yield url, None, locale
        for one in subjects:
            yield url, one, locale


def _snippet(each: Snippet, *, whole: bool) -> dict[str, Any]:
    key = each.key
    return {
        "name": key.name,
        "media_type": each.media_type,
        "etag": each.etag,
        "version": each.version,
        "url": f"/v1/subjects/{quote(key.scope_id, safe='')}/snippets/{quote(key.name, safe='')}?locale={key.locale}",
        "body": each.body.decode() if whole else None,
    }


def keep_for_callback(store: Store, cms: Cms, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Leaves a webhook to the worker, which sends the snippets to the callback; False when it came before."""
    key = sha256(standard_id(headers).encode()).hexdigest()
    with store.writing() as transaction:
        is_new = transaction.hooks.add(Receipt(source_id=_source(cms.id), key=key, received_at=now, body=body))
        if is_new:
            transaction.marks.set(Work.CALL_BACK, [cms.id], now)
    return is_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What sends the snippets of published pages to the callbacks of CMSs, which only the configuration names."""

    store: Store
    known: Mapping[str, Cms]
    locales: Sequence[Locale]
    http: GuardedSession

    def call_back(self, lease: Lease, now: datetime) -> bool:
        """Sends what one webhook asked for; whether it was taken. What is down is tried again, for a day and more."""
        cms = self.known.get(lease.key)
        with self.store.reading() as transaction:
            receipt = transaction.hooks.next(_source(lease.key))
            pages = self._pages(transaction, cms, receipt) if cms and receipt else {}
        if cms is None or not cms.callback or receipt is None:
            return self._end(lease, receipt, now)
        body = json.dumps(pages, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            **standard_headers(cms.secret, f"msg_{receipt.key[:40]}", now, body),
        }
        try:
            self.http.request("POST", cms.callback, headers=headers, body=body, first_bytes=1)
        except RetryLaterError:
            if lease.attempts < MOST_ATTEMPTS:
                with self.store.writing() as transaction:
                    transaction.marks.release(lease, due_at=now + pause_after(lease.attempts))
                return False
            return self._end(lease, receipt, now) and False
        except SourceError:
            return self._end(lease, receipt, now) and False
        return self._end(lease, receipt, now)

    def _pages(self, transaction: Transaction, cms: Cms, receipt: Receipt) -> dict[str, Any]:
        return pages_for(transaction, read_named(receipt.body, self.locales), cms.names, self.locales)

    def _end(self, lease: Lease, receipt: Receipt | None, now: datetime) -> bool:
        with self.store.writing() as transaction:
            if receipt:
                transaction.hooks.finish(receipt)
            finish(transaction, lease)
            if transaction.hooks.next(_source(lease.key)):
                transaction.marks.set(Work.CALL_BACK, [lease.key], now)
        return receipt is not None


def _source(cms: str) -> Any:
    """Under which its webhooks are kept; no source is called that, for no id has a slash."""
    return f"cms/{cms}"


def _texts(places: Sequence[Mapping[str, Any]], *names: str) -> list[str]:
    found: list[str] = []
    for place, name in product(places, names):
        given = place.get(name)
        each = given if isinstance(given, list) else [] if given is None else [given]
        if not all(isinstance(one, str) and len(one) <= LONGEST_URL and "\0" not in one for one in each):
            raise BadValueError(f"{name}: must be a text, or a list of texts, of {LONGEST_URL} characters at most")
        found += each
    return list(dict.fromkeys(found))


def _locale(given: Sequence[str], locales: Sequence[Locale]) -> Locale | None:
    said = {each.lower(): each for each in locales}
    for each in given[:1]:
        wanted = each.replace("_", "-").lower()
        return said.get(wanted) or said.get(wanted.partition("-")[0])
    return None
