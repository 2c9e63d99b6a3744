"""Tests of API keys: made, recognised, limited, revoked."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from engine.domain import KeyId, Permission
from engine.errors import BadValueError, NotFoundError
from engine.keys import KEY, RANDOM_BYTES, KeyWish, create_key, key_behind, key_text, origins_of_keys, revoke_key
from engine.store import Store
from tests.factories import NOON, make_subject
from tests.signing import make_key

TEXT = key_text(bytes(range(RANDOM_BYTES)))
READ = frozenset({Permission.READ})


def test_a_key_is_a_prefix_an_id_and_a_secret() -> None:
    assert KEY.fullmatch(TEXT)
    assert len({key_text(number.to_bytes(RANDOM_BYTES)) for number in range(1000)}) == 1000


def test_only_its_digest_is_kept(store: Store) -> None:
    with store.writing() as transaction:
        create_key(transaction, KeyWish(name="shop", permissions=READ), TEXT, by="operator", now=NOON)

    with store.reading() as transaction:
        assert transaction.keys.by_digest(sha256(TEXT.encode()).hexdigest()) is not None
        [(_, change)] = transaction.audit.since()
    secret = TEXT.rpartition("_")[2]
    assert secret not in repr(change)
    assert (change.action, change.by, change.after["permissions"]) == ("key.create", "operator", "read")


def test_is_recognised_by_its_whole_text(store: Store) -> None:
    text = make_key(store, Permission.READ)
    other = text[:-1] + ("0" if text[-1] != "0" else "1")

    found = key_behind(store, text, NOON)

    assert found is not None
    assert found.permissions == READ
    assert [key_behind(store, each, NOON) for each in (other, text[:-1], text + "0", "", "plk__", f" {text}")] == [
        None
    ] * 6


def test_is_worth_nothing_once_it_expired_or_was_revoked(store: Store) -> None:
    short = make_key(store, Permission.READ, expires_at=NOON + timedelta(days=1))
    revoked = make_key(store, Permission.READ)
    with store.writing() as transaction:
        revoke_key(transaction, KeyId(revoked.split("_")[1]), by="operator", now=NOON)

    assert key_behind(store, short, NOON + timedelta(hours=23)) is not None
    assert key_behind(store, short, NOON + timedelta(days=1)) is None
    assert key_behind(store, revoked, NOON) is None


def test_its_last_use_is_known_to_the_hour(store: Store) -> None:
    text = make_key(store, Permission.READ)

    for minutes in (10, 50, 70):
        key_behind(store, text, NOON + timedelta(minutes=minutes))

    with store.reading() as transaction:
        [key] = transaction.keys.all()
    assert key.last_used_at == NOON + timedelta(hours=1)


def test_revoking_is_written_down_once(store: Store) -> None:
    key_id = KeyId(make_key(store, Permission.READ).split("_")[1])

    for _ in range(2):
        with store.writing() as transaction:
            revoke_key(transaction, key_id, by="operator", now=NOON)

    with store.reading() as transaction:
        assert [change.action for _, change in transaction.audit.since()] == ["key.create", "key.revoke"]


def test_the_origins_of_valid_keys_are_known(store: Store) -> None:
    make_key(store, Permission.READ, origins=frozenset({"https://shop.example.com"}))
    ended = make_key(store, Permission.READ, origins=frozenset({"https://old.example.com"}))
    with store.writing() as transaction:
        revoke_key(transaction, KeyId(ended.split("_")[1]), by="operator", now=NOON)

    with store.reading() as transaction:
        assert origins_of_keys(transaction, NOON) == {"https://shop.example.com"}


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        pytest.param(KeyWish(name=" ", permissions=READ), "name", id="no name"),
        pytest.param(KeyWish(name="a\nb", permissions=READ), "name", id="two lines"),
        pytest.param(KeyWish(name="x", permissions=frozenset()), "permissions", id="may do nothing"),
        pytest.param(KeyWish(name="x", permissions=READ, expires_at=NOON), "expires_at", id="over already"),
        *(
            pytest.param(KeyWish(name="x", permissions=READ, origins=frozenset({origin})), "origins", id=origin)
            for origin in (
                "*",
                "null",
                "shop.example.com",
                "https://shop.example.com/",
                "https://Shop.example.com",
                "https://shop.example.com:443",
                "http://shop.example.com:99999",
                "https://*.example.com",
                "https://user@shop.example.com",
            )
        ),
    ],
)
def test_refuses_what_no_key_can_be(store: Store, wish: KeyWish, named: str) -> None:
    with pytest.raises(BadValueError, match=named), store.writing() as transaction:
        create_key(transaction, wish, TEXT, by="operator", now=NOON)

    with store.reading() as transaction:
        assert transaction.keys.all() == []


def test_a_key_for_some_subjects_gives_no_keys(store: Store) -> None:
    subject = make_subject()
    with store.writing() as transaction:
        transaction.subjects.save([subject])
    everything = KeyWish(name="x", permissions=frozenset(Permission), subjects=frozenset({subject.id}))

    with pytest.raises(BadValueError, match="subjects"), store.writing() as transaction:
        create_key(transaction, everything, TEXT, by="operator", now=NOON)


def test_a_key_is_only_for_subjects_that_are_there(store: Store) -> None:
    wish = KeyWish(name="x", permissions=READ, subjects=frozenset({make_subject().id}))

    with pytest.raises(NotFoundError), store.writing() as transaction:
        create_key(transaction, wish, TEXT, by="operator", now=NOON)
