"""Collections made, called otherwise, filled, emptied and taken away by programs."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response

from engine.collections import Picking
from engine.domain import CollectionId, Permission, ReviewId
from engine.store import Transaction
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.collections import show
from review_site.api.idempotency import once
from review_site.asking import instance
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    writes = needs(Permission.WRITE_COLLECTIONS)
    one = "/collections/<collection>"
    for rule, endpoint, view, method in (
        ("/collections", "create_collection", once(create), "POST"),
        (one, "patch_collection", rename, "PATCH"),
        (one, "delete_collection", delete, "DELETE"),
        (f"{one}/reviews", "add_to_collection", once(add), "POST"),
        (f"{one}/reviews/<review>", "remove_from_collection", remove, "DELETE"),
    ):
        blueprint.add_url_rule(rule, endpoint, writes(view), methods=[method])


def create() -> Response:
    said = body("CollectionCreate")
    reviews = [ReviewId(each) for each in said.get("reviews", ())]
    with instance().store.writing() as transaction:
        made = _picking(transaction).create(CollectionId(said["id"]), said["name"], reviews)
    response = show(made.id)
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = f"/v1/collections/{quote(made.id, safe='')}"
    return response


def rename(collection: str) -> Response:
    name = body("CollectionPatch")["name"]
    with instance().store.writing() as transaction:
        _picking(transaction).rename(CollectionId(collection), name)
    return show(collection)


def delete(collection: str) -> Response:
    with instance().store.writing() as transaction:
        _picking(transaction).delete(CollectionId(collection))
    return Response(status=HTTPStatus.NO_CONTENT)


def add(collection: str) -> Response:
    """Puts reviews in; those that are in already move there."""
    said = body("CollectionAddition")
    before = ReviewId(said["before"]) if said.get("before") else None
    reviews = [ReviewId(each) for each in said["reviews"]]
    with instance().store.writing() as transaction:
        _picking(transaction).add(CollectionId(collection), reviews, before=before)
    return show(collection)


def remove(collection: str, review: str) -> Response:
    with instance().store.writing() as transaction:
        _picking(transaction).remove(CollectionId(collection), [ReviewId(review)])
    return Response(status=HTTPStatus.NO_CONTENT)


def _picking(transaction: Transaction) -> Picking:
    """Raises NotAllowedError for a key that is limited to subjects: a collection is about the whole shop."""
    require_subject(who(), None)
    return Picking(transaction=transaction, now=now(), by=who().name)
