"""Proof: source by source over the sample documents: records in, reviews out, what was skipped, what is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from engine.cleaning import clean
from engine.domain import Batch, Record, Source, SourceId
from engine.errors import PlauditError
from engine.plugins import load_kinds, load_reader
from engine.rights import declared_consent, profile
from review_site.tracing import Traced, leaves
from tests.exports import EXPORTED
from tests.factories import NOON, make_rules
from tests.proofs.collecting_conformance import read
from tests.proofs.measuring import Ledger, table
from tests.proofs.source_pages import pages

Reader = Callable[[Mapping[str, Any], str], object]
MOST_NAMED = 12


def prove(ledger: Ledger) -> None:
    rows, lost = [], {}
    for name, rights, reader, batches in _sources():
        counts, skipped, fields = _one(rights, reader, batches)
        rows.append((name, *counts))
        lost[name] = (skipped, fields)
    for line in table(("source", "records in", "reviews out", "skipped", "deleted", "not public", "fields lost"), rows):
        ledger.say(line)
    for name, (skipped, fields) in lost.items():
        ledger.say(f"{name}")
        for reason in skipped:
            ledger.say(f"  skipped: {reason[:150]}")
        ledger.say(f"  lost: {', '.join(fields[:MOST_NAMED]) or 'nothing'}{' ...' if len(fields) > MOST_NAMED else ''}")
    ledger.claim(
        "each record is out, skipped with its reason, or gone at its source", holds=_adds_up(rows), found=len(rows)
    )


def _sources() -> Iterator[tuple[str, str, Reader | None, Sequence[Batch]]]:
    """Name, rights profile, what reads one record, and all that its sample document says."""
    kinds = load_kinds()
    for name, played in pages().items():
        if played.sample is not None:
            yield name, kinds[name].rights, load_reader(name), read(kinds[name], played.given, played.sample())
    for name, export in EXPORTED.items():
        yield f"file: {name}", "own", None, list(export.collector().collect(None))


def _adds_up(rows: Sequence[tuple[str, ...]]) -> bool:
    return bool(rows) and all(int(row[1]) == int(row[2]) + int(row[3]) + int(row[4]) for row in rows)


def _one(rights: str, reader: Reader | None, batches: Sequence[Batch]) -> tuple[tuple[str, ...], list[str], list[str]]:
    records = [each for batch in batches for each in batch.records]
    problems = [each for batch in batches for each in batch.problems]
    deleted = [each for batch in batches for each in batch.deleted]
    refused = [reason for record in records if (reason := _why_refused(rights, record))]
    skipped = [*(f"{each.path}: {each.message}" for each in problems), *refused]
    hidden = sum(record.standing == "hidden" for record in records)
    fields = _lost(reader, batches)
    counts = (
        len(records) + len(problems) + len(deleted),
        len(records) - len(refused),
        len(skipped),
        len(deleted),
        hidden,
        len(fields),
    )
    return tuple(map(str, counts)), skipped, fields


def _why_refused(rights: str, record: Record) -> str:
    source = Source(id=SourceId("sample"), collector="sample", rights=profile(rights))
    consent = declared_consent(source.rights, proof="sample", now=NOON)
    cleaned, problems = clean(record, source, consent, make_rules(), NOON)
    return "" if cleaned else f"{record.place}: {'; '.join(each.message for each in problems)}"


def _lost(reader: Reader | None, batches: Sequence[Batch]) -> list[str]:
    """The fields of the raw records that nobody looked at, without their positions in lists."""
    there: dict[str, None] = {}
    used: set[str] = set()
    for record in (each for batch in batches for each in batch.records):
        raw = _raw(record)
        looked_at = _looked_at(reader, raw, record.place)
        kept = _kept(record)
        for path, value in leaves(raw):
            there[_plain(path)] = None
            if path in looked_at or str(value).strip() in kept:
                used.add(_plain(path))
    return [path for path in there if path not in used]


def _looked_at(reader: Reader | None, raw: dict[str, Any], place: str) -> set[str]:
    """What a reader asks a record for; nothing where records are read together with their form."""
    looked_at: set[str] = set()
    if reader is not None:
        with suppress(PlauditError):
            found = reader(Traced(raw, looked_at), place)
            if isinstance(found, Iterator):
                list(found)
    return looked_at


def _raw(record: Record) -> dict[str, Any]:
    try:
        raw = json.loads(record.payload)
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}


def _kept(record: Record) -> set[str]:
    beside: list[Mapping[str, str]] = [*record.replies, *record.media, *record.aspects, record.contact or {}]
    return {record.external_id, *record.fields.values(), *(text for each in beside for text in each.values())}


def _plain(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)
