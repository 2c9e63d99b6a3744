"""What writers of the sample company keep: searches under a name, and reviews that they picked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from engine.collections import Picking
from engine.domain import CollectionId, digest, review_id
from engine.domain.saved import SavedSearch
from engine.rights import may_show
from engine.saved_searches import save_search
from engine.store import Transaction
from review_site.console.search.questions import kept_query
from review_site.demo.company import SHOP, WRITER
from review_site.demo.days import Days
from review_site.demo.story import Act, Step

PICKED = 24.0
"""Days before the story ends."""


def searches(told: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    for each in told:
        yield Act(at=days.before(each["days"]), do=partial(_save, each["name"], each["query"]))


def picks(told: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    yield Act(at=days.before(PICKED), do=partial(pick, told))


def pick(told: Sequence[Mapping[str, Any]], transaction: Transaction, at: datetime) -> None:
    """Makes the collections that are not there, of their reviews that nobody took down since."""
    known = set(transaction.collections.ids())
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    for kept in told:
        if kept["id"] in known:
            continue
        ids = [review_id(SHOP, each) for each in kept["reviews"]]
        found = transaction.reviews.among(ids, lock=False)
        fit = [
            each
            for each in ids
            if each in found and may_show(found[each].review, rights[found[each].review.source_id], at)
        ]
        Picking(transaction=transaction, now=at, by=WRITER).create(CollectionId(kept["id"]), kept["name"], fit)


def _save(name: str, query: str, transaction: Transaction, at: datetime) -> None:
    wanted = SavedSearch(id=digest("demo", name)[:20], name=name, query=kept_query(query), by=WRITER, at=at)
    save_search(transaction, wanted)
