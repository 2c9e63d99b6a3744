"""One's own account: who one is here, and another password."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Account, Permission
from engine.errors import UnknownCallerError
from engine.passwords import Passwords
from engine.signing_in import Renewal, renew
from review_site.access import FORM, needs, who
from review_site.access.cookies import keep_session, session_token
from review_site.access.slowing import attempt_on
from review_site.asking import instance
from review_site.chance import new_token
from review_site.console.doors import faults_of_new_password
from review_site.console.pages import Fault, Sheet, show
from review_site.wiring import now

blueprint = Blueprint("console-account", __name__, url_prefix="/console/account")


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
        return _page(account, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = passwords.hash(request.form["password"])
    return _change(account, Renewal(session=session_token(), shown=kept.password if kept else None, chosen=chosen))


def _change(account: Account, renewal: Renewal) -> Response:
    token = new_token()
    with instance().store.writing() as transaction:
        is_kept = renew(transaction, account.id, renewal, token, now()) is not None
    if not is_kept:
        raise UnknownCallerError("this session ended while the password was changed; it is what it was")
    # The page is built with the token of the new session: the old one is worth nothing any more.
    response = show(Sheet(template="saved.html", title="password-saved"))
    keep_session(response, token)
    return response


def _page(account: Account, faults: Sequence[Fault] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    body = {"email": account.email, "name": account.name, "role": account.role.value}
    return show(Sheet(template="account.html", title="your-account", faults=faults, body=body), status)


def _own() -> Account:
    """Raises UnknownCallerError for a key: it has no account."""
    account = who().account
    if account is None:
        raise UnknownCallerError("this is a page for somebody who is signed in")
    return account
