"""Subscriptions: who is told by webhook, and whether it works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import DeliveryState, Permission, SubjectId, Subscription, SubscriptionId
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.subscribing import CHOICES, Subscribing
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.settings.asked import SETTINGS, Once, fault_of, in_words, lines_of, once, spoken
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.telling import subscribing

HERE = f"{SETTINGS}/subscriptions"
FIELDS = ("url", "events", "note")

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSubscription:
    subscription: Subscription
    state: str
    """``well``, ``failing`` or ``disabled``: the end of a key of the texts."""
    since: str
    """Since when it fails, or is disabled."""
    made: str
    counts: Mapping[DeliveryState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsBody:
    tab: str
    subscriptions: Sequence[ShownSubscription]
    table: Table
    events: Sequence[str]
    chosen: frozenset[str]
    """The events that are ticked in the form."""


@blueprint.get("")
@needs(Permission.SUBSCRIBE)
def index() -> Response:
    return _answer()


@blueprint.post("")
@needs(Permission.SUBSCRIBE, FORM)
def add() -> Response:
    """One of the two answers that hold a secret."""
    form = request.form
    try:
        with _changing() as can:
            made = can.add(
                form.get("url", "").strip(),
                events=form.getlist("events"),
                subjects=frozenset(SubjectId(each) for each in lines_of(form.get("subjects", ""))),
                note=form.get("note", "").strip(),
            )
    except BadValueError as error:
        return _answer(fault_of(error, FIELDS))
    except NotFoundError:
        return _answer(Fault(name="subjects", key="fault-subjects"))
    except RefusedError:
        return _answer(Fault(name="", key="fault-many"))
    return _secret("subscription-made", made, HTTPStatus.CREATED)


@blueprint.post("/<subscription>/rotate")
@needs(Permission.SUBSCRIBE, FORM)
def rotate(subscription: str) -> Response:
    """The other answer that holds a secret."""
    with _changing() as can:
        after = can.rotate(SubscriptionId(subscription))
    return _secret("secret-made", after, HTTPStatus.OK)


@blueprint.post("/<subscription>/ping")
@needs(Permission.SUBSCRIBE, FORM)
def ping(subscription: str) -> Response:
    with _changing() as can:
        can.ping(SubscriptionId(subscription))
    return sent_on(f"{SETTINGS}/deliveries?subscription={subscription}", Said(key="ping-sent"))


@blueprint.post("/<subscription>/disable")
@needs(Permission.SUBSCRIBE, FORM)
def turn_off(subscription: str) -> Response:
    with _changing() as can:
        can.disable(SubscriptionId(subscription))
    return sent_on(HERE, Said(key="subscription-disabled-said", undo=f"{HERE}/{subscription}/enable"))


@blueprint.post("/<subscription>/enable")
@needs(Permission.SUBSCRIBE, FORM)
def turn_on(subscription: str) -> Response:
    with _changing() as can:
        can.enable(SubscriptionId(subscription))
    return sent_on(HERE, Said(key="subscription-enabled"))


@blueprint.post("/<subscription>/remove")
@needs(Permission.SUBSCRIBE, FORM)
def remove(subscription: str) -> Response:
    with _changing() as can:
        can.remove(SubscriptionId(subscription))
    return sent_on(HERE, Said(key="subscription-removed"))


@contextmanager
def _changing() -> Iterator[Subscribing]:
    with instance().store.writing() as transaction:
        yield subscribing(instance(), transaction, who().name)


def _secret(title: str, each: Subscription, status: HTTPStatus) -> Response:
    shown = Once(secret=each.secrets[0].text, label="secret", hint="secret-once", back=HERE)
    return respond(once(title, shown), status)


def _answer(fault: Fault | None = None) -> Response:
    with instance().store.reading() as transaction:
        kept = transaction.subscriptions.all()
        counts = transaction.deliveries.counted()
    shown = [_shown(each, counts.get(each.id, {})) for each in kept]
    table = _table(shown)
    if wants_csv():
        return exported(table, "subscriptions")
    page = Page(
        area=Area.SETTINGS,
        template="settings/subscriptions.html",
        title="subscriptions",
        body=SubscriptionsBody(
            tab="subscriptions",
            subscriptions=shown,
            table=table,
            events=sorted(CHOICES),
            chosen=frozenset(request.form.getlist("events")),
        ),
        faults=[fault] if fault else [],
        typed={name: request.form.get(name, "") for name in ("url", "subjects", "note")},
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK)


def _shown(each: Subscription, counts: Mapping[DeliveryState, int]) -> ShownSubscription:
    return ShownSubscription(
        subscription=each,
        state="disabled" if each.disabled_at else "failing" if each.failing_since else "well",
        since=in_words(each.disabled_at or each.failing_since),
        made=in_words(each.created_at),
        counts={state: counts.get(state, 0) for state in DeliveryState},
    )


def _table(shown: Sequence[ShownSubscription]) -> Table:
    texts = spoken()
    words = [texts(f"subscription-{each}") for each in ("id", "url", "events", "subjects", "note", "state")]
    states = [Column(title=texts(f"delivery-{state}"), is_number=True) for state in DeliveryState]
    return Table(
        caption=texts("subscriptions"),
        columns=[*(Column(title=each) for each in words), *states],
        rows=[
            [
                Cell(text=each.subscription.id),
                Cell(text=each.subscription.url),
                Cell(text=" ".join(sorted(each.subscription.events))),
                Cell(text=" ".join(sorted(each.subscription.subjects))),
                Cell(text=each.subscription.note),
                Cell(text=texts(f"subscription-{each.state}")),
                *(Cell(text=texts.number(count), value=count) for count in each.counts.values()),
            ]
            for each in shown
        ],
    )
