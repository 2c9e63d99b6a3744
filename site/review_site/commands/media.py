"""Verbs that decide about pictures and film: media list, add, save, approve, reject."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from engine.domain import MediaId, MediaKind, ReviewId, Standing, State
from engine.errors import NotFoundError, RefusedError
from engine.logos import Logo, add_logo
from engine.media import MediaApproval
from engine.pictures import LARGE, picture, served_from
from engine.store import Transaction
from engine.text import clean_line
from review_site.commands.common import OPERATOR, with_instance
from review_site.commands.deciding import rebuild_pages_of
from review_site.wiring import Instance, now

AT_ONCE = 1000
STATES = [State.PENDING.value, State.APPROVED.value, State.REJECTED.value]


@click.group()
def media() -> None:
    """Decide about the pictures and films that hang on reviews; none is shown before."""


@media.command("list")
@with_instance
@click.option("--state", type=click.Choice(STATES), default=State.PENDING.value, show_default=True)
@click.option("--limit", type=click.IntRange(1, AT_ONCE), default=50, show_default=True)
@click.option("--after", default="", help="Go on after this id.")
def list_media(instance: Instance, state: str, limit: int, after: str) -> None:
    """List pictures and films in a state, with the ids that approve and reject take."""
    with instance.store.reading() as transaction:
        found = transaction.media.waiting(State(state), after=after, limit=limit)
        reviews = transaction.reviews.among([each.review_id for each in found])
    for each in found:
        review = reviews[each.review_id].review
        hidden = " | hidden at its source" if each.media.standing is not Standing.PUBLIC else ""
        click.echo(
            f"{each.media.id}  {each.media.kind} | {review.subject_id} | review {review.id}, {review.state}"
            f" | {served_from(each.media, instance.settings.base_url).url}{hidden}"
        )
    if len(found) == limit:
        click.echo(f"more: --after {found[-1].media.id}")


@media.command()
@with_instance
@click.argument("review")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", type=click.Choice([MediaKind.LOGO.value]), default=MediaKind.LOGO.value, show_default=True)
@click.option(
    "--alt", default="", help="What it shows, in words; the name of the author's company where there is none."
)
def add(instance: Instance, review: str, file: Path, kind: str, alt: str) -> None:
    """Hang the logo of an author's company on a review, from a JPEG, PNG or WebP file; it waits for approval."""
    drawn = picture(file.read_bytes())
    logo = Logo(picture=drawn, alt=clean_line(alt))
    with instance.store.writing() as transaction:
        kept = add_logo(transaction, ReviewId(review), logo, now=now(), by=OPERATOR)
    click.echo(f"{kept}  {kind} added; show it with: plaudit media approve {kept}")


@media.command()
@with_instance
@click.argument("which", metavar="ID")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def save(instance: Instance, which: str, path: Path) -> None:
    """Write a picture that was sent to us into a file, to look at it: nobody is served it before it is approved."""
    with instance.store.reading() as transaction:
        found = transaction.media.file(MediaId(which), LARGE)
    if found is None:
        raise NotFoundError(f"no picture {which} was sent to us; those of other sources are looked at there")
    try:
        path.write_bytes(found.body)
    except OSError as error:
        raise RefusedError(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"{path}: {len(found.body):,} bytes, {found.media_type}")


@media.command()
@with_instance
@click.argument("ids", nargs=-1, required=True)
def approve(instance: Instance, ids: Sequence[str]) -> None:
    """Approve pictures and films: they stand beside their reviews wherever these are shown."""
    with instance.store.writing() as transaction:
        reviews = _approval(instance, transaction).approve(_ids(ids), by=OPERATOR)
    rebuild_pages_of(instance, reviews)
    click.echo(f"{len(set(ids))} approved")


@media.command()
@with_instance
@click.argument("ids", nargs=-1, required=True)
def reject(instance: Instance, ids: Sequence[str]) -> None:
    """Reject pictures and films; what is published of them is gone at the next request."""
    with instance.store.writing() as transaction:
        reviews = _approval(instance, transaction).reject(_ids(ids), by=OPERATOR)
    rebuild_pages_of(instance, reviews)
    click.echo(f"{len(set(ids))} rejected")


def _approval(instance: Instance, transaction: Transaction) -> MediaApproval:
    return MediaApproval(transaction=transaction, now=now(), mining_delay=instance.mining_delay)


def _ids(given: Sequence[str]) -> list[MediaId]:
    return [MediaId(each) for each in given]
