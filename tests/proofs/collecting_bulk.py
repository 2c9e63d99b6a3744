"""Proof: 25,000 reviews of each source arrive over a bad line, each once, though the run is killed four times."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.errors import PlauditError
from engine.plugins import SourceKind, load_kinds
from engine.testing import Fault, Faults, SourceServer, serving
from tests.proofs.collecting_conformance import read
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.measuring import Ledger, TooSlowError, table, wait_until
from tests.proofs.source_pages import Played, pages

REVIEWS = 25_000
KILLED_AFTER = (0.1, 0.3, 0.5, 0.7)
"""Of the ids that there are: even five large pages leave something to do after the last one."""
SHARE = 0.04
"""Of the calls that go wrong."""
MOST_RUNS = 20
SEED = 20261122


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What came of one source."""

    ids: int
    expected: int
    missing: int
    foreign: int
    taken_in: int
    """As the events count them: more than there are ids would be one taken in twice."""
    kills: int
    faults: Mapping[Fault, int]
    completeness: str

    def holds(self, lacking: str) -> bool:
        whole = self.completeness.startswith("complete:") or "read to the end" in self.completeness
        said_so = lacking in self.completeness if lacking else whole
        return not (self.missing or self.foreign) and self.taken_in == self.ids and self.kills == 4 and said_so


def prove(ledger: Ledger, names: Sequence[str] = ()) -> None:
    kinds, rows = load_kinds(), []
    with ground() as place:
        for name, played in pages().items():
            if names and name not in names:
                continue
            try:
                arrived = _arrive(place, kinds[name], played)
            except (PlauditError, RuntimeError, TooSlowError) as error:
                ledger.claim(f"{name}: ids equal, nothing twice", holds=False, found=str(error)[-300:])
                continue
            rows.append(_row(name, arrived))
            ledger.claim(
                f"{name}: ids equal, nothing twice", holds=arrived.holds(played.lacking), found=_found(arrived)
            )
    for line in table(("source", "ids", "missing", "twice", "kills", "429", "500", "dropped", "said"), rows):
        ledger.say(line)


def _arrive(place: Ground, kind: SourceKind, played: Played) -> Arrived:
    serve = played.many(REVIEWS)
    records = [each.external_id for batch in read(kind, played.given, serve) for each in batch.records]
    expected = set(played.ids(REVIEWS) if played.ids else records)
    with serving(serve, Faults(seed=SEED, share=SHARE)) as server:
        instance = configured(place, kind, played, server)
        instance.plaudit("doctor")
        kills = sum(_kill(instance, int(share * len(expected))) for share in KILLED_AFTER)
        state = _finish(instance)
        faults = {each: server.faults.count(each) for each in (Fault.BUSY, Fault.BROKEN, Fault.DROPPED)}
    kept = {row[0] for row in instance.rows("SELECT external_id FROM review WHERE source_id = 'shop'")}
    told = instance.rows("SELECT details FROM event WHERE kind = 'review.received'")
    return Arrived(
        ids=len(kept),
        expected=len(expected),
        missing=len(expected - kept),
        foreign=len(kept - expected),
        taken_in=sum(json.loads(row[0])["count"] for row in told),
        kills=kills,
        faults=faults,
        completeness=state,
    )


def configured(place: Ground, kind: SourceKind, played: Played, server: SourceServer) -> Instance:
    """An instance with the source ``shop``, its secrets in the environment."""
    given = played.given(server.url)
    secrets = {name for name, option in kind.options.items() if option.is_secret}
    variables = {f"PROOF_{name.upper()}": value for name, value in given.items() if name in secrets}
    keys = {"collector": kind.name, **{name: value for name, value in given.items() if name not in secrets}}
    keys |= {f"{name}_env": f"PROOF_{name.upper()}" for name in given if name in secrets}
    table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
    budget = "per_minute = 10000\nper_day = 1000000\n"
    instance = place.instance(kind.name, f'[http]\nallow = ["127.0.0.1/32"]\n[sources.shop]\n{table}\n{budget}')
    return Instance(folder=instance.folder, url=instance.url, environment={**instance.environment, **variables})


def _kill(instance: Instance, after: int) -> int:
    """Kills a run with -9 once it knows so many ids; 1 when it was still at work."""
    later = random.Random(SEED + after).uniform(0, 0.05)
    with instance.running("collect") as process:
        wait_until("ids", lambda: process.poll() is not None or _known(instance) >= after, limit=600, every=0.05)
        if process.poll() is not None:
            raise RuntimeError(f"the run ended before {after} ids:\n{(instance.folder / 'log').read_text()[-2000:]}")
        with suppress(subprocess.TimeoutExpired):
            process.wait(later)
        process.kill()
        process.wait()
    return 1


def _known(instance: Instance) -> int:
    [[count]] = instance.rows("SELECT count(*) FROM source_seen")
    return int(count)


def _finish(instance: Instance) -> str:
    """Runs until the reading is done; what is known of its completeness then."""
    for _ in range(MOST_RUNS):
        instance.plaudit("collect", allowed=(0, 1))
        [state] = json.loads(instance.plaudit("sources", "--format", "json").out)
        if state["state"] == "read":
            return str(state["completeness"])
    return f"never ended: {state['state']}"


def _row(name: str, arrived: Arrived) -> tuple[str, ...]:
    faults = [str(arrived.faults[each]) for each in (Fault.BUSY, Fault.BROKEN, Fault.DROPPED)]
    twice = arrived.taken_in - arrived.ids
    said = arrived.completeness[:60]
    return name, f"{arrived.ids:,}", str(arrived.missing), str(twice), str(arrived.kills), *faults, said


def _found(arrived: Arrived) -> str:
    return f"{arrived.ids:,} of {arrived.expected:,} ids, {arrived.taken_in:,} taken in; {arrived.completeness[:80]}"
