"""Deliveries: what subscriptions were sent, what came of each attempt, and sending it again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from engine.domain import Attempt, Delivery, DeliveryState, Event, EventKind, Permission, Subscription, SubscriptionId
from engine.errors import BadValueError
from engine.notices import TOLD
from engine.store import DeliveryFilter
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.settings.asked import (
    MOST_EXPORTED,
    ROWS,
    SETTINGS,
    asked_choice,
    asked_days,
    asked_text,
    day_of,
    in_words,
    spoken,
)
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.telling import subscribing

HERE = f"{SETTINGS}/deliveries"
FILTERS = ("subscription", "state", "event", "since", "until")
_CURSOR = re.compile(r"(?P<event>[0-9]{1,18})~(?P<subscription>sub_[0-9a-f]{20})")

blueprint = Blueprint("deliveries", __name__, url_prefix="/deliveries")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAttempt:
    attempt: Attempt
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelivery:
    delivery: Delivery
    event: Event
    made: str
    due: str
    attempts: Sequence[ShownAttempt]
    """The newest first."""
    subscription: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesBody:
    tab: str
    deliveries: Sequence[ShownDelivery]
    table: Table
    subscriptions: Sequence[Subscription]
    states: Sequence[DeliveryState]
    events: Sequence[EventKind]
    asked: Mapping[str, str]
    following: str
    here: str
    """This page, for coming back after a form."""


@blueprint.get("")
@needs(Permission.SUBSCRIBE)
def index() -> Response:
    chosen, which = asked_text("subscription"), _asked_filter()
    limit = MOST_EXPORTED if wants_csv() else ROWS
    with instance().store.reading() as transaction:
        kept = transaction.subscriptions.all()
        wanted = [each.id for each in kept if chosen in ("", each.id)]
        found = transaction.deliveries.newest(wanted, which, before=_asked_place(), limit=limit + 1)
    named = {each.id: each for each in kept}
    shown = [_shown(*each, named) for each in found[:limit]]
    table = _table(shown)
    if wants_csv():
        return exported(table, "deliveries")
    asked = {name: asked_text(name) for name in FILTERS}
    body = DeliveriesBody(
        tab="deliveries",
        deliveries=shown,
        table=table,
        subscriptions=kept,
        states=tuple(DeliveryState),
        events=tuple(TOLD),
        asked=asked,
        following=_following(asked, shown) if len(found) > limit else "",
        here=f"{HERE}?{request.query_string.decode('ascii', 'replace')}",
    )
    return respond(Page(area=Area.SETTINGS, template="settings/deliveries.html", title="deliveries", body=body))


@blueprint.post("/replay")
@needs(Permission.SUBSCRIBE, FORM)
def replay() -> Response:
    """Sends one event again, or all that failed from a day on."""
    form = request.form
    wanted, number = SubscriptionId(form.get("subscription", "")), form.get("event", "")
    with instance().store.writing() as transaction:
        can = subscribing(instance(), transaction, who().name)
        if number:
            count = can.replay_event(wanted, _number(number))
        else:
            start = day_of("since", form.get("since", ""))
            if start is None:
                raise BadValueError("since: name the day from which on it is sent again")
            count = can.replay_failed(wanted, start)
    return sent_on(form.get("back") or HERE, Said(key="sent-again", number=count))


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise BadValueError("event: must be the number of an event")
    return int(text)


def _asked_filter() -> DeliveryFilter:
    state, kind = asked_choice("state", tuple(DeliveryState)), asked_choice("event", tuple(TOLD))
    since, until = asked_days()
    return DeliveryFilter(
        state=DeliveryState(state) if state else None,
        kind=EventKind(kind) if kind else None,
        since=since,
        until=until,
    )


def _asked_place() -> tuple[int, SubscriptionId] | None:
    """Raises BadValueError for a cursor that no page of ours gave."""
    asked = request.args.get("before", "")
    found = _CURSOR.fullmatch(asked)
    if asked and not found:
        raise BadValueError("before: must be what the page before gave")
    return (int(found["event"]), SubscriptionId(found["subscription"])) if found else None


def _following(asked: Mapping[str, str], shown: Sequence[ShownDelivery]) -> str:
    last = shown[-1].delivery
    given = {name: value for name, value in asked.items() if value}
    return f"{HERE}?{urlencode({**given, 'before': f'{last.event}~{last.subscription_id}'})}"


def _shown(delivery: Delivery, event: Event, named: Mapping[SubscriptionId, Subscription]) -> ShownDelivery:
    return ShownDelivery(
        delivery=delivery,
        event=event,
        made=in_words(delivery.created_at),
        due=in_words(delivery.due_at),
        attempts=[ShownAttempt(attempt=each, at=in_words(each.at)) for each in reversed(delivery.log)],
        subscription=named[delivery.subscription_id],
    )


def _table(shown: Sequence[ShownDelivery]) -> Table:
    texts = spoken()
    words = ("event", "kind", "subscription", "state", "made", "attempts", "status", "milliseconds", "problem")
    return Table(
        caption=texts("deliveries"),
        columns=[Column(title=texts(f"delivery-{each}")) for each in words],
        rows=[_row(each.delivery, each) for each in shown],
    )


def _row(delivery: Delivery, shown: ShownDelivery) -> Sequence[Cell]:
    last = delivery.last
    return [
        Cell(text=str(delivery.event), value=delivery.event),
        Cell(text=shown.event.kind),
        Cell(text=delivery.subscription_id),
        Cell(text=delivery.state.value),
        Cell(text=shown.made, value=delivery.created_at.isoformat()),
        Cell(text=str(delivery.attempts), value=delivery.attempts),
        Cell(text=str(last.status or "") if last else ""),
        Cell(text=str(last.milliseconds) if last else ""),
        Cell(text=last.problem if last else ""),
    ]
