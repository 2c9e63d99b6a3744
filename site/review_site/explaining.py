"""How one raw record was mapped, field by field: as the source writes it, as it was mapped, as it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.domain import Problem, Record, Review, review_id
from engine.errors import BadValueError, NotFoundError, UnreadableFileError
from engine.plugins import FindsRecords, ReadsByOptions, load_reader
from engine.source_settings import SourceSettings
from review_site.tracing import Traced, leaves
from review_site.wiring import Instance, now

LONGEST = 60
"""Characters of a value that are shown."""

Kept = Callable[[Review], object]

KEPT: Mapping[str, Kept] = {
    "subject": lambda review: review.subject_id,
    "rating": lambda review: review.rating and f"{review.rating.value} of {review.rating.best}",
    "rating_best": lambda review: review.rating and f"{review.rating.worst} to {review.rating.best}",
    "verified": lambda review: review.verification.level,
    "incentive": lambda review: review.incentive and review.incentive.kind,
    "tags": lambda review: ", ".join(review.tags),
}
"""What a field became, where the review does not call it the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedField:
    """One field on its way; the texts are whole."""

    name: str
    origin: str
    """Where in the raw record it stands; empty where it was made of something else."""
    mapped: str
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRecord:
    """What a raw record was read as."""

    external_id: str
    standing: str
    fields: Sequence[ExplainedField]
    beside: Sequence[str]
    """What comes along with the text; contact data is named and not shown."""
    problems: Sequence[Problem]
    """Why it would be refused, or which parts of it left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    records: Sequence[ExplainedRecord]
    dropped: Sequence[tuple[str, str]]
    """Path and value of what nothing was made of."""


def explain(instance: Instance, settings: SourceSettings, record: str, file: Path) -> Iterator[str]:
    """The lines of an explanation; ``file`` is read instead of what is kept, where it exists.

    Raises what ``explained`` and ``raw_of`` do.
    """
    raw = _from_file(file) if file.is_file() else raw_of(instance, settings, record)
    explanation = explained(instance, settings, record, raw)
    for each in explanation.records:
        yield from _record_lines(settings, each)
    yield f"dropped: {len(explanation.dropped) or 'nothing'}"
    yield from (f"  {path} = {_shown(value)}" for path, value in explanation.dropped)


def explained(instance: Instance, settings: SourceSettings, record: str, raw: dict[str, Any]) -> Explanation:
    """How a raw record is read, field by field.

    Raises NotFoundError when there is nothing that could read it again; BadValueError when the reader refuses it.
    """
    kind = settings.kind
    read = kind.reader(settings.given) if isinstance(kind, ReadsByOptions) else load_reader(kind.name)
    if read is None:
        raise NotFoundError(f"collectors of the kind {kind.name!r} do not tell how they read one record")
    looked_at: set[str] = set()
    records = _records(read(Traced(raw, looked_at), record))
    columns = _columns(settings, raw)
    matched = {path for path, value in leaves(raw) if any(_is_in(value, each) for each in records)}
    return Explanation(
        records=[_explained(instance, settings, each, raw, columns) for each in records],
        dropped=[(path, str(value)) for path, value in leaves(raw) if path not in looked_at | matched],
    )


def _from_file(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{path} holds no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise UnreadableFileError(f"{path} must hold one record, a JSON object")
    return raw


def raw_of(instance: Instance, settings: SourceSettings, record: str) -> dict[str, Any]:
    """A record as it was kept, else as its source holds it; ``record`` is the external id of a review.

    Raises NotFoundError when there is none, BadValueError when its source cannot be read.
    """
    with instance.store.reading() as transaction:
        payload = transaction.reviews.payload(review_id(settings.id, record))
    if payload is not None:
        return _kept_raw(payload, record)
    kind = settings.kind
    raw = kind.find(settings.given, record) if isinstance(kind, FindsRecords) else None
    if raw is None:
        raise NotFoundError(f"no review {record!r} was collected from {settings.id}, and there is no such file")
    return dict(raw)


def _kept_raw(payload: str, external_id: str) -> dict[str, Any]:
    try:
        raw = json.loads(payload)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise NotFoundError(f"what {external_id!r} was made of is no JSON object, so it cannot be read again")
    return raw


def _columns(settings: SourceSettings, raw: Mapping[str, Any]) -> Mapping[str, str]:
    return settings.kind.columns(settings.given, raw) if isinstance(settings.kind, FindsRecords) else {}


def _records(read: object) -> Sequence[Record]:
    records = [read] if isinstance(read, Record) else list(read) if isinstance(read, Iterable) else []
    if not records or not all(isinstance(each, Record) for each in records):
        raise BadValueError("the reader of this kind makes no record of it")
    return records


def _explained(
    instance: Instance, settings: SourceSettings, record: Record, raw: Mapping[str, Any], columns: Mapping[str, str]
) -> ExplainedRecord:
    cleaned, problems = instance.sources.intake_of(settings).try_out(record, now())
    fields = [
        ExplainedField(
            name=name,
            origin=columns.get(name, "") if columns else _origin(value, raw),
            mapped=value,
            kept=str(_kept(name, cleaned.review)) if cleaned else "",
        )
        for name, value in record.fields.items()
    ]
    return ExplainedRecord(
        external_id=record.external_id,
        standing=record.standing,
        fields=fields,
        beside=list(_beside(record)),
        problems=problems,
    )


def _record_lines(settings: SourceSettings, each: ExplainedRecord) -> Iterator[str]:
    yield f"{settings.id} {_shown(each.external_id)}: {each.standing} at its source"
    rows = [("field", "as the source writes it", "mapped", "kept")]
    rows += [(field.name, field.origin, _shown(field.mapped), _shown(field.kept)) for field in each.fields]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from (f"  {line}" for line in each.beside)
    for problem in each.problems:
        yield f"  refused: {problem.message}{f' - {problem.fix}' if problem.fix else ''}"


def _beside(record: Record) -> Iterator[str]:
    if record.contact:
        yield f"kept apart, never published: {', '.join(record.contact)}"
    for name, parts in (("reply", record.replies), ("media", record.media), ("aspect", record.aspects)):
        for each in parts:
            yield f"{name}: " + ", ".join(f"{key} {_shown(value)}" for key, value in each.items() if value)
    if record.original:
        yield f"original: {_shown(record.original.get('body', ''))}"


def _kept(field: str, review: Review) -> object:
    if field in KEPT:
        return KEPT[field](review) or ""
    return getattr(review, field, None) or ""


def _origin(value: str, raw: Mapping[str, Any]) -> str:
    """Where in the raw record a value stands as it was mapped; empty where it was made of something else."""
    found = [path for path, each in leaves(raw) if _text(each) == value]
    return ", ".join(found[:2])


def _is_in(value: Any, record: Record) -> bool:
    beside = [*record.replies, *record.media, *record.aspects, record.contact or {}, record.original or {}]
    kept = {record.external_id, *record.fields.values(), *(text for each in beside for text in each.values())}
    return _text(value) in kept


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    """A value on one line, without what a terminal would act on."""
    text = " ".join(str(value).split())
    shown = "".join(each if each.isprintable() else "\ufffd" for each in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
