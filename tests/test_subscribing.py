"""Subscriptions: who may be told, with which secrets, and how what was missed is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from engine.domain import DeliveryState, EventKind, Subject, SubjectId, SubjectType, Subscription, SubscriptionId
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.notices import waiting as notice
from engine.outbox import Work
from engine.store import DeliveryFilter, Store
from engine.subscribing import BY_HAND, OVERLAP, Subscribing
from engine.webhooks import TELLING, mark_news, tell
from tests.factories import NOON, lease
from tests.posting import Clock, happening

URL = "https://cms.example/hooks"
KETTLE = SubjectId("kettle")


class Chance:
    """Bytes that are never the same twice."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, count: int) -> bytes:
        self.asked += 1
        return self.asked.to_bytes(count, "big")


CHANCE = Chance()


@contextmanager
def can(store: Store, **changes: Any) -> Iterator[Subscribing]:
    with store.writing() as transaction:
        given: dict[str, Any] = {"now": NOON, "by": "key/ab12", "chance": CHANCE} | changes
        yield Subscribing(transaction=transaction, **given)


def subscribed(store: Store, **wishes: Any) -> Subscription:
    with can(store) as subscribing:
        return subscribing.add(URL, **wishes)


def happened(store: Store, *kinds: EventKind) -> None:
    with store.writing() as transaction:
        transaction.events.add([happening(kind) for kind in kinds])


def waiting(store: Store, wanted: SubscriptionId) -> list[int]:
    with store.reading() as transaction:
        found = transaction.deliveries.of(wanted, state=DeliveryState.WAITING, limit=100)
    return sorted(each.event for each, _ in found)


def test_each_subscription_has_an_id_and_a_secret_of_its_own(store: Store) -> None:
    first, second = subscribed(store), subscribed(store)

    assert first.id != second.id
    assert first.secrets[0].text.startswith("whsec_")
    assert first.secrets != second.secrets


def test_a_secret_is_in_no_message_about_a_subscription(store: Store) -> None:
    made = subscribed(store)

    with store.reading() as transaction:
        written = repr(transaction.audit.since())

    assert made.secrets[0].text not in repr(made) + written
    assert "subscription.create" in written
    assert "key/ab12" in written


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cms.example/hooks",
        "ftp://cms.example/",
        "https://user:pass@cms.example/",
        "https://cms.example/#there",
        "https://cms.example/a b",
        "https://cms.example:99999/",
        "http://[::1",
        "http://127.0.0.1/hooks",
        "http://10.0.0.1/hooks",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost:8300/",
        "http://cms.localhost/",
        "https://cms.example/" + "x" * 2_000,
    ],
)
def test_an_address_that_could_never_be_told_is_refused(store: Store, url: str) -> None:
    with pytest.raises(BadValueError, match="url: "), can(store) as subscribing:
        subscribing.add(url)


def test_the_operator_may_open_an_inside_network(store: Store) -> None:
    with can(store, allow=[ip_network("127.0.0.1/32")]) as subscribing:
        made = subscribing.add("http://127.0.0.1:9000/hooks")

    assert made.url == "http://127.0.0.1:9000/hooks"


@pytest.mark.parametrize("kind", ["review.received", "ping", "everything"])
def test_what_nobody_is_told_of_cannot_be_asked_for(store: Store, kind: str) -> None:
    with pytest.raises(BadValueError, match="events: "):
        subscribed(store, events=[kind])


def test_a_subject_that_is_asked_for_must_be_there(store: Store) -> None:
    with pytest.raises(NotFoundError):
        subscribed(store, subjects={KETTLE})
    with store.writing() as transaction:
        transaction.subjects.save([Subject(id=KETTLE, type=SubjectType("Product"), name="Kettle")])

    assert subscribed(store, subjects={KETTLE}).subjects == {KETTLE}


def test_a_new_secret_signs_beside_the_one_before_for_a_day(store: Store) -> None:
    made = subscribed(store)

    with can(store) as subscribing:
        after = subscribing.rotate(made.id)

    new, old = after.secrets[0].text, made.secrets[0].text
    assert after.signing_at(NOON) == [new, old]
    assert after.signing_at(NOON + OVERLAP) == [new]


