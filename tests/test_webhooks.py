"""Telling subscriptions: each event once a delivery, each delivery signed, tried again, and given up in the end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    DeliveryState,
    EventKind,
    ReviewId,
    SigningSecret,
    SubjectId,
)
from engine.errors import LeaseLostError, SignatureError
from engine.http import GuardedSession
from engine.outbox import Work
from engine.signatures import check_standard
from engine.store import Store
from engine.webhooks import (
    BATCH,
    DISABLED_AFTER,
    GONE,
    LONGEST_RETRY_AFTER,
    PAUSES,
    Turn,
    mark_news,
    tell,
)
from tests.factories import NOON
from tests.posting import BEFORE, HERE, LOOPBACK, SECRET, Post, happening, header, listening, post
from tests.servers import Answering, Heard, Reply, loopback

__all__ = ["post"]


def test_what_happened_is_told_in_a_thin_signed_message(post: Post) -> None:
    with listening(post) as server:
        post.happened(happening())
        post.told()
        post.turn()

    [heard] = server.heard
    lowered = {name.lower(): value for name, value in heard.headers.items()}
    check_standard(SECRET, lowered, heard.body, NOON)
    assert json.loads(heard.body) == {
        "type": "snippet.updated",
        "timestamp": "2026-11-21T12:00:00Z",
        "data": {"id": "1", "subject": "kettle", "snippet": "list", "locale": "en", "version": 3, "etag": "5f2a"},
    }
    assert lowered["content-type"] == "application/json"


def test_a_review_is_told_of_by_its_id_alone(post: Post) -> None:
    details: dict[str, str | int] = {"reason": "spam", "note": "their words"}
    with listening(post) as server:
        post.happened(
            happening(EventKind.REVIEW_WITHDRAWN, review_id=ReviewId("r1"), details=details, by="owen@mail.example")
        )
        post.told()
        post.turn()

    [heard] = server.heard
    assert json.loads(heard.body)["data"] == {"id": "1", "subject": "kettle", "review": "r1"}


def test_while_a_secret_changes_both_sign(post: Post) -> None:
    with listening(post) as server:
        old = SigningSecret(text=BEFORE, ends_at=NOON + timedelta(hours=1))
        with post.store.writing() as transaction:
            transaction.subscriptions.save(replace(post.kept(), secrets=(*post.kept().secrets, old)))
        for _ in range(2):
            post.happened(happening())
            post.told()
            post.turn()
            post.clock.at += timedelta(hours=1)

    during, afterwards = server.heard
    lowered = {name.lower(): value for name, value in during.headers.items()}
    for secret in (SECRET, BEFORE):
        check_standard(secret, lowered, during.body, NOON)
    assert len(header(during, "webhook-signature").split(" ")) == 2
    assert len(header(afterwards, "webhook-signature").split(" ")) == 1
    with pytest.raises(SignatureError):
        check_standard(
            BEFORE, {k.lower(): v for k, v in afterwards.headers.items()}, afterwards.body, NOON + timedelta(hours=1)
        )


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        pytest.param({}, 3, id="everything"),
        pytest.param({"events": frozenset({EventKind.SNIPPET_REMOVED})}, 1, id="one kind"),
        pytest.param({"subjects": frozenset({SubjectId("mug")})}, 1, id="one subject"),
        pytest.param({"disabled_at": NOON}, 0, id="disabled"),
    ],
)
def test_a_subscription_is_told_what_it_asked_for(post: Post, wishes: dict[str, Any], told: int) -> None:
    post.subscribed("https://cms.example/hooks", **wishes)
    post.happened(
        happening(),
        happening(subject="mug"),
        happening(EventKind.SNIPPET_REMOVED),
        happening(EventKind.REVIEW_RECEIVED),
        happening(EventKind.SOURCE_CHANGED),
        happening(EventKind.PING, details={"subscription": "sub_another"}),
    )

    post.told()

    assert len(post.deliveries()) == told


def test_what_happened_before_is_not_told(post: Post) -> None:
    post.happened(happening())
    post.clock.at += timedelta(seconds=1)
    post.subscribed("https://cms.example/hooks")
    post.happened(happening(at=post.clock()))

    post.told()

    assert [each.event for each in post.deliveries()] == [2]


def test_events_are_turned_into_deliveries_once(post: Post) -> None:
    post.subscribed("https://cms.example/hooks")
    post.happened(happening(), happening())

    outcomes = [post.told(), post.told()]

    assert [each.result if each else None for each in outcomes] == [2, None]
    assert [each.event for each in post.deliveries()] == [1, 2]


def test_a_worker_that_lost_its_lease_tells_nothing_twice(post: Post) -> None:
    post.subscribed("https://cms.example/hooks")
    post.happened(happening())
    mark_news(post.store, NOON)
    with post.store.writing() as transaction:
        [first] = transaction.marks.lease([Work.TELL], "slow", now=NOON, until=NOON)
        transaction.marks.lease([Work.TELL], "quick", now=NOON, until=NOON + timedelta(minutes=1))

    with pytest.raises(LeaseLostError):
        tell(post.store, first, post.clock)

    assert post.deliveries() == []


def test_a_failure_is_tried_again_under_the_same_id_after_growing_pauses(post: Post) -> None:
    pauses = []
    with listening(post, Reply(status=500)) as server:
        post.happened(happening())
        post.told()
        for _ in PAUSES:
            post.turn()
            [waits] = post.deliveries()
            assert waits.due_at is not None
            pauses.append(waits.due_at - post.clock())
            post.clock.at = max(waits.due_at, post.kept().rests_until or waits.due_at)
        post.turn()

    [ended] = post.deliveries()
    assert pauses == list(PAUSES)
    assert sum(PAUSES, timedelta()) == timedelta(hours=27, minutes=35, seconds=5)
    assert (ended.state, ended.due_at) == (DeliveryState.FAILED, None)
    assert [each.status for each in ended.log] == [500] * (len(PAUSES) + 1)
    assert len({header(each, "webhook-id") for each in server.heard}) == 1
    assert post.turns() == 0


def refuses_then_hangs_up(heard: Heard) -> Any:
    def hang_up(handler: Any) -> None:
        handler.connection.close()

    return hang_up


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(Reply(status=500), 500, id="broken"),
        pytest.param(Reply(status=404), 404, id="not there"),
        pytest.param(Reply(status=304), 304, id="not modified"),
        pytest.param(Reply(status=302, headers={"Location": "{inside}"}), 302, id="redirect inside"),
        pytest.param(Reply(status=307, headers={"Location": "http://["}), 307, id="redirect to nowhere"),
        pytest.param(refuses_then_hangs_up, None, id="closes early"),
    ],
)
def test_whatever_is_no_success_is_a_failure_and_no_redirect_is_followed(
    post: Post, answer: Answering | Reply, status: int | None
) -> None:
    with loopback(lambda _: Reply()) as inside:
        if isinstance(answer, Reply):
            answer = replace(
                answer, headers={key: value.format(inside=inside.url) for key, value in answer.headers.items()}
            )
        with listening(post, answer):
            post.happened(happening())
            post.told()
            post.turn()

    [tried] = post.deliveries()
    assert inside.heard == []
    assert (tried.state, tried.attempts) == (DeliveryState.WAITING, 1)
    assert tried.last is not None
    assert tried.last.status == status
    assert "hidden" not in tried.last.problem


def test_a_receiver_that_hangs_is_left_after_the_time_of_an_attempt(store: Store) -> None:
    def hang(_heard: Heard) -> Any:
        return lambda handler: handler.rfile.read()

    with GuardedSession(LOOPBACK, timeout=0.3, max_redirects=0) as http:
        post = Post(store, http)
        with listening(post, hang):
            post.happened(happening())
            post.told()
            post.turn()

    [tried] = post.deliveries()
    assert tried.last is not None
    assert tried.last.status is None
    assert tried.last.problem


def test_what_the_receiver_says_at_length_is_not_read(post: Post) -> None:
    with listening(post, Reply(body=b"x" * 5_000_000)):
        post.happened(happening())
        post.told()
        post.turn()

    [tried] = post.deliveries()
    assert tried.state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        pytest.param("1800", timedelta(minutes=30), id="longer than ours"),
        pytest.param("1", PAUSES[0], id="shorter than ours"),
        pytest.param("999999999", LONGEST_RETRY_AFTER, id="longer than anybody may"),
    ],
)
def test_a_receiver_may_ask_to_be_left_alone(post: Post, asked: str, waits: timedelta) -> None:
    with listening(post, Reply(status=429, headers={"Retry-After": asked})):
        post.happened(happening(), happening())
        post.told()
        post.turn()
        post.clock.at += waits - timedelta(seconds=1)
        too_early = post.turn()

    [tried, untried] = post.deliveries()
    assert tried.due_at == NOON + waits
    assert too_early is None
    assert untried.attempts == 0


def test_a_failing_receiver_rests_and_hears_everything_once_it_is_well(post: Post) -> None:
    with listening(post, Reply(status=503), Reply(status=204)) as server:
        post.happened(*[happening() for _ in range(5)])
        post.told()
        post.turn()
        post.happened(happening())
        post.told()
        resting = post.turn()
        heard_at_rest = len(server.heard)
        post.clock.at += timedelta(seconds=10)
        post.turns()

    assert resting is None or resting.result == Turn()
    assert heard_at_rest == 1
    assert {each.state for each in post.deliveries()} == {DeliveryState.DELIVERED}
    assert post.kept().failing_since is None


def test_gone_disables_at_once_and_is_told_elsewhere(post: Post) -> None:
    with listening(post, Reply(status=GONE)) as server:
        post.happened(happening(), happening())
        post.told()
        post.turn()
        post.happened(happening())
        post.told()
        turned = post.turns()

    kept = post.kept()
    with post.store.reading() as transaction:
        kinds = [event.kind for _, event in transaction.events.since()]
    assert (kept.disabled_at, kept.disabled_because) == (NOON, "it answered 410 Gone")
    assert {each.state for each in post.deliveries()} == {DeliveryState.FAILED}
    assert EventKind.SUBSCRIPTION_DISABLED in kinds
    assert len(server.heard) == 1
    assert turned == 0


def test_a_long_failure_disables(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    with listening(post, Reply(status=500)):
        post.happened(happening())
        post.told()
        post.turn()
        post.clock.at += DISABLED_AFTER - timedelta(seconds=1)
        post.turn()
        nearly = post.kept()
        post.clock.at += timedelta(minutes=30)
        post.turn()

    assert nearly.disabled_at is None
    assert post.kept().disabled_at == post.clock()
    assert "120 hours" in post.kept().disabled_because
    assert HERE in caplog.text
    assert "hidden" not in caplog.text


def test_a_success_ends_the_time_of_failure(post: Post) -> None:
    with listening(post, Reply(status=500), Reply(status=204), Reply(status=500)):
        for _ in range(3):
            post.happened(happening())
            post.told()
            post.turn()
            post.clock.at += timedelta(hours=119)

    assert post.kept().disabled_at is None


def test_one_turn_sends_a_batch_and_leaves_the_rest_to_the_next(post: Post) -> None:
    with listening(post) as server:
        post.happened(*[happening() for _ in range(BATCH + 1)])
        post.told()
        post.turn()
        first = len(server.heard)
        post.turns()

    assert first == BATCH
    assert len(server.heard) == BATCH + 1
    assert server.connections == 1


def test_a_worker_that_died_in_its_turn_leaves_everything_to_the_next(post: Post) -> None:
    with listening(post) as server:
        post.happened(happening())
        post.told()
        with post.store.writing() as transaction:
            transaction.marks.lease([Work.DELIVER], "dead", now=NOON, until=NOON + timedelta(minutes=1))
        meanwhile = post.turn()
        post.clock.at += timedelta(minutes=1)
        post.turn()

    assert meanwhile is None
    assert len(server.heard) == 1


def test_what_comes_to_be_told_during_a_turn_is_sent_in_the_next(post: Post) -> None:
    def one_more_happens(_heard: Heard) -> Reply:
        if len(server.heard) == 1:
            post.happened(happening())
            post.told()
        return Reply(status=204)

    with listening(post, one_more_happens) as server:
        post.happened(happening())
        post.told()
        post.turns()

    assert [each.state for each in post.deliveries()] == [DeliveryState.DELIVERED] * 2


def test_a_subscription_that_is_removed_during_its_turn_stays_removed(post: Post) -> None:
    def removed(_heard: Heard) -> Reply:
        with post.store.writing() as transaction:
            transaction.subscriptions.remove(HERE)
        return Reply(status=204)

    with listening(post, removed):
        post.happened(happening())
        post.told()
        outcome = post.turn()

    with post.store.reading() as transaction:
        marks, subscriptions = transaction.marks.find(Work.DELIVER, HERE), transaction.subscriptions.all()
    assert outcome is not None
    assert outcome.error is None
    assert (marks, subscriptions) == (None, [])


def test_what_ended_is_forgotten_after_its_time(post: Post) -> None:
    with listening(post):
        for _ in range(2):
            post.happened(happening())
            post.told()
            post.turn()
            post.clock.at += timedelta(days=31)

    assert [each.event for each in post.deliveries()] == [2]
