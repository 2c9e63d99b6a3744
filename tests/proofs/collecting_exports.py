"""Proof: export by export over the sample files: rows in, reviews out, what was skipped, which columns are not read."""

from __future__ import annotations

from collectors.presets import find_preset
from engine.cleaning import clean
from engine.domain import Source, SourceId, Standing
from engine.rights import APPROVED, declared_consent, profile
from tests.exports import EXPORTED, Export
from tests.factories import NOON, make_rules
from tests.proofs.measuring import Ledger, table

Counts = tuple[int, int, int, int, int]
"""Rows, reviews, skipped, not public, columns that are not read."""


def prove(ledger: Ledger) -> None:
    rows = {name: _one(export) for name, export in EXPORTED.items()}
    header = ("export", "rows in", "reviews out", "skipped", "not public", "columns lost", "rights")
    for line in table(header, [(name, *counts, _rights(EXPORTED[name])) for name, (counts, _) in rows.items()]):
        ledger.say(line)
    for name, (_, lost) in rows.items():
        ledger.say(f"{name}: not read: {', '.join(lost) or 'nothing'}")
    adds_up = all(came == out + skipped for (came, out, skipped, _, _), _ in rows.values())
    ledger.claim("each row is a review or skipped with its reason", holds=adds_up, found=len(rows))


def _rights(export: Export) -> str:
    rights = profile(find_preset(export.preset).rights if export.preset else "own")
    if rights.may_store:
        return rights.profile
    return f"{rights.profile}, {'with an approval' if rights.profile in APPROVED else 'refused'}"


def _one(export: Export) -> tuple[Counts, list[str]]:
    collector = export.collector()
    batches = list(collector.collect(None))
    records = [each for batch in batches for each in batch.records]
    problems = [each for batch in batches for each in batch.problems]
    rights = profile(find_preset(export.preset).rights if export.preset else "own")
    source = Source(id=SourceId("sample"), collector="file", rights=rights)
    consent = declared_consent(rights, proof="sample", now=NOON)
    out = [each for each in records if clean(each, source, consent, make_rules(), NOON)[0]]
    hidden = sum(each.standing is not Standing.PUBLIC for each in records)
    lost = [each for each in collector.columns if each not in collector.columns_read]
    counts = (len(records) + len(problems), len(out), len(problems) + len(records) - len(out), hidden, len(lost))
    return counts, lost
