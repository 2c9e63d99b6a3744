"""Proof: a quote's consent is withdrawn while a server serves; its answer is stale, the next request without it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from tests.proofs.instances import STORES, Instance, Server, ground
from tests.proofs.measuring import Ledger, SkippedError

SUBJECT = "k2-kettle"
LOCALES = ("en", "de", "nl")
NAMES = ("faq", "faq-jsonld")
WITHDRAWN = 6
SEED = 20261122
SHOWN = ("approved", "published")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that stands in a published answer."""

    entry: str
    locale: str
    review: str
    words: str

    def stands_in(self, body: bytes) -> bool:
        return self.words in " ".join(unescape(body.decode()).split())


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                _prove_on(ledger, place.instance("answers"), store)
        except SkippedError as error:
            ledger.leave_out(f"withdrawn quotes on {store}", error)


def _prove_on(ledger: Ledger, instance: Instance, store: str) -> None:
    instance.plaudit("demo")
    chosen = random.Random(SEED).sample(sorted(_quotes(instance), key=lambda each: each.review), WITHDRAWN)
    with instance.serving() as server:
        before = sum(each.stands_in(body) for each in chosen for body in _bodies(server, each.locale))
        late = stale = 0
        for each in chosen:
            instance.plaudit("withdraw", each.review, "--use", "excerpt")
            late += sum(each.stands_in(body) for body in _bodies(server, each.locale))
            stale += _state(instance, each.entry) == "stale"
        ledger.claim(f"each quote stood in both snippets before, {store}", holds=before == 2 * WITHDRAWN, found=before)
        ledger.claim(f"the very next request has no withdrawn quote, {store}", holds=late == 0, found=f"{late} had")
        ledger.claim(f"its answer is stale, {store}", holds=stale == WITHDRAWN, found=f"{stale} of {WITHDRAWN}")
        _claim_it_stays_away(ledger, instance, server, chosen, store)


def _claim_it_stays_away(
    ledger: Ledger, instance: Instance, server: Server, chosen: Sequence[Quoted], store: str
) -> None:
    """No run of the miner brings it back; an approval brings the question back, with other quotes."""
    instance.plaudit("rebuild", "snippets")
    entries = sorted({each.entry for each in chosen})
    shown = [each for each in entries if _state(instance, each) in SHOWN]
    ledger.claim(f"a rebuild approves nothing, {store}", holds=not shown, found=f"{len(shown)} of {len(entries)} shown")
    ran = [instance.plaudit("faq", "approve", each, allowed=(0, 2)).status for each in entries]
    bodies = {locale: b"".join(_bodies(server, locale)) for locale in LOCALES}
    again = sum(each.stands_in(bodies[each.locale]) for each in chosen)
    back = sum(_state(instance, each) in SHOWN for each in entries)
    ledger.say(f"approved again: {ran.count(0)} of {len(entries)}; the others rest on too little now")
    ledger.claim(f"what is approved again is shown, {store}", holds=back == ran.count(0) > 0, found=back)
    ledger.claim(f"and without the withdrawn quotes, {store}", holds=again == 0, found=f"{again} had")


def _quotes(instance: Instance) -> Iterator[Quoted]:
    """Quotes of published answers, one for each author: whoever withdrew cannot withdraw again."""
    seen: set[str] = set()
    rows = instance.rows(
        "SELECT id, language, state, details FROM faq_entry WHERE subject_id = :subject", subject=SUBJECT
    )
    for row in rows:
        for _, _, quote in json.loads(row.details)["sentences"]:
            if quote and quote[0] not in seen and row.state == "published" and row.language in LOCALES:
                seen.add(quote[0])
                yield Quoted(row.id, row.language, quote[0], " ".join(quote[1].split()))


def _state(instance: Instance, entry: str) -> str | None:
    found = instance.rows("SELECT state FROM faq_entry WHERE id = :id", id=entry)
    return found[0].state if found else None


def _bodies(server: Server, locale: str) -> list[bytes]:
    """The answers to the next requests for the questions; JSON with its escapes undone."""
    bodies = []
    for name in NAMES:
        answer = server.get(f"/v1/subjects/{SUBJECT}/snippets/{name}?locale={locale}")
        is_json = name == "faq-jsonld" and answer.status == 200
        bodies.append(json.dumps(json.loads(answer.body), ensure_ascii=False).encode() if is_json else answer.body)
    return bodies
