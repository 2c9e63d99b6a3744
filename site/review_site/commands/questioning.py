"""Taking in a file of customers' questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from collectors.file import open_table
from collectors.tables import Row
from engine.domain import Problem, Record, Severity, Source, digest
from engine.errors import NotFoundError, RefusedError
from engine.intake import Report, register
from engine.questions import refuse_unless_askable, take_in_questions
from engine.rights import profile, refuse_unless_storable
from engine.settings import source_id
from review_site.commands.common import found_something, say_problems
from review_site.wiring import Instance, now

FIELDS = ("subject", "question", "language", "asked_at", "author")
NEEDED = ("subject", "question")


def take_in_file(instance: Instance, file: Path, source: str, rights: str | None) -> Report:
    """Keeps the questions of a file; raises RefusedError before anything is kept when the file or source is wrong."""
    table = open_table(file)
    missing = [each for each in NEEDED if each not in table.columns]
    if missing:
        raise RefusedError(f"{file.name} has no column {' and none '.join(missing)}; it has {', '.join(table.columns)}")
    known = _source(instance, source, rights)
    refuse_unless_askable(known)
    report, records = Report(), []
    for row in table.rows():
        if isinstance(row, Row):
            records.append(_record(row, file.name))
        else:
            place = f"{file.name} row {row.number}"
            problem = Problem(rule="file-row", severity=Severity.ERROR, path=place, message=row.message, fix=row.fix)
            report.add(Report(refused=1, problems=[problem]))
    with instance.store.writing() as transaction:
        report.add(take_in_questions(transaction, known, records, instance.rules, now()))
    return report


def say(report: Report) -> None:
    """What became of the questions; ends with exit code 1 when some were refused."""
    click.echo(
        f"{report.seen} questions: {report.taken} taken in, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.refused} refused"
    )
    say_problems(report.problems)
    if report.refused:
        found_something()


def _source(instance: Instance, name: str, rights: str | None) -> Source:
    with instance.store.reading() as transaction:
        known = transaction.sources.find(source_id(name))
    if rights is None:
        if known is None:
            raise NotFoundError(f"there is no source {name!r}; say --rights own to make it known")
        return known
    wanted = Source(id=source_id(name), collector="file", rights=profile(rights), options={})
    refuse_unless_storable(wanted.rights, name)
    refuse_unless_askable(wanted)
    return register(instance.store, wanted)


def _record(row: Row, name: str) -> Record:
    cells = {field: row.cells[field] for field in FIELDS if row.cells.get(field, "").strip()}
    given = row.cells.get("id") or row.cells.get("external_id") or ""
    known_by = f"h{digest(cells.get('subject', ''), cells.get('question', ''))}"
    return Record(
        fields=cells,
        external_id=given.strip() or known_by,
        place=f"{name} row {row.number}",
        payload="",
        replies=tuple(_answers(row.source)),
    )


def _answers(row: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """One in a column, or any number in a JSON list: texts, or objects with a text and an author."""
    given = row.get("answers", row.get("answer"))
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, Mapping):
            yield {"body": str(each.get("text") or ""), "author": str(each.get("author") or "")}
        elif each:
            yield {"body": str(each)}
