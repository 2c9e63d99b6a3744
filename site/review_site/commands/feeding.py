"""Verbs that hand on what is published: feed, merge."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import click

from engine.domain import Locale, SubjectId, View, why_no_stars
from engine.errors import NotFoundError, UnreadableFileError
from engine.http import GuardedSession
from review_site.commands.common import found_something, say_problems, with_instance
from review_site.feed_bodies import FEEDS, newest, part_path, sitemap_part, sitemap_parts, subject_feed_path
from review_site.wiring import Instance, now
from schema_markup.feeds.fitness import Lack, Skipped
from schema_markup.merge import Merged
from schema_markup.merge import merge as merge_into

LARGEST_PAGE = 32 * 1024 * 1024


@click.command()
@with_instance
@click.argument("name", type=click.Choice([*FEEDS]))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output without it.")
@click.option("--subject", help="Of one subject alone; for rss and atom.")
@click.option("--part", type=click.IntRange(1), help="Of a sitemap that is an index: this file of it.")
@click.option(
    "--skipped",
    "told",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file for each review that cannot be fed, with all it lacks, as JSON lines.",
)
def feed(
    instance: Instance, name: str, output: Path | None, subject: str | None, part: int | None, told: Path | None
) -> None:
    """Write a feed; a product feed holds every review that may be fed, whatever its rating.

    What a feed cannot hold is counted by what it lacks; that is no error.
    """
    skipped = _Skipped()
    pieces = _pieces(instance, name, subject, part, skipped)
    with _written(output) as file, _lines(told) as skipped.file:
        for piece in pieces:
            file.write(piece)
    for line in skipped.lines():
        click.echo(line, err=True)


@click.command()
@with_instance
@click.option("--subject", required=True, help="Whose ratings go into the page.")
@click.option("--html", "file", type=click.Path(path_type=Path, dir_okay=False), help="The page, as a file.")
@click.option("--url", help="The page, by its address.")
@click.option("--locale", help="The language of the page; the default one without it.")
@click.option("--script", is_flag=True, help="Print the whole document that results, not the patch.")
def merge(
    instance: Instance, subject: str, file: Path | None, url: str | None, locale: str | None, script: bool
) -> None:
    """Put our ratings into the item that a page's own JSON-LD describes, and say what stands in the way.

    Prints a merge patch (RFC 7386) for the document of the page's script, or with --script the document.
    """
    if bool(file) == bool(url):
        raise click.UsageError("name the page, by --html or by --url")
    wanted = _locale(instance, locale)
    draft = instance.publisher.view(SubjectId(subject), wanted, View(), "jsonld", now())
    with instance.store.reading() as transaction:
        about = transaction.subjects.find(SubjectId(subject))
    if draft is None:
        raise NotFoundError(why_no_stars(about) or f"nothing is rated of {subject} yet")
    page = _fetched(instance, url) if url else _read(file or Path())
    merged = merge_into(page, json.loads(draft.body), about)
    _say_merged(merged, script=script)
    if merged.conflicts or merged.problems:
        found_something()


def _say_merged(merged: Merged, *, script: bool) -> None:
    if merged.place:
        click.echo(f"the page's own item: {merged.place}", err=True)
    for conflict in merged.conflicts:
        click.echo(f"! {conflict}", err=True)
    if merged.problems:
        click.echo("the page would not be valid:", err=True)
        say_problems(merged.problems)
    if merged.document is None:
        return
    if script or merged.patch is None:
        click.echo(f'<script type="application/ld+json">{merged.document}</script>')
    else:
        click.echo(json.dumps(merged.patch, ensure_ascii=False, indent=2))


class _Skipped:
    """Counts what a feed could not hold, and writes each down where a file is open for it."""

    def __init__(self) -> None:
        self.file: TextIO | None = None
        self._reviews = 0
        self._lacks: Counter[Lack] = Counter()

    def __call__(self, skipped: Skipped) -> None:
        self._reviews += 1
        self._lacks.update(skipped.lacks)
        if self.file is not None:
            with _named(self.file.name):
                self.file.write(json.dumps({"review": skipped.review_id, "lacks": skipped.lacks}) + "\n")

    def lines(self) -> Iterator[str]:
        if self._reviews:
            yield f"{self._reviews} reviews are not in it; what they lack (one may lack more than one thing):"
        for lack, count in self._lacks.most_common():
            yield f"  {count:7}  {lack}"


def _pieces(instance: Instance, name: str, subject: str | None, part: int | None, skipped: _Skipped) -> Iterator[str]:
    if subject is not None:
        if name not in ("rss", "atom"):
            raise click.UsageError("--subject is for rss and atom; other feeds are of all subjects")
        wanted = SubjectId(subject)
        return iter([newest(instance, name, wanted, subject_feed_path(wanted, name))])
    if part is not None:
        if name != "sitemap" or part > sitemap_parts(instance):
            raise click.UsageError(f"there is no part {part} of {name}; {part_path(1)} is the first of a large sitemap")
        return sitemap_part(instance, part)
    return FEEDS[name].pieces(instance, skipped)


def _locale(instance: Instance, asked: str | None) -> Locale:
    locales = instance.settings.locales
    if asked is not None and asked not in locales:
        raise NotFoundError(f"{asked!r} is not published here; there are {', '.join(locales)}")
    return Locale(asked) if asked else instance.settings.default_locale


def _fetched(instance: Instance, url: str) -> bytes:
    with GuardedSession(instance.config.http_allow, max_bytes=LARGEST_PAGE) as session:
        return session.get(url).body


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{file} cannot be read: {error.strerror}") from error


@contextmanager
def _written(path: Path | None) -> Iterator[TextIO]:
    """The file, which is there whole when the block ends or not at all; standard output where none is named."""
    if path is None:
        yield sys.stdout
        return
    aside = path.with_name(f".{path.name}.part")
    try:
        with _named(path):
            with aside.open("w", encoding="utf-8", newline="") as file:
                yield file
            aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


@contextmanager
def _lines(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    with _named(path):
        file = path.open("w", encoding="utf-8")
    try:
        yield file
    finally:
        # What is still in the buffer is written now, and may find no room.
        with _named(path):
            file.close()


@contextmanager
def _named(path: Path | str) -> Iterator[None]:
    """What the system says of a file, with the name that it was given."""
    try:
        yield
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be written: {error.strerror}") from error
