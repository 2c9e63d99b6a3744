"""Proof: webhooks that are forged, replayed, unsigned or of another source are refused; genuine ones come in once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from engine.plugins import ReceivesHooks, load_kinds
from tests.hook_senders import OTHER_SECRET, SECRET, SENDERS, Sender
from tests.proofs.instances import Instance, Server, ground
from tests.proofs.measuring import Ledger, table, wait_until

REFUSED = 403
ACCEPTED = 202
SLOWEST = 500
"""Milliseconds until an answer; services give up after three to ten."""
# Nobody is asked: the address is not one that an instance may connect to.
NOWHERE = 'base_url = "http://127.0.0.1:9"\n'


def prove(ledger: Ledger) -> None:
    kinds = load_kinds()
    receiving = sorted(name for name in kinds if isinstance(kinds[name], ReceivesHooks))
    ledger.claim("every kind that receives webhooks is tried", holds=receiving == sorted(SENDERS), found=len(receiving))
    with ground() as place:
        instance = place.instance("hooks", _settings())
        instance = replace(instance, environment={**instance.environment, "HOOK_SECRET": SECRET})
        with instance.serving() as server:
            rows = [_try(_Door(name, SENDERS[name], server, instance)) for name in receiving]
    for line in table(("kind", *rows[0].verdicts, "taken in", "once more"), [each.cells for each in rows]):
        ledger.say(line)
    ledger.claim("everything that is not genuine is refused", holds=all(each.refused for each in rows))
    ledger.claim("the genuine webhook is accepted", holds=all(each.status == ACCEPTED for each in rows))
    ledger.claim("it is taken in", holds=all(each.taken > 0 for each in rows))
    ledger.claim("the same one again changes nothing", holds=all(each.taken == each.again for each in rows))
    ledger.at_most("the slowest answer", 1000 * max(each.seconds for each in rows), SLOWEST, "ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What became of the webhooks of one kind."""

    name: str
    verdicts: Mapping[str, str]
    status: int
    seconds: float
    taken: int
    again: int

    @property
    def refused(self) -> bool:
        return all(verdict in (str(REFUSED), "-") for verdict in self.verdicts.values())

    @property
    def cells(self) -> tuple[object, ...]:
        return (self.name, *self.verdicts.values(), self.taken, "nothing" if self.again == self.taken else "MORE")


@dataclass(frozen=True, slots=True)
class _Door:
    """The door of one source, and who knocks."""

    name: str
    sender: Sender
    server: Server
    instance: Instance

    def knock(
        self,
        *,
        source: str = "",
        secret: str = SECRET,
        moment: datetime | None = None,
        more: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> int:
        moment = moment or datetime.now(UTC)
        body = self.sender.body(moment)
        signed = self.sender.sign(secret, body, moment) if headers is None else headers
        connection = self.server.connection()
        connection.request("POST", f"/v1/hooks/{source or self.name}", body=body + more, headers=dict(signed))
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def reviews(self) -> int:
        statement = "SELECT count(*) FROM review WHERE source_id = :source"
        [[count]] = self.instance.rows(statement, source=self.name)
        return int(count)

    def waiting(self) -> int:
        statement = "SELECT count(*) FROM hook_receipt WHERE source_id = :source AND body IS NOT NULL"
        [[count]] = self.instance.rows(statement, source=self.name)
        return int(count)


def _try(door: _Door) -> _Row:
    now = datetime.now(UTC)
    verdicts = {name: str(status) for name, status in _attempts(door, now).items()}
    if not door.sender.tells_when:
        verdicts["old"] = verdicts["of the future"] = "-"
    if not _can_be_closed(door.name):
        verdicts["no secret set"] = "-"
    begun = time.monotonic()
    status = door.knock(moment=now)
    seconds = time.monotonic() - begun
    wait_until(f"{door.name} taken in", lambda: door.waiting() == 0, limit=30)
    taken = door.reviews()
    door.knock(moment=now)
    door.knock(moment=now)
    wait_until(f"{door.name} at rest", lambda: door.waiting() == 0, limit=30)
    return _Row(name=door.name, verdicts=verdicts, status=status, seconds=seconds, taken=taken, again=door.reviews())


def _attempts(door: _Door, now: datetime) -> dict[str, int]:
    genuine = door.sender.sign(SECRET, door.sender.body(now), now)
    forged = {name: value[:-6] + "AAAAAA" for name, value in genuine.items()}
    return {
        "unsigned": door.knock(headers={}),
        "forged": door.knock(moment=now, headers=forged),
        "other's secret": door.knock(secret=OTHER_SECRET),
        "changed": door.knock(more=b" "),
        "old": door.knock(moment=now - timedelta(days=3)) if door.sender.tells_when else 0,
        "of the future": door.knock(moment=now + timedelta(hours=1)) if door.sender.tells_when else 0,
        "no secret set": door.knock(source=f"{door.name}-closed") if _can_be_closed(door.name) else 0,
    }


def _settings() -> str:
    kinds = load_kinds()
    parts = ['[site]\nname = "Larkfield"\n']
    for name, sender in SENDERS.items():
        nowhere = NOWHERE if "base_url" in kinds[name].options else ""
        parts.append(sender.settings(name, name) + nowhere)
        if _can_be_closed(name):
            parts.append(sender.settings(f"{name}-closed", name, closed=True) + nowhere)
    return "\n".join(parts)


def _can_be_closed(name: str) -> bool:
    """Whether a source of this kind can be configured without the secret of its webhooks."""
    return load_kinds()[name].options[SENDERS[name].secret].default is not None
