"""Tests of the settings in the console: keys, users, subscriptions, deliveries, the audit log and the configuration."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from engine.domain import DeliveryState, EventKind, Role, SubscriptionId
from engine.keys import KEY, key_behind
from engine.store import DeliveryFilter
from engine.subscribing import MOST
from review_site.telling import subscribing
from review_site.wiring import Instance, now
from tests.doors import BASE, Company, text_of
from tests.posting import happening
from tests.signing import EMAIL, Visitor, make_account, signed_in

HOME = "/console/settings"
KEYS, USERS, SUBSCRIPTIONS, DELIVERIES = (f"{HOME}/{each}" for each in ("keys", "users", "subscriptions", "deliveries"))
HOOK = "https://cms.example/hooks"


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


@pytest.fixture
def csrf(visitor: Visitor) -> str:
    return visitor.csrf()


def secret_of(answer: TestResponse) -> str:
    """What the page shows once."""
    found = re.search(r'<pre id="secret"[^>]*>([^<]+)</pre>', answer.text)
    assert found
    return found[1]


def rows_of(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.text)))[1:]


def subscribe(instance: Instance) -> SubscriptionId:
    with instance.store.writing() as transaction:
        return subscribing(instance, transaction, "operator").add(HOOK, note="Shop").id


def send(instance: Instance, wanted: SubscriptionId, count: int) -> None:
    """Makes deliveries of one event each, which all failed."""
    with instance.store.writing() as transaction:
        begun = now()
        transaction.events.add([happening(EventKind.SNIPPET_UPDATED, at=begun) for _ in range(count)])
        can = subscribing(instance, transaction, "operator")
        can.replay_since(wanted, begun, begun + timedelta(seconds=1))
        transaction.deliveries.give_up(wanted)


@pytest.mark.parametrize(
    "page", ["", "/keys", "/users", "/subscriptions", "/deliveries", "/audit", "/configuration", "?thorough=1"]
)
@pytest.mark.parametrize("locale", ["en", "de", "nl"])
def test_is_there_for_administrators_alone(visitor: Visitor, instance: Instance, page: str, locale: str) -> None:
    make_account(instance.store, "max@example.com", Role.MODERATOR, now=now())
    moderator = signed_in(instance, "max@example.com")

    answer = visitor.get(HOME + page, {"Accept-Language": locale})

    assert (answer.status_code, answer.headers["Content-Language"]) == (200, locale)
    assert moderator.get(HOME + page).status_code == 403


def test_a_key_is_shown_once_and_works(visitor: Visitor, instance: Instance, csrf: str) -> None:
    wish = {"name": "web shop", "permissions": "reviews:write", "origins": "https://shop.example.com"}

    made = visitor.post(KEYS, None, csrf=csrf, expires_at="30", **wish)

    text = secret_of(made)
    key = key_behind(instance.store, text, now())
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    assert key is not None
    assert (key.name, set(key.permissions), set(key.origins)) == (
        "web shop",
        {"reviews:write"},
        {"https://shop.example.com"},
    )
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - now() <= timedelta(days=30)
    listed = visitor.get(KEYS).text
    assert key.id in listed
    assert KEY.search(listed) is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"name": ""}, "name", id="name"),
        pytest.param({"permissions": "all"}, "permissions", id="permission"),
        pytest.param({"subjects": "nothing"}, "subjects", id="subject"),
        pytest.param({"origins": "shop.example.com"}, "origins", id="origin"),
        pytest.param({"expires_at": "tomorrow"}, "expires_at", id="days"),
        pytest.param({"expires_at": "9" * 30}, "expires_at", id="more days than there are"),
    ],
)
def test_what_no_key_can_be_is_said_beside_its_field(
    visitor: Visitor, csrf: str, typed: dict[str, str], field: str
) -> None:
    answer = visitor.post(KEYS, None, csrf=csrf, **{"name": "web shop", "permissions": "read", **typed})

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text


def test_a_revoked_key_is_out_and_stays_in_the_list_of_all(visitor: Visitor, instance: Instance, csrf: str) -> None:
    text = secret_of(visitor.post(KEYS, csrf=csrf, name="web shop", permissions="read"))
    which = text.split("_")[1]

    visitor.post(f"{KEYS}/{which}/revoke", csrf=csrf)

    assert key_behind(instance.store, text, now()) is None
    assert "The key was revoked." in visitor.get(KEYS).text
    assert f"<code>{which}</code>" not in visitor.get(KEYS).text
    assert [row[0] for row in rows_of(visitor.get(f"{KEYS}?show=all&format=csv"))] == [which]


def test_somebody_is_invited_by_a_link_that_is_shown_once(visitor: Visitor, csrf: str) -> None:
    made = visitor.post(USERS, csrf=csrf, name="Ben", email="Ben@example.com", role="writer")

    link = secret_of(made)
    assert made.status_code == 201
    assert link.startswith(f"{BASE}/console/welcome/")
    assert visitor.get(link.removeprefix(BASE)).status_code == 200
    listed = visitor.get(USERS).text
    assert "Has no password yet" in listed
    assert "/welcome/" not in listed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": EMAIL}, "There is an account with this address already."),
        ({"email": "ben"}, "Write the address like"),
        ({"name": " "}, "Write a name"),
        ({"role": "king"}, "Choose a role."),
    ],
)
def test_an_invitation_that_cannot_be_is_said(visitor: Visitor, csrf: str, typed: dict[str, str], said: str) -> None:
    answer = visitor.post(
        USERS, None, csrf=csrf, **{"name": "Ben", "email": "ben@example.com", "role": "writer", **typed}
    )

    assert answer.status_code == 422
    assert said in answer.text


def test_somebody_gets_another_role_is_disabled_and_let_in_again(
    visitor: Visitor, instance: Instance, csrf: str
) -> None:
    ben = make_account(instance.store, "ben@example.com", Role.VIEWER, now=now())

    visitor.post(f"{USERS}/{ben.id}/role", csrf=csrf, role="moderator")
    visitor.post(f"{USERS}/{ben.id}/disable", csrf=csrf)
    off = visitor.get(USERS).text
    visitor.post(f"{USERS}/{ben.id}/enable", csrf=csrf)

    with instance.store.reading() as transaction:
        kept = transaction.accounts.find(ben.id)
    assert f'action="{USERS}/{ben.id}/enable"' in off
    assert kept is not None
    assert (kept.account.role, kept.account.disabled_at) == (Role.MODERATOR, None)


@pytest.mark.parametrize("act", ["disable", "role"])
def test_whoever_may_administer_last_stays(visitor: Visitor, instance: Instance, csrf: str, act: str) -> None:
    with instance.store.reading() as transaction:
        [ann] = [each.account for each in transaction.accounts.all()]

    answer = visitor.post(f"{USERS}/{ann.id}/{act}", csrf=csrf, role="viewer")

    assert answer.status_code == 422
    assert "the only account that may administer" in answer.text
    assert visitor.is_in()


def test_a_subscription_is_added_with_a_secret_that_is_shown_once(
    visitor: Visitor, instance: Instance, csrf: str
) -> None:
    made = visitor.post(SUBSCRIPTIONS, csrf=csrf, url=HOOK, events="snippet.updated", note="Shop")

    with instance.store.reading() as transaction:
        [kept] = transaction.subscriptions.all()
    assert (made.status_code, secret_of(made)) == (201, kept.secrets[0].text)
    assert (kept.url, set(kept.events), kept.note) == (HOOK, {EventKind.SNIPPET_UPDATED}, "Shop")
    assert "whsec_" not in visitor.get(SUBSCRIPTIONS).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": "http://127.0.0.1/"}, "Write a public address"),
        ({"events": "review.received"}, "Choose events of this list."),
        ({"subjects": "nothing"}, "There is no such subject."),
        ({"note": "x" * 201}, "Write at most 200 characters."),
    ],
)
def test_a_subscription_that_cannot_be_is_said(visitor: Visitor, csrf: str, typed: dict[str, str], said: str) -> None:
    answer = visitor.post(SUBSCRIPTIONS, None, csrf=csrf, **{"url": HOOK, **typed})

    assert answer.status_code == 422
    assert said in answer.text


def test_a_subscription_too_many_is_said(visitor: Visitor, instance: Instance, csrf: str) -> None:
    with instance.store.writing() as transaction:
        for _ in range(MOST):
            subscribing(instance, transaction, "operator").add(HOOK)

    assert "There are too many subscriptions." in visitor.post(SUBSCRIPTIONS, csrf=csrf, url=HOOK).text


def test_a_subscription_is_tried_turned_off_and_on_given_a_secret_and_removed(
    visitor: Visitor, instance: Instance, csrf: str
) -> None:
    wanted = subscribe(instance)
    here = f"{SUBSCRIPTIONS}/{wanted}"

    pinged = visitor.post(f"{here}/ping", csrf=csrf)
    rotated = visitor.post(f"{here}/rotate", csrf=csrf)
    visitor.post(f"{here}/disable", csrf=csrf)
    off = visitor.get(SUBSCRIPTIONS).text
    visitor.post(f"{here}/enable", csrf=csrf)
    on = visitor.get(SUBSCRIPTIONS).text

    assert pinged.location == f"{DELIVERIES}?subscription={wanted}"
    assert secret_of(rotated).startswith("whsec_")
    assert "told nothing any more" in off
    assert f'<form method="post" action="{here}/enable">' in off
    assert f'action="{here}/ping"' not in off
    assert f'action="{here}/ping"' in on
    visitor.post(f"{here}/remove", csrf=csrf)
    assert wanted not in visitor.get(SUBSCRIPTIONS).text


def test_deliveries_are_found_by_state_event_and_day_and_paged(visitor: Visitor, instance: Instance) -> None:
    wanted = subscribe(instance)
    send(instance, wanted, 60)

    first = visitor.get(f"{DELIVERIES}?state=failed&event=snippet.updated")
    [following] = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = visitor.get(following.replace("&amp;", "&"))

    assert (first.text.count("<li data-row>"), second.text.count("<li data-row>")) == (50, 10)
    for nothing in ("state=waiting", "event=ping", "until=2020-01-01", "since=2090-01-01", "subscription=sub_x"):
        assert "<li data-row>" not in visitor.get(f"{DELIVERIES}?{nothing}").text
    assert len(rows_of(visitor.get(f"{DELIVERIES}?format=csv"))) == 60


@pytest.mark.parametrize(
    "asked",
    ["state=lost", "event=x", "since=yesterday", "until=0000-00-00", "before=x", "before=9~sub", "since=9999-12-31"],
)
def test_a_question_that_is_none_is_refused(visitor: Visitor, asked: str) -> None:
    assert visitor.get(f"{DELIVERIES}?{asked}").status_code == 400


def test_one_delivery_and_all_that_failed_are_sent_again(visitor: Visitor, instance: Instance, csrf: str) -> None:
    wanted = subscribe(instance)
    send(instance, wanted, 3)
    with instance.store.reading() as transaction:
        number = transaction.events.last()[0]
    back = f"{DELIVERIES}?state=failed"

    one = visitor.post(f"{DELIVERIES}/replay", csrf=csrf, subscription=wanted, event=str(number), back=back)
    said = visitor.get(back).text
    rest = visitor.post(
        f"{DELIVERIES}/replay", csrf=csrf, subscription=wanted, since=f"{now() - timedelta(days=1):%Y-%m-%d}"
    )

    with instance.store.reading() as transaction:
        waiting = transaction.deliveries.page(wanted, DeliveryFilter(state=DeliveryState.WAITING), limit=10)
    assert (one.location, rest.location) == (back, DELIVERIES)
    assert "1 delivery is sent again." in said
    assert "2 deliveries are sent again." in visitor.get(DELIVERIES).text
    assert len(waiting) == 3


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/console//evil.example"])
def test_nobody_is_sent_anywhere_else_after_it(visitor: Visitor, instance: Instance, csrf: str, back: str) -> None:
    wanted = subscribe(instance)
    send(instance, wanted, 1)

    sent = visitor.post(f"{DELIVERIES}/replay", csrf=csrf, subscription=wanted, since="2020-01-01", back=back)

    assert sent.location == "/console"


def test_the_audit_log_is_found_by_who_what_and_when(visitor: Visitor, csrf: str) -> None:
    visitor.post(KEYS, csrf=csrf, name="web shop", permissions="read")

    made = rows_of(visitor.get(f"{HOME}/audit?action=key&format=csv"))
    page = visitor.get(f"{HOME}/audit?action=key.create").text

    assert [row[2] for row in made] == ["key.create"]
    assert made[0][1].startswith("account/")
    assert "Ann Oak" in page
    assert "permissions=read" in page
    for nothing in ("by=operator&action=key", "about=key/x", "until=2020-01-01"):
        assert rows_of(visitor.get(f"{HOME}/audit?format=csv&{nothing}")) == []


def test_the_audit_log_goes_back_page_by_page(visitor: Visitor, instance: Instance) -> None:
    for number in range(60):
        make_account(instance.store, f"a{number}@example.com", password=None, now=now())

    page = visitor.get(f"{HOME}/audit?action=account.create")
    [following] = re.findall(r'href="([^"]+)" rel="next"', page.text)
    older = visitor.get(following.replace("&amp;", "&"))

    assert (page.text.count("<tr>"), older.text.count("<tr>")) == (51, 12)


def test_the_configuration_says_who_said_what(visitor: Visitor) -> None:
    rows = {row[0]: row for row in rows_of(visitor.get(f"{HOME}/configuration?format=csv"))}

    assert rows["site.name"][1:3] == ["Larkfield", "File"]
    assert rows["serve.port"][1:3] == ["8300", "Default"]
    assert rows["data.dir"][2] == "Command line"


def test_reviews_are_counted_only_for_whoever_asks_for_it(visitor: Visitor) -> None:
    quick, thorough = (text_of(visitor.get(HOME + each).text) for each in ("", "?thorough=1"))

    assert "approved share" not in quick
    assert "approved share" in thorough


def test_what_others_wrote_stands_there_as_text(visitor: Visitor, csrf: str) -> None:
    hostile = "<script>alert(1)</script>"
    visitor.post(KEYS, csrf=csrf, name=hostile, permissions="read")
    visitor.post(SUBSCRIPTIONS, csrf=csrf, url=HOOK, note=hostile)

    for page in (KEYS, SUBSCRIPTIONS, DELIVERIES, f"{HOME}/audit"):
        assert hostile not in visitor.get(page).text
