"""Accounts of the console: made, given a role, disabled; a person comes in first by a one-time link.

There is always somebody left who may administer, and no account has a password before its owner chose one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from engine.domain import Account, AccountId, Change, Locale, Role
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.store import Transaction

LINK_LIFE = timedelta(days=1)
"""How long a one-time link leads somewhere."""
FIRST_LINK = "link to the first account"
LONGEST_EMAIL, LONGEST_NAME = 254, 100
# Bounded and without two ways to read one text, so that the time grows with the length and no faster.
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[^\W_](?:[^\W_]|-){0,62}\.){1,8}[^\W\d_](?:[^\W_]|-){1,62}")

Values = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWish:
    """The account that somebody asks for."""

    email: str
    name: str
    role: Role
    locale: Locale | None = None


def token_digest(token: str) -> str:
    """What is kept of a link or of a session."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def as_kept(email: str) -> str:
    """An address as accounts are found by it. Raises BadValueError for what is none."""
    plain = email.strip().lower()
    if len(plain) > LONGEST_EMAIL or not _EMAIL.fullmatch(plain):
        raise BadValueError("email: an address is written like name@example.com")
    return plain


def checked(wish: AccountWish) -> AccountWish:
    """The wish as it is kept. Raises BadValueError naming what no account can have."""
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadValueError(f"name: a person has a name of 1 to {LONGEST_NAME} characters on one line")
    return replace(wish, email=as_kept(wish.email), name=name)


def create_account(
    transaction: Transaction, wish: AccountWish, wanted: AccountId, *, by: str, now: datetime
) -> Account:
    """A new account without a password. Raises BadValueError, and RefusedError where the address has one."""
    wish = checked(wish)
    if transaction.accounts.by_email(wish.email) is not None:
        raise RefusedError("there is an account with this address already")
    account = Account(id=wanted, email=wish.email, name=wish.name, role=wish.role, created_at=now, locale=wish.locale)
    transaction.accounts.add(account)
    _note(transaction, "account.create", account, by, now, after={"role": account.role})
    return account


def account_with(transaction: Transaction, email: str) -> Account:
    """Raises NotFoundError."""
    kept = transaction.accounts.by_email(email.strip().lower())
    if kept is None:
        raise NotFoundError("there is no account with this address")
    return kept.account


def change_role(transaction: Transaction, account: Account, role: Role, *, by: str, now: datetime) -> Account:
    """Gives a role; whoever is signed in with the account has to sign in anew.

    Raises RefusedError where nobody would be left who may administer.
    """
    if role is account.role:
        return account
    _refuse_last_admin(transaction, account)
    changed = replace(account, role=role)
    transaction.accounts.replace(changed)
    transaction.sessions.end_all(account.id)
    _note(transaction, "account.role", account, by, now, before={"role": account.role}, after={"role": role})
    return changed


def change_locale(transaction: Transaction, wanted: AccountId, locale: Locale | None, now: datetime) -> None:
    """The language that the console speaks to its owner from now on; None: the one of the browser."""
    # Held, and its other fields are as they are now: whoever changes them meanwhile is not overwritten.
    kept = transaction.accounts.hold(wanted)
    if kept is None or kept.account.locale == locale:
        return
    account = kept.account
    transaction.accounts.replace(replace(account, locale=locale))
    before, after = {"locale": account.locale}, {"locale": locale}
    _note(transaction, "account.locale", account, f"account/{wanted}", now, before=before, after=after)


def disable(transaction: Transaction, account: Account, *, by: str, now: datetime) -> Account:
    """Nobody comes in with it any more, and whoever is in is out.

    Raises RefusedError where nobody would be left who may administer.
    """
    if account.disabled_at is not None:
        return account
    _refuse_last_admin(transaction, account)
    changed = replace(account, disabled_at=now)
    transaction.accounts.replace(changed)
    transaction.sessions.end_all(account.id)
    transaction.links.drop(account.id)
    _note(transaction, "account.disable", account, by, now)
    return changed


def enable(transaction: Transaction, account: Account, *, by: str, now: datetime) -> Account:
    if account.disabled_at is None:
        return account
    changed = replace(account, disabled_at=None)
    transaction.accounts.replace(changed)
    _note(transaction, "account.enable", account, by, now)
    return changed


def make_link(transaction: Transaction, account: Account, token: str, *, by: str, now: datetime) -> None:
    """From now on ``token`` lets its bearer choose the account's password, once. Raises RefusedError when disabled."""
    if account.disabled_at is not None:
        raise RefusedError("this account is disabled: enable it first")
    transaction.links.add(token_digest(token), account.id, created_at=now, expires_at=now + LINK_LIFE)
    _note(transaction, "account.link", account, by, now)


def account_of_link(transaction: Transaction, token: str, now: datetime) -> Account | None:
    """Whose link it is; None when it ended, was used or never was."""
    found = transaction.links.find(token_digest(token), now)
    kept = transaction.accounts.find(found) if found else None
    return kept.account if kept and kept.account.disabled_at is None else None


def use_link(transaction: Transaction, token: str, password: str, now: datetime) -> Account | None:
    """Keeps the password (its hash) of the account whose link it is; None, and nothing changed, where there is none."""
    account = account_of_link(transaction, token, now)
    if account is None or transaction.links.use(token_digest(token), now) is None:
        return None
    change_password(transaction, account, password, now)
    return account


def change_password(transaction: Transaction, account: Account, password: str, now: datetime) -> None:
    """Keeps the hash of another password; whoever is signed in with the account has to sign in anew."""
    transaction.accounts.set_password(account.id, password)
    transaction.sessions.end_all(account.id)
    transaction.links.drop(account.id)
    _note(transaction, "account.password", account, f"account/{account.id}", now)


def make_first_link(transaction: Transaction, token: str, now: datetime) -> bool:
    """Lets the bearer of ``token`` make the first account; False, and nothing changed, where there is one."""
    if transaction.accounts.any():
        return False
    ends = int((now + LINK_LIFE).timestamp())
    transaction.memory.save(FIRST_LINK, f"{token_digest(token)} {ends}")
    return True


def is_first_link(transaction: Transaction, token: str, now: datetime) -> bool:
    return _leads_in(transaction.memory.find(FIRST_LINK) or "", token, now)


def create_first(
    transaction: Transaction, token: str, wish: AccountWish, wanted: AccountId, password: str, now: datetime
) -> Account | None:
    """The first account with its password (hash); None, and nothing changed, where the link leads nowhere any more.

    Raises BadValueError.
    """
    # Held: of two who come at once, the second one finds the link used.
    if not _leads_in(transaction.memory.hold(FIRST_LINK), token, now) or transaction.accounts.any():
        return None
    account = create_account(transaction, replace(wish, role=Role.ADMIN), wanted, by=f"account/{wanted}", now=now)
    transaction.accounts.set_password(account.id, password)
    transaction.memory.forget(FIRST_LINK)
    return account


def _leads_in(kept: str, token: str, now: datetime) -> bool:
    digest, _, ends = kept.partition(" ")
    return digest == token_digest(token) and now.timestamp() < int(ends)


def _refuse_last_admin(transaction: Transaction, account: Account) -> None:
    if transaction.accounts.hold_admins() == [account.id]:
        raise RefusedError("this is the only account that may administer: make another one first")


def _note(
    transaction: Transaction,
    action: str,
    account: Account,
    by: str,
    now: datetime,
    *,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    about = f"account/{account.id}"
    transaction.audit.add(Change(at=now, by=by, action=action, about=about, before=before or {}, after=after or {}))
