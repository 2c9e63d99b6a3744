"""Pages that embed what we publish: what is wrong with each, since when, and what changed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Embedded, EventKind, Finding, Locale, MonitoredId, MonitoredPage, Permission, SubjectId
from engine.errors import BadValueError, NotFoundError
from engine.i18n import Texts
from engine.outbox import Work
from engine.store import Transaction
from review_site.access import FORM, needs
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.console.validator.places import PLACE, minute
from review_site.wiring import now

AT_ONCE = 50
CHANGES = (EventKind.MARKUP_REGRESSED, EventKind.MARKUP_RESTORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The list of pages."""

    table: Table
    locales: Sequence[Locale]
    embedded: Sequence[Embedded] = tuple(Embedded)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPage:
    page: MonitoredPage
    added: str
    looked: str
    """When; empty where nobody has yet."""
    findings: Sequence[tuple[Finding, str]]
    """With since when."""
    history: Table

    @property
    def address(self) -> str:
        return f"{PLACE}/pages/{self.page.id}"


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/pages", "watched-pages", pages)
    blueprint.add_url_rule("/pages", "watched-add", add, methods=["POST"])
    blueprint.add_url_rule("/pages/<page>", "watched-look", look)
    blueprint.add_url_rule("/pages/<page>/look", "watched-look_now", look_now, methods=["POST"])
    blueprint.add_url_rule("/pages/<page>/remove", "watched-remove_page", remove_page, methods=["POST"])


@needs(Permission.READ)
def pages() -> Response:
    return _list()


@needs(Permission.WRITE_COLLECTIONS, FORM)
def add() -> Response:
    """Watches a page from now on; a worker looks at it at once."""
    form = request.form
    locale, embedded = Locale(form.get("locale", "")), form.get("embedded", "")
    if locale not in instance().settings.locales or embedded not in set(Embedded):
        return _list([Fault(name="locale", key="fault-locale")])
    subject = SubjectId(form.get("subject", "").strip())
    try:
        page = instance().monitor.add(form.get("url", "").strip(), subject, locale, Embedded(embedded), now())
    except NotFoundError:
        return _list([Fault(name="subject", key="fault-subject")])
    except BadValueError:
        return _list([Fault(name="url", key="fetch-address")])
    return sent_on(f"{PLACE}/pages/{page.id}", Said(key="said-watched"))


@needs(Permission.READ)
def look(page: str) -> Response:
    texts = area_texts(Area.VALIDATOR)
    with instance().store.reading() as transaction:
        found = _find(transaction, page)
        findings = transaction.monitored.findings(found.id)
        events = transaction.events.last_about(found.subject_id, CHANGES)
    rows = [
        [
            Cell(text=minute(texts, each.at), value=each.at.isoformat(timespec="seconds")),
            Cell(text=texts("broke" if each.kind is EventKind.MARKUP_REGRESSED else "mended"), value=each.kind),
            Cell(text=str(each.details["rule"])),
        ]
        for each in events
        if each.details.get("url") == found.url
    ]
    columns = [Column(title=texts(each)) for each in ("when", "what-changed", "rule")]
    history = Table(caption=texts("history"), columns=columns, rows=rows)
    if wants_csv():
        return exported(history, "history")
    body = WatchedPage(
        page=found,
        added=minute(texts, found.added_at),
        looked=minute(texts, found.looked_at) if found.looked_at else "",
        findings=[(each, minute(texts, each.since)) for each in findings],
        history=history,
    )
    return respond(Page(area=Area.VALIDATOR, template="validator/watched_page.html", title="watched-page", body=body))


@needs(Permission.WRITE_COLLECTIONS, FORM)
def look_now(page: str) -> Response:
    """Leaves the work of a look at once."""
    with instance().store.writing() as transaction:
        found = _find(transaction, page)
        transaction.marks.set(Work.MONITOR, [found.id], now())
    return sent_on(f"{PLACE}/pages/{found.id}", Said(key="said-look"))


@needs(Permission.WRITE_COLLECTIONS, FORM)
def remove_page(page: str) -> Response:
    with instance().store.reading() as transaction:
        found = _find(transaction, page)
    instance().monitor.remove(found.url, found.subject_id)
    return sent_on(f"{PLACE}/pages", Said(key="said-unwatched"))


def _find(transaction: Transaction, page: str) -> MonitoredPage:
    found = transaction.monitored.find(MonitoredId(page))
    if found is None:
        raise NotFoundError(f"there is no watched page {page[:60]!r}")
    return found


def _list(faults: Sequence[Fault] = ()) -> Response:
    texts = area_texts(Area.VALIDATOR)
    with instance().store.reading() as transaction:
        found = transaction.monitored.page(after=request.args.get("after", ""), limit=AT_ONCE)
        counts = [len(transaction.monitored.findings(each.id)) for each in found]
    following = f"{PLACE}/pages?after={found[-1].id}" if len(found) == AT_ONCE else ""
    columns = [Column(title=texts(each)) for each in ("page", "subject", "language", "state", "looked-at")]
    rows = [_row(texts, each, count) for each, count in zip(found, counts, strict=True)]
    table = Table(caption=texts("watched"), columns=columns, rows=rows, following=following)
    if wants_csv():
        return exported(table, "watched")
    page = Page(
        area=Area.VALIDATOR,
        template="validator/watched.html",
        title="watched",
        body=Watched(table=table, locales=instance().settings.locales),
        faults=faults,
        typed=request.form,
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _row(texts: Texts, each: MonitoredPage, count: int) -> Sequence[Cell]:
    if each.looked_at is None:
        state = texts("never-looked")
    else:
        state = texts.plural("findings", count) if count else texts("as-published")
    return [
        Cell(text=each.url, href=f"{PLACE}/pages/{each.id}", value=each.url),
        Cell(text=each.subject_id),
        Cell(text=each.locale),
        Cell(text=state, value=count if each.looked_at else ""),
        Cell(
            text=minute(texts, each.looked_at) if each.looked_at else "–",
            value=each.looked_at.isoformat(timespec="seconds") if each.looked_at else "",
        ),
    ]
