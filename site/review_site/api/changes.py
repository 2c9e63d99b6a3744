"""What changed, as JSON: what a CMS reads that may have missed a webhook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.changes import Changed, changes_since, state_at
from engine.domain import digest
from review_site.api.snippets import address, asked_limit
from review_site.asking import instance
from review_site.conditional import tagged, unchanged


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/changes", view_func=changes)


def changes() -> Response:
    """One page of what changed; who has it already is answered without reading what it was."""
    limit, since = asked_limit(), request.args.get("since") or None
    with instance().store.reading() as transaction:
        etag = digest(since or "", str(limit), str(state_at(transaction, since)))
        if (known := unchanged(etag)) is not None:
            return known
        found = changes_since(transaction, since, limit=limit)
    answer = jsonify(items=[_as_json(each) for each in found.changed], next=found.cursor, more=found.is_more)
    return tagged(answer, etag)


def _as_json(each: Changed) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": each.became}
    if each.subject is not None:
        said["subject"] = each.subject
    if each.review is not None:
        said["review"] = each.review
    if each.snippet is not None:
        key = each.snippet
        said |= {"scope": key.scope, "id": key.scope_id, "name": key.name, "locale": key.locale}
        said |= {"version": each.version, "etag": each.etag or None}
        said["url"] = address(key.scope, key.scope_id, key.name, key.locale)
    return said
