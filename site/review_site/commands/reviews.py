"""Verbs about reviews: import, approve, reject, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from collectors.file import FIELDS, FileCollector
from engine.cleaning import content_hash
from engine.domain import Record, Review, ReviewId, Scope, Source, SourceId, Use, digest, review_id
from engine.errors import NotFoundError, RefusedError
from engine.intake import Intake, Report, register, run
from engine.kpi import suppression
from engine.moderation import Moderation, reason_from
from engine.outbox import Work, page_key
from engine.rights import declared_consent, profile, refuse_unless_storable
from review_site.commands.common import OPERATOR, found_something, progress, say_problems, with_instance
from review_site.wiring import Instance, now

AT_ONCE = 1000
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
    wanted = Source(id=SourceId(source), collector="file", rights=profile(rights, attribution=attribution), options={})
    refuse_unless_storable(wanted.rights, source)
    collector = FileCollector(path=file, mapping=_pairs(mapping, "--map"), constants=_pairs(constants, "--set"))
    moment = now()
    intake = Intake(
        source=wanted,
        consent=declared_consent(wanted.rights, proof=f"import of {file.name}", now=moment),
        rules=instance.rules,
        policy=instance.config.approve,
        mining_delay=instance.mining_delay,
    )
    with progress(f"reading {file.name}", collector.count()) as advance:
        if dry_run:
            report = _dry_run(instance, intake, collector, advance)
        else:
            register(instance.store, wanted)
            stream = digest("file", str(file.resolve()))
            report = run(instance.store, intake, collector.collect, stream, now=moment, progress=advance)
    _say(report, dry_run=dry_run)


@click.command()
@with_instance
@click.argument("reviews", nargs=-1)
@click.option("--source", help="Approve what waits of this source.")
@click.option("--all", "everything", is_flag=True, help="With --source: everything that waits.")
def approve(instance: Instance, reviews: Sequence[str], source: str | None, everything: bool) -> None:
    """Approve reviews, by their ids or all that wait of a source; the rating is not looked at."""
    if bool(reviews) == bool(source) or bool(source) != everything:
        raise click.UsageError("name reviews, or say --source ID --all")
    approved = _approve_source(instance, SourceId(source)) if source else _approve_these(instance, reviews)
    click.echo(f"{approved} approved")
    say_suppression(instance)


@click.command()
@with_instance
@click.argument("reviews", nargs=-1, required=True)
@click.option("--reason", required=True, help="One of a fixed list; a rating is never a reason.")
@click.option("--note", default="", help="What a colleague should know about it.")
def reject(instance: Instance, reviews: Sequence[str], reason: str, note: str) -> None:
    """Reject reviews; what is published of them is gone at the next request."""
    with instance.store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=now(), mining_delay=instance.mining_delay)
        rejected = moderation.reject(_ids(reviews), by=OPERATOR, reason=reason_from(reason), note=note)
    rebuild_pages_of(instance, rejected)
    click.echo(f"{len(rejected)} rejected")
    say_suppression(instance)


@click.command()
@with_instance
@click.argument("review", required=False)
@click.option("--source", help="With --external-id: the source of the review.")
@click.option("--external-id", help="With --source: the review's id there.")
@click.option("--use", "uses", multiple=True, type=click.Choice([*Use]), help="Only this use; all when none is named.")
def withdraw(
    instance: Instance, review: str | None, source: str | None, external_id: str | None, uses: Sequence[str]
) -> None:
    """Take back an author's consent; the words are gone at the next request."""
    if bool(review) == bool(source and external_id):
        raise click.UsageError("name the review by its id, or by --source and --external-id")
    wanted = ReviewId(review) if review else review_id(SourceId(source or ""), external_id or "")
    taken_back = frozenset(Use(each) for each in uses) or frozenset(Use)
    with instance.store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=now(), mining_delay=instance.mining_delay)
        withdrawn = moderation.withdraw(wanted, taken_back, by=OPERATOR)
    rebuild_pages_of(instance, [withdrawn])
    click.echo(f"{wanted}: consent taken back for {', '.join(sorted(taken_back))}")


def rebuild_pages_of(instance: Instance, reviews: Sequence[Review]) -> None:
    """Builds the pages anew from which words were taken; a running worker may be faster, and then it is done too."""
    for subject in sorted({each.subject_id for each in reviews}):
        instance.outbox.work_off_one(Work.MINE, subject, instance.handlers[Work.MINE])
        instance.outbox.work_off_one(Work.PUBLISH, page_key(Scope.SUBJECT, subject), instance.handlers[Work.PUBLISH])


def say_suppression(instance: Instance) -> None:
    """One line: whether low ratings are approved less often than high ones."""
    with instance.store.reading() as transaction:
        figure = suppression(transaction.reviews.by_state_and_star())
    if figure.gap is not None and figure.shown_gap is not None:
        click.echo(f"approved share, 4-5 stars less 1-2 stars: {figure.gap:+.1%}; shown share: {figure.shown_gap:+.1%}")


def _approve_source(instance: Instance, source: SourceId) -> int:
    with instance.store.reading() as transaction:
        if transaction.sources.find(source) is None:
            raise NotFoundError(f"there is no source {source!r}")
    approved = 0
    with progress(f"approving {source}") as advance:
        while True:
            with instance.store.writing() as transaction:
                moderation = Moderation(transaction=transaction, now=now(), mining_delay=instance.mining_delay)
                some = moderation.approve_waiting(source, by=OPERATOR, limit=AT_ONCE)
            if not some:
                return approved
            approved += some
            advance(some)


def _approve_these(instance: Instance, reviews: Sequence[str]) -> int:
    with instance.store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=now(), mining_delay=instance.mining_delay)
        return len(moderation.approve(_ids(reviews), by=OPERATOR))


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
        click.echo(f"  {record.place}: {_in_a_line(cleaned.review)}")


def _in_a_line(review: Review) -> str:
    stars = f"{review.rating.hundredths / 100:g} of 5" if review.rating else "no rating"
    written = f"{review.written_at:%Y-%m-%d}" if review.written_at else "no date"
    text = " - ".join(filter(None, (review.title, review.body.replace("\n", " "))))
    parts = (
        review.subject_id,
        stars,
        written,
        review.language or "?",
        review.author or "no name",
        text[:60] or "no text",
    )
    return " | ".join(parts)


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


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or name in pairs:
            raise RefusedError(f"{option} {each!r}: write FIELD=... once for each field")
        pairs[name] = value
    return pairs


def _ids(reviews: Sequence[str]) -> list[ReviewId]:
    return [ReviewId(each) for each in reviews]