def test_a_secret_that_ended_is_forgotten_with_the_next(store: Store) -> None:
    made = subscribed(store)

    for days in (0, 2):
        with can(store, now=NOON + timedelta(days=days)) as subscribing:
            after = subscribing.rotate(made.id)

    assert made.secrets[0].text not in {each.text for each in after.secrets}
    assert len(after.secrets) == 2


def test_a_removed_subscription_leaves_nothing(store: Store) -> None:
    made = subscribed(store)
    happened(store, EventKind.SNIPPET_UPDATED)
    with can(store) as subscribing:
        subscribing.replay_event(made.id, 1)

    with can(store) as subscribing:
        subscribing.remove(made.id)

    with store.reading() as transaction:
        assert transaction.subscriptions.all() == []
        assert transaction.deliveries.of(made.id) == []


def test_a_ping_goes_to_one_subscription_alone(store: Store) -> None:
    asked, other = subscribed(store, events=["review.approved"]), subscribed(store)

    with can(store) as subscribing:
        subscribing.ping(asked.id)
    with store.writing() as transaction:
        transaction.marks.set(Work.TELL, ["events"], NOON)
        [lease] = transaction.marks.lease([Work.TELL], "test", now=NOON, until=NOON + timedelta(minutes=1))
    tell(store, lease, Clock())

    assert (waiting(store, asked.id), waiting(store, other.id)) == ([1], [])


def test_events_of_a_time_are_sent_again_as_far_as_they_are_wanted(store: Store) -> None:
    made = subscribed(store, events=["snippet.updated"])
    happened(store, EventKind.SNIPPET_UPDATED, EventKind.SNIPPET_REMOVED, EventKind.SNIPPET_UPDATED)

    with can(store) as subscribing:
        none = subscribing.replay_since(made.id, NOON - timedelta(hours=1), NOON)
        count = subscribing.replay_since(made.id, NOON, NOON + timedelta(hours=1))

    with store.reading() as transaction:
        mark = transaction.marks.find(Work.DELIVER, made.id)
    assert (none, count, waiting(store, made.id)) == (0, 2, [1, 3])
    assert mark is not None


def test_a_subscription_is_told_what_ends_after_it_though_it_began_before(store: Store) -> None:
    happened(store, EventKind.SNIPPET_UPDATED)
    made = subscribed(store)
    with store.writing() as transaction:
        transaction.events.add([happening(at=NOON - timedelta(hours=1))])

    mark_news(store, NOON)
    tell(store, lease(store, Work.TELL, TELLING), lambda: NOON)

    assert waiting(store, made.id) == [2]


def test_what_has_the_number_of_an_event_told_before_a_restore_has_another_id(store: Store) -> None:
    made = subscribed(store)
    told = [happening(), happening(at=NOON + timedelta(days=1)), happening(EventKind.REVIEW_ERASED)]

    ids = {notice(made, 1, each, NOON).id for each in told}

    assert len(ids) == 3
    assert ids >= {notice(made, 1, happening(), NOON + timedelta(days=2)).id}


def test_one_event_is_sent_again_from_the_first_attempt_on(store: Store) -> None:
    made = subscribed(store)
    happened(store, EventKind.SNIPPET_UPDATED)
    with can(store) as subscribing:
        subscribing.replay_event(made.id, 1)
    with store.writing() as transaction:
        transaction.deliveries.give_up(made.id)

    with can(store) as subscribing:
        subscribing.replay_event(made.id, 1)

    assert waiting(store, made.id) == [1]


@pytest.mark.parametrize("number", [1, 99])
def test_an_event_that_is_not_told_is_not_sent(store: Store, number: int) -> None:
    made = subscribed(store)
    happened(store, EventKind.REVIEW_RECEIVED)

    with pytest.raises(RefusedError), can(store) as subscribing:
        subscribing.replay_event(made.id, number)


