"""What must not come in again: records that, or whose persons, were erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.domain import Consent, Record, SourceId
from engine.mail_addresses import addresses_in
from engine.rights.consent import DECLARED
from engine.store import Transaction
from engine.tombstones import Seal


def buried(
    transaction: Transaction, seal: Seal | None, source: SourceId, consent: Consent | None, records: Sequence[Record]
) -> frozenset[str]:
    """The external ids of records of a source that were erased, or that come with an erased address.

    ``consent`` is what stands behind the records, None for what nobody gave himself. An address counts for what others
    tell of a person: who gives a consent of his own after the erasure, in a form, may write again.
    """
    if seal is None or not records or not transaction.tombstones.any():
        return frozenset()
    digests = {each.external_id: _digests(seal, source, each) for each in records}
    known = transaction.tombstones.among([each for some in digests.values() for each in some])
    return frozenset(
        which
        for which, (own, *addresses) in digests.items()
        if own in known or any(each in known and not _is_given_after(consent, known[each]) for each in addresses)
    )


def seen_as(transaction: Transaction, seal: Seal | None, source: SourceId, external_ids: Iterable[str]) -> list[str]:
    """What a source told of, by which it is counted: the ids, and digests in place of those that were erased."""
    ids = list(external_ids)
    if seal is None or not ids or not transaction.tombstones.any():
        return ids
    digests = {each: seal.of_review(source, each) for each in ids}
    known = transaction.tombstones.among(list(digests.values()))
    return [digests[each] if digests[each] in known else each for each in ids]


def _digests(seal: Seal, source: SourceId, record: Record) -> list[str]:
    # A contact may be a line such as ``Ann P. <ann@x.example>``, or the whole end of a letter.
    addresses = {one for each in (record.contact or {}).values() for one in addresses_in(each)}
    return [seal.of_review(source, record.external_id), *map(seal.of_address, sorted(addresses))]


def _is_given_after(consent: Consent | None, erased_at: datetime) -> bool:
    if consent is None:
        return False
    given = consent.given_at
    return not consent.wording.startswith(DECLARED) and given is not None and given > erased_at
