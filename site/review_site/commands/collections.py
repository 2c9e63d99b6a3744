"""Verbs about reviews that are picked by hand: collection create, add, remove, move, rename, delete, list, show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import click

from engine.collections import Picking
from engine.domain import Collection, CollectionId, ReviewId, Scope
from engine.outbox import Work, page_key
from engine.rights import oldest_allowed, why_not_shown
from engine.store import CollectionCounts, Transaction
from review_site.commands.common import OPERATOR, in_a_line, with_instance
from review_site.wiring import Instance, now

AT_ONCE = 500


def placing(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that say where reviews go; the end, where none is given."""
    before = click.option("--before", metavar="REVIEW", help="In front of this review of the collection.")
    first = click.option("--first", is_flag=True, help="In front of all others.")
    return before(first(command))


@click.group()
def collection() -> None:
    """Pick reviews by hand: each collection has a page and snippets of its own, and says that it is a selection."""


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("reviews", nargs=-1, metavar="[REVIEW]...")
@click.option("--name", required=True, help="What visitors read above it.")
def create(instance: Instance, collection_id: str, reviews: Sequence[str], name: str) -> None:
    """Make a collection, empty or of some reviews; its id stands in addresses and never changes."""
    _change(instance, collection_id, lambda picking, wanted: picking.create(wanted, name, _ids(reviews)))


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("reviews", nargs=-1, required=True, metavar="REVIEW...")
@placing
def add(instance: Instance, collection_id: str, reviews: Sequence[str], before: str | None, first: bool) -> None:
    """Put reviews in, in this order; only such as may be shown now."""
    _change(
        instance,
        collection_id,
        lambda picking, wanted: picking.add(wanted, _ids(reviews), before=_place(picking, wanted, before, first)),
    )


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("reviews", nargs=-1, required=True, metavar="REVIEW...")
def remove(instance: Instance, collection_id: str, reviews: Sequence[str]) -> None:
    """Take reviews out; they stay wherever else they are shown."""
    _change(instance, collection_id, lambda picking, wanted: picking.remove(wanted, _ids(reviews)))


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("reviews", nargs=-1, required=True, metavar="REVIEW...")
@placing
def move(instance: Instance, collection_id: str, reviews: Sequence[str], before: str | None, first: bool) -> None:
    """Put reviews that are in elsewhere, in this order."""
    _change(
        instance,
        collection_id,
        lambda picking, wanted: picking.move(wanted, _ids(reviews), before=_place(picking, wanted, before, first)),
    )


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("name")
def rename(instance: Instance, collection_id: str, name: str) -> None:
    """Give a collection another name; its addresses stay."""
    _change(instance, collection_id, lambda picking, wanted: picking.rename(wanted, name))


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
def delete(instance: Instance, collection_id: str) -> None:
    """Take a collection away with its page and snippets; the reviews stay."""
    with instance.store.writing() as transaction:
        gone = Picking(transaction=transaction, now=now(), by=OPERATOR).delete(CollectionId(collection_id))
    _publish(instance, gone.id)
    click.echo(f"{gone.id}: deleted")


@collection.command("list")
@with_instance
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How they are written.")
def list_collections(instance: Instance, form: str) -> None:
    """List all collections, each with how many of its reviews may be shown now."""
    found = list(_found(instance))
    width = max((len(each.id) for each, _ in found), default=0)
    for each, counts in found:
        if form == "json":
            click.echo(json.dumps(_as_json(each, counts), ensure_ascii=False))
        else:
            click.echo(f"{each.id:{width}}  {_said(each, counts)}  {each.name}")
    if not found:
        click.echo("no collections; plaudit collection create makes one", err=True)


@collection.command()
@with_instance
@click.argument("collection_id", metavar="COLLECTION")
def show(instance: Instance, collection_id: str) -> None:
    """List the reviews of a collection in their order, and why one of them is not shown."""
    with instance.store.reading() as transaction:
        found = transaction.collections.find(CollectionId(collection_id))
        counts = _counts(transaction, [found])[found.id]
        sources = transaction.sources.all()
        filed = transaction.reviews.among(found.reviews)
    click.echo(f"{found.name}: {_said(found, counts)}, at {instance.settings.base_url}/collections/{found.id}")
    for each in found.reviews:
        if each not in filed:
            click.echo(f"{each}  not shown: there is no such review any more")
            continue
        review = filed[each].review
        why_not = why_not_shown(review, sources[review.source_id].rights, now())
        click.echo(f"{each}  {in_a_line(review)}" + (f" | not shown: {why_not}" if why_not else ""))


def _change(instance: Instance, wanted: str, verb: Callable[[Picking, CollectionId], Collection]) -> None:
    with instance.store.writing() as transaction:
        changed = verb(Picking(transaction=transaction, now=now(), by=OPERATOR), CollectionId(wanted))
    _publish(instance, changed.id)
    with instance.store.reading() as transaction:
        counts = _counts(transaction, [changed])[changed.id]
    click.echo(f"{changed.id}: {_said(changed, counts)}, at {instance.settings.base_url}/collections/{changed.id}")


def _publish(instance: Instance, changed: CollectionId) -> None:
    """Builds the page at once; a running worker may be faster, and then it is done too."""
    instance.outbox.work_off_one(Work.PUBLISH, page_key(Scope.COLLECTION, changed), instance.handlers[Work.PUBLISH])


def _place(picking: Picking, wanted: CollectionId, before: str | None, first: bool) -> ReviewId | None:
    """The review that others go in front of; None is the end."""
    if before and first:
        raise click.UsageError("say --before REVIEW or --first, not both")
    if first:
        return next(iter(picking.transaction.collections.find(wanted).reviews), None)
    return ReviewId(before) if before else None


def _found(instance: Instance) -> Iterator[tuple[Collection, CollectionCounts]]:
    after = ""
    while True:
        with instance.store.reading() as transaction:
            page = transaction.collections.page(after=after, limit=AT_ONCE)
            counts = _counts(transaction, page)
        yield from ((each, counts[each.id]) for each in page)
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


def _counts(transaction: Transaction, wanted: Sequence[Collection]) -> Mapping[CollectionId, CollectionCounts]:
    oldest = oldest_allowed(transaction.sources.all().values(), now())
    return transaction.collections.counts([each.id for each in wanted], oldest)


def _said(each: Collection, counts: CollectionCounts) -> str:
    return f"{counts.reviews} of {len(each.reviews)} reviews shown"


def _as_json(each: Collection, counts: CollectionCounts) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "reviews": list(each.reviews),
        "reviews_shown": counts.reviews,
        "subjects_shown": counts.subjects,
    }


def _ids(reviews: Sequence[str]) -> list[ReviewId]:
    return [ReviewId(each) for each in reviews]
