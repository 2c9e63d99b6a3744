"""The verb that takes reviews in: import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from collectors.file import FIELDS, FileCollector
from collectors.presets import Preset, find_preset, fitting, presets
from engine.domain import Rights, Source, digest
from engine.intake import Intake, Report, register, run
from engine.rights import declared_consent, refuse_unless_storable
from engine.settings import source_id
from engine.trial import try_out
from review_site.commands.common import found_something, in_a_line, pairs, progress, say_problems, with_instance
from review_site.import_rights import import_rights
from review_site.wiring import Instance, now

SHOWN_BY_A_DRY_RUN = 10


def _with_rights(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that say what may be done with reviews, as one profile, ``allowed``."""

    @click.option(
        "--rights", help="What may be done with them: own, display-only, internal, g2, ... A preset knows it by itself."
    )
    @click.option("--preset", help=f"The tool whose export it is: {', '.join(presets())}.")
    @click.option("--attribution", help="The name that the source is shown under.")
    @click.option(
        "--approval", default="", help="The leave in writing that some profiles need: from whom, of which date."
    )
    @wraps(command)
    def with_them(
        *given: Any, rights: str | None, preset: str | None, attribution: str | None, approval: str, **rest: Any
    ) -> None:
        chosen = find_preset(preset) if preset else None
        name = rights or (chosen.rights if chosen else None)
        if name is None:
            raise click.UsageError("say what may be done with them: --rights PROFILE, or --preset NAME")
        allowed = import_rights(name, chosen, attribution=attribution, approval=approval)
        command(*given, allowed=allowed, preset=chosen, **rest)

    return with_them


@click.command("import")
@with_instance
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="The id under which these reviews are known.")
@_with_rights
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help=f"FIELD is one of {', '.join(FIELDS)}.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="The same value for every row.")
@click.option("--dry-run", is_flag=True, help="Show what would come in and every row error; save nothing.")
def import_file(
    instance: Instance,
    file: Path,
    source: str,
    allowed: Rights,
    preset: Preset | None,
    mapping: Sequence[str],
    constants: Sequence[str],
    dry_run: bool,
) -> None:
    """Take in reviews from a CSV, TSV, JSON, JSONL or XLSX file.

    Running it again takes in what is new or changed and leaves the rest; when it was stopped, it goes on where it was.
    """
    wanted = Source(id=source_id(source), collector="file", rights=allowed, options={})
    collector = FileCollector(
        path=file, mapping=pairs(mapping, "--map"), constants=pairs(constants, "--set"), preset=preset
    )
    _say_of_presets(collector)
    refuse_unless_storable(wanted.rights, source)
    moment = now()
    intake = Intake(
        source=wanted,
        consent=declared_consent(wanted.rights, proof=f"import of {file.name}", now=moment),
        rules=instance.rules,
        policy=instance.config.approve,
        mining_delay=instance.mining_delay,
        profile_delay=instance.profile_delay,
        seal=instance.privacy.seal,
    )
    with progress(f"reading {file.name}", collector.count()) as advance:
        if dry_run:
            report = _dry_run(instance, intake, collector, advance)
        else:
            register(instance.store, wanted)
            stream = digest("file", str(file.resolve()))
            report = run(instance.store, intake, collector.collect, stream, now=moment, progress=advance)
    _say(report, dry_run=dry_run)


def _say_of_presets(collector: FileCollector) -> None:
    """What is worth knowing about the preset, or which one would fit."""
    if collector.preset:
        if collector.preset.note:
            click.echo(collector.preset.note, err=True)
        return
    for each in fitting(collector.columns):
        click.echo(f"this looks like the {each.title}: --preset {each.name} knows its columns", err=True)


def _dry_run(instance: Instance, intake: Intake, collector: FileCollector, advance: Callable[[int], None]) -> Report:
    report, shown = Report(), 0
    for batch in collector.collect(None):
        with instance.store.reading() as transaction:
            trial = try_out(transaction, intake, batch, now())
        report.add(trial.report)
        for row in trial.rows:
            if row.review is not None and shown < SHOWN_BY_A_DRY_RUN:
                click.echo(f"  {row.record.place}: {in_a_line(row.review)}")
                shown += 1
        advance(len(batch.records) + len(batch.problems))
    return report


def _say(report: Report, *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(
        f"{report.seen} rows: {report.taken} {would}taken in, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.refused} refused"
    )
    if report.erased:
        click.echo(f"{report.erased} passed over: their persons had them erased")
    if report.approved:
        click.echo(f"{report.approved} approved by policy")
    say_problems(report.problems, report.unlisted)
    if report.refused:
        found_something()
