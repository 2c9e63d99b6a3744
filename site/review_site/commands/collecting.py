"""Verbs about configured sources: sources, collect."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from threading import Event

import click

from engine.collecting import Synced, schedule
from engine.domain import ReadingState, SourceId
from engine.errors import NotFoundError
from engine.outbox import Outcome, Work
from engine.readings import in_words
from engine.source_settings import SourceSettings
from review_site.commands.common import found_something, progress, say_problems, stoppable, with_instance
from review_site.explaining import explain
from review_site.owners import is_gone
from review_site.source_states import source_states
from review_site.wiring import Instance, now, until

COLUMNS = ("source", "kind", "state", "last run", "completeness", "next run")
TOLD_EVERY = 1_000


@click.command()
@with_instance
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def sources(instance: Instance, form: str) -> None:
    """Print every source: its state, its last run, whether it is complete, and when it is read next."""
    states = source_states(instance, now())
    if form == "json":
        click.echo(json.dumps([each.as_mapping() for each in states], indent=2))
        return
    for line in _aligned([COLUMNS, *(each.as_row() for each in states)] if states else []):
        click.echo(line)


@click.command()
@with_instance
@click.argument("ids", metavar="[ID ...]", nargs=-1)
@click.option("--full", is_flag=True, help="Read from the beginning, and find what is gone at the source.")
@click.option("--explain", "explained", is_flag=True, help="Show how one record was mapped: give ID RECORD.")
def collect(instance: Instance, ids: Sequence[str], full: bool, explained: bool) -> None:
    """Read the configured sources now: all of them, or those with these IDs.

    Stopped at any time, it goes on where it was when it is run again. Ends with 1 when a source could not be read, a
    record is malformed or something is missing; a source that cannot tell whether it is complete is no failure.

    With --explain, RECORD is the source's own id of a review that was collected, or a file with one raw record as JSON;
    in a source of files also an id or row that stands in them.
    """
    if explained:
        _explain(instance, ids)
        return
    wanted = [_settings(instance, each) for each in ids] or list(instance.config.sources.values())
    if not wanted:
        raise NotFoundError("no source is configured: docs/config.md says how to write [sources.<id>]")
    instance.outbox.take_over_from(is_gone)
    with stoppable() as stop:
        left = takewhile(lambda _: not stop.is_set(), wanted)
        found = [_tell(each, _collect(instance, each, stop, full=full)) for each in left]
    if any(found) or stop.is_set():
        found_something()


def _explain(instance: Instance, words: Sequence[str]) -> None:
    if len(words) != 2:
        raise click.UsageError("--explain takes the ID of a source and a RECORD")
    settings = _settings(instance, words[0])
    for line in explain(instance, settings, words[1], Path(words[1])):
        click.echo(line)


def _collect(instance: Instance, settings: SourceSettings, stop: Event, *, full: bool) -> Outcome | None:
    """None when a worker is at it at this moment."""
    schedule(instance.store, {settings.id: now() + settings.every})
    with progress(f"collecting {settings.id}", None, every=TOLD_EVERY) as advance:
        return instance.outbox.work_off_one(
            Work.COLLECT,
            settings.id,
            lambda lease: instance.sources.collect(lease, until(stop), full=full, progress=advance),
        )


def _tell(settings: SourceSettings, outcome: Outcome | None) -> bool:
    """Whether there is something that a person should look at."""
    if outcome is None or outcome.lost:
        click.echo(f"{settings.id}: a worker reads it at this moment", err=True)
        return False
    if outcome.error is not None:
        click.echo(f"{settings.id}: {outcome.error}", err=True)
        return True
    return isinstance(outcome.result, Synced) and _say(settings.id, outcome.result)


def _say(source: SourceId, synced: Synced) -> bool:
    report, reading = synced.report, synced.reading
    gone = f", {synced.gone} gone at the source" if synced.gone else ""
    click.echo(
        f"{source}: {report.seen} records: {report.taken} taken in, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.refused} refused{gone}"
    )
    if report.approved:
        click.echo(f"  {report.approved} approved by policy")
    if reading.state is not ReadingState.DONE:
        click.echo(f"  {reading.state}{f': {reading.said}' if reading.said else ''}")
    elif reading.full:
        click.echo(f"  {in_words(reading.proof)}")
    say_problems(report.problems, report.unlisted)
    proof = reading.proof if reading.full else None
    is_odd = proof is not None and (proof.lost_most or not (proof.is_complete or proof.is_excused))
    return bool(report.refused) or reading.state is not ReadingState.DONE or is_odd


def _settings(instance: Instance, source: str) -> SourceSettings:
    found = instance.config.sources.get(SourceId(source))
    if found is None:
        there = ", ".join(instance.config.sources) or "none"
        raise NotFoundError(f"no source {source!r} is configured; there are {there}")
    return found


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
