"""The client in examples/ against the real server: what it keeps, how long it trusts that, and whom it believes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from examples.plaudit_client import ForgedError, Kept, Plaudit, check_webhook
from tests.doors import Company, row
from tests.servers import Heard, Reply, loopback
from tests.serving import Served, serving

LIST = ("subject", "kettle", "list", "en")
BADGE = ("subject", "kettle", "badge", "en")
NOWHERE = "http://127.0.0.1:9"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Clock:
    at: float = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def shop(company: Company) -> Company:
    company.publish(row("1"), row("2", body="The lid rattles on the stove."))
    return company


@pytest.fixture
def served(shop: Company) -> Iterator[Served]:
    with serving(shop.store, "--config", shop.config, "--no-worker") as site:
        yield site


def review_of(shop: Company, words: str) -> str:
    with shop.instance() as instance, instance.store.reading() as transaction:
        [subject] = transaction.subjects.ids()
        return next(each.id for each in transaction.reviews.shown(subject) if words in each.body)


def take_back(shop: Company, words: str) -> None:
    done = shop.plaudit("withdraw", review_of(shop, words))
    assert done.exit_code == 0, done.output


def test_asks_each_time_and_fetches_only_what_moved(served: Served, shop: Company) -> None:
    client = Plaudit(served.url)
    first = client.snippet(*LIST)
    again = client.snippet(*LIST)
    take_back(shop, "The lid rattles")

    after = client.snippet(*LIST)

    assert "The lid rattles" in first == again
    assert "It pours well" in after
    assert "The lid rattles" not in after


def test_a_page_of_many_snippets_is_one_request(served: Served) -> None:
    client = Plaudit(served.url)
    keys = [LIST, BADGE, ("subject", "kettle", "nothing", "en"), ("subject", "nobody", "list", "en")]

    found = client.snippets(keys)
    again = client.snippets(keys)

    assert set(found) == {LIST, BADGE}
    assert found == again == {LIST: client.snippet(*LIST), BADGE: client.snippet(*BADGE)}


def test_versions_are_those_that_webhooks_tell_of(served: Served) -> None:
    alone, at_once = Plaudit(served.url), Plaudit(served.url)
    alone.snippet(*LIST)
    at_once.snippets([LIST])

    [told] = [
        each["version"]
        for page, _, _ in alone.changes()
        for each in page
        if (each.get("name"), each.get("locale")) == ("list", "en")
    ]

    assert (alone.kept[LIST].version, at_once.kept[LIST].version) == (told, told)


def test_who_was_told_nothing_catches_up(served: Served, shop: Company) -> None:
    client = Plaudit(served.url)
    cursor = client.catch_up()
    assert "The lid rattles" in client.kept[LIST].body
    take_back(shop, "The lid rattles")

    client.catch_up(cursor)

    assert "It pours well" in client.kept[LIST].body
    assert not [each for each in client.kept.values() if "The lid rattles" in each.body]


def test_a_lost_cursor_throws_away_what_is_not_listed(served: Served) -> None:
    client = Plaudit(served.url)
    client.kept["subject", "ghost", "list", "en"] = Kept("old words", "e1", 0.0)

    cursor = client.catch_up("7777777-0a1b2c3d")

    assert cursor == client.catch_up(cursor)
    assert ("subject", "ghost", "list", "en") not in client.kept
    assert LIST in client.kept


@pytest.mark.parametrize(("key", "seconds"), [(LIST, 300), (BADGE, 86_400)])
def test_quotes_outlive_the_network_by_minutes_and_a_badge_by_a_day(
    key: tuple[str, str, str, str], seconds: int
) -> None:
    clock = Clock()
    client = Plaudit(NOWHERE, clock=clock)
    client.kept[key] = Kept("words", "e1", clock.at)

    clock.at += seconds - 1
    just_before = client.snippet(*key)
    clock.at += 1
    then = client.snippet(*key)

    assert (just_before, then) == ("words", "")
    assert key not in client.kept


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_an_instance_that_is_not_well_is_treated_as_one_that_is_not_there(status: int) -> None:
    clock = Clock()
    with loopback(lambda _: Reply(status)) as server:
        client = Plaudit(server.url, clock=clock)
        client.kept[LIST] = Kept("words", "e1", clock.at)

        soon = client.snippet(*LIST)
        clock.at += 300
        later = client.snippet(*LIST)

    assert (soon, later) == ("words", "")


def test_what_is_gone_is_forgotten_at_once() -> None:
    with loopback(lambda _: Reply(404)) as server:
        client = Plaudit(server.url)
        client.kept[LIST] = Kept("words", "e1", client.clock())

        answer = client.snippet(*LIST)

    assert (answer, client.kept) == ("", {})


def test_what_is_fresh_is_not_asked_about() -> None:
    clock = Clock()
    with loopback(lambda _: Reply(500)) as server:
        client = Plaudit(server.url, fresh_for=10, clock=clock)
        client.kept[LIST] = Kept("words", "e1", clock.at)

        client.snippet(*LIST)
        clock.at += 10
        client.snippet(*LIST)

        assert len(server.heard) == 1


@pytest.mark.parametrize("coding", ["", "-gzip", "-br"])
def test_the_etag_it_sends_is_the_one_it_was_given(coding: str) -> None:
    said: list[Heard] = []

    def answer(heard: Heard) -> Reply:
        said.append(heard)
        return Reply(200, b"w\xc3\xb6rds", {"ETag": f'"e1{coding}"', "Plaudit-Version": "1"})

    with loopback(answer) as server:
        client = Plaudit(server.url)
        words = client.snippet(*LIST)
        client.snippet(*LIST)

    assert words == "wörds"
    assert [each.headers.get("If-None-Match") for each in said] == [None, '"e1"']


def test_a_lost_cursor_is_not_asked_for_for_ever() -> None:
    with loopback(lambda _: Reply(410)) as server:
        client = Plaudit(server.url)

        with pytest.raises(requests.HTTPError):
            client.catch_up("1-0a1b2c3d")

        assert len(server.heard) == 2


def signed(secret: str, which: str, at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, f"{which}.{at}.".encode() + body, hashlib.sha256).digest()).decode()


def test_the_vector_of_the_standard_is_believed() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    which = check_webhook([SECRET], headers, b'{"test": 2432232314}', 1614265330)

    assert which == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_one_secret_of_several_is_enough_while_they_change() -> None:
    other = "whsec_" + base64.b64encode(b"another secret of ours !").decode()
    both = f"{signed(other, 'm1', '1000', b'{}')} {signed(SECRET, 'm1', '1000', b'{}')}"
    headers = {"webhook-id": "m1", "webhook-timestamp": "1000", "webhook-signature": both}

    assert check_webhook([SECRET], headers, b"{}", 1000) == "m1"
    assert check_webhook([other, SECRET], headers, b"{}", 1299) == "m1"


@pytest.mark.parametrize(
    ("changes", "secrets"),
    [
        pytest.param({"webhook-signature": ""}, [SECRET], id="not signed"),
        pytest.param({"webhook-signature": "v2,AAAA"}, [SECRET], id="signed otherwise"),
        pytest.param({"webhook-id": "m2"}, [SECRET], id="another id"),
        pytest.param({"webhook-id": ""}, [SECRET], id="no id"),
        pytest.param({"webhook-timestamp": "699"}, [SECRET], id="too old"),
        pytest.param({"webhook-timestamp": "1301"}, [SECRET], id="not yet"),
        pytest.param({"webhook-timestamp": "x"}, [SECRET], id="no time"),
        pytest.param({"webhook-timestamp": "²"}, [SECRET], id="a digit that is none"),
        pytest.param({}, [], id="no secret configured"),
        pytest.param({}, [""], id="an empty secret"),
        pytest.param({}, ["whsec_"], id="a secret of nothing"),
    ],
)
def test_whatever_else_is_refused(changes: dict[str, str], secrets: list[str]) -> None:
    made = {"webhook-id": "m1", "webhook-timestamp": "1000"}
    headers = made | {"webhook-signature": signed(SECRET, "m1", "1000", b"{}")} | changes

    with pytest.raises(ForgedError):
        check_webhook(secrets, headers, b"{}", 1000)


def test_an_empty_secret_signs_nothing() -> None:
    headers = {"webhook-id": "m1", "webhook-timestamp": "1000", "webhook-signature": signed("", "m1", "1000", b"{}")}

    with pytest.raises(ForgedError):
        check_webhook(["whsec_", ""], headers, b"{}", 1000)
