"""Collections as tests make, publish and look at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.collection_material import select_collection_material
from engine.collections import Picking
from engine.domain import CollectionId, Locale, Material, PublishSettings, Review, Scope, View
from engine.outbox import Work, finish, page_key
from engine.publish import Published, Publisher
from engine.store import Store, Transaction
from tests.factories import NOON, lease, make_review, make_settings
from tests.publishing import Bodies

BEST = CollectionId("best")
LATER = NOON + timedelta(hours=1)
PAGE = page_key(Scope.COLLECTION, BEST)
TALKATIVE = Bodies(name="list-bare", scopes=frozenset({Scope.COLLECTION}))


def picking(transaction: Transaction, now: datetime = NOON) -> Picking:
    return Picking(transaction=transaction, now=now, by="ann")


def pick(store: Store, reviews: Sequence[Review], name: str = "The best") -> None:
    """Makes a collection of reviews that are in the store."""
    with store.writing() as transaction:
        picking(transaction).create(BEST, name, [each.id for each in reviews])


def picked(store: Store, view: View | None = None, settings: PublishSettings | None = None) -> Material:
    with store.reading() as transaction:
        found = transaction.collections.find(BEST)
        return select_collection_material(
            transaction, found, Locale("en"), settings or make_settings(), now=NOON, view=view
        )


def publish_picked(publisher: Publisher, now: datetime = NOON) -> Published:
    """Publishes the collection's page, marked or not."""
    with publisher.store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, [PAGE], now)
    return publisher.publish(lease(publisher.store, Work.PUBLISH, PAGE, now=now), now)


def bodies_of(store: Store) -> dict[str, str]:
    """What is served of the collection, by ``name/locale``."""
    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.COLLECTION, BEST)
    return {f"{key.name}/{key.locale}": each.body.decode() for key, each in kept.items() if each.etag}


def marked_pages(store: Store) -> set[str]:
    """The pages that were marked; nothing is marked any more after this."""
    with store.writing() as transaction:
        taken = transaction.marks.lease([Work.PUBLISH], "test", now=LATER, until=LATER + timedelta(days=1), limit=100)
        for each in taken:
            finish(transaction, each)
    return {each.key for each in taken}


def shelf(count: int = 3, **changes: Any) -> list[Review]:
    """Reviews of the kettle, each with words of its own, the newest first."""
    return [
        make_review(body=f"Shelf {at} stands.", written_at=NOON - timedelta(days=at), **changes) for at in range(count)
    ]
