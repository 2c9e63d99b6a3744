"""Verbs about who is told by webhook: subscriptions, deliveries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from engine.domain import DeliveryState, SubjectId, Subscription, SubscriptionId
from engine.errors import BadValueError
from review_site.commands.common import OPERATOR, found_something, with_instance
from review_site.subscription_tables import delivery_mapping, subscription_mapping
from review_site.telling import subscribing
from review_site.wiring import Instance, now

ALL_AT_ONCE = 1_000


@click.group()
def subscriptions() -> None:
    """Tell a CMS by webhook what changed."""


@subscriptions.command("add")
@with_instance
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Only this kind of event; may be repeated. Default: all.")
@click.option("--subject", "subjects", multiple=True, help="Only about this subject; may be repeated. Default: all.")
@click.option("--note", default="", help="What it is for.")
def add(instance: Instance, url: str, events: tuple[str, ...], subjects: tuple[str, ...], note: str) -> None:
    """Tell URL what happens from now on; prints the secret that the receiver checks signatures with, once."""
    with instance.store.writing() as transaction:
        made = subscribing(instance, transaction, OPERATOR).add(
            url, events=events, subjects=frozenset(map(SubjectId, subjects)), note=note
        )
    click.echo(made.id)
    _say_secret(made)


@subscriptions.command("list")
@with_instance
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_subscriptions(instance: Instance, form: str) -> None:
    """Print who is told, and whether it works."""
    with instance.store.reading() as transaction:
        found = transaction.subscriptions.all()
        counts = {each.id: transaction.deliveries.counts(each.id) for each in found}
    if form == "json":
        click.echo(json.dumps([subscription_mapping(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        numbers = ", ".join(f"{counts[each.id].get(state, 0)} {state}" for state in DeliveryState)
        click.echo(f"{each.id}  {each.url}  {_state(each)}  {numbers}  {each.note}".rstrip())


@subscriptions.command("remove")
@with_instance
@click.argument("subscription")
def remove(instance: Instance, subscription: str) -> None:
    """Tell it nothing any more, and forget what it was told."""
    with instance.store.writing() as transaction:
        subscribing(instance, transaction, OPERATOR).remove(SubscriptionId(subscription))
    click.echo(f"{subscription} is removed")


@subscriptions.command("rotate")
@with_instance
@click.argument("subscription")
def rotate(instance: Instance, subscription: str) -> None:
    """Give it a new secret, printed once; for 24 hours the one before is signed with too."""
    with instance.store.writing() as transaction:
        after = subscribing(instance, transaction, OPERATOR).rotate(SubscriptionId(subscription))
    _say_secret(after)


@subscriptions.command("enable")
@with_instance
@click.argument("subscription")
def enable(instance: Instance, subscription: str) -> None:
    """Tell it again what happens from now on; what it missed is sent by replay."""
    with instance.store.writing() as transaction:
        subscribing(instance, transaction, OPERATOR).enable(SubscriptionId(subscription))
    click.echo(f"{subscription} is told again")


@subscriptions.command("ping")
@with_instance
@click.argument("subscription")
def ping(instance: Instance, subscription: str) -> None:
    """Have the worker send it a ping; plaudit deliveries says what came of it."""
    with instance.store.writing() as transaction:
        subscribing(instance, transaction, OPERATOR).ping(SubscriptionId(subscription))
    click.echo("the worker sends it; plaudit deliveries says what came of it")


@subscriptions.command("replay")
@with_instance
@click.argument("subscription")
@click.option("--event", type=click.IntRange(min=1), help="The number of one event.")
@click.option("--since", help="All events from this time on, like 2026-11-22T09:00:00Z.")
@click.option("--until", help="And before this one. Default: now.")
def replay(instance: Instance, subscription: str, event: int | None, since: str | None, until: str | None) -> None:
    """Send it events again, or those that it missed."""
    if (event is None) == (since is None):
        raise click.UsageError("name an --event, or a time --since")
    with instance.store.writing() as transaction:
        can = subscribing(instance, transaction, OPERATOR)
        if event is not None:
            count = can.replay_event(SubscriptionId(subscription), event)
        else:
            end = _moment("--until", until) if until else now()
            count = can.replay_since(SubscriptionId(subscription), _moment("--since", since or ""), end)
    click.echo(f"{count} events are sent by the worker")


@click.command()
@with_instance
@click.argument("subscription")
@click.option("--state", type=click.Choice([str(each) for each in DeliveryState]), help="Only those.")
@click.option("--limit", type=click.IntRange(1, ALL_AT_ONCE), default=50, show_default=True, help="How many.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def deliveries(instance: Instance, subscription: str, state: str | None, limit: int, form: str) -> None:
    """Print what a subscription was sent, newest first, and what came of it."""
    with instance.store.reading() as transaction:
        kept = transaction.subscriptions.find(SubscriptionId(subscription))
        wanted = DeliveryState(state) if state else None
        found = transaction.deliveries.of(kept.id, state=wanted, limit=limit)
    if form == "json":
        click.echo(json.dumps([delivery_mapping(*each) for each in found], indent=2, ensure_ascii=False))
    else:
        for each, event in found:
            last = each.last
            came = f"{last.status or 'no answer'} in {last.milliseconds} ms" if last else "not tried yet"
            problem = f"  {last.problem}" if last and last.problem else ""
            click.echo(f"{each.event}  {event.kind}  {each.state}  attempt {each.attempts}  {came}{problem}")
    if any(each.state is DeliveryState.FAILED for each, _ in found):
        found_something()


def _state(each: Subscription) -> str:
    if each.disabled_at:
        return f"disabled {each.disabled_at:%Y-%m-%d %H:%M}: {each.disabled_because}"
    return f"failing since {each.failing_since:%Y-%m-%d %H:%M}" if each.failing_since else "well"


def _say_secret(each: Subscription) -> None:
    click.echo(f"secret, shown this once: {each.secrets[0].text}")


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadValueError(f"{option} {text!r}: write a time like 2026-11-22T09:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
