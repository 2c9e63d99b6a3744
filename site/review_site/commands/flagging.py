"""Verbs about what readers report: flags, flag show, flag answer."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from engine.domain import Flag, FlagId, FlagState, Reason
from engine.flagging import answer_flag, reason_for
from review_site.commands.common import OPERATOR, in_a_line, with_instance
from review_site.commands.deciding import rebuild_pages_of, say_suppression
from review_site.flagging.pages import address
from review_site.wiring import Instance

AT_ONCE = 1000


@click.command("flags")
@with_instance
@click.option("--all", "everything", is_flag=True, help="Those that were answered too.")
@click.option("--limit", type=click.IntRange(1, AT_ONCE), default=50, show_default=True, help="How many.")
@click.option("--after", default="", help="Go on after this id.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_flags(instance: Instance, everything: bool, limit: int, after: str, form: str) -> None:
    """List the reviews that readers reported and nobody has answered yet, oldest first."""
    state = None if everything else FlagState.OPEN
    with instance.store.reading() as transaction:
        found = transaction.flags.page(state, after=FlagId(after) if after else None, limit=limit)
    if form == "json":
        click.echo(json.dumps([_as_mapping(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        said = " ".join(each.explanation.split())[:60]
        click.echo(f"{each.id}  {each.at:%Y-%m-%d}  {each.state}  {each.review_id}  {each.reason} | {said}")
    if len(found) == limit:
        click.echo(f"more: --after {found[-1].id}")


@click.group()
def flag() -> None:
    """Read and answer what a reader reported."""


@flag.command()
@with_instance
@click.argument("wanted", metavar="FLAG")
def show(instance: Instance, wanted: str) -> None:
    """Print all of a report: what it says, who sent it, and the review it is about."""
    with instance.store.reading() as transaction:
        found = transaction.flags.find(FlagId(wanted))
        review = transaction.reviews.find(found.review_id).review
    sender = " ".join(filter(None, (found.name, found.email and f"({found.email})")))
    click.echo(f"{found.id}  {found.at:%Y-%m-%d %H:%M}  {found.state}  {found.reason}, in {found.locale}")
    click.echo(f"from: {sender or 'no name was given'}")
    click.echo(f"followed at: {_own_page(instance, found)}")
    click.echo(f"\n{found.explanation}\n")
    click.echo(f"review {review.id}  {review.state}  {in_a_line(review)}")
    click.echo(f"\n{review.body}")
    if found.answered_at:
        click.echo(f"\nanswered {found.answered_at:%Y-%m-%d %H:%M} by {found.answered_by}:\n{found.answer}")


@flag.command()
@with_instance
@click.argument("wanted", metavar="FLAG")
@click.option("--uphold", "reason", metavar="REASON", help="Reject the review for a reason of the fixed list.")
@click.option("--dismiss", is_flag=True, help="Let the review stand.")
@click.option("--text", required=True, help="The statement of reasons; who reported reads it, and so may the author.")
def answer(instance: Instance, wanted: str, reason: str | None, dismiss: bool, text: str) -> None:
    """Answer a report; what is published of a review that is taken down is gone at the next request."""
    if (reason is None) is not dismiss:
        raise click.UsageError("say either --uphold REASON or --dismiss")
    uphold: Reason | None = None if reason is None else reason_for(reason)
    with instance.store.writing() as transaction:
        moderation = instance.moderation(transaction)
        answered, review = answer_flag(transaction, moderation, FlagId(wanted), text, by=OPERATOR, uphold=uphold)
    click.echo(f"{answered.id}: {answered.state}; its reader finds the answer at {_own_page(instance, answered)}")
    if uphold is not None:
        rebuild_pages_of(instance, [review])
        click.echo(f"{review.id} is rejected: {review.decision.reason if review.decision else uphold}")
        say_suppression(instance)


def _own_page(instance: Instance, wanted: Flag) -> str:
    return address(instance.settings, f"/report/answer/{instance.tokens.of_flag(wanted.id)}", wanted.locale)


def _as_mapping(wanted: Flag) -> Mapping[str, str | None]:
    """All of it but who sent it: a list is passed on more easily than a person should be."""
    return {
        "id": wanted.id,
        "review": wanted.review_id,
        "state": wanted.state,
        "reason": wanted.reason,
        "explanation": wanted.explanation,
        "locale": wanted.locale,
        "at": wanted.at.isoformat(timespec="seconds"),
        "answer": wanted.answer or None,
        "answered_by": wanted.answered_by,
        "answered_at": wanted.answered_at.isoformat(timespec="seconds") if wanted.answered_at else None,
    }