def test_a_disabled_subscription_is_told_nothing_until_it_is_enabled(store: Store) -> None:
    made = subscribed(store)
    with store.writing() as transaction:
        kept = transaction.subscriptions.find(made.id)
        transaction.subscriptions.save(
            Subscription(
                id=kept.id,
                url=kept.url,
                secrets=kept.secrets,
                created_at=kept.created_at,
                failing_since=NOON,
                disabled_at=NOON,
                disabled_because="it answered 410 Gone",
            )
        )

    with pytest.raises(RefusedError, match="enable it first"), can(store) as subscribing:
        subscribing.ping(made.id)
    with can(store) as subscribing:
        after = subscribing.enable(made.id)
        subscribing.ping(made.id)

    assert (after.disabled_at, after.failing_since, after.disabled_because) == (None, None, "")


def test_a_subscription_that_somebody_turned_off_is_told_nothing_not_even_what_waits(store: Store) -> None:
    made = subscribed(store)
    happened(store, EventKind.SNIPPET_UPDATED)
    with can(store) as subscribing:
        subscribing.replay_event(made.id, 1)

    with can(store) as subscribing:
        after = subscribing.disable(made.id)
        again = subscribing.disable(made.id)

    with store.reading() as transaction:
        events = [event.kind for _, event in transaction.events.since()]
        actions = [change.action for _, change in transaction.audit.since()]
    assert (after.disabled_at, after.disabled_because, again) == (NOON, BY_HAND, after)
    assert waiting(store, made.id) == []
    assert events.count(EventKind.SUBSCRIPTION_DISABLED) == actions.count("subscription.disable") == 1


def test_what_failed_since_a_time_is_sent_again_and_nothing_else(store: Store) -> None:
    made = subscribed(store)
    happened(store, *[EventKind.SNIPPET_UPDATED] * 3)
    with can(store, now=NOON - timedelta(days=2)) as subscribing:
        subscribing.replay_event(made.id, 1)
    with can(store) as subscribing:
        subscribing.replay_event(made.id, 2)
    with store.writing() as transaction:
        transaction.deliveries.give_up(made.id)
    with can(store) as subscribing:
        subscribing.replay_event(made.id, 3)

    with can(store) as subscribing:
        count = subscribing.replay_failed(made.id, NOON - timedelta(days=1))

    assert (count, waiting(store, made.id)) == (1, [2, 3])


def test_deliveries_of_all_subscriptions_are_listed_by_event_page_by_page(store: Store) -> None:
    first, second = sorted([subscribed(store).id, subscribed(store).id])
    happened(store, *[EventKind.SNIPPET_UPDATED] * 3)
    with can(store) as subscribing:
        for each in (first, second):
            subscribing.replay_since(each, NOON, NOON + timedelta(hours=1))

    listed: list[tuple[int, SubscriptionId]] = []
    with store.reading() as transaction:
        for _ in range(3):
            last = listed[-1] if listed else None
            page = transaction.deliveries.newest([first, second], DeliveryFilter(), before=last, limit=2)
            listed += [(each.event, each.subscription_id) for each, _ in page]
        counted = transaction.deliveries.counted()

    assert listed == [(event, each) for event in (3, 2, 1) for each in (first, second)]
    assert counted == {first: {DeliveryState.WAITING: 3}, second: {DeliveryState.WAITING: 3}}


@pytest.mark.parametrize(
    ("which", "found"),
    [
        pytest.param(DeliveryFilter(state=DeliveryState.FAILED), [], id="state"),
        pytest.param(DeliveryFilter(kind=EventKind.SNIPPET_REMOVED), [2], id="event"),
        pytest.param(DeliveryFilter(since=NOON), [1, 2], id="since"),
        pytest.param(DeliveryFilter(until=NOON), [], id="until"),
    ],
)
def test_deliveries_are_found_by_state_event_and_time(store: Store, which: DeliveryFilter, found: list[int]) -> None:
    made = subscribed(store)
    happened(store, EventKind.SNIPPET_UPDATED, EventKind.SNIPPET_REMOVED)
    with can(store) as subscribing:
        subscribing.replay_since(made.id, NOON, NOON + timedelta(hours=1))

    with store.reading() as transaction:
        listed = transaction.deliveries.page(made.id, which, limit=10)

    assert sorted(each.event for each, _ in listed) == found
