"""The verbs about what is reviewed: subjects list, subjects import."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from collectors.file import open_table
from collectors.tables import Row, Table
from engine.catalogue import CatalogueReport, take_in
from engine.catalogue_rows import FIELD_HELP, field_of
from engine.domain import Problem, Severity, Subject
from engine.errors import RefusedError
from review_site.commands.common import Door, found_something, pairs, progress, say_problems, with_instance
from review_site.wiring import Instance, now

PAGE = 500


@click.group(cls=Door)
def subjects() -> None:
    """List what is reviewed, or take in a catalogue of it."""


@subjects.command("list")
@with_instance
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def list_subjects(instance: Instance, form: str) -> None:
    """List all subjects, in the order of their ids."""
    for each in _all(instance):
        click.echo(_as_line(each) if form == "text" else json.dumps(_as_mapping(each), ensure_ascii=False))


@subjects.command("import")
@with_instance
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help=f"FIELD is one of {', '.join(FIELD_HELP)}, name:de."
)
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="The same value for every row.")
def import_subjects(instance: Instance, file: Path, mapping: Sequence[str], constants: Sequence[str]) -> None:
    """Take in names, addresses, pictures, numbers and offers from a CSV, TSV, JSON, JSONL or XLSX file.

    The columns of a Google product feed are understood as they are. An empty cell keeps what is known. Running it
    again changes nothing that did not change in the file; `plaudit publish` then brings the pages up to date.
    """
    table = open_table(file)
    columns = _columns(table, pairs(mapping, "--map"))
    fixed = pairs(constants, "--set")
    if wrong := sorted(each for each in (*columns.values(), *fixed) if field_of(each) != each):
        raise RefusedError(f"there is no field {', '.join(wrong)}; the fields are {', '.join(FIELD_HELP)} and name:de")
    unreadable: list[Problem] = []
    with progress(f"reading {file.name}", table.count()) as advance:
        report = take_in(instance.store, _rows(file, table, columns, fixed, unreadable), now(), advance)
    _say(report, unreadable)


def _columns(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    """The field of each column that has one; a mapping goes before a column's own name."""
    if missing := sorted(set(mapping.values()) - set(table.columns)):
        raise RefusedError(f"there is no column {', '.join(missing)}; the columns are {', '.join(table.columns)}")
    wanted = {column: name for name, column in mapping.items()}
    for column in table.columns:
        found = field_of(column)
        if column not in wanted and found is not None and found not in wanted.values():
            wanted[column] = found
    return wanted


def _rows(
    file: Path, table: Table, columns: Mapping[str, str], fixed: Mapping[str, str], unreadable: list[Problem]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for row in table.rows():
        place = f"{file.name} row {row.number}"
        if isinstance(row, Row):
            yield place, {**{name: row.cells.get(column, "") for column, name in columns.items()}, **fixed}
        else:
            unreadable.append(
                Problem(rule="file-row", severity=Severity.ERROR, path=place, message=row.message, fix=row.fix)
            )


def _say(report: CatalogueReport, unreadable: Sequence[Problem]) -> None:
    refused = report.refused + len(unreadable)
    click.echo(f"{report.new} subjects new, {report.changed} changed, {report.unchanged} unchanged, {refused} refused")
    say_problems([*unreadable, *report.problems])
    if refused:
        found_something()


def _all(instance: Instance) -> Iterator[Subject]:
    after = ""
    while True:
        with instance.store.reading() as transaction:
            found = transaction.subjects.page(after=after, limit=PAGE)
        yield from found
        if len(found) < PAGE:
            return
        after = found[-1].id


def _as_line(each: Subject) -> str:
    price = f"{each.offer.price} {each.offer.price_currency}" if each.offer else "no offer"
    return " | ".join((each.id, each.type, each.name, price, each.url or "no address"))


def _as_mapping(each: Subject) -> dict[str, object]:
    return {
        "id": each.id,
        "type": each.type,
        "name": each.name,
        "url": each.url,
        "image": each.image,
        "price": str(each.offer.price) if each.offer else None,
        "price_currency": each.offer.price_currency if each.offer else None,
        "controlled_by": each.controlled_by,
        **each.identifiers,
    }
