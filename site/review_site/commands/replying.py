"""Verbs about the owner's answers: reply, replies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from engine.domain import OwnReply, Review, ReviewId
from engine.errors import UnreadableFileError
from engine.outbox import Work
from engine.plugins import TakesReplies
from engine.replying import answer
from engine.retracting import take_back
from engine.store import Transaction
from review_site.commands.common import OPERATOR, found_something, with_instance
from review_site.commands.deciding import rebuild_pages_of
from review_site.wiring import Instance, now

STAYS_HERE = "shown here; its source takes no answers"
WAITS = "waits to be sent"


@click.command()
@with_instance
@click.argument("review")
@click.argument("text", required=False)
@click.option("--file", "path", type=click.Path(path_type=Path, dir_okay=False), help="A file that holds the answer.")
@click.option("--withdraw", is_flag=True, help="Take back the answer that was written here.")
def reply(instance: Instance, review: str, text: str | None, path: Path | None, *, withdraw: bool) -> None:
    """Answer a review as its owner; another answer replaces it, and --withdraw takes it back.

    It stands under the review at once, and is sent to its source where that takes answers.
    """
    if [text is not None, path is not None, withdraw].count(True) != 1:
        raise click.UsageError("give the answer as TEXT, or in a --file; or take it back with --withdraw")
    said = (text or "") if path is None else _read(path)
    sources = instance.config.sources
    with instance.store.writing() as transaction:
        which = ReviewId(review)
        if withdraw:
            take_back(transaction, which, by=OPERATOR, now=now(), settings_of=sources.get)
        else:
            answer(transaction, which, said, by=OPERATOR, now=now(), settings_of=sources.get)
        reviewed = transaction.reviews.find(which).review
    _bring_about(instance, reviewed)


def _bring_about(instance: Instance, reviewed: Review) -> None:
    """Publishes and sends at once what a worker would do a moment later, and says what came of it."""
    which = reviewed.id
    rebuild_pages_of(instance, [reviewed])
    instance.outbox.work_off_one(Work.REPLY, which, instance.handlers[Work.REPLY])
    with instance.store.reading() as transaction:
        kept = transaction.replies.find(which)
        click.echo(f"{which}: {_state(instance, transaction, kept) if kept else 'taken back'}")
    if kept and kept.problem:
        found_something()


@click.command()
@with_instance
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def replies(instance: Instance, limit: int, form: str) -> None:
    """Print the owner's answers, newest first, and whether their sources have them."""
    with instance.store.reading() as transaction:
        told = [(each, _state(instance, transaction, each)) for each in transaction.replies.newest(limit)]
    if form == "json":
        click.echo(json.dumps([_as_mapping(each, state) for each, state in told], indent=2, ensure_ascii=False))
        return
    for each, state in told:
        click.echo(f"{each.review_id}  {each.at:%Y-%m-%d %H:%M}  {state}  {' '.join(each.body.split())[:60]}")


def _state(instance: Instance, transaction: Transaction, reply: OwnReply) -> str:
    if reply.is_taken_back:
        return f"taken back here; not there: {reply.problem}" if reply.problem else "taken back here; waits to be there"
    if reply.sent_at:
        return f"sent {reply.sent_at:%Y-%m-%d %H:%M}"
    if reply.problem:
        return f"not sent: {reply.problem}"
    source = transaction.reviews.find(reply.review_id).review.source_id
    settings = instance.config.sources.get(source)
    return WAITS if settings and isinstance(settings.kind, TakesReplies) else STAYS_HERE


def _as_mapping(reply: OwnReply, state: str) -> Mapping[str, str | None]:
    return {
        "review": reply.review_id,
        "body": reply.body,
        "by": reply.by,
        "at": reply.at.isoformat(timespec="seconds"),
        "sent_at": reply.sent_at.isoformat(timespec="seconds") if reply.sent_at else None,
        "problem": reply.problem,
        "state": state,
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{path} cannot be read as UTF-8 text") from error
