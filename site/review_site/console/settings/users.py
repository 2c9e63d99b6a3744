"""The people who may sign in: invited by a one-time link, given a role, disabled and let in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.accounts import AccountWish, change_role, create_account, disable, enable, make_link
from engine.domain import Account, AccountId, Permission, Role
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.store import KeptAccount, Transaction
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.chance import new_token
from review_site.console.pages import Fault
from review_site.console.settings.asked import ROLES, SETTINGS, Once, fault_of, in_words, once, spoken
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import shell_texts
from review_site.wiring import new_key, now

HERE = f"{SETTINGS}/users"
FIELDS = ("email", "name", "role")

blueprint = Blueprint("users", __name__, url_prefix="/users")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUser:
    account: Account
    state: str
    """``active``, ``invited`` or ``disabled``: the end of a key of the texts."""
    signed_in: str
    is_self: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersBody:
    tab: str
    users: Sequence[ShownUser]
    table: Table
    roles: Sequence[Role]


@blueprint.get("")
@needs(Permission.ADMINISTER)
def index() -> Response:
    return _answer()


@blueprint.post("")
@needs(Permission.ADMINISTER, FORM)
def invite() -> Response:
    """Makes an account; the answer is the one that holds its link."""
    token, by = new_token(), who().name
    try:
        wish = AccountWish(email=request.form.get("email", ""), name=request.form.get("name", ""), role=_asked_role())
        with instance().store.writing() as transaction:
            made = create_account(transaction, wish, AccountId(new_key()), by=by, now=now())
            make_link(transaction, made, token, by=by, now=now())
    except BadValueError as error:
        return _answer(fault_of(error, FIELDS))
    except RefusedError:
        return _answer(Fault(name="email", key="fault-known-email"))
    return _link(token, HTTPStatus.CREATED)


@blueprint.post("/<account>/role")
@needs(Permission.ADMINISTER, FORM)
def give_role(account: str) -> Response:
    role = _asked_role()
    try:
        with instance().store.writing() as transaction:
            change_role(transaction, _held(transaction, account), role, by=who().name, now=now())
    except RefusedError:
        return _answer(Fault(name="", key="fault-last-admin"))
    return sent_on(HERE, Said(key="role-given"))


@blueprint.post("/<account>/disable")
@needs(Permission.ADMINISTER, FORM)
def turn_off(account: str) -> Response:
    try:
        with instance().store.writing() as transaction:
            disable(transaction, _held(transaction, account), by=who().name, now=now())
    except RefusedError:
        return _answer(Fault(name="", key="fault-last-admin"))
    return sent_on(HERE, Said(key="user-disabled-said", undo=f"{HERE}/{account}/enable"))


@blueprint.post("/<account>/enable")
@needs(Permission.ADMINISTER, FORM)
def turn_on(account: str) -> Response:
    with instance().store.writing() as transaction:
        enable(transaction, _held(transaction, account), by=who().name, now=now())
    return sent_on(HERE, Said(key="user-enabled"))


@blueprint.post("/<account>/link")
@needs(Permission.ADMINISTER, FORM)
def give_link(account: str) -> Response:
    token = new_token()
    with instance().store.writing() as transaction:
        make_link(transaction, _held(transaction, account), token, by=who().name, now=now())
    return _link(token, HTTPStatus.OK)


def _link(token: str, status: HTTPStatus) -> Response:
    address = f"{instance().settings.base_url}/console/welcome/{token}"
    return respond(once("link-made", Once(secret=address, label="link", hint="link-once", back=HERE)), status)


def _asked_role() -> Role:
    """Raises BadValueError for what is none."""
    asked = request.form.get("role", "")
    if asked not in ROLES:
        raise BadValueError(f"role: must be one of {', '.join(ROLES)}")
    return Role(asked)


def _held(transaction: Transaction, wanted: str) -> Account:
    """Raises NotFoundError. Nobody else changes it meanwhile, whose change this one would take back."""
    kept = transaction.accounts.hold(AccountId(wanted))
    if kept is None:
        raise NotFoundError(f"there is no account {wanted!r}")
    return kept.account


def _answer(fault: Fault | None = None) -> Response:
    with instance().store.reading() as transaction:
        shown = [_shown(each) for each in transaction.accounts.all()]
    table = _table(shown)
    if wants_csv():
        return exported(table, "users")
    page = Page(
        area=Area.SETTINGS,
        template="settings/users.html",
        title="users",
        body=UsersBody(tab="users", users=shown, table=table, roles=ROLES),
        faults=[fault] if fault else [],
        typed={name: request.form.get(name, "") for name in FIELDS},
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK)


def _shown(kept: KeptAccount) -> ShownUser:
    asker, account = who().account, kept.account
    return ShownUser(
        account=account,
        state="disabled" if account.disabled_at else "active" if kept.password else "invited",
        signed_in=in_words(account.signed_in_at, "never"),
        is_self=asker is not None and asker.id == account.id,
    )


def _table(shown: Sequence[ShownUser]) -> Table:
    texts, shell = spoken(), shell_texts()
    return Table(
        caption=texts("users"),
        columns=[Column(title=texts(f"user-{each}")) for each in ("email", "name", "role", "state", "signed-in")],
        rows=[
            [
                Cell(text=each.account.email),
                Cell(text=each.account.name),
                Cell(text=shell(f"role-{each.account.role}"), value=each.account.role.value),
                Cell(text=texts(f"user-{each.state}")),
                Cell(
                    text=each.signed_in,
                    value=each.account.signed_in_at.isoformat() if each.account.signed_in_at else "",
                ),
            ]
            for each in shown
        ],
    )
