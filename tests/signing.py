"""People and programs that come in, as tests make them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha384
from itertools import count
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import Client, TestResponse

from engine.accounts import AccountWish, create_account
from engine.domain import Account, AccountId, Permission, Role
from engine.keys import KeyWish, create_key, key_text
from engine.passwords import Passwords
from engine.signing_in import begin_session
from engine.store import Store
from review_site.access.cookies import SESSION
from review_site.wiring import Instance
from review_site.wiring import now as present
from review_site.wsgi import application
from tests.doors import BASE
from tests.factories import NOON

PASSWORD = "seven grey herons"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
EMAIL = "ann@example.com"
_NUMBERS = count(1)


def make_account(
    store: Store,
    email: str = EMAIL,
    role: Role = Role.ADMIN,
    *,
    password: str | None = PASSWORD,
    now: datetime = NOON,
) -> Account:
    """An account; its owner has chosen a password, unless there is none."""
    with store.writing() as transaction:
        wish = AccountWish(email=email, name="Ann Oak", role=role)
        made = create_account(transaction, wish, AccountId(f"a{next(_NUMBERS)}"), by="operator", now=now)
        if password is not None:
            transaction.accounts.set_password(made.id, CHEAP.hash(password))
    return made


def make_key(store: Store, *permissions: Permission, now: datetime = NOON, **wish: frozenset[str] | datetime) -> str:
    """The text of a new key."""
    text = key_text(sha384(str(next(_NUMBERS)).encode()).digest())
    with store.writing() as transaction:
        wanted = KeyWish(name="shop", permissions=frozenset(permissions), **wish)  # type: ignore[arg-type]
        create_key(transaction, wanted, text, by="operator", now=now)
    return text


def begun_session(store: Store, email: str = EMAIL) -> str:
    """The token of a session that begins now, without a password: checking one takes a tenth of a second."""
    token = f"session-{next(_NUMBERS)}"
    with store.writing() as transaction:
        kept = transaction.accounts.by_email(email)
        assert kept is not None
        begin_session(transaction, kept.account, token, present())
    return token


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser on our own site."""

    client: Client
    base: str = BASE

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(path, base_url=self.base, headers=dict(headers or {}))

    def post(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> TestResponse:
        """Sends a form as a page of this site does."""
        return self.client.post(path, base_url=self.base, headers={"Origin": self.base, **(headers or {})}, data=fields)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/console/login", None, email=email, password=password, **fields)

    def csrf(self) -> str:
        """The token in the forms of the session."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/console").text)
        return found[1] if found else ""

    def is_in(self) -> bool:
        return self.get("/console").status_code == 200


def signed_in(instance: Instance, email: str = EMAIL, app: Flask | None = None) -> Visitor:
    """Somebody who signed in to an instance, or to one ``app`` of it."""
    visitor = Visitor(Client(app or application(instance)))
    visitor.client.set_cookie(
        f"__Host-{SESSION}", begun_session(instance.store, email), domain=urlsplit(BASE).netloc, secure=True
    )
    return visitor
