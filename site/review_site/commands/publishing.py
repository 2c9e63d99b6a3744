"""Verbs about what is published: publish, rebuild."""

from __future__ import annotations

from collections.abc import Sequence

import click

from engine.collections import mark_all_collections
from engine.domain import Scope
from engine.outbox import Outcome, Work, page_key
from engine.publish import Published
from engine.search.seat import Seat
from engine.store.search import ASKED
from engine.topics_run import mark_all_topics
from review_site.commands.common import (
    CouldNotRunError,
    found_something,
    progress,
    say_problems,
    stoppable,
    with_instance,
)
from review_site.owners import new_owner
from review_site.wiring import Instance, now
from review_site.worker import catch_up


@click.command()
@with_instance
def publish(instance: Instance) -> None:
    """Bring every stale snippet up to date, and return."""
    bring_up_to_date(instance)


@click.command()
@with_instance
@click.argument("what", type=click.Choice(["snippets", "summaries", "search"]))
def rebuild(instance: Instance, what: str) -> None:
    """Throw a projection away and make it anew from the reviews; the bytes are the same."""
    if what == "summaries":
        _rebuild_summaries(instance)
        return
    if what == "search":
        _rebuild_search(instance)
        return
    with instance.store.writing() as transaction:
        subjects = transaction.subjects.ids()
        transaction.marks.set(Work.MINE, subjects, now())
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in subjects), now())
        mark_all_topics(transaction, now())
        mark_all_collections(transaction, now())
    bring_up_to_date(instance)


def bring_up_to_date(instance: Instance) -> None:
    """Mines and publishes what is marked, and says what came of it."""
    results: list[Published] = []

    def tell(outcome: Outcome) -> None:
        advance(1)
        if isinstance(outcome.result, Published):
            results.append(outcome.result)

    with progress("publishing") as advance, stoppable() as stop:
        failed = catch_up(instance, tell, stop)
    updated, removed = sum(len(each.updated) for each in results), sum(len(each.removed) for each in results)
    unchanged = sum(each.unchanged for each in results)
    click.echo(f"{len(results)} pages: {updated} snippets updated, {unchanged} unchanged, {removed} removed")
    blocked = [(locale, problems) for each in results for locale, problems in each.blocked.items()]
    for locale, problems in blocked:
        click.echo(f"not published in {locale}:", err=True)
        say_problems(problems)
    say_failures(failed)
    if blocked:
        found_something()


def say_failures(failed: Sequence[Outcome]) -> None:
    """Names what could not be done; the exit code says so too."""
    for each in failed:
        click.echo(f"{each.lease.kind} {each.lease.key} failed: {each.error}", err=True)
    if failed:
        found_something()


def _rebuild_summaries(instance: Instance) -> None:
    with instance.store.writing() as transaction:
        before = transaction.summaries.all()
        transaction.summaries.rebuild()
        after = transaction.summaries.all()
        wrong = sorted({key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)})
        collections = transaction.collections.about(wrong)
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.COLLECTION, each) for each in collections), now())
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in wrong), now())
    click.echo(f"{len(after)} summaries counted anew, {len(wrong)} subjects had another one")
    if wrong:
        click.echo("  " + ", ".join(wrong[:20]))
        found_something()


def _rebuild_search(instance: Instance) -> None:
    seat = Seat(store=instance.store, owner=new_owner(), clock=now)
    if not seat.take():
        with instance.store.writing() as transaction:
            transaction.memory.save(ASKED, now().isoformat())
        click.echo("a worker has the index in hand and was asked to make it anew; plaudit doctor says how it is")
        return
    with instance.store.reading() as transaction:
        reviews = transaction.reviews.count()
    try:
        with progress("indexing", reviews) as advance, stoppable() as stop:

            def tell(step: int) -> None:
                seat.hold()
                advance(step)

            is_whole = instance.indexer.rebuild(tell, stop.is_set)
    finally:
        seat.leave()
    if not is_whole:
        raise CouldNotRunError("stopped; what was there before is still read, and a worker makes it anew")
    click.echo(f"{reviews} reviews indexed anew")
