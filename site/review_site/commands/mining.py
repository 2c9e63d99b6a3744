"""The verb that mines: the subjects that changed, one of them, all of them, or reviews on standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine.domain import Phrase, SubjectId
from engine.mining import Listing, mine_jsonl
from engine.outbox import Work
from review_site import bulk
from review_site.commands.common import (
    CouldNotRunError,
    found_something,
    instance_options,
    opened,
    progress,
    stoppable,
)
from review_site.commands.publishing import say_failures
from review_site.wiring import Instance, now
from review_site.worker import catch_up

SEED = 1
OURSELVES = "counted for ourselves, internal sources included; nothing of this is kept or published"


@click.command()
@instance_options
@click.option("--subject", help="Only this subject; its phrases are printed.")
@click.option("--internal", is_flag=True, help="With --subject: count internal sources too; nothing of it is kept.")
@click.option("--all", "everything", is_flag=True, help="The profile of the whole shop, then every subject.")
@click.option("--jobs", type=click.IntRange(1, 256), help="With --all: how many processes; one for each core.")
@click.option("--train", is_flag=True, help="Learn opinions from the shop's own stars; used where it is better.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="With --train: the same seed, the same model.")
@click.option("--jsonl", is_flag=True, help="Reviews as JSON lines in, phrases as JSON lines out; no data is used.")
@click.option(
    "--list",
    "listing",
    type=click.Choice([each.value for each in Listing]),
    default=Listing.MERGED.value,
    help="With --jsonl: single words, phrases of several words, or both.",
)
def mine(config: Path | None, folder: Path | None, **options: Any) -> None:
    """Find recurring phrases, draft FAQ entries and write summaries, for what changed, for one subject or for all."""
    asked = _Asked(**options)
    if bool(asked.subject) + asked.everything + asked.train + asked.jsonl > 1 or (asked.internal and not asked.subject):
        raise click.UsageError("--subject, --all, --train and --jsonl exclude each other; --internal needs --subject")
    if asked.jsonl:
        for line in mine_jsonl(sys.stdin, listing=Listing(asked.listing)):
            click.echo(line)
        return
    with opened(config, folder) as instance:
        if asked.everything:
            _mine_everything(instance, asked.jobs or os.cpu_count() or 1)
        elif asked.train:
            _train(instance, asked.seed)
        elif asked.subject:
            _mine_subject(instance, SubjectId(asked.subject), internal=asked.internal)
        else:
            _mine_what_changed(instance)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options of the verb, but for those that name the instance."""

    subject: str | None
    internal: bool
    everything: bool
    jobs: int | None
    train: bool
    seed: int
    jsonl: bool
    listing: str


def _mine_what_changed(instance: Instance) -> None:
    with progress("mining") as advance, stoppable() as stop:
        failed = catch_up(instance, lambda _: advance(1), stop, kinds=(Work.MINE,))
    say_failures(failed)


def _mine_everything(instance: Instance, jobs: int) -> None:
    begun = bulk.begin(instance)
    profiles, subjects = bulk.left(instance, Work.PROFILE), bulk.left(instance, Work.MINE)
    if not begun:
        click.echo(f"a run before this was stopped: {subjects} subjects are left", err=True)
    failed: dict[str, str] = {}
    with stoppable() as stop:
        for kind, title, count in ((Work.PROFILE, "learning", profiles), (Work.MINE, "mining", subjects)):
            with progress(title, count, every=100) as advance:
                failed |= bulk.work_off(instance, kind, jobs, advance, stop)
        is_stopped = stop.is_set()
    rest = bulk.left(instance, Work.MINE)
    if is_stopped and rest:
        raise CouldNotRunError(f"stopped: {rest} subjects are left; run plaudit mine --all again to go on")
    for key, error in sorted(failed.items()):
        click.echo(f"{key} failed: {error}", err=True)
    if failed:
        found_something()
    bulk.end(instance)
    click.echo(f"{subjects - rest} subjects mined")


def _train(instance: Instance, seed: int) -> None:
    for language, trained in instance.trainer.train(seed, now()):
        if trained is None:
            click.echo(f"{language}  too few reviews are rated")
            continue
        ours, shipped = trained.measured, trained.shipped
        click.echo(
            f"{language}  {trained.texts} rated reviews, seed {trained.seed}: the trained model agrees with"
            f" {ours.accuracy:.1%} (macro-F1 {ours.f1:.3f}), the shipped one with {shipped.accuracy:.1%}"
            f" ({shipped.f1:.3f}): {'used from now on' if trained.is_better else 'not better, not used'}"
        )


def _mine_subject(instance: Instance, subject: SubjectId, *, internal: bool) -> None:
    if internal:
        click.echo(OURSELVES, err=True)
        _say_phrases(instance.miner.count_for_ourselves(subject, now()))
    else:
        _say_phrases(_mine_one(instance, subject))


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
