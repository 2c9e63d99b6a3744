"""The doors of the console: signing in and out, and the one-time links with which a password is chosen."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request

from engine.accounts import AccountWish, account_of_link, checked, create_first, is_first_link, use_link
from engine.domain import Account, AccountId, Permission, Role
from engine.errors import BadValueError
from engine.passwords import Passwords, weakness_of
from engine.signing_in import Entrance, begin_session, sign_in, sign_out
from review_site.access import FORM, needs
from review_site.access.cookies import forget_session, keep_device, keep_session, session_token
from review_site.access.origins import refuse_foreign
from review_site.access.slowing import WAIT_SECONDS, attempt_on, device_for
from review_site.asking import instance
from review_site.chance import new_token
from review_site.console.pages import FAULTS, HOME, LOGIN, Fault, Sheet, console_locale, is_within, private, show
from review_site.wiring import new_key, now

log = logging.getLogger("plaudit.access")

blueprint = Blueprint("console", __name__, url_prefix="/console")


@blueprint.get("/login")
def ask_who() -> Response:
    return _login(sent_to=request.args.get("next", ""))


@blueprint.post("/login")
def enter() -> Response:
    """Whatever is wrong, the answer is the same, after the same work."""
    refuse_foreign()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    sent_to = request.form.get("next", "")
    attempt = attempt_on(email)
    if attempt.is_too_many():
        log.warning("too many attempts to sign in to one account or from one address")
        response = _login(sent_to, email, "fault-often", HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(WAIT_SECONDS)
        return response
    token = new_token()
    account = sign_in(instance().store, Passwords(), Entrance(email=email, password=password), token, now())
    if account is None:
        log.warning("an attempt to sign in failed")
        return _login(sent_to, email, "fault-sign-in", HTTPStatus.UNPROCESSABLE_ENTITY)
    attempt.succeeded()
    return _let_in(account, token, sent_to)


@blueprint.post("/logout")
@needs(Permission.READ, FORM)
def leave() -> Response:
    sign_out(instance().store, session_token(), now())
    response = _sent_on(LOGIN)
    forget_session(response)
    return response


@blueprint.get("/welcome/<token>")
def welcome(token: str) -> Response:
    """Where a one-time link leads; looking at it does not use it up."""
    with instance().store.reading() as transaction:
        is_first = is_first_link(transaction, token, now())
        account = account_of_link(transaction, token, now())
    if account is None and not is_first:
        return show(Sheet(template="ended.html", title="link-ended"), HTTPStatus.GONE)
    return _welcome(account)


@blueprint.post("/welcome/<token>")
def choose(token: str) -> Response:
    refuse_foreign()
    with instance().store.reading() as transaction:
        is_first = is_first_link(transaction, token, now())
        account = account_of_link(transaction, token, now())
    if account is None and not is_first:
        return show(Sheet(template="ended.html", title="link-ended"), HTTPStatus.GONE)
    wish = AccountWish(
        email=account.email if account else request.form.get("email", ""),
        name=account.name if account else request.form.get("name", ""),
        role=account.role if account else Role.ADMIN,
        locale=None if account else console_locale(),
    )
    faults = [*_faults_of(wish), *faults_of_new_password([wish.name, wish.email, wish.email.partition("@")[0]])]
    if faults:
        return _welcome(account, faults)
    return _take_up(token, wish, is_new=account is None)


def faults_of_new_password(known: list[str]) -> list[Fault]:
    """What is wrong with the password that was typed twice; ``known`` are names that anybody would try."""
    password = request.form.get("password", "")
    weakness = weakness_of(password, [*known, instance().settings.site_name])
    if weakness:
        return [Fault(name="password", key=FAULTS[weakness])]
    if request.form.get("again", "") != password:
        return [Fault(name="again", key="fault-repeat")]
    return []


def _take_up(token: str, wish: AccountWish, *, is_new: bool) -> Response:
    kept = Passwords().hash(request.form["password"])
    session = new_token()
    with instance().store.writing() as transaction:
        account = (
            create_first(transaction, token, wish, AccountId(new_key()), kept, now())
            if is_new
            else use_link(transaction, token, kept, now())
        )
        if account is not None:
            begin_session(transaction, account, session, now())
    if account is None:
        return show(Sheet(template="ended.html", title="link-ended"), HTTPStatus.GONE)
    return _let_in(account, session)


def _faults_of(wish: AccountWish) -> list[Fault]:
    try:
        checked(wish)
    except BadValueError as error:
        name = str(error).partition(":")[0]
        return [Fault(name=name, key=f"fault-{name}")]
    return []


def _welcome(account: Account | None, faults: list[Fault] | None = None) -> Response:
    typed = {name: request.form.get(name, "") for name in ("email", "name")}
    body = {"email": account.email if account else ""}
    sheet = Sheet(template="welcome.html", title="welcome", faults=faults or (), typed=typed, body=body)
    return show(sheet, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _login(sent_to: str, email: str = "", key: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    faults = [Fault(name="", key=key)] if key else []
    body = {"next": sent_to if is_within(sent_to) else ""}
    return show(Sheet(template="login.html", title="sign-in", faults=faults, typed={"email": email}, body=body), status)


def _let_in(account: Account, token: str, sent_to: str = "") -> Response:
    # OWASP ASVS 5.0, 7.2.4: whoever was in here before is out, whoever comes in now.
    if session_token():
        sign_out(instance().store, session_token(), now())
    response = _sent_on(sent_to if is_within(sent_to) else HOME)
    keep_session(response, token)
    keep_device(response, device_for(account.email))
    return response


def _sent_on(address: str) -> Response:
    response: Response = redirect(address, HTTPStatus.SEE_OTHER)  # type: ignore[assignment]
    return private(response)
