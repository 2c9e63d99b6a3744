"""Signing in to the console and out of it. OWASP ASVS 5.0, 7: sessions end by themselves, and are never taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.accounts import as_kept, change_password, token_digest
from engine.domain import Account, AccountId, Change
from engine.errors import BadValueError
from engine.passwords import Passwords
from engine.store import KeptAccount, Session, Store, Transaction

IDLE = timedelta(hours=12)
"""After so long without a request, a session is over."""
LONGEST = timedelta(days=7)
"""After so long, it is over whatever happens."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was used last: not every look at a page is worth a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What somebody who signs in shows."""

    email: str
    password: str


def sign_in(store: Store, passwords: Passwords, entrance: Entrance, token: str, now: datetime) -> Account | None:
    """Begins a session under ``token``; None where address and password do not belong together, whatever is wrong.

    The password is always checked, so that the time tells nobody which addresses have an account.
    """
    kept = _find(store, entrance.email)
    fits = passwords.fits(entrance.password, kept.password if kept else None)
    if kept is None or not fits:
        return None
    # Hashing takes long: nobody waits for the database meanwhile.
    fresh = passwords.hash(entrance.password) if passwords.is_outdated(kept.password or "") else None
    with store.writing() as transaction:
        still = transaction.accounts.hold(kept.account.id)
        if still is None or still.password != kept.password or still.account.disabled_at is not None:
            return None
        if fresh:
            transaction.accounts.set_password(kept.account.id, fresh)
        return begin_session(transaction, still.account, token, now)


def begin_session(transaction: Transaction, account: Account, token: str, now: datetime) -> Account:
    """A session of somebody who showed who he is; the sessions that are over are forgotten at this occasion."""
    transaction.sessions.forget_ended(now, now - IDLE)
    begun = Session(account_id=account.id, created_at=now, seen_at=now, expires_at=now + LONGEST)
    transaction.sessions.add(token_digest(token), begun)
    # Nothing else of it is written: what was read before somebody changed its role would give the old one back.
    transaction.accounts.signed_in(account.id, now)
    by = f"account/{account.id}"
    transaction.audit.add(Change(at=now, by=by, action="account.sign-in", about=by))
    return replace(account, signed_in_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The password that somebody who is signed in chose instead of the one he showed."""

    session: str
    """The token that he is signed in under."""
    shown: str | None
    """The hash behind the password that he showed."""
    chosen: str
    """The hash of the new one."""


def renew(transaction: Transaction, account: AccountId, renewal: Renewal, token: str, now: datetime) -> Account | None:
    """Keeps the other password; all sessions end, and one begins under ``token``.

    None, and nothing changed, where he was signed out, or another password was chosen, while this one was hashed.
    """
    kept = transaction.accounts.hold(account)
    session = transaction.sessions.find(token_digest(renewal.session))
    if kept is None or session is None or kept.password != renewal.shown:
        return None
    change_password(transaction, kept.account, renewal.chosen, now)
    return begin_session(transaction, kept.account, token, now)


def account_behind(store: Store, token: str, now: datetime) -> Account | None:
    """Who is signed in under ``token``; None when that is over, or never was."""
    digest = token_digest(token)
    with store.reading() as transaction:
        session = transaction.sessions.find(digest)
        kept = transaction.accounts.find(session.account_id) if session else None
    if session is None or kept is None or kept.account.disabled_at is not None or _is_over(session, now):
        return None
    if now - session.seen_at >= NOTED_EVERY:
        with store.writing() as transaction:
            transaction.sessions.seen(digest, now)
    return kept.account


def sign_out(store: Store, token: str, now: datetime) -> None:
    """Ends one session; one that is over stays so."""
    digest = token_digest(token)
    with store.writing() as transaction:
        session = transaction.sessions.find(digest)
        if session is None or not transaction.sessions.end(digest):
            return
        by = f"account/{session.account_id}"
        transaction.audit.add(Change(at=now, by=by, action="account.sign-out", about=by))


def sessions_of(transaction: Transaction, account: AccountId, now: datetime) -> Mapping[str, Session]:
    """Where somebody is signed in now, by the digests of the tokens; what was used last comes first."""
    kept = transaction.sessions.of(account)
    return {digest: each for digest, each in kept.items() if not _is_over(each, now)}


def sign_out_elsewhere(transaction: Transaction, account: AccountId, token: str, now: datetime) -> int:
    """Ends all sessions of an account but the one under ``token``; how many."""
    mine, by = token_digest(token), f"account/{account}"
    others = [digest for digest in sessions_of(transaction, account, now) if digest != mine]
    ended = [digest for digest in others if transaction.sessions.end(digest)]
    if ended:
        transaction.audit.add(
            Change(at=now, by=by, action="account.sign-out", about=by, after={"sessions": len(ended)})
        )
    return len(ended)


def _is_over(session: Session, now: datetime) -> bool:
    return now >= session.expires_at or now - session.seen_at >= IDLE


def _find(store: Store, email: str) -> KeptAccount | None:
    try:
        wanted = as_kept(email)
    except BadValueError:
        return None
    with store.reading() as transaction:
        return transaction.accounts.by_email(wanted)
