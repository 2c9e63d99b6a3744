"""The audit log: who changed what and when, through a filter, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response

from engine.domain import Change, Permission
from engine.store import AuditFilter, Transaction
from review_site.access import needs
from review_site.asking import instance
from review_site.console.settings.asked import (
    MOST_EXPORTED,
    ROWS,
    SETTINGS,
    asked_cursor,
    asked_days,
    asked_text,
    in_words,
    spoken,
)
from review_site.console.shell import Cell, Column, Page, Table, exported, respond, wants_csv
from review_site.console.shell.areas import Area

HERE = f"{SETTINGS}/audit"
FILTERS = ("by", "action", "about", "since", "until")
ACTIONS = (
    *("account", "collection", "faq", "flag", "key", "media", "person", "review", "source", "subject"),
    *("subscription", "topic"),
)
"""What actions begin with."""
OTHERS = ("operator", "author", "policy")
"""Who changes things beside accounts and keys."""

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditBody:
    tab: str
    table: Table
    asked: Mapping[str, str]
    people: Mapping[str, str]
    """Who may be asked for, with the name that people know."""
    actions: Sequence[str]
    is_filtered: bool


@blueprint.get("")
@needs(Permission.ADMINISTER)
def index() -> Response:
    since, until = asked_days()
    wanted = AuditFilter(
        by=asked_text("by"), action=asked_text("action"), about=asked_text("about"), since=since, until=until
    )
    limit = MOST_EXPORTED if wants_csv() else ROWS
    with instance().store.reading() as transaction:
        lines = transaction.audit.last(wanted=wanted, before=asked_cursor(), limit=limit + 1)[::-1]
        people = dict(_people(transaction))
    asked = {name: asked_text(name) for name in FILTERS}
    given = {name: value for name, value in asked.items() if value}
    following = f"{HERE}?{urlencode({**given, 'before': lines[limit - 1][0]})}" if len(lines) > limit else ""
    table = _table(lines[:limit], people, following)
    if wants_csv():
        return exported(table, "audit")
    body = AuditBody(tab="audit", table=table, asked=asked, people=people, actions=ACTIONS, is_filtered=bool(given))
    return respond(Page(area=Area.SETTINGS, template="settings/audit.html", title="audit", body=body))


def _people(transaction: Transaction) -> Iterator[tuple[str, str]]:
    texts = spoken()
    yield from ((each, texts(f"by-{each}")) for each in OTHERS)
    yield from ((f"account/{each.account.id}", each.account.name) for each in transaction.accounts.all())
    yield from ((f"key/{each.id}", each.name) for each in transaction.keys.all())


def _table(lines: Sequence[tuple[int, Change]], people: Mapping[str, str], following: str) -> Table:
    texts = spoken()
    return Table(
        caption=texts("audit-caption"),
        columns=[Column(title=texts(f"audit-{each}")) for each in ("at", "by", "action", "about", "before", "after")],
        rows=[
            [
                Cell(text=in_words(each.at), value=each.at.isoformat()),
                Cell(text=people.get(each.by, each.by), note=each.by if each.by in people else "", value=each.by),
                Cell(text=each.action),
                Cell(text=each.about),
                Cell(text=_words(each.before)),
                Cell(text=_words(each.after)),
            ]
            for _, each in lines
        ],
        following=following,
    )


def _words(values: Mapping[str, str | int | None]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(values.items()) if value not in ("", None))
