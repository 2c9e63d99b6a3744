"""The verb that says how advocacy grows: the figures of a period beside the one before."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

import click

from engine.domain import Locale, SourceId, SubjectId
from engine.i18n import texts
from engine.insights import Insights, Wanted, look
from engine.periods import WORDS, Period, read_period
from review_site.commands.common import with_instance
from review_site.console.insights.speech import Speech
from review_site.console.insights.summary import KEY, summary
from review_site.console.insights.traffic import KEYS, MAKERS
from review_site.console.shell import Cell, Table
from review_site.frame import HERE
from review_site.wiring import Instance, now
from schema_markup.feeds.meta_reviews import formula_safe

LANGUAGE = Locale("en")


@click.command()
@with_instance
@click.option(
    "--period", default=WORDS[0], show_default=True, help="28d, month, quarter, year, 2026Q3, 2026-07, or DAY..DAY."
)
@click.option("--subject", "subjects", multiple=True, help="Only about this subject. Once for each.")
@click.option("--source", "sources", multiple=True, help="Only from this source. Once for each.")
@click.option("--figure", type=click.Choice([KEY, *KEYS]), default=KEY, show_default=True, help="Which table is shown.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def insights(
    instance: Instance, period: str, subjects: Sequence[str], sources: Sequence[str], figure: str, form: str
) -> None:
    """Show the figures of a period beside the one before it; JSON has all of them."""
    timezone = instance.config.site_timezone
    today = now().astimezone(timezone).date()
    wanted = Wanted(
        period=read_period(period, today),
        timezone=timezone,
        today=today,
        subjects=[SubjectId(each) for each in subjects],
        sources=[SourceId(each) for each in sources],
    )
    with instance.store.reading() as transaction:
        found = look(transaction, instance.facts.facts(transaction), wanted)
    speech = Speech(texts(HERE / "console" / "insights" / "i18n", LANGUAGE))
    if form == "json":
        click.echo(as_json(found, speech))
    else:
        click.echo(FORMATS[form](table_of(figure, found, speech)))


def table_of(key: str, found: Insights, speech: Speech) -> Table:
    return summary(found, speech) if key == KEY else MAKERS[KEYS.index(key)](found, speech).table


def as_json(found: Insights, speech: Speech) -> str:
    """Every table under its name: a list of rows, each by the titles of its columns."""
    period = found.wanted.period
    said = {"period": _days(period), "before": _days(period.before())}
    tables = {key: _rows(table_of(key, found, speech)) for key in (KEY, *KEYS)}
    return json.dumps({**said, "figures": tables}, ensure_ascii=False, indent=2)


def as_text(table: Table) -> str:
    rows = [[each.title for each in table.columns], *([_words(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column.is_number else text.ljust(width)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
    )


def as_csv(table: Table) -> str:
    """Without a cell that a spreadsheet would run as a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([formula_safe(each.title) for each in table.columns])
    writer.writerows(
        [formula_safe(value) if isinstance(value, str) else value for value in map(_value, row)] for row in table.rows
    )
    return file.getvalue().rstrip()


FORMATS: Mapping[str, Callable[[Table], str]] = {"table": as_text, "csv": as_csv}


def _rows(table: Table) -> Sequence[Mapping[str, str | int | float]]:
    titles = [each.title for each in table.columns]
    return [dict(zip(titles, map(_value, row), strict=True)) for row in table.rows]


def _value(cell: Cell) -> str | int | float:
    return cell.text if cell.value is None else cell.value


def _words(cell: Cell) -> str:
    return f"{cell.text} ({cell.note})" if cell.note else cell.text


def _days(period: Period) -> Sequence[str]:
    return [period.start.isoformat(), period.last.isoformat()]
