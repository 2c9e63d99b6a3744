"""Pages with hostile words as Chromium, extruct and html5lib see them: nothing happens, and the words are the words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import extruct
import html5lib

from tests.proofs.hostile_strings import Words, can_sign
from tests.proofs.instances import Instance, Server
from tests.proofs.measuring import Ledger
from tests.proofs.tripwire import Looked, look_at
from tests.servers import Heard, Reply, loopback

PLAIN = "plain"
"""The subject whose harmless page has the shape that all others may have."""
EMBEDDED_AT_ONCE = 20
HOST = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title><body>'
HOME = "http://127.0.0.1:8300/"
OWN_ADDRESSES = (f"{HOME}reviews/", "/assets/", "#")
READERS = 4
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    subject: str
    page: bytes
    embed: bytes
    bare: bytes


def prove_served(ledger: Ledger, instance: Instance, kept: Mapping[str, Words], how: str) -> None:
    """Opens every page, and every list in a page of somebody else's, and reads all JSON-LD back."""
    with instance.serving() as server:
        served = list(_served(ledger, server, list(kept)))
        pages = look_at(f"http://127.0.0.1:{server.port}/reviews/{each.subject}" for each in served)
    hosts = _look_at_hosts(served)
    _claim_quiet(ledger, pages, f"/reviews/{PLAIN}", f"{len(pages)} pages under their CSP, {how}")
    _claim_quiet(ledger, hosts, f"/{PLAIN}", f"{len(served)} lists in host pages without a CSP, {how}")
    whole = sum(all(children == 1 for children in each.sections) for each in hosts)
    ledger.claim(f"each list stays in its place, {how}", holds=whole == len(hosts), found=f"{whole} of {len(hosts)}")
    _claim_read_back(ledger, kept, _documents(served, [*pages, *hosts]), {each.subject for each in served}, how)


def _served(ledger: Ledger, server: Server, subjects: Sequence[str]) -> Iterator[Served]:
    missing: Counter[str] = Counter()
    for subject in subjects:
        page = server.get(f"/reviews/{subject}")
        embed = server.get(f"/v1/subjects/{subject}/snippets/list")
        bare = server.get(f"/v1/subjects/{subject}/snippets/jsonld")
        if {page.status, embed.status, bare.status} == {200}:
            yield Served(subject=subject, page=page.body, embed=embed.body, bare=bare.body)
        else:
            missing[_why(server, subject)] += 1
    for reason, count in missing.most_common(10):
        ledger.say(f"{count} not published: {reason}")


def _why(server: Server, subject: str) -> str:
    blocked = json.loads(server.get(f"/v1/subjects/{subject}").body)["blocked"]
    return str(blocked["en"][0]["message"])[:120] if blocked else "no reason is given"


def _look_at_hosts(served: Sequence[Served]) -> list[Looked]:
    parts = [served[at : at + EMBEDDED_AT_ONCE] for at in range(0, len(served), EMBEDDED_AT_ONCE)]
    embedding = {f"/{number}": each for number, each in enumerate(parts)}
    embedding[f"/{PLAIN}"] = [each for each in served if each.subject == PLAIN]

    def answer(heard: Heard) -> Reply:
        some = embedding.get(heard.path, ())
        sections = b"\n".join(b"<section>" + each.embed + b"</section>" for each in some)
        return Reply(body=HOST.encode() + sections, headers={"Content-Type": "text/html; charset=utf-8"})

    with loopback(answer) as host:
        return look_at(host.url + path for path in embedding)


def _claim_quiet(ledger: Ledger, looked: Sequence[Looked], plain: str, what: str) -> None:
    [allowed] = [each.shape for each in looked if urlsplit(each.address).path == plain]
    counts: Counter[str] = Counter()
    examples: list[str] = []
    for each in looked:
        found = {
            "something ran or was asked for": list(each.happened),
            "foreign elements or attributes": sorted(each.shape - allowed),
            "foreign addresses": sorted(filter(_is_foreign, each.addresses)),
            "scripts that are no JSON-LD": sorted(each.types - {"application/ld+json"}),
        }
        counts.update(kind for kind, traces in found.items() if traces)
        examples += [f"{urlsplit(each.address).path}: {traces[:3]}" for traces in found.values() if traces]
    for example in examples[:SHOWN]:
        ledger.say(example)
    ledger.claim(
        f"nothing happens in {what}", holds=not counts, found=dict(counts) or "0 executions, requests, elements"
    )


def _is_foreign(address: str) -> bool:
    return address != HOME and not address.startswith(OWN_ADDRESSES)


def _documents(served: Sequence[Served], looked: Iterable[Looked]) -> Iterator[tuple[str, Any]]:
    """Every JSON-LD document that a reader finds, with the reader's name."""
    for each in served:
        yield "json", json.loads(each.bare)
        page = each.page.decode()
        yield from (("extruct", found) for found in extruct.extract(page, syntaxes=["json-ld"])["json-ld"])
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        yield from (("html5lib", json.loads(script.text or "")) for script in tree.iter("script"))
    for sight in looked:
        yield from (("Chromium", json.loads(document)) for document in sight.documents)


def _claim_read_back(
    ledger: Ledger, kept: Mapping[str, Words], documents: Iterable[tuple[str, Any]], served: set[str], how: str
) -> None:
    by_reader: defaultdict[str, set[str]] = defaultdict(set)
    wrong: list[str] = []
    reviews: set[str] = set()
    for reader, document in documents:
        if "aggregateRating" not in document:
            continue
        subject = urlsplit(document["@id"]).path.rpartition("/")[2]
        by_reader[reader].add(subject)
        reviews |= {subject} if document.get("review") else set()
        if _said(document, kept[subject]) != _wanted(kept[subject]):
            wrong.append(f"{reader} reads another text about {subject}: {_said(document, kept[subject])!r}")
    for each in wrong[:SHOWN]:
        ledger.say(each[:300])
    readers = ", ".join(sorted(by_reader))
    complete = len(by_reader) == READERS and all(found == served for found in by_reader.values())
    ledger.claim(
        f"the JSON-LD reads back as what is kept, {how}",
        holds=not wrong and complete,
        found=f"{len(served)} subjects by {readers}; {len(reviews)} with a Review, {len(wrong)} wrong",
    )


def _said(document: Any, kept: Words) -> Words:
    [review] = document.get("review") or [{}]
    return Words(
        subject=kept.subject,
        name=document["name"],
        author=review.get("author", {}).get("name"),
        title=review.get("name"),
        body=review.get("reviewBody", ""),
        role=None,
        company=None,
    )


def _wanted(kept: Words) -> Words:
    marked_up = can_sign(kept.author)
    return Words(
        subject=kept.subject,
        name=kept.name,
        author=kept.author if marked_up else None,
        title=kept.title if marked_up else None,
        body=kept.body if marked_up else "",
        role=None,
        company=None,
    )
