"""All that is kept of one person, as the person may have it: one document, and the pictures.

Regulation (EU) 2016/679, articles 15 and 20: a copy, in a structured, commonly used and machine-readable format.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain import ReviewId
from engine.erasure import Traces, only_of
from engine.store import Transaction

FORMAT = "plaudit-person/1"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
OTHERS_ALONE = ("details", "explanation", "name", "email")
"""Of a flag that another reader raised: who that was, and in which words, is nobody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    document: Mapping[str, Any]
    """Plain values: times are ISO 8601 in UTC."""
    files: Mapping[str, bytes]
    """The pictures, by the names that the document gives them."""


def dossier(transaction: Transaction, traces: Traces, now: datetime) -> Dossier:
    """Everything that ``traces`` name, whole."""
    files: dict[str, bytes] = {}
    for media, size, media_type, body in transaction.persons.files(list(traces.reviews)):
        files[f"media/{media}.{size}.{EXTENSIONS.get(media_type, 'bin')}"] = body
    raised = set(traces.others.get("flags", ()))
    document: dict[str, Any] = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "email": traces.email or None,
        "reviews": [_review(transaction, each, why, files, raised) for each, why in traces.reviews.items()],
        **{kind: transaction.persons.others_in_full(kind, ids) for kind, ids in traces.others.items()},
        "webhooks_waiting": _bodies(transaction.persons.receipts(), traces.receipts, traces),
        "answered_requests": _bodies(transaction.persons.requests(), traces.requests, traces),
        "account": transaction.persons.account_in_full(traces.account) if traces.account else None,
    }
    return Dossier(document=document, files=files)


def _review(
    transaction: Transaction, wanted: ReviewId, why: Iterable[str], files: Iterable[str], raised: set[str]
) -> dict[str, Any]:
    full = transaction.persons.review_in_full(wanted)
    for picture in full["media"]:
        picture["files"] = [each for each in files if each.startswith(f"media/{picture['id']}.")]
    full["flags"] = [each if each["id"] in raised else _without_reader(each) for each in full["flags"]]
    keys = [each.key for each in transaction.snippets.quoting([wanted])]
    stands_in = sorted("/".join((each.scope, each.scope_id, each.name, each.locale)) for each in keys)
    return {"found_by": list(why), **full, "stands_in": stands_in}


def _without_reader(flag: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flag.items() if name not in OTHERS_ALONE}


def _bodies(
    kept: Iterable[tuple[str, str, bytes]], wanted: Iterable[tuple[str, str]], traces: Traces
) -> list[dict[str, str]]:
    mine = set(wanted)
    return [
        {"from": whose, "key": key, "body": only_of(body, traces).decode(errors="replace")}
        for whose, key, body in kept
        if (whose, key) in mine
    ]
