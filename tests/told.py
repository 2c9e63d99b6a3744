"""What intake makes of a record, as a person writes it down: only what is said, under the words of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.cleaning import clean
from engine.domain import Batch, Rating, Record, Source, SourceId, Subject
from engine.plugins import SourceKind
from engine.rights import declared_consent, profile
from tests.factories import NOON, make_rules

# What says where a review is kept here and since when, not what it says.
_OURS = frozenset({"id", "source_id", "received_at", "consent", "voice", "subject_id", "decision", "state"})


def told(kind: SourceKind, batches: Iterable[Batch], timezone: str = "UTC") -> dict[str, Any]:
    """What became of all that a source told of, by hand to be compared with."""
    found: dict[str, Any] = {"reviews": [], "refused": [], "deleted": []}
    for batch in batches:
        found["deleted"] += batch.deleted
        found["refused"] += [f"{each.path}: {each.message}" for each in batch.problems]
        found["reported"] = batch.reported if batch.reported is not None else found.get("reported")
        for each in batch.records:
            found["reviews" if isinstance(came := _review(kind, each, timezone), dict) else "refused"].append(came)
    return {name: value for name, value in found.items() if value not in ([], None)}


def _review(kind: SourceKind, record: Record, timezone: str) -> dict[str, Any] | str:
    rights = profile(kind.rights)
    source = Source(id=SourceId("sample"), collector=kind.name, rights=rights)
    rules = make_rules(timezone=ZoneInfo(timezone))
    consent = declared_consent(rights, proof="sample", now=NOON)
    cleaned, problems = clean(record, source, consent, rules, NOON)
    if cleaned is None:
        return f"{record.external_id}: " + "; ".join(each.message for each in problems)
    said = {"subject": _subject(cleaned.subject), **_said(cleaned.review, _OURS)}
    if cleaned.contact:
        said["contact"] = dict(cleaned.contact)
    if problems:
        said["problems"] = [each.message for each in problems]
    return said


def _subject(subject: Subject) -> dict[str, Any]:
    said = {"id": str(subject.id), "type": str(subject.type), "name": subject.name}
    return said | ({"url": subject.url} if subject.url else {})


def _said(thing: Any, left_out: frozenset[str] = frozenset({"id"})) -> dict[str, Any]:
    """The fields of a domain value that differ from what they are without being said."""
    return {
        each.name: plain(value)
        for each in fields(thing)
        if each.name not in left_out
        and (value := getattr(thing, each.name)) != each.default
        and value not in ((), None)
    }


def plain(value: Any) -> Any:
    """A domain value as JSON writes it."""
    if isinstance(value, Rating):
        return f"{value.value} of {value.worst} to {value.best}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value):
        return _said(value)
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if isinstance(value, (int, type(None))) else str(value)
