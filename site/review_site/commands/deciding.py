"""Verbs that decide about reviews: reviews, approve, reject, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from engine.domain import Review, ReviewId, Scope, SourceId, Standing, State, SubjectId, Use, review_id
from engine.errors import NotFoundError
from engine.kpi import suppression
from engine.moderation import reason_from
from engine.outbox import Work, page_key
from review_site.commands.common import OPERATOR, in_a_line, progress, with_instance
from review_site.wiring import Instance

AT_ONCE = 1000


USES = [each.value for each in Use]
STATES = [each.value for each in State]


@click.command("reviews")
@with_instance
@click.option("--state", type=click.Choice(STATES), default=State.PENDING.value)
@click.option("--source", help="Only reviews of this source.")
@click.option("--limit", type=click.IntRange(1, AT_ONCE), default=50, show_default=True)
@click.option("--after", default="", help="Go on after this id.")
def list_reviews(instance: Instance, state: str, source: str | None, limit: int, after: str) -> None:
    """List reviews in a state, with the ids that approve, reject and withdraw take."""
    with instance.store.reading() as transaction:
        wanted = SourceId(source) if source else None
        found = transaction.reviews.waiting(State(state), source=wanted, after=after, limit=limit)
    for each in found:
        click.echo(f"{each.review.id}  {in_a_line(each.review)}{_remark(each.review)}")
    if len(found) == limit:
        click.echo(f"more: --after {found[-1].review.id}")


@click.command()
@with_instance
@click.argument("reviews", nargs=-1)
@click.option("--source", help="Approve what waits of this source.")
@click.option("--all", "everything", is_flag=True, help="With --source: everything that waits.")
def approve(instance: Instance, reviews: Sequence[str], source: str | None, everything: bool) -> None:
    """Approve reviews, by their ids or all that wait of a source; the rating is not looked at."""
    if bool(reviews) == bool(source) or bool(source) != everything:
        raise click.UsageError("name reviews, or say --source ID --all")
    approved = _approve_source(instance, SourceId(source)) if source else _approve_these(instance, reviews)
    click.echo(f"{approved} approved")
    say_suppression(instance)


@click.command()
@with_instance
@click.argument("reviews", nargs=-1, required=True)
@click.option("--reason", required=True, help="One of a fixed list; a rating is never a reason.")
@click.option("--note", default="", help="What a colleague should know about it.")
def reject(instance: Instance, reviews: Sequence[str], reason: str, note: str) -> None:
    """Reject reviews; what is published of them is gone at the next request."""
    with instance.store.writing() as transaction:
        moderation = instance.moderation(transaction)
        rejected = moderation.reject(_ids(reviews), by=OPERATOR, reason=reason_from(reason), note=note)
    rebuild_pages_of(instance, rejected)
    click.echo(f"{len(rejected)} rejected")
    say_suppression(instance)


@click.command()
@with_instance
@click.argument("review", required=False)
@click.option("--source", help="With --external-id: the source of the review.")
@click.option("--external-id", help="With --source: the review's id there.")
@click.option(
    "--use",
    "uses",
    multiple=True,
    type=click.Choice([each.value for each in Use]),
    help="Only this use; all when none is named.",
)
def withdraw(
    instance: Instance, review: str | None, source: str | None, external_id: str | None, uses: Sequence[str]
) -> None:
    """Take back an author's consent; the words are gone at the next request."""
    if bool(review) == bool(source and external_id):
        raise click.UsageError("name the review by its id, or by --source and --external-id")
    wanted = ReviewId(review) if review else review_id(SourceId(source or ""), external_id or "")
    taken_back = frozenset(Use(each) for each in uses) or frozenset(Use)
    with instance.store.writing() as transaction:
        moderation = instance.moderation(transaction)
        withdrawn = moderation.withdraw(wanted, taken_back, by=OPERATOR)
    rebuild_pages_of(instance, [withdrawn])
    click.echo(f"{wanted}: consent taken back for {', '.join(sorted(taken_back))}")


def _remark(review: Review) -> str:
    """What somebody who decides should know beside the words."""
    hidden = ["hidden at its source"] if review.standing is Standing.HIDDEN else []
    noted = [review.decision.note] if review.decision and review.decision.note else []
    return "".join(f" | {each}" for each in (*hidden, *noted))


def rebuild_pages_of(instance: Instance, reviews: Sequence[Review]) -> None:
    """Builds the pages anew from which words were taken; a running worker may be faster, and then it is done too."""
    rebuild_subjects(instance, (each.subject_id for each in reviews))
    with instance.store.reading() as transaction:
        ids = [each.id for each in reviews]
        pages = [
            *(page_key(Scope.TOPIC, each) for each in transaction.topics.of_reviews(ids)),
            *(page_key(Scope.COLLECTION, each) for each in transaction.collections.of_reviews(ids)),
        ]
    for page in pages:
        instance.outbox.work_off_one(Work.PUBLISH, page, instance.handlers[Work.PUBLISH])


def rebuild_subjects(instance: Instance, subjects: Iterable[SubjectId]) -> None:
    """Mines some subjects and builds their pages anew, as far as they are marked and nobody else is at it."""
    for subject in sorted(set(subjects)):
        instance.outbox.work_off_one(Work.MINE, subject, instance.handlers[Work.MINE])
        instance.outbox.work_off_one(Work.PUBLISH, page_key(Scope.SUBJECT, subject), instance.handlers[Work.PUBLISH])


def say_suppression(instance: Instance) -> None:
    """One line: whether low ratings are approved less often than high ones."""
    with instance.store.reading() as transaction:
        figure = suppression(transaction.reviews.by_state_and_star())
    if figure.gap is not None and figure.shown_gap is not None:
        click.echo(f"approved share, 4-5 stars less 1-2 stars: {figure.gap:+.1%}; shown share: {figure.shown_gap:+.1%}")


def _approve_source(instance: Instance, source: SourceId) -> int:
    with instance.store.reading() as transaction:
        if transaction.sources.find(source) is None:
            raise NotFoundError(f"there is no source {source!r}")
    approved = 0
    with progress(f"approving {source}") as advance:
        while True:
            with instance.store.writing() as transaction:
                moderation = instance.moderation(transaction)
                some = moderation.approve_waiting(source, by=OPERATOR, limit=AT_ONCE)
            if not some:
                return approved
            approved += some
            advance(some)


def _approve_these(instance: Instance, reviews: Sequence[str]) -> int:
    with instance.store.writing() as transaction:
        moderation = instance.moderation(transaction)
        return len(moderation.approve(_ids(reviews), by=OPERATOR))


def _ids(reviews: Sequence[str]) -> list[ReviewId]:
    return [ReviewId(each) for each in reviews]
