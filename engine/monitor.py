"""Monitoring: pages that embed our snippets are fetched and held against what we published.

What is found, the events about what changed, and the mark of the next look are saved together or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

from engine.addresses import Network
from engine.domain import (
    Embedded,
    Event,
    EventKind,
    Finding,
    Locale,
    MonitoredId,
    MonitoredPage,
    Problem,
    Scope,
    Severity,
    SnippetKey,
    SubjectId,
    monitored_id,
)
from engine.errors import BadValueError, NotFoundError, RetryLaterError, SourceRefusedError
from engine.http import Answer, GuardedSession
from engine.outbox import Work, finish
from engine.robots import fetch_robots
from engine.store import Lease, Store, Transaction

LONGEST_URL = 2_000
TRIES = 3
"""A page that does not answer is tried as often before it counts as blocked."""
SEARCH_ENGINE = "Googlebot"
_PASSWORD_FIELD = re.compile(r"""<input\b[^<>]{0,500}\btype\s*=\s*["']?password\b""", re.IGNORECASE)
_CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A page held against what we published: what is wrong, and the digest of the markup when it is exactly ours."""

    problems: Sequence[Problem]
    seen: str = ""


class Judge(Protocol):
    """Reads markup and pages, which the engine does not."""

    def hold(self, html: str, published: str, page: MonitoredPage) -> Held:
        """Holds a page against the published document; never raises for what the page is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look at a page came to."""

    page: MonitoredPage
    findings: Sequence[Finding]
    regressed: Sequence[str]
    """The rules that were kept at the look before."""
    restored: Sequence[str]
    """The rules that are kept again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    store: Store
    judge: Judge
    allow: Sequence[Network]
    every: timedelta

    def add(self, url: str, subject: SubjectId, locale: Locale, embedded: Embedded, now: datetime) -> MonitoredPage:
        """Monitors a page from now on; one that is monitored already keeps what is known of it.

        Raises NotFoundError when there is no such subject, BadValueError when the address is none.
        """
        _refuse_unless_address(url)
        with self.store.writing() as transaction:
            transaction.subjects.find(subject)
            known = transaction.monitored.find(monitored_id(url, subject))
            page = MonitoredPage(url=url, subject_id=subject, locale=locale, embedded=embedded, added_at=now)
            if known is not None:
                page = replace(known, locale=locale, embedded=embedded)
            transaction.monitored.save(page)
            transaction.marks.set(Work.MONITOR, [page.id], now)
        return page

    def remove(self, url: str, subject: SubjectId | None = None) -> int:
        """Monitors a page no longer, for one subject or all, and says for how many; its mark dies at its next turn.

        Raises NotFoundError when it was not monitored.
        """
        with self.store.writing() as transaction:
            known = [each for each in transaction.monitored.at(url) if subject in (None, each.subject_id)]
            for each in known:
                transaction.monitored.remove(each.id)
        if not known:
            raise NotFoundError(f"{url} is not monitored" + (f" for {subject!r}" if subject else ""))
        return len(known)

    def look(self, lease: Lease, now: datetime, *, patient: bool = True) -> Looked | None:
        """Looks at the page of a leased mark, and marks it for the next look; None when it is monitored no longer.

        Raises RetryLaterError when the page does not answer and may still be tried again, LeaseLostError, with nothing
        written, when somebody else was faster. ``patient`` is False for whoever waits for the result.
        """
        with self.store.reading() as transaction:
            page = transaction.monitored.find(MonitoredId(lease.key))
            published = _published(transaction, page) if page else None
        if page is None:
            with self.store.writing() as transaction:
                finish(transaction, lease)
            return None
        held = self._held(page, published, may_fail=not patient or lease.attempts >= TRIES)
        with self.store.writing() as transaction:
            finish(transaction, lease)
            return self.keep(transaction, page, held, now)

    def _held(self, page: MonitoredPage, published: str | None, *, may_fail: bool) -> Held:
        try:
            with GuardedSession(self.allow) as session:
                answer = session.get(page.url)
                problems = [*_closed(page, answer), *_kept_out(page, answer, session)]
        except SourceRefusedError as error:
            return Held(problems=[_refused(page, error)])
        except RetryLaterError as error:
            if not may_fail:
                raise
            return Held(problems=[_blocked(page, f"The page does not answer: {error}.")])
        if any(each.rule == "embed-blocked" for each in problems):
            return Held(problems=problems)
        if published is None:
            return Held(problems=[*problems, _unpublished(page)])
        held = self.judge.hold(answer.text, published, page)
        return replace(held, problems=[*problems, *held.problems])

    def keep(self, transaction: Transaction, page: MonitoredPage, held: Held, now: datetime) -> Looked:
        """Keeps what a look at a page came to, with what changed since the one before, and marks the next look."""
        before = {each.problem.rule: each for each in transaction.monitored.findings(page.id)}
        found = {each.rule: each for each in reversed(held.problems)}
        findings = [
            Finding(problem=problem, since=before[rule].since if rule in before else now)
            for rule, problem in sorted(found.items())
        ]
        regressed, restored = sorted(found.keys() - before.keys()), sorted(before.keys() - found.keys())
        looked = replace(page, looked_at=now, seen=held.seen or page.seen)
        transaction.monitored.save(looked)
        transaction.monitored.replace_findings(page.id, findings)
        transaction.events.add(
            [_event(EventKind.MARKUP_REGRESSED, page, rule, now) for rule in regressed]
            + [_event(EventKind.MARKUP_RESTORED, page, rule, now) for rule in restored]
        )
        transaction.marks.set(Work.MONITOR, [page.id], now + self.every)
        return Looked(page=looked, findings=findings, regressed=regressed, restored=restored)


