"""The verb for questions and answers: faq list, show, approve, reject, edit, import and export."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import click

from engine.domain import FaqEntry, FaqId, FaqState, SubjectId
from engine.editing import LONGEST_NAME, Editing
from engine.faq import PLACEHOLDERS
from engine.material import Standing, quotable_among
from engine.mining.grammar import base_language
from engine.store import Transaction
from review_site.commands.common import OPERATOR, with_instance
from review_site.commands.deciding import rebuild_subjects
from review_site.commands.questioning import say, take_in_file
from review_site.faq_tables import FORMATS, as_markdown, as_table
from review_site.wiring import Instance, now

STATES = [each.value for each in FaqState]
AT_ONCE = 500
NOTHING_YET = "no questions yet; plaudit mine drafts them where five people mention the same"
BY_MODEL = "Worded by a language model; the counts and quotes are ours."


def login_name() -> str:
    """Who is logged in, as the record of decisions calls them; the operator where the system does not say."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()[:LONGEST_NAME]
    return OPERATOR


by_option = click.option("--by", default=login_name, help="Who decides; the login name without it.")
subject_option = click.option("--subject", help="Only of this subject.")
language_option = click.option("--language", help="Only in this language.")


@click.group()
def faq() -> None:
    """Look at questions and answers, decide about them, and take in what customers ask."""


@faq.command("list")
@with_instance
@subject_option
@language_option
@click.option("--state", type=click.Choice(STATES), help="Only in this state.")
@click.option("--limit", type=click.IntRange(1, AT_ONCE), default=50, show_default=True)
@click.option("--skip", type=click.IntRange(0), default=0, help="Leave out so many from the start.")
def list_entries(
    instance: Instance, subject: str | None, language: str | None, state: str | None, limit: int, skip: int
) -> None:
    """List questions with their ids and states, and say how many there are in each state."""
    of, tongue = _of(instance, subject), _tongue(language)
    with instance.store.reading() as transaction:
        found = transaction.faq.listed(subject=of, language=tongue, state=_state(state), skip=skip, limit=limit)
        counted = transaction.faq.counted(subject=of, language=tongue)
    if found:
        click.echo(as_table(found), nl=False)
    none = "no such questions" if of or tongue else NOTHING_YET
    click.echo(", ".join(f"{counted[each]} {each}" for each in FaqState if each in counted) or none)
    if len(found) == limit:
        click.echo(f"more: --skip {skip + limit}")


@faq.command()
@with_instance
@click.argument("entry")
def show(instance: Instance, entry: str) -> None:
    """Show one question with its answer, the reviews that it rests on, its numbers, and who decided."""
    with instance.store.reading() as transaction:
        found = transaction.faq.find(FaqId(entry))
        decision = transaction.faq.decision(found.id)
    click.echo(as_markdown([found]), nl=False)
    names = [each for each in PLACEHOLDERS if each in found.numbers]
    if names:
        click.echo("\nNumbers: " + ", ".join(f"{{{each}}} {found.numbers[each]}" for each in names))
    if found.model_answer is not None:
        refused = found.model_answer.refused
        click.echo("\n" + (f"A language model's wording was refused: {refused}" if refused else BY_MODEL))
    if decision is not None:
        click.echo(f"\n{decision.state} by {decision.by}, {decision.at:%Y-%m-%d %H:%M} UTC")
        if decision.opening:
            click.echo(f"Opening: {decision.opening}")


@faq.command()
@with_instance
@click.argument("entries", nargs=-1)
@click.option("--subject", help="With --all: approve the drafts of this subject.")
@click.option("--language", help="With --all: only in this language.")
@click.option("--all", "everything", is_flag=True, help="With --subject: all its drafts.")
@by_option
def approve(
    instance: Instance, entries: Sequence[str], subject: str | None, language: str | None, everything: bool, by: str
) -> None:
    """Approve questions with their answers, by their ids or all drafts of a subject; their pages are built anew.

    What went stale is approved by its id alone: somebody should look at it again.
    """
    if bool(entries) == bool(subject) or bool(subject) != everything:
        raise click.UsageError("name questions by their ids, or say --subject ID --all")
    of = _of(instance, subject)

    def these(editing: Editing) -> list[FaqEntry]:
        if of is None:
            return editing.approve(_ids(entries))
        drafts = editing.transaction.faq.listed(subject=of, language=_tongue(language), state=FaqState.DRAFT)
        return editing.approve([each.id for each in drafts])

    click.echo(f"{len(_decide(instance, by, these))} approved")


