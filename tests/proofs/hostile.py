"""Proof: no hostile string runs in Chromium, wherever it stands, and each reads back from the JSON-LD as it was kept.

Twice: taken in through the real import, which cleans; and put into the store uncleaned, so that escaping stands alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.domain import SubjectId
from engine.store import Store
from tests.factories import fill, make_review, make_subject
from tests.proofs.hostile_pages import PLAIN, prove_served
from tests.proofs.hostile_strings import Words, all_of, everywhere, hostile_strings, in_body, taken_in, writable
from tests.proofs.instances import Instance, ground
from tests.proofs.measuring import Ledger
from tests.proofs.tripwire import look_at
from tests.servers import Reply, loopback

ONE_LOCALE = '[site]\nlocales = ["en"]\n'
KEPT = """
SELECT review.subject_id AS subject, subject.name AS name, author, title, body, role, company
FROM review JOIN subject ON subject.id = review.subject_id
"""
COLUMNS = {
    "external_id": "number",
    "subject": "about",
    "subject_name": "called",
    "author": "by",
    "title": "headline",
    "body": "words",
    "role": "job",
    "company": "firm",
    "rating": "stars",
    "language": "tongue",
}
CONTROL = '<!doctype html><img src="nowhere" onerror="alert(1)"><script>confirm(2)</script>'


def prove(ledger: Ledger) -> None:
    strings = hostile_strings()
    ledger.say(f"{len(strings)} different strings, each as name, author, title, body, role and company")
    _prove_the_wire(ledger)
    with ground() as place:
        ledger.say("through the import, which cleans")
        instance = place.instance("cleaned", ONE_LOCALE)
        given = _take_in_all(ledger, instance, place.folder / "hostile.jsonl", strings)
        kept = _kept(instance)
        wrong = [each for each, words in kept.items() if words != taken_in(given[each])]
        ledger.claim("what is kept is the given, cleaned", holds=not wrong, found=f"{len(kept) - len(wrong)} equal")
        prove_served(ledger, instance, kept, "cleaned")
        changed = [each for each in strings if _is_changed(each)]
        ledger.say(f"past the import, uncleaned: the {len(changed)} strings that cleaning changes")
        instance = place.instance("raw", ONE_LOCALE)
        _put_in(instance, changed)
        prove_served(ledger, instance, _kept(instance), "uncleaned")


def _prove_the_wire(ledger: Ledger) -> None:
    with loopback(lambda _: Reply(body=CONTROL.encode(), headers={"Content-Type": "text/html"})) as host:
        [control] = look_at([host.url + "/"])
    ran = {each for each in control.happened if each.startswith("ran")}
    ledger.claim(
        "the wire trips on a page that runs scripts", holds=ran == {"ran alert", "ran confirm"}, found=len(ran)
    )


def _take_in_all(ledger: Ledger, instance: Instance, path: Path, strings: Sequence[str]) -> Mapping[str, Words]:
    """Imports each string everywhere, and what is refused so once more as a body alone; what was given in the end."""
    given = {each.subject: each for each in all_of(strings)}
    out = _import(instance, path, [*given.values(), _plain()])
    missing = given.keys() - _kept(instance).keys()
    retried = {each: in_body(each, given[each].body) for each in missing}
    again = _import(instance, path, list(retried.values())) if retried else ""
    refused = missing - _kept(instance).keys()
    ledger.say(f"{len(given) - len(missing)} taken in everywhere, {len(missing) - len(refused)} as a body alone")
    for reason, count in _reasons(out + again).most_common():
        ledger.say(f"  {count} x {reason}")
    listed = {int(each) for each in re.findall(r"row (\d+), field", again)} if refused else set()
    ledger.claim("each refused row is listed with its reason", holds=len(listed) == len(refused), found=len(refused))
    instance.plaudit("approve", "--source", "hostile", "--all")
    instance.plaudit("publish", allowed=(0, 1))
    return {**given, **retried, PLAIN: _plain()}


def _import(instance: Instance, path: Path, words: Sequence[Words]) -> str:
    with path.open("w", encoding="ascii") as file:
        for each in words:
            file.write(json.dumps(_row(each)) + "\n")
    maps = [part for field, column in COLUMNS.items() for part in ("--map", f"{field}={column}")]
    return instance.plaudit("import", path, "--source", "hostile", "--rights", "own", *maps, allowed=(0, 1)).out


def _row(words: Words) -> Mapping[str, Any]:
    return {
        "number": words.subject,
        "about": words.subject,
        "called": words.name,
        "by": words.author,
        "headline": words.title,
        "words": words.body,
        "job": words.role,
        "firm": words.company,
        "stars": 5,
        "tongue": "en",
    }


def _plain() -> Words:
    """A harmless review with everything that a review can have: its page is the shape that all others may have."""
    return Words(
        subject=PLAIN,
        name="Kettle",
        author="Owen B.",
        title="Good",
        body="It pours well.\nIt does.\n\nAnd it keeps the heat.",
        role="Cook",
        company="Larkfield",
    )


def _reasons(out: str) -> Counter[str]:
    found = re.findall(r"^  .* row \d+, (field \w+: .*?)(?: - .*)?$", out, re.MULTILINE)
    return Counter(re.sub(r"is \d+ characters", "is n characters", each)[:110] for each in found)


def _kept(instance: Instance) -> dict[str, Words]:
    return {row.subject: Words(**row._mapping) for row in instance.rows(KEPT)}


def _is_changed(hostile: str) -> bool:
    given = everywhere("subject", hostile)
    return taken_in(given) != given


def _put_in(instance: Instance, strings: Sequence[str]) -> None:
    instance.plaudit("doctor")
    words = all_of([writable(each) or "-" for each in strings])
    store = Store(instance.url)
    fill(
        store,
        [
            make_review(
                5,
                external_id=each.subject,
                source_id="hostile",
                subject_id=SubjectId(each.subject),
                author=each.author,
                title=each.title,
                body=each.body,
                role=each.role,
                company=each.company,
            )
            for each in [*words, _plain()]
        ],
        subjects=[make_subject(id=SubjectId(each.subject), name=each.name, url=None) for each in [*words, _plain()]],
    )
    store.close()
    instance.plaudit("rebuild", "snippets", allowed=(0, 1))
