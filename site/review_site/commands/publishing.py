"""Verbs about what is published: mine, publish, rebuild."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.domain import Phrase, Scope, SubjectId
from engine.mining import mine_jsonl
from engine.outbox import Outcome, Work, page_key
from engine.publish import Published
from review_site.commands.common import (
    found_something,
    instance_options,
    opened,
    progress,
    say_problems,
    stoppable,
    with_instance,
)
from review_site.wiring import Instance, now
from review_site.worker import catch_up


@click.command()
@instance_options
@click.option("--subject", help="Only this subject; its phrases are printed.")
@click.option("--jsonl", is_flag=True, help="Reviews as JSON lines in, phrases as JSON lines out; no data is used.")
def mine(config: Path | None, folder: Path | None, subject: str | None, jsonl: bool) -> None:
    """Find recurring phrases and draft FAQ entries, for all subjects that changed or for one."""
    if jsonl:
        for line in mine_jsonl(sys.stdin):
            click.echo(line)
        return
    with opened(config, folder) as instance:
        if subject is None:
            _mine_all(instance)
        else:
            _say_phrases(_mine_one(instance, SubjectId(subject)))


@click.command()
@with_instance
def publish(instance: Instance) -> None:
    """Bring every stale snippet up to date, and return."""
    bring_up_to_date(instance)


@click.command()
@with_instance
@click.argument("what", type=click.Choice(["snippets", "summaries"]))
def rebuild(instance: Instance, what: str) -> None:
    """Throw a projection away and make it anew from the reviews; the bytes are the same."""
    if what == "summaries":
        _rebuild_summaries(instance)
        return
    with instance.store.writing() as transaction:
        subjects = transaction.subjects.ids()
        transaction.marks.set(Work.MINE, subjects, now())
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in subjects), now())
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
    _say_failures(failed)
    if blocked:
        found_something()


def _mine_all(instance: Instance) -> None:
    with progress("mining") as advance, stoppable() as stop:
        failed = catch_up(instance, lambda _: advance(1), stop, kinds=(Work.MINE,))
    _say_failures(failed)


def _mine_one(instance: Instance, subject: SubjectId) -> Sequence[Phrase]:
    with instance.store.writing() as transaction:
        transaction.subjects.find(subject)
        transaction.marks.set(Work.MINE, [subject], now())
    outcome = instance.outbox.work_off_one(Work.MINE, subject, instance.handlers[Work.MINE])
    if outcome is not None and outcome.error is not None:
        raise outcome.error
    with instance.store.reading() as transaction:
        return transaction.phrases.of(subject)


def _say_phrases(phrases: Sequence[Phrase]) -> None:
    for each in phrases:
        share = "unclear" if each.positive_share is None else f"{each.positive_share:.0%} positive"
        click.echo(f"{each.language}  {each.count:5}  {share:14}  {each.text}")


def _say_failures(failed: Sequence[Outcome]) -> None:
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
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in wrong), now())
    click.echo(f"{len(after)} summaries counted anew, {len(wrong)} subjects had another one")
    if wrong:
        click.echo("  " + ", ".join(wrong[:20]))
        found_something()
