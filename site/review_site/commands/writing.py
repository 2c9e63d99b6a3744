"""The verb for writers: phrases."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from engine.content_gap import content_gap
from engine.domain import SubjectId, TopicId
from engine.errors import UnreadableFileError
from engine.http import GuardedSession
from engine.mining.grammar import base_language
from engine.phrase_report import ReportedPhrase, subject_report, topic_report
from review_site.commands.common import with_instance
from review_site.phrase_tables import FORMATS
from review_site.wiring import Instance, now
from schema_markup.page import read_page

LARGEST_PAGE = 32 * 1024 * 1024
WEB = ("http://", "https://")
HTML = frozenset({".html", ".htm", ".xhtml"})


@click.command()
@with_instance
@click.option("--subject", help="Only of this subject.")
@click.option("--topic", help="Of this topic, over all subjects.")
@click.option("--language", help="Only in this language; in all without it.")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="table", show_default=True)
@click.option(
    "--against",
    "page",
    metavar="PAGE",
    help="A page of yours: its address, a file, or - for standard input. Only what it does not use is shown.",
)
def phrases(
    instance: Instance, subject: str | None, topic: str | None, language: str | None, form: str, page: str | None
) -> None:
    """Show writers what customers mention: how many do, how well they speak of it, and how that changed.

    It tells what was found when the subjects were mined last.
    """
    if subject is not None and topic is not None:
        raise click.UsageError("name a subject or a topic, not both")
    text = None if page is None else _text_of(instance, page)
    lines = _lines(instance, subject, topic, base_language(language) if language else None)
    if text is not None:
        lines = _not_in(lines, text)
    click.echo(FORMATS[form](lines), nl=False)


def _lines(instance: Instance, subject: str | None, topic: str | None, language: str | None) -> list[ReportedPhrase]:
    return [line for some in _reports(instance, subject, topic, language) for line in some]


def _reports(
    instance: Instance, subject: str | None, topic: str | None, language: str | None
) -> Iterator[Sequence[ReportedPhrase]]:
    timezone, moment = instance.settings.timezone, now()
    with instance.store.reading() as transaction:
        if topic is not None:
            yield topic_report(transaction, TopicId(topic), language=language, timezone=timezone, now=moment)
            return
        subjects = transaction.subjects.ids() if subject is None else [SubjectId(subject)]
        for each in subjects:
            yield subject_report(transaction, each, language=language, timezone=timezone, now=moment)


def _not_in(lines: Sequence[ReportedPhrase], text: str) -> list[ReportedPhrase]:
    """The lines whose phrase the text does not use."""
    known = {(each.phrase.language, each.phrase.text): each.phrase for each in lines}
    missing = {(each.language, each.text) for each in content_gap(list(known.values()), text)}
    kept = [each for each in lines if (each.phrase.language, each.phrase.text) in missing]
    click.echo(f"{len(kept)} of {len(lines)} phrases do not stand on that page", err=True)
    return kept


def _text_of(instance: Instance, page: str) -> str:
    """What a reader sees of a page of ours."""
    if page.startswith(WEB):
        with GuardedSession(instance.config.http_allow, max_bytes=LARGEST_PAGE) as session:
            answer = session.get(page)
        is_plain = answer.headers.get("content-type", "").startswith("text/plain")
        return answer.text if is_plain else read_page(answer.text).text
    written = sys.stdin.read() if page == "-" else _read(Path(page))
    is_html = Path(page).suffix.lower() in HTML or written.lstrip().startswith("<")
    return read_page(written).text if is_html else written


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise UnreadableFileError(f"{file} cannot be read: {error.strerror}") from error
