"""The verb that shows who changed what."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import click

from engine.domain import Change
from engine.store import AuditFilter
from review_site.commands.common import with_instance
from review_site.wiring import Instance
from schema_markup.feeds.meta_reviews import formula_safe

COLUMNS = ("number", "at", "by", "action", "about", "before", "after")

Lines = Sequence[tuple[int, Change]]


def _moment(_: click.Context, __: click.Parameter, given: datetime | None) -> datetime | None:
    return given.replace(tzinfo=UTC) if given else None


@click.command()
@with_instance
@click.option("--by", default="", help="Only what this one changed: operator, key/ID, account/ID.")
@click.option("--action", default="", help="Only this, or all that begins with it: review.approve, review.")
@click.option("--about", default="", help="Only what was done to this: review/ID.")
@click.option("--since", type=click.DateTime(), callback=_moment, help="Only from this moment on, in UTC.")
@click.option("--until", type=click.DateTime(), callback=_moment, help="Only before this moment, in UTC.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="The newest so many.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def audit(
    instance: Instance,
    by: str,
    action: str,
    about: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    form: str,
) -> None:
    """Show who changed what and when, as it was and as it is; times are in UTC."""
    wanted = AuditFilter(by=by, action=action, about=about, since=since, until=until)
    with instance.store.reading() as transaction:
        lines = transaction.audit.last(wanted=wanted, limit=limit)
    if lines:
        click.echo(FORMATS[form](lines))


def as_table(lines: Lines) -> str:
    rows = [_cells(*line) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS) - 2)]
    return "\n".join(_row(row, widths) for row in rows)


def as_csv(lines: Lines) -> str:
    """Without a cell that a spreadsheet would run as a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([formula_safe(cell) for cell in _cells(*line)] for line in lines)
    return written.getvalue().rstrip("\n")


def as_json(lines: Lines) -> str:
    """One object a line."""
    return "\n".join(json.dumps(_as_mapping(number, change), ensure_ascii=False) for number, change in lines)


FORMATS: Mapping[str, Callable[[Lines], str]] = {"table": as_table, "csv": as_csv, "json": as_json}


def _row(row: Sequence[str], widths: Iterable[int]) -> str:
    cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
    before, after = row[-2:]
    return "  ".join([*cells, f"{before} -> {after}" if before or after else ""]).rstrip()


def _cells(number: int, change: Change) -> list[str]:
    at = f"{change.at:%Y-%m-%d %H:%M:%S}"
    return [str(number), at, change.by, change.action, change.about, _words(change.before), _words(change.after)]


def _words(values: Mapping[str, str | int | None]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(values.items()) if value not in ("", None))


def _as_mapping(number: int, change: Change) -> dict[str, object]:
    return {
        "number": number,
        "at": change.at.isoformat(),
        "by": change.by,
        "action": change.action,
        "about": change.about,
        "before": dict(change.before),
        "after": dict(change.after),
    }
