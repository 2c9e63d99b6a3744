"""The verbs about subscriptions, and a worker that tells them what happened."""

from __future__ import annotations

import json
from threading import Event as Stop
from threading import Thread
from time import monotonic

import pytest

from engine.domain import DeliveryState, SubscriptionId
from engine.signatures import check_standard
from review_site.wiring import now
from review_site.worker import work
from tests.doors import SETTINGS, Company, row
from tests.servers import Reply, loopback

INSIDE = '\n[http]\nallow = ["127.0.0.1/32"]\n'


def added(company: Company, url: str, *options: str) -> tuple[str, str]:
    done = company.plaudit("subscriptions", "add", url, *options)
    assert done.exit_code == 0, done.output
    subscription, secret = done.output.splitlines()
    return subscription, secret.rpartition(" ")[2]


def worked(company: Company, wanted: str, state: DeliveryState, least: int) -> None:
    """Lets a worker work until so many deliveries have come into a state."""
    stop = Stop()
    with company.instance() as instance:
        thread = Thread(target=work, args=(instance, stop))
        thread.start()
        ends = monotonic() + 30
        try:
            while monotonic() < ends:
                with instance.store.reading() as transaction:
                    if transaction.deliveries.counts(SubscriptionId(wanted)).get(state, 0) >= least:
                        return
                stop.wait(0.05)
        finally:
            stop.set()
            thread.join()
    pytest.fail("the worker did not send it in 30 s")


def test_what_is_published_is_told_by_the_worker(company: Company) -> None:
    with loopback(lambda _: Reply(status=204)) as server:
        company.configured(SETTINGS + INSIDE)
        wanted, secret = added(company, f"{server.url}/hooks", "--event", "snippet.updated", "--note", "CMS")
        company.publish(row("1"))
        worked(company, wanted, DeliveryState.DELIVERED, 5)
        listed = company.plaudit("subscriptions", "list")
        sent = company.plaudit("deliveries", wanted)

    for heard in server.heard:
        headers = {name.lower(): value for name, value in heard.headers.items()}
        check_standard(secret, headers, heard.body, now())
    assert {json.loads(each.body)["type"] for each in server.heard} == {"snippet.updated"}
    assert "well" in listed.output
    assert "CMS" in listed.output
    assert secret not in listed.output + sent.output
    assert "delivered  attempt 1  204 in " in sent.output


def test_a_receiver_that_is_gone_is_shown_by_doctor(company: Company) -> None:
    with loopback(lambda _: Reply(status=410)) as server:
        company.configured(SETTINGS + INSIDE)
        wanted, _ = added(company, server.url)
        company.plaudit("subscriptions", "ping", wanted)
        worked(company, wanted, DeliveryState.FAILED, 1)

    examined, sent = company.plaudit("doctor"), company.plaudit("deliveries", wanted, "--format", "json")
    enabled = company.plaudit("subscriptions", "enable", wanted)
    assert f"! {wanted} is told nothing since" in examined.output
    assert (sent.exit_code, json.loads(sent.output)[0]["status"]) == (1, 410)
    assert enabled.exit_code == 0
    assert wanted not in company.plaudit("doctor").output


def test_what_was_missed_is_sent_again_by_number_or_by_time(company: Company) -> None:
    company.configured()
    company.publish(row("1"))
    wanted, _ = added(company, "https://cms.example/hooks")

    by_time = company.plaudit("subscriptions", "replay", wanted, "--since", "2020-01-01")
    by_number = company.plaudit("subscriptions", "replay", wanted, "--event", "9999")
    neither = company.plaudit("subscriptions", "replay", wanted)
    waiting = company.plaudit("deliveries", wanted, "--state", "waiting", "--limit", "1000").output.splitlines()

    assert by_time.output == f"{len(waiting)} events are sent by the worker\n"
    assert len(waiting) > 5
    assert (by_number.exit_code, neither.exit_code) == (2, 2)


def test_a_subscription_is_rotated_and_removed(company: Company) -> None:
    company.configured()
    wanted, secret = added(company, "https://cms.example/hooks")

    rotated = company.plaudit("subscriptions", "rotate", wanted)
    removed = company.plaudit("subscriptions", "remove", wanted)
    again = company.plaudit("subscriptions", "remove", wanted)

    assert rotated.output.rpartition(" ")[2].strip() not in ("", secret)
    assert (removed.exit_code, again.exit_code) == (0, 2)
    assert company.plaudit("subscriptions", "list", "--format", "json").output == "[]\n"
