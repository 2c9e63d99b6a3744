"""API keys: what each may do, where and until when; one is made, shown once, and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Key, KeyId, Permission, SubjectId
from engine.errors import BadValueError, NotFoundError
from engine.keys import KeyWish, create_key, revoke_key
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.chance import new_api_key
from review_site.console.pages import Fault
from review_site.console.settings.asked import (
    SETTINGS,
    Once,
    fault_of,
    in_words,
    lines_of,
    once,
    spoken,
)
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.wiring import now

HERE = f"{SETTINGS}/keys"
FIELDS = ("name", "permissions", "subjects", "origins", "expires_at")
LONGEST_LIFE = 3650
"""Days."""

blueprint = Blueprint("keys", __name__, url_prefix="/keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKey:
    key: Key
    state: str
    """``valid``, ``expired`` or ``revoked``: the end of a key of the texts."""
    used: str
    ends: str
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysBody:
    tab: str
    keys: Sequence[ShownKey]
    table: Table
    permissions: Sequence[Permission]
    chosen: frozenset[str]
    """The permissions that are ticked in the form."""
    is_all: bool
    ended: int
    """Keys that are left out: they expired or were revoked."""


@blueprint.get("")
@needs(Permission.ADMINISTER)
def index() -> Response:
    return _answer()


@blueprint.post("")
@needs(Permission.ADMINISTER, FORM)
def create() -> Response:
    """The one answer that holds a key."""
    text = new_api_key()
    try:
        wish = _wish()
        with instance().store.writing() as transaction:
            create_key(transaction, wish, text, by=who().name, now=now())
    except BadValueError as error:
        return _answer(fault_of(error, FIELDS))
    except NotFoundError:
        return _answer(Fault(name="subjects", key="fault-subjects"))
    made = Once(secret=text, label="key", hint="key-once", back=HERE)
    return respond(once("key-made", made), HTTPStatus.CREATED)


@blueprint.post("/<key>/revoke")
@needs(Permission.ADMINISTER, FORM)
def revoke(key: str) -> Response:
    with instance().store.writing() as transaction:
        revoke_key(transaction, KeyId(key), by=who().name, now=now())
    return sent_on(HERE, Said(key="key-revoked-said"))


def _wish() -> KeyWish:
    """Raises BadValueError for a permission that there is not and for days that no key has."""
    asked, days = frozenset(request.form.getlist("permissions")), request.form.get("expires_at", "").strip()
    if not asked or asked - set(Permission):
        raise BadValueError("permissions: choose at least one")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days[:9]) <= LONGEST_LIFE):
        raise BadValueError(f"expires_at: must be days from 1 to {LONGEST_LIFE}")
    return KeyWish(
        name=request.form.get("name", ""),
        permissions=frozenset(Permission(each) for each in asked),
        subjects=frozenset(SubjectId(each) for each in lines_of(request.form.get("subjects", ""))),
        origins=lines_of(request.form.get("origins", "")),
        expires_at=now() + timedelta(days=int(days)) if days else None,
    )


def _answer(fault: Fault | None = None) -> Response:
    is_all, moment = request.args.get("show") == "all", now()
    with instance().store.reading() as transaction:
        kept = transaction.keys.all()
    shown = [_shown(each) for each in reversed(kept) if is_all or each.is_valid(moment)]
    table = _table(shown)
    if wants_csv():
        return exported(table, "keys")
    body = KeysBody(
        tab="keys",
        keys=shown,
        table=table,
        permissions=tuple(Permission),
        chosen=frozenset(request.form.getlist("permissions")),
        is_all=is_all,
        ended=len(kept) - len(shown),
    )
    typed = {name: request.form.get(name, "") for name in ("name", "subjects", "origins")}
    typed["expires_at"] = request.form.get("expires_at", "365")
    page = Page(
        area=Area.SETTINGS,
        template="settings/keys.html",
        title="keys",
        body=body,
        faults=[fault] if fault else [],
        typed=typed,
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK)


def _shown(key: Key) -> ShownKey:
    state = "valid" if key.is_valid(now()) else "revoked" if key.revoked_at else "expired"
    return ShownKey(
        key=key,
        state=state,
        used=in_words(key.last_used_at, "never"),
        ends=in_words(key.expires_at, "never"),
        made=in_words(key.created_at),
    )


def _table(shown: Sequence[ShownKey]) -> Table:
    texts = spoken()
    names = ("key-id", "key-name", "key-may", "key-subjects", "key-origins", "key-ends", "key-used", "state")
    return Table(
        caption=texts("keys"),
        columns=[Column(title=texts(each)) for each in names],
        rows=[
            [
                Cell(text=each.key.id),
                Cell(text=each.key.name),
                Cell(text=" ".join(sorted(each.key.permissions))),
                Cell(text=" ".join(sorted(each.key.subjects))),
                Cell(text=" ".join(sorted(each.key.origins))),
                Cell(text=each.ends, value=each.key.expires_at.isoformat() if each.key.expires_at else ""),
                Cell(text=each.used, value=each.key.last_used_at.isoformat() if each.key.last_used_at else ""),
                Cell(text=texts(f"key-{each.state}")),
            ]
            for each in shown
        ],
    )
