"""Tests of accounts and of signing in: who gets in, for how long, and who is always left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.accounts import (
    LINK_LIFE,
    AccountWish,
    account_of_link,
    account_with,
    change_locale,
    change_password,
    change_role,
    create_account,
    create_first,
    disable,
    enable,
    is_first_link,
    make_first_link,
    make_link,
    token_digest,
    use_link,
)
from engine.domain import Account, AccountId, Locale, Role
from engine.errors import BadValueError, RefusedError
from engine.passwords import Passwords
from engine.signing_in import (
    IDLE,
    LONGEST,
    Entrance,
    Renewal,
    account_behind,
    begin_session,
    renew,
    sessions_of,
    sign_in,
    sign_out,
    sign_out_elsewhere,
)
from engine.store import Store
from tests.factories import NOON
from tests.signing import CHEAP, EMAIL, PASSWORD, make_account

LINK = "a link that nobody guesses"
WISH = AccountWish(email="ben@example.com", name="Ben", role=Role.VIEWER)


def enter(store: Store, email: str = EMAIL, password: str = PASSWORD, session: str = "t") -> bool:
    return sign_in(store, CHEAP, Entrance(email=email, password=password), session, NOON) is not None


def test_whoever_knows_the_password_is_in(store: Store) -> None:
    account = make_account(store)

    assert enter(store, " ANN@example.com ")

    found = account_behind(store, "t", NOON)
    assert found is not None
    assert (found.id, found.signed_in_at) == (account.id, NOON)
    assert account_behind(store, "another token", NOON) is None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param(EMAIL, "seven grey hero", id="another password"),
        pytest.param("ben@example.com", PASSWORD, id="an address without an account"),
        pytest.param("not an address", PASSWORD, id="no address"),
        pytest.param("new@example.com", PASSWORD, id="no password chosen yet"),
        pytest.param("off@example.com", PASSWORD, id="disabled"),
    ],
)
def test_nobody_else_is(store: Store, email: str, password: str) -> None:
    make_account(store)
    make_account(store, "new@example.com", password=None)
    off = make_account(store, "off@example.com")
    with store.writing() as transaction:
        disable(transaction, off, by="operator", now=NOON)

    assert not enter(store, email, password)

    assert account_behind(store, "t", NOON) is None


def test_a_password_kept_with_weaker_parameters_is_kept_anew_at_sign_in(store: Store) -> None:
    account = make_account(store)

    sign_in(store, Passwords(), Entrance(email=EMAIL, password=PASSWORD), "t", NOON)

    with store.reading() as transaction:
        kept = transaction.accounts.find(account.id)
    assert kept is not None
    assert not Passwords().is_outdated(kept.password or "")
    assert Passwords().fits(PASSWORD, kept.password)


def test_a_session_ends_when_it_is_not_used(store: Store) -> None:
    make_account(store)
    enter(store)

    assert account_behind(store, "t", NOON + IDLE - timedelta(minutes=1)) is not None
    assert account_behind(store, "t", NOON + IDLE * 2 - timedelta(minutes=2)) is not None
    assert account_behind(store, "t", NOON + IDLE * 3) is None


def test_a_session_ends_in_a_week_however_much_it_is_used(store: Store) -> None:
    make_account(store)
    enter(store)

    moments = [NOON + timedelta(hours=6) * number for number in range(1, 29)]
    seen = [account_behind(store, "t", moment) is not None for moment in moments]

    assert seen == [moment < NOON + LONGEST for moment in moments]


def test_signing_out_ends_one_session(store: Store) -> None:
    make_account(store)
    enter(store, session="here")
    enter(store, session="there")

    sign_out(store, "here", NOON)

    assert account_behind(store, "here", NOON) is None
    assert account_behind(store, "there", NOON) is not None


def test_somebody_is_signed_out_everywhere_but_here(store: Store) -> None:
    account, other = make_account(store), make_account(store, "ben@example.com")
    for session in ("here", "there", "elsewhere"):
        enter(store, session=session)
    enter(store, "ben@example.com", session="his")

    with store.writing() as transaction:
        ended = sign_out_elsewhere(transaction, account.id, "here", NOON)
        left = sessions_of(transaction, account.id, NOON)
        his = sessions_of(transaction, other.id, NOON)

    assert (ended, list(left), len(his)) == (2, [token_digest("here")], 1)


def test_a_session_that_is_over_is_listed_no_more(store: Store) -> None:
    account = make_account(store)
    enter(store)

    with store.reading() as transaction:
        assert len(sessions_of(transaction, account.id, NOON)) == 1
        assert sessions_of(transaction, account.id, NOON + IDLE) == {}


def test_another_language_changes_nothing_else_of_an_account(store: Store) -> None:
    account = make_account(store)
    make_account(store, "boss@example.com")
    with store.writing() as transaction:
        change_role(transaction, account, Role.VIEWER, by="operator", now=NOON)

    with store.writing() as transaction:
        change_locale(transaction, account.id, Locale("nl"), NOON)
        change_locale(transaction, account.id, Locale("nl"), NOON)
        kept = transaction.accounts.find(account.id)

    assert kept is not None
    assert (kept.account.locale, kept.account.role, kept.password is None) == ("nl", Role.VIEWER, False)
    with store.reading() as transaction:
        said = [each for _, each in transaction.audit.since() if each.action == "account.locale"]
    assert [(each.before, each.after) for each in said] == [({"locale": None}, {"locale": "nl"})]


@pytest.mark.parametrize("change", ["role", "disable", "password"])
def test_what_changes_an_account_ends_its_sessions(store: Store, change: str) -> None:
    make_account(store, "boss@example.com")
    account = make_account(store)
    enter(store)

    with store.writing() as transaction:
        if change == "role":
            change_role(transaction, account, Role.VIEWER, by="operator", now=NOON)
        elif change == "disable":
            disable(transaction, account, by="operator", now=NOON)
        else:
            change_password(transaction, account, CHEAP.hash("eight grey herons"), NOON)

    assert account_behind(store, "t", NOON) is None


@pytest.mark.parametrize("change", ["role", "disabled", "enabled again", "signed out", "password"])
def test_a_password_that_is_being_changed_gives_nothing_back_that_was_taken(store: Store, change: str) -> None:
    make_account(store, "first@example.com")
    account = make_account(store)
    enter(store)
    with store.reading() as transaction:
        was = transaction.accounts.by_email(EMAIL)
    assert was is not None
    with store.writing() as transaction:
        if change == "role":
            change_role(transaction, account, Role.VIEWER, by="operator", now=NOON)
        elif change == "password":
            change_password(transaction, account, CHEAP.hash("another one"), NOON)
        elif change == "signed out":
            transaction.sessions.end_all(account.id)
        else:
            disable(transaction, account, by="operator", now=NOON)
            if change == "enabled again":
                enable(transaction, account_with(transaction, EMAIL), by="operator", now=NOON)
        before = transaction.accounts.by_email(EMAIL)

    with store.writing() as transaction:
        renewal = Renewal(session="t", shown=was.password, chosen=CHEAP.hash("a third one"))
        renewed = renew(transaction, account.id, renewal, "u", NOON)
        after = transaction.accounts.by_email(EMAIL)

    assert renewed is None
    assert after == before
    assert account_behind(store, "u", NOON) is None


def test_a_session_writes_nothing_of_an_account_but_when_it_began(store: Store) -> None:
    make_account(store, "first@example.com")
    account = make_account(store)

    with store.writing() as transaction:
        change_role(transaction, account, Role.VIEWER, by="operator", now=NOON)
        begin_session(transaction, account, "t", NOON)

    found = account_behind(store, "t", NOON)
    assert found is not None
    assert (found.role, found.signed_in_at) == (Role.VIEWER, NOON)


def test_no_session_outlives_being_disabled_and_enabled_again(store: Store) -> None:
    make_account(store, "boss@example.com")
    account = make_account(store)
    enter(store)

    with store.writing() as transaction:
        off = disable(transaction, account, by="operator", now=NOON)
        enable(transaction, off, by="operator", now=NOON)

    assert account_behind(store, "t", NOON) is None
    assert enter(store)


@pytest.mark.parametrize("others", [[], ["off"], ["new"], ["viewer"]])
def test_somebody_who_may_administer_is_always_left(store: Store, others: list[str]) -> None:
    last = make_account(store)
    if "off" in others:
        off = make_account(store, "off@example.com")
        with store.writing() as transaction:
            disable(transaction, off, by="operator", now=NOON)
    if "new" in others:
        make_account(store, "new@example.com", password=None)
    if "viewer" in others:
        make_account(store, "viewer@example.com", Role.VIEWER)

    with pytest.raises(RefusedError), store.writing() as transaction:
        disable(transaction, last, by="operator", now=NOON)
    with pytest.raises(RefusedError), store.writing() as transaction:
        change_role(transaction, last, Role.MODERATOR, by="operator", now=NOON)

    assert enter(store)


def test_one_address_has_one_account(store: Store) -> None:
    make_account(store, "ben@example.com")

    with pytest.raises(RefusedError), store.writing() as transaction:
        create_account(transaction, WISH, AccountId("b"), by="operator", now=NOON)


@pytest.mark.parametrize(
    "email", ["", "ben", "ben@", "@example.com", "ben@example", "b b@example.com", "ben@-x.com", "b@a." * 99]
)
def test_an_address_looks_like_one(store: Store, email: str) -> None:
    wish = AccountWish(email=email, name="Ben", role=Role.VIEWER)

    with pytest.raises(BadValueError, match="email"), store.writing() as transaction:
        create_account(transaction, wish, AccountId("b"), by="operator", now=NOON)


def test_a_link_sets_a_password_once(store: Store) -> None:
    account = make_account(store, password=None)
    with store.writing() as transaction:
        make_link(transaction, account, "link", by="operator", now=NOON)
        found = account_of_link(transaction, "link", NOON)

    taken = []
    for password in (PASSWORD, "another password"):
        with store.writing() as transaction:
            taken.append(use_link(transaction, "link", CHEAP.hash(password), NOON))

    assert found == account
    assert [each is not None for each in taken] == [True, False]
    assert enter(store)


@pytest.mark.parametrize("how", ["late", "replaced", "disabled", "made up"])
def test_a_link_that_is_over_leads_nowhere(store: Store, how: str) -> None:
    make_account(store, "boss@example.com")
    account = make_account(store, password=None)
    with store.writing() as transaction:
        if how != "made up":
            make_link(transaction, account, "link", by="operator", now=NOON)
        if how == "replaced":
            make_link(transaction, account, "newer", by="operator", now=NOON)
        if how == "disabled":
            disable(transaction, account, by="operator", now=NOON)
    moment = NOON + LINK_LIFE if how == "late" else NOON

    with store.writing() as transaction:
        assert account_of_link(transaction, "link", moment) is None
        assert use_link(transaction, "link", CHEAP.hash(PASSWORD), moment) is None

    assert not enter(store)


def test_the_first_account_administers_and_is_made_once(store: Store) -> None:
    with store.writing() as transaction:
        make_first_link(transaction, "older", NOON)
    with store.writing() as transaction:
        make_first_link(transaction, "first", NOON)

    made: list[Account | None] = []
    for token in ("older", "wrong", "first", "first"):
        with store.writing() as transaction:
            made.append(create_first(transaction, token, WISH, AccountId(f"b{len(made)}"), CHEAP.hash(PASSWORD), NOON))

    assert [each.role if each else None for each in made] == [None, None, Role.ADMIN, None]
    with store.writing() as transaction:
        assert not make_first_link(transaction, "again", NOON)
        assert not is_first_link(transaction, "again", NOON)


def test_the_first_link_ends_in_a_day(store: Store) -> None:
    with store.writing() as transaction:
        make_first_link(transaction, "first", NOON)

        assert is_first_link(transaction, "first", NOON + LINK_LIFE - timedelta(minutes=1))
        assert not is_first_link(transaction, "first", NOON + LINK_LIFE)
        assert create_first(transaction, "first", WISH, AccountId("b"), "hash", NOON + LINK_LIFE) is None


def test_what_happens_to_accounts_is_written_down_without_a_secret_or_an_address(store: Store) -> None:
    account = make_account(store, role=Role.VIEWER)
    with store.writing() as transaction:
        make_link(transaction, account, LINK, by="operator", now=NOON)
        change_role(transaction, account, Role.WRITER, by="account/x", now=NOON)
        use_link(transaction, LINK, CHEAP.hash(PASSWORD), NOON)
    enter(store)
    sign_out(store, "t", NOON)

    with store.reading() as transaction:
        changes = [change for _, change in transaction.audit.since()]
    said = "account.create account.link account.role account.password account.sign-in account.sign-out"
    assert [each.action for each in changes] == said.split()
    assert (changes[2].before, changes[2].after, changes[2].by) == ({"role": "viewer"}, {"role": "writer"}, "account/x")
    assert not any(each in repr(changes) for each in (EMAIL, "argon2", LINK, PASSWORD))
