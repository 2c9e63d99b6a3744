"""One's own account: who one is here, in which language, where one is signed in, and another password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Response, request

from engine.accounts import change_locale, token_digest
from engine.domain import Account, Locale, Permission
from engine.errors import BadValueError, UnknownCallerError
from engine.passwords import LONGEST, SHORTEST, Passwords
from engine.signing_in import Renewal, renew, sessions_of, sign_out_elsewhere
from review_site.access import FORM, needs, who
from review_site.access.cookies import keep_session, session_token
from review_site.access.credentials import continue_as
from review_site.access.slowing import attempt_on
from review_site.asking import instance
from review_site.chance import new_token
from review_site.console.doors import faults_of_new_password
from review_site.console.pages import ACCOUNT, LOCALES, Fault
from review_site.console.shell import Page, Said, respond, sent_on
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.wiring import now

blueprint = Blueprint("console-account", __name__, url_prefix="/console/account")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One browser in which somebody is signed in; times are in words."""

    begun: str
    seen: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBody:
    account: Account
    locales: Sequence[Locale]
    sessions: Sequence[SignedIn]
    least: int
    """Characters of a password."""


@blueprint.get("")
@needs(Permission.READ)
def look() -> Response:
    return _page(_own())


@blueprint.post("")
@needs(Permission.READ, FORM)
def save() -> Response:
    """Changes the password; all sessions end, and this browser gets a new one."""
    account = _own()
    attempt = attempt_on(account.email)
    if attempt.is_too_many():
        return _page(account, [Fault(name="current", key="fault-often")], HTTPStatus.TOO_MANY_REQUESTS)
    with instance().store.reading() as transaction:
        kept = transaction.accounts.find(account.id)
    passwords = Passwords()
    if not passwords.fits(request.form.get("current", ""), kept.password if kept else None):
        return _page(account, [Fault(name="current", key="fault-current")], HTTPStatus.UNPROCESSABLE_ENTITY)
    attempt.succeeded()
    faults = faults_of_new_password([account.name, account.email, account.email.partition("@")[0]])
    if faults:
        limits = {"least": SHORTEST, "most": LONGEST}
        return _page(account, [replace(each, values=limits) for each in faults], HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = passwords.hash(request.form["password"])
    return _change(account, Renewal(session=session_token(), shown=kept.password if kept else None, chosen=chosen))


@blueprint.post("/language")
@needs(Permission.READ, FORM)
def speak() -> Response:
    """Keeps the language of the console. Raises BadValueError for one that it does not speak."""
    asked = request.form.get("locale", "")
    if asked and asked not in LOCALES:
        raise BadValueError(f"locale: must be one of {', '.join(LOCALES)}")
    with instance().store.writing() as transaction:
        change_locale(transaction, _own().id, Locale(asked) if asked else None, now())
    return sent_on(ACCOUNT, Said(key="language-saved"))


@blueprint.post("/sign-out-elsewhere")
@needs(Permission.READ, FORM)
def leave_elsewhere() -> Response:
    with instance().store.writing() as transaction:
        ended = sign_out_elsewhere(transaction, _own().id, session_token(), now())
    return sent_on(ACCOUNT, Said(key="signed-out", number=ended))


def _change(account: Account, renewal: Renewal) -> Response:
    token = new_token()
    with instance().store.writing() as transaction:
        is_kept = renew(transaction, account.id, renewal, token, now()) is not None
    if not is_kept:
        raise UnknownCallerError("this session ended while the password was changed; it is what it was")
    # The page is built with the token of the new session: the old one is worth nothing any more.
    continue_as(token)
    response = respond(Page(area=Area.ACCOUNT, template="account/saved.html", title="password-saved"))
    keep_session(response, token)
    return response


def _page(account: Account, faults: Sequence[Fault] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    body = AccountBody(account=account, locales=LOCALES, sessions=_sessions(account), least=SHORTEST)
    page = Page(area=Area.ACCOUNT, template="account/account.html", title="your-account", faults=faults, body=body)
    return respond(page, status)


def _sessions(account: Account) -> Sequence[SignedIn]:
    spoken, timezone, here = area_texts(Area.ACCOUNT), instance().settings.timezone, token_digest(session_token())
    with instance().store.reading() as transaction:
        kept = sessions_of(transaction, account.id, now())
    return [
        SignedIn(
            begun=spoken.moment(each.created_at, timezone),
            seen=spoken.moment(each.seen_at, timezone),
            is_here=digest == here,
        )
        for digest, each in kept.items()
    ]


def _own() -> Account:
    """The account of whoever asks: keys open no page of the console."""
    return cast("Account", who().account)
