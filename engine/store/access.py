"""Who may come in, kept and found: keys, accounts, the sessions of those who signed in, and one-time links.

Of keys, sessions and links only digests are kept: whoever reads the database can use none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from engine.domain import Account, AccountId, Key, KeyId, Locale, Permission, Role, SubjectId
from engine.store.tables.access import account, api_key, login_link, session
from engine.store.values import from_json, from_micros, maybe_from_micros, maybe_micros, to_json, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who signed in, in one browser."""

    account_id: AccountId
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAccount:
    """An account with the hash of its password; None until one was chosen."""

    account: Account
    password: str | None


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: Key, digest: str) -> None:
        details = {
            "name": key.name,
            "permissions": sorted(key.permissions),
            "created_by": key.created_by,
            "subjects": sorted(key.subjects),
            "origins": sorted(key.origins),
        }
        row = {
            "id": key.id,
            "digest": digest,
            "created_at": to_micros(key.created_at),
            "expires_at": maybe_micros(key.expires_at),
            "details": to_json(details),
        }
        self._connection.execute(insert(api_key), row)

    def find(self, wanted: KeyId) -> Key | None:
        return self._one(api_key.c.id == wanted)

    def by_digest(self, digest: str) -> Key | None:
        return self._one(api_key.c.digest == digest)

    def all(self) -> list[Key]:
        """The oldest first."""
        rows = self._connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.id))
        return [_key(row) for row in rows]

    def valid(self, now: datetime) -> list[Key]:
        unended = or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > to_micros(now))
        rows = self._connection.execute(select(api_key).where(api_key.c.revoked_at.is_(None), unended))
        return [_key(row) for row in rows]

    def used(self, wanted: KeyId, at: datetime) -> None:
        self._connection.execute(update(api_key).where(api_key.c.id == wanted).values(last_used_at=to_micros(at)))

    def revoke(self, wanted: KeyId, at: datetime) -> bool:
        """Whether it was not revoked before."""
        statement = update(api_key).where(api_key.c.id == wanted, api_key.c.revoked_at.is_(None))
        return self._connection.execute(statement.values(revoked_at=to_micros(at))).rowcount == 1

    def _one(self, condition: ColumnElement[bool]) -> Key | None:
        row = self._connection.execute(select(api_key).where(condition)).one_or_none()
        return None if row is None else _key(row)


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, added: Account, password: str | None = None) -> None:
        self._connection.execute(insert(account), {**_account_row(added), "id": added.id, "password": password})

    def replace(self, changed: Account) -> None:
        """Its password stays as it is."""
        self._connection.execute(update(account).where(account.c.id == changed.id).values(_account_row(changed)))

    def set_password(self, wanted: AccountId, password: str) -> None:
        self._connection.execute(update(account).where(account.c.id == wanted).values(password=password))

    def find(self, wanted: AccountId) -> KeptAccount | None:
        return self._one(account.c.id == wanted)

    def hold(self, wanted: AccountId) -> KeptAccount | None:
        """As ``find``; until this transaction ends, nobody else changes it."""
        return self._one(account.c.id == wanted, lock=True)

    def signed_in(self, wanted: AccountId, at: datetime) -> None:
        self._connection.execute(update(account).where(account.c.id == wanted).values(signed_in_at=to_micros(at)))

    def by_email(self, email: str) -> KeptAccount | None:
        """``email`` in small letters, as all are kept."""
        return self._one(account.c.email == email)

    def all(self) -> list[KeptAccount]:
        """The oldest first."""
        rows = self._connection.execute(select(account).order_by(account.c.created_at, account.c.id))
        return [_account(row) for row in rows]

    def any(self) -> bool:
        return self._connection.execute(select(account.c.id).limit(1)).first() is not None

    def hold_admins(self) -> list[AccountId]:
        """Who can sign in and administer; until this transaction ends, nobody else changes one of them."""
        able = account.c.role == Role.ADMIN, account.c.disabled_at.is_(None), account.c.password.is_not(None)
        # In one order, so that two who do this at once wait for each other and do not block each other.
        statement = select(account.c.id).where(*able).order_by(account.c.id).with_for_update()
        return [AccountId(each) for each in self._connection.execute(statement).scalars()]

    def _one(self, condition: ColumnElement[bool], *, lock: bool = False) -> KeptAccount | None:
        statement = select(account).where(condition)
        row = self._connection.execute(statement.with_for_update() if lock else statement).one_or_none()
        return None if row is None else _account(row)


class Sessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, begun: Session) -> None:
        row = {
            "digest": digest,
            "account_id": begun.account_id,
            "created_at": to_micros(begun.created_at),
            "seen_at": to_micros(begun.seen_at),
            "expires_at": to_micros(begun.expires_at),
            "details": "{}",
        }
        self._connection.execute(insert(session), row)

    def find(self, digest: str) -> Session | None:
        row = self._connection.execute(select(session).where(session.c.digest == digest)).one_or_none()
        return None if row is None else _session(row)

    def seen(self, digest: str, at: datetime) -> None:
        self._connection.execute(update(session).where(session.c.digest == digest).values(seen_at=to_micros(at)))

    def end(self, digest: str) -> bool:
        """Whether there was such a session."""
        return self._connection.execute(delete(session).where(session.c.digest == digest)).rowcount == 1

    def of(self, wanted: AccountId) -> dict[str, Session]:
        """The sessions of an account by their digests, the one that was used last first; those that are over too."""
        statement = select(session).where(session.c.account_id == wanted).order_by(session.c.seen_at.desc())
        return {row.digest: _session(row) for row in self._connection.execute(statement)}

    def end_all(self, of: AccountId) -> int:
        """How many there were."""
        return self._connection.execute(delete(session).where(session.c.account_id == of)).rowcount

    def forget_ended(self, now: datetime, unseen_since: datetime) -> None:
        ended = or_(session.c.expires_at <= to_micros(now), session.c.seen_at <= to_micros(unseen_since))
        self._connection.execute(delete(session).where(ended))


class Links:
    """One-time links with which somebody chooses a password."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: str, of: AccountId, *, created_at: datetime, expires_at: datetime) -> None:
        """The links that the account had before lead nowhere from now on."""
        self.drop(of)
        row = {
            "digest": digest,
            "account_id": of,
            "created_at": to_micros(created_at),
            "expires_at": to_micros(expires_at),
        }
        self._connection.execute(insert(login_link), row)

    def find(self, digest: str, now: datetime) -> AccountId | None:
        """Whose link it is; None when it ended, was used or never was."""
        found = select(login_link.c.account_id).where(*_usable(digest, now))
        kept = self._connection.execute(found).scalar_one_or_none()
        return AccountId(kept) if kept else None

    def use(self, digest: str, now: datetime) -> AccountId | None:
        """As ``find``, and from now on it is used: of two who come at once, one gets the account."""
        statement = update(login_link).where(*_usable(digest, now)).values(used_at=to_micros(now))
        kept = self._connection.execute(statement.returning(login_link.c.account_id)).scalar_one_or_none()
        return AccountId(kept) if kept else None

    def drop(self, of: AccountId) -> None:
        self._connection.execute(delete(login_link).where(login_link.c.account_id == of))


def _usable(digest: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return login_link.c.digest == digest, login_link.c.used_at.is_(None), login_link.c.expires_at > to_micros(now)


def _key(row: Row[Any]) -> Key:
    details = from_json(row.details)
    return Key(
        id=KeyId(row.id),
        name=details["name"],
        permissions=frozenset(Permission(each) for each in details["permissions"]),
        created_at=from_micros(row.created_at),
        created_by=details["created_by"],
        subjects=frozenset(SubjectId(each) for each in details["subjects"]),
        origins=frozenset(details["origins"]),
        expires_at=maybe_from_micros(row.expires_at),
        last_used_at=maybe_from_micros(row.last_used_at),
        revoked_at=maybe_from_micros(row.revoked_at),
    )


def _account_row(kept: Account) -> dict[str, Any]:
    return {
        "email": kept.email,
        "role": kept.role,
        "created_at": to_micros(kept.created_at),
        "disabled_at": maybe_micros(kept.disabled_at),
        "signed_in_at": maybe_micros(kept.signed_in_at),
        "details": to_json({"name": kept.name, "locale": kept.locale}),
    }


def _account(row: Row[Any]) -> KeptAccount:
    details = from_json(row.details)
    kept = Account(
        id=AccountId(row.id),
        email=row.email,
        name=details["name"],
        role=Role(row.role),
        created_at=from_micros(row.created_at),
        locale=Locale(details["locale"]) if details["locale"] else None,
        disabled_at=maybe_from_micros(row.disabled_at),
        signed_in_at=maybe_from_micros(row.signed_in_at),
    )
    return KeptAccount(account=kept, password=row.password)


def _session(row: Row[Any]) -> Session:
    return Session(
        account_id=AccountId(row.account_id),
        created_at=from_micros(row.created_at),
        seen_at=from_micros(row.seen_at),
        expires_at=from_micros(row.expires_at),
    )
