"""What a program says of one subject: the whole entry is put in place of what was known, or nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.catalogue_rows import IDENTIFIERS, read_subject
from engine.cleaning import PLAIN_ID
from engine.domain import (
    Change,
    ControlledBy,
    Event,
    EventKind,
    Offer,
    OpeningHours,
    Problem,
    Scope,
    Severity,
    Snippet,
    Subject,
    SubjectId,
    SubjectType,
)
from engine.errors import InUseError, MistakesError
from engine.fields import is_web_address
from engine.outbox import Work, page_key
from engine.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A subject as a program tells it, untrusted."""

    place: str
    """Where a person finds it: ``$``, ``$[3]``."""
    id: str
    fields: Mapping[str, str]
    """By the names of ``plaudit subjects import``, the offers left out."""
    offers: Sequence[Mapping[str, str]] = ()
    """Each with ``price`` and ``price_currency``, and ``availability`` and ``url`` where they are known."""
    opening_hours: Sequence[OpeningHours] = ()


def put(transaction: Transaction, entry: Entry, *, by: str, now: datetime) -> tuple[Subject, bool]:
    """Makes a subject what an entry says it is; whether it is new.

    What the entry does not say is known no longer, but for what no entry can say: variants, the numbers of other
    systems, properties beside the description. The same entry again changes nothing. Raises MistakesError with
    everything that is wrong with it.
    """
    which = SubjectId(entry.id)
    known = transaction.subjects.among([which]).get(which)
    subject, problems = read_entry(entry, known)
    if subject is None:
        raise MistakesError("this is no subject", [each.as_mapping() for each in problems])
    if subject != known:
        # First the marks: their rows are what a publisher in flight and this transaction meet at.
        transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, which)], now)
        transaction.subjects.save([subject])
        transaction.audit.add(_change(known, subject, by, now))
    return subject, known is None


def remove(transaction: Transaction, wanted: SubjectId, *, by: str, now: datetime) -> None:
    """Forgets a subject, with its page, that nobody has said anything about.

    Raises NotFoundError, and InUseError where anybody has: what customers said does not go with a catalogue.
    """
    subject = transaction.subjects.find(wanted)
    transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, wanted)], now)
    if transaction.subjects.is_spoken_of(wanted):
        raise InUseError(f"{wanted} has reviews, questions, decisions or invitations; they would be lost with it")
    while served := transaction.snippets.listed(Scope.SUBJECT, wanted):
        transaction.snippets.remove(each.key for each in served)
        transaction.events.add([_gone(each, by, now) for each in served])
    transaction.marks.forget([Work.PUBLISH], page_key(Scope.SUBJECT, wanted))
    transaction.marks.forget([Work.MINE, Work.PROFILE], wanted)
    transaction.subjects.remove(wanted)
    transaction.audit.add(
        Change(at=now, by=by, action="subject.remove", about=f"subject/{wanted}", before={"name": subject.name})
    )


def read_entry(entry: Entry, known: Subject | None) -> tuple[Subject | None, list[Problem]]:
    """The subject that an entry makes of what is known, or None and everything that is wrong with it; pure."""
    problems: list[Problem] = []
    if PLAIN_ID.fullmatch(entry.id) is None:
        problems.append(
            _problem(entry.place, "id", f"{entry.id[:40]!r} is no id", "use letters, digits, and . _ ~ - between them")
        )
    subject, wrong = read_subject({**entry.fields, "id": entry.id}, lambda _: _blank(entry, known), entry.place)
    problems += [replace(each, path=each.path.replace(", ", ".")) for each in wrong]
    read = [_offer(each, f"{entry.place}.offers[{number}]", problems) for number, each in enumerate(entry.offers)]
    if subject is None or problems:
        return None, problems
    offers = [each for each in read if each]
    return replace(
        subject,
        offer=offers[0] if offers else None,
        further_offers=tuple(offers[1:]),
        opening_hours=tuple(entry.opening_hours),
    ), []


def _blank(entry: Entry, known: Subject | None) -> Subject:
    """What is left of a known subject once everything is forgotten that an entry can say."""
    blank = Subject(id=SubjectId(entry.id), type=SubjectType.PRODUCT, name=entry.id, controlled_by=ControlledBy.US)
    if known is None:
        return blank
    kept = {name: value for name, value in known.properties.items() if name != "description"}
    numbers = {name: value for name, value in known.identifiers.items() if name not in IDENTIFIERS}
    return replace(blank, properties=kept, identifiers=numbers, variants=known.variants)


def _offer(said: Mapping[str, str], place: str, problems: list[Problem]) -> Offer | None:
    url = said.get("url", "")
    terms = {name: value for name, value in said.items() if name != "url"}
    if not terms.get("price"):
        problems.append(_problem(place, "price", "is missing"))
        return None
    if url and not is_web_address(url):
        problems.append(_problem(place, "url", f"{url[:80]!r} is no web address", "write it in full, with https://"))
    read, wrong = read_subject({**terms, "id": "offer"}, lambda _: None, place)
    problems += [replace(each, path=each.path.replace(", ", ".")) for each in wrong]
    return replace(read.offer, url=url or None) if read and read.offer else None


def _problem(place: str, name: str, message: str, fix: str = "") -> Problem:
    return Problem(rule="catalogue-row", severity=Severity.ERROR, path=f"{place}.{name}", message=message, fix=fix)


def _gone(snippet: Snippet, by: str, now: datetime) -> Event:
    details = {**snippet.key.details, "version": snippet.version + 1}
    return Event(kind=EventKind.SNIPPET_REMOVED, at=now, by=by, subject_id=snippet.key.subject_id, details=details)


def _change(before: Subject | None, after: Subject, by: str, now: datetime) -> Change:
    return Change(
        at=now,
        by=by,
        action="subject.save",
        about=f"subject/{after.id}",
        before=_settings(before) if before else {},
        after=_settings(after),
    )


def _settings(subject: Subject) -> Mapping[str, str | int | None]:
    price = f"{subject.offer.price} {subject.offer.price_currency}" if subject.offer else None
    return {"type": str(subject.type), "name": subject.name, "url": subject.url, "offer": price}