@faq.command()
@with_instance
@click.argument("entries", nargs=-1, required=True)
@by_option
def reject(instance: Instance, entries: Sequence[str], by: str) -> None:
    """Reject questions: they are shown nowhere, however often they are drafted again."""
    rejected = _decide(instance, by, lambda editing: editing.reject(_ids(entries)))
    click.echo(f"{len(rejected)} rejected")


@faq.command()
@with_instance
@click.argument("entry")
@click.option("--question", help="The question in other words.")
@click.option("--answer", "opening", help="What the answer says before its quotes, with {count} and the like.")
@by_option
def edit(instance: Instance, entry: str, question: str | None, opening: str | None, by: str) -> None:
    """Word a question, or the opening of its answer, in your own words, and approve it so.

    {count}, {total}, {positive}, {clear} and {percent} stand for the numbers of the day. The quotes stay as they are.
    """
    if question is None and opening is None:
        raise click.UsageError("say --question TEXT, --answer TEXT or both")
    [edited] = _decide(instance, by, lambda editing: [editing.edit(FaqId(entry), question=question, opening=opening)])
    click.echo(as_markdown([edited]), nl=False)


@faq.command("import")
@with_instance
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="The id under which these questions are known.")
@click.option("--rights", help="What may be done with them, where the source is new: own, display-only or internal.")
def import_questions(instance: Instance, file: Path, source: str, rights: str | None) -> None:
    """Take in what customers ask from a CSV, TSV, JSON, JSONL or XLSX file, to be answered from reviews.

    Columns: subject and question; id, language, asked_at, author and answer where there are any. The same id, or
    without one the same question, is one row.
    """
    say(take_in_file(instance, file, source, rights))


@faq.command()
@with_instance
@subject_option
@language_option
@click.option("--state", type=click.Choice(STATES), help="Only in this state; those that are shown without it.")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="md", show_default=True)
def export(instance: Instance, subject: str | None, language: str | None, state: str | None, form: str) -> None:
    """Write questions and answers with their evidence to standard output."""
    of, tongue, wanted, skip = _of(instance, subject), _tongue(language), _state(state), 0
    found: list[FaqEntry] = []
    with instance.store.reading() as transaction:
        while some := transaction.faq.listed(subject=of, language=tongue, skip=skip, limit=AT_ONCE):
            skip += len(some)
            found += _standing(transaction, [each for each in some if _is_wanted(each, wanted)])
    click.echo(FORMATS[form](found), nl=False)


def _standing(transaction: Transaction, entries: Sequence[FaqEntry]) -> list[FaqEntry]:
    """Those whose quotes may be handed on at this moment: a source's terms may have run out since they were drafted."""
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    named = {review for each in entries for review in each.review_ids}
    standing = Standing(quotable_among(transaction, named, rights, now()))
    return [each for each in entries if standing.has_quotes(each.quotes)]


def _is_wanted(entry: FaqEntry, state: FaqState | None) -> bool:
    return entry.state.is_shown if state is None else entry.state is state


def _decide(instance: Instance, by: str, decide: Callable[[Editing], list[FaqEntry]]) -> list[FaqEntry]:
    with instance.store.writing() as transaction:
        entries = decide(Editing(transaction=transaction, now=now(), by=by))
    rebuild_subjects(instance, (each.subject_id for each in entries))
    return entries


def _of(instance: Instance, subject: str | None) -> SubjectId | None:
    """Raises NotFoundError when there is no such subject."""
    if subject is None:
        return None
    with instance.store.reading() as transaction:
        return transaction.subjects.find(SubjectId(subject)).id


def _tongue(language: str | None) -> str | None:
    return base_language(language) if language else None


def _state(name: str | None) -> FaqState | None:
    return FaqState(name) if name else None


def _ids(entries: Sequence[str]) -> list[FaqId]:
    return [FaqId(each) for each in entries]
