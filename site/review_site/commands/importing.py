"""The verb that takes reviews in: import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from collectors.file import FIELDS, FileCollector
from engine.cleaning import content_hash
from engine.domain import Record, Source, digest, review_id
from engine.intake import Intake, Report, register, run
from engine.rights import declared_consent, profile, refuse_unless_storable
from engine.settings import source_id
from review_site.commands.common import found_something, in_a_line, pairs, progress, say_problems, with_instance
from review_site.wiring import Instance, now

SHOWN_BY_A_DRY_RUN = 10


@click.command("import")
@with_instance
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="The id under which these reviews are known.")
@click.option("--rights", required=True, help="What may be done with them: own, display-only or internal.")
@click.option("--attribution", help="The name that a display-only source is shown under.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help=f"FIELD is one of {', '.join(FIELDS)}.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="The same value for every row.")
@click.option("--dry-run", is_flag=True, help="Show what would come in and every row error; save nothing.")
def import_file(
    instance: Instance,
    file: Path,
    source: str,
    rights: str,
    attribution: str | None,
    mapping: Sequence[str],
    constants: Sequence[str],
    dry_run: bool,
) -> None:
    """Take in reviews from a CSV, TSV, JSON, JSONL or XLSX file.

    Running it again takes in what is new or changed and leaves the rest; when it was stopped, it goes on where it was.
    """
    wanted = Source(id=source_id(source), collector="file", rights=profile(rights, attribution=attribution), options={})
    refuse_unless_storable(wanted.rights, source)
    make = instance.collectors[wanted.collector]
    collector = make(path=file, mapping=pairs(mapping, "--map"), constants=pairs(constants, "--set"))
    moment = now()
    intake = Intake(
        source=wanted,
        consent=declared_consent(wanted.rights, proof=f"import of {file.name}", now=moment),
        rules=instance.rules,
        policy=instance.config.approve,
        mining_delay=instance.mining_delay,
        profile_delay=instance.profile_delay,
    )
    with progress(f"reading {file.name}", collector.count()) as advance:
        if dry_run:
            report = _dry_run(instance, intake, collector, advance)
        else:
            register(instance.store, wanted)
            stream = digest("file", str(file.resolve()))
            report = run(instance.store, intake, collector.collect, stream, now=moment, progress=advance)
    _say(report, dry_run=dry_run)


def _dry_run(instance: Instance, intake: Intake, collector: FileCollector, advance: Callable[[int], None]) -> Report:
    report = Report()
    for batch in collector.collect(None):
        report.problems += batch.problems
        report.refused += len(batch.problems)
        with instance.store.reading() as transaction:
            ids = [review_id(intake.source.id, each.external_id) for each in batch.records]
            standing = transaction.reviews.standing(ids)
        for each, record in zip(ids, batch.records, strict=True):
            _try_out(intake, record, standing.get(each), report)
        advance(len(batch.records) + len(batch.problems))
    return report


def _try_out(intake: Intake, record: Record, known: str | None, report: Report) -> None:
    cleaned, problems = intake.try_out(record, now())
    report.problems += problems
    if cleaned is None:
        report.refused += 1
    elif known == content_hash(record):
        report.unchanged += 1
    elif known:
        report.changed += 1
    else:
        report.taken += 1
    if cleaned is not None and report.seen - report.refused <= SHOWN_BY_A_DRY_RUN:
        click.echo(f"  {record.place}: {in_a_line(cleaned.review)}")


def _say(report: Report, *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(
        f"{report.seen} rows: {report.taken} {would}taken in, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.refused} refused"
    )
    if report.approved:
        click.echo(f"{report.approved} approved by policy")
    say_problems(report.problems)
    if report.refused:
        found_something()
