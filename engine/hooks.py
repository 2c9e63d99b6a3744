"""Webhooks of sources: let in once, kept with the mark that works them off, and taken in like whatever is collected.

What a webhook brings is read where its signature is checked, so that no signature and no secret is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine.buried import buried
from engine.domain import Batch, Problem, Record, SourceId, Standing
from engine.errors import LeaseLostError
from engine.intake import Intake, Report, register
from engine.outbox import LEASE_TIME, Work, finish
from engine.plugins import NumbersHooks, ReceivesHooks
from engine.source_settings import SourceSettings
from engine.store import Lease, Receipt, Store, Transaction
from engine.store.values import problem_from_mapping
from engine.tombstones import Seal

STREAM = "hooks"


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of one webhook at the door."""

    is_new: bool
    """False: it came before, and nothing is done about it again."""
    problems: Sequence[Problem] = ()
    """What of it cannot be read."""


def admit(
    store: Store,
    settings: SourceSettings,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    *,
    seal: Seal | None = None,
) -> Admitted | None:
    """Checks who sent a webhook and leaves it to the worker; None when the kind of source has no webhooks.

    Header names are in lower case. Of persons who were erased nothing is kept, not even until the worker comes. Raises
    SignatureError for what the source did not sign, or when no secret is set, and BadValueError for what is signed and
    cannot be understood.
    """
    kind = settings.kind
    if not isinstance(kind, ReceivesHooks):
        return None
    batch = kind.receive(settings.given, headers, body, now)
    known_by = kind.hook_id(headers) if isinstance(kind, NumbersHooks) else ""
    key = sha256(b"id " + known_by.encode() if known_by else b"body " + body).hexdigest()
    with store.writing() as transaction:
        gone = buried(transaction, seal, settings.id, None, batch.records)
        kept = replace(batch, records=[each for each in batch.records if each.external_id not in gone])
        receipt = Receipt(source_id=settings.id, key=key, received_at=now, body=_kept(kept))
        is_new = transaction.hooks.add(receipt)
        if is_new:
            transaction.marks.set(Work.HOOK, [settings.id], now)
    return Admitted(is_new, batch.problems if is_new else ())


def work_off(store: Store, intake: Intake, lease: Lease, clock: Callable[[], datetime]) -> Report:
    """Takes in what the webhooks of a source brought, each in a transaction of its own, in the order they came.

    Raises LeaseLostError when another worker took over, or one more came while the last was worked off.
    """
    register(store, intake.source)
    report = Report()
    while True:
        with store.writing() as transaction:
            receipt = transaction.hooks.next(intake.source.id)
            if receipt is None:
                finish(transaction, lease)
                return report
            if not transaction.marks.extend(lease, clock() + LEASE_TIME):
                raise LeaseLostError(f"webhooks of {intake.source.id} are worked off by another worker")
            taken = _take_in(transaction, intake, receipt)
        report.add(taken)


def drop(store: Store, lease: Lease) -> None:
    """Forgets what webhooks brought for a source that is configured no longer."""
    with store.writing() as transaction:
        while receipt := transaction.hooks.next(SourceId(lease.key)):
            transaction.hooks.finish(receipt)
        finish(transaction, lease)


def _take_in(transaction: Transaction, intake: Intake, receipt: Receipt) -> Report:
    batch, source = _batch(receipt.body), intake.source.id
    report = intake.take_in(transaction, batch, STREAM, receipt.received_at)
    # What the next full reading does not tell of is gone, however it came here.
    transaction.readings.tell(source, [each.external_id for each in batch.records])
    transaction.readings.forget(source, batch.deleted)
    transaction.hooks.finish(receipt)
    return report


def _kept(batch: Batch) -> bytes:
    kept = {
        "records": [{each.name: getattr(record, each.name) for each in fields(record)} for record in batch.records],
        "problems": [each.as_mapping() for each in batch.problems],
        "deleted": batch.deleted,
    }
    return json.dumps(kept, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> dict[str, Any] | list[Any]:
    return dict(value) if isinstance(value, Mapping) else list(value)


def _batch(kept: bytes) -> Batch:
    said = json.loads(kept)
    return Batch(
        records=tuple(Record(**{**each, "standing": Standing(each["standing"])}) for each in said["records"]),
        cursor=None,
        problems=tuple(problem_from_mapping(each) for each in said["problems"]),
        deleted=tuple(said["deleted"]),
    )