def _refuse_unless_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_address = False
    if not is_address or len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f]", url):
        raise BadValueError(f"{url[:200]!r} is not the address of a page: write it as browsers show it")


def _published(transaction: Transaction, page: MonitoredPage) -> str | None:
    key = SnippetKey(scope=Scope.SUBJECT, scope_id=page.subject_id, name="jsonld", locale=page.locale)
    found = transaction.snippets.of_page(Scope.SUBJECT, page.subject_id).get(key)
    return found.body.decode() if found and found.body else None


def _closed(page: MonitoredPage, answer: Answer) -> list[Problem]:
    """A page that sends its visitors to a login shows it under another address."""
    if answer.url != page.url and _PASSWORD_FIELD.search(answer.text):
        return [_blocked(page, f"The page leads to a login at {answer.url[:200]}.")]
    return []


def _kept_out(page: MonitoredPage, answer: Answer, session: GuardedSession) -> list[Problem]:
    """What keeps search engines from a page that visitors can open, as far as headers and robots.txt say."""
    problems: list[Problem] = []
    said = answer.headers.get("x-robots-tag", "").lower().replace(",", " ").split()
    if {"noindex", "none"} & set(said):
        problems.append(
            problem(page, "embed-noindex", "The header X-Robots-Tag keeps this page out of search.", _NOINDEX)
        )
    try:
        if not fetch_robots(session, answer.url).allows(SEARCH_ENGINE, answer.url):
            problems.append(_blocked(page, f"The robots.txt of the site keeps {SEARCH_ENGINE} from this page."))
    except RetryLaterError:
        problems.append(_blocked(page, "The robots.txt of the site does not answer, so search engines stay away."))
    return problems


_NOINDEX = "Allow indexing in the settings of the page or of its SEO plugin; markup earns nothing on a hidden page."


def _refused(page: MonitoredPage, error: SourceRefusedError) -> Problem:
    if error.status in _CLOSED:
        return _blocked(page, f"The page is closed to visitors who are not logged in: it answers {error.status}.")
    if error.status is not None:
        return _blocked(page, f"There is no such page for visitors: it answers {error.status}.")
    return _blocked(page, f"The page cannot be fetched: {error}.")


def _blocked(page: MonitoredPage, message: str) -> Problem:
    return problem(page, "embed-blocked", message, "Open the page in a private window, and make it answer everybody.")


def _unpublished(page: MonitoredPage) -> Problem:
    return problem(
        page,
        "embed-unpublished",
        f"We publish no markup about {page.subject_id!r} in {page.locale}: there is nothing to hold the page against.",
        "See what plaudit doctor says of the subject; where nothing is to be published, take the snippet off the page.",
        severity=Severity.WARNING,
    )


def problem(
    page: MonitoredPage, rule: str, message: str, fix: str, *, severity: Severity = Severity.ERROR, path: str = ""
) -> Problem:
    """One thing that is wrong with a monitored page."""
    return Problem(rule=rule, severity=severity, path=path or page.url, message=message, fix=fix)


def _event(kind: EventKind, page: MonitoredPage, rule: str, now: datetime) -> Event:
    details: dict[str, str | int] = {
        "rule": rule,
        "url": page.url,
        "locale": page.locale,
        "embedded": page.embedded,
    }
    return Event(kind=kind, at=now, by="monitor", subject_id=page.subject_id, details=details)
