"""Verbs about what customers write themselves: ask, author-link."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import click

from engine.asking import Invitation, ask
from engine.domain import Ask, Form, FormId, Locale, ReviewId, SubjectId
from engine.errors import BadValueError, NotFoundError, UnreadableFileError
from engine.submitting import written_here
from review_site.commands.common import with_instance
from review_site.wiring import Instance, new_key, now
from schema_markup.feeds.meta_reviews import formula_safe

LASTS = 60
COLUMNS = ("subject", "order", "name", "campaign")
LINK = "link"


@click.command("ask")
@with_instance
@click.option("--subject", help="What the review is to be about.")
@click.option("--order", default="", help="The order that shows that it was bought; makes the review verified.")
@click.option("--name", default="", help="Stands in the form, where the author can change it.")
@click.option("--campaign", default="", help="By which you know later why this person was asked.")
@click.option("--form", "form_id", help="Which form; needed when there are several.")
@click.option("--locale", help="The language of the form; the default one without it.")
@click.option("--days", type=click.IntRange(1, 3650), default=LASTS, show_default=True, help="How long it can be used.")
@click.option(
    "--csv", "file", type=click.Path(path_type=Path, dir_okay=False), help="Many at once: columns as the options."
)
def ask_for_reviews(
    instance: Instance,
    subject: str | None,
    form_id: str | None,
    locale: str | None,
    days: int,
    file: Path | None,
    **said: str,
) -> None:
    """Print a link by which one person can write one review, or one for each row of a CSV file.

    With --csv it prints the file again with one more column, link. One order is asked about one subject once.
    """
    if (file is None) == (subject is None):
        raise click.UsageError("name --subject, or a --csv file with a column of that name")
    form = _form(instance, form_id)
    query = _query(instance, form, locale)
    rows = _rows(file) if file else [{"subject": subject or "", **said}]
    wanted = [_invitation(row, said["campaign"]) for row in rows]
    asks = ask(instance.store, form, wanted, lasts=timedelta(days=days), now=now(), key=new_key)
    links = [_link(instance, each, query) for each in asks]
    if file is None:
        click.echo(links[0])
    else:
        _print(rows, links)


@click.command("author-link")
@with_instance
@click.argument("reviews", nargs=-1, required=True)
def author_link(instance: Instance, reviews: Sequence[str]) -> None:
    """Print the links by which authors see, change and take back what they wrote in a form."""
    with instance.store.reading() as transaction:
        for each in reviews:
            written_here(transaction, ReviewId(each))
    for each in reviews:
        click.echo(f"{instance.settings.base_url}/mine/{instance.tokens.of_author(ReviewId(each))}")


def _form(instance: Instance, wanted: str | None) -> Form:
    forms = instance.config.forms
    if wanted is None and len(forms) == 1:
        return next(iter(forms.values()))
    found = forms.get(FormId(wanted or ""))
    if found is None:
        there = ", ".join(forms) or "none; docs/forms.md says how to write [forms.<id>]"
        raise NotFoundError(f"say which form with --form ID; there are {there}")
    return found


def _query(instance: Instance, form: Form, locale: str | None) -> str:
    if locale is None:
        return ""
    wanted = Locale(locale)
    if wanted not in instance.settings.locales or not form.is_in(wanted):
        raise BadValueError(f"the form {form.id!r} is not there in {locale!r}")
    return f"?{urlencode({'locale': wanted})}"


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            if "subject" not in (reader.fieldnames or ()) or LINK in (reader.fieldnames or ()):
                raise UnreadableFileError(f"{file}: needs a column subject, and none called {LINK}")
            return [_row(file, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(f"{file}: cannot be read: {error}") from error


def _row(file: Path, line: int, row: Mapping[str | None, str | None]) -> dict[str, str]:
    if None in row or None in row.values():
        raise UnreadableFileError(f"{file}: line {line} has more or fewer cells than there are columns")
    if not (row["subject"] or "").strip():
        raise UnreadableFileError(f"{file}: line {line} names no subject")
    return {str(name): str(cell) for name, cell in row.items()}


def _invitation(row: Mapping[str, str], campaign: str) -> Invitation:
    said = {name: row.get(name, "").strip() for name in COLUMNS}
    return Invitation(
        subject=SubjectId(said["subject"]),
        order=said["order"],
        name=said["name"],
        campaign=said["campaign"] or campaign,
    )


def _link(instance: Instance, each: Ask, query: str) -> str:
    return f"{instance.settings.base_url}/r/{instance.tokens.of_ask(each.id)}{query}"


def _print(rows: Iterable[Mapping[str, str]], links: Iterable[str]) -> None:
    writer: csv.DictWriter[str] | None = None
    for row, link in zip(rows, links, strict=True):
        if writer is None:
            writer = csv.DictWriter(sys.stdout, [*row, LINK], lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: formula_safe(cell) for name, cell in {**row, LINK: link}.items()})
