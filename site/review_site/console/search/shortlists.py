"""Shortlists: collections as writers fill and order them, with the code that embeds each as a wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.collections import Picking
from engine.domain import Collection, CollectionId, Locale, Permission, ReviewId, Scope
from engine.errors import RefusedError
from engine.mining.wordings import slug
from engine.rights import oldest_allowed
from engine.store import Transaction
from review_site.access import FORM, needs, require_subject, who
from review_site.asking import instance
from review_site.console.pages import Fault, console_locale
from review_site.console.search.quotes import QuoteRow, kept_rows
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.embed.addresses import frame_address
from review_site.embed.options import Options
from review_site.gallery.codes import Placing
from review_site.wiring import new_key, now

HOME = "/console/search/shortlists"
WIDGET = "wall"
LONGEST_SLUG = 50
blueprint = Blueprint("console-shortlists", __name__, url_prefix=HOME)
writes = needs(Permission.WRITE_COLLECTIONS, FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlists:
    table: Table
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    kept: Collection
    rows: Sequence[QuoteRow]
    may_write: bool
    is_public: bool
    """Whether visitors see any of it: then it has a page and can be embedded."""
    page: str
    frame: str
    """Empty while the worker has not built the wall."""
    code: str


@blueprint.get("")
@needs(Permission.READ)
def index() -> Response:
    return _index()


def _index(faults: Sequence[Fault] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    texts = area_texts(Area.SEARCH)
    with instance().store.reading() as transaction:
        kept = transaction.collections.page(limit=1000)
        oldest = oldest_allowed(transaction.sources.all().values(), now())
        counts = transaction.collections.counts([each.id for each in kept], oldest)
    rows = [
        [
            Cell(text=each.name, href=address_of(each.id), note=each.id),
            Cell(text=texts.number(len(each.reviews)), value=len(each.reviews)),
            Cell(text=texts.number(counts[each.id].reviews), value=counts[each.id].reviews),
            Cell(text=texts.number(counts[each.id].subjects), value=counts[each.id].subjects),
        ]
        for each in kept
    ]
    columns = [
        Column(title=texts("shortlist")),
        Column(title=texts("picked"), is_number=True),
        Column(title=texts("visible"), is_number=True),
        Column(title=texts("subjects"), is_number=True),
    ]
    table = Table(caption=texts("shortlists"), columns=columns, rows=rows)
    if wants_csv():
        return exported(table, "shortlists")
    body = Shortlists(table=table, may_write=who().may(Permission.WRITE_COLLECTIONS))
    page = Page(
        area=Area.SEARCH,
        template="search/shortlists.html",
        title="shortlists",
        body=body,
        faults=faults,
        typed={"name": request.form.get("name", "")},
    )
    return respond(page, status)


@blueprint.post("")
@writes
def create() -> Response:
    """Makes a shortlist of a name; what was picked on the page of results goes into it."""
    name = request.form.get("name", "")
    try:
        with instance().store.writing() as transaction:
            made = _picking(transaction).create(_id_for(transaction, name), name, _picked())
    except RefusedError:
        return _index([Fault(name="name", key="fault-name")], HTTPStatus.UNPROCESSABLE_ENTITY)
    return sent_on(address_of(made.id), Said(key="made"))


@blueprint.post("/pick")
@writes
def pick() -> Response:
    """Puts what was marked on the page of results into a list, or into a new one where none is chosen."""
    chosen = request.form.get("shortlist", "")
    return add(chosen) if chosen else create()


@blueprint.get("/<shortlist>")
@needs(Permission.READ)
def look(shortlist: str) -> Response:
    return _look(CollectionId(shortlist))


def _look(wanted: CollectionId, faults: Sequence[Fault] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    with instance().store.reading() as transaction:
        kept = transaction.collections.find(wanted)
        rows = kept_rows(transaction, kept.reviews, area_texts(Area.SEARCH))
        built = transaction.snippets.of_page(Scope.COLLECTION, wanted)
    if wants_csv():
        return exported(_as_table(rows), kept.id)
    locale = instance().settings.default_locale
    placing = _placing(kept, locale)
    is_built = any(each.key.name == WIDGET and each.etag for each in built.values())
    body = Shortlist(
        kept=kept,
        rows=rows,
        may_write=who().may(Permission.WRITE_COLLECTIONS),
        is_public=any(each.shown.is_shown for each in rows),
        page=placing.page,
        frame=frame_address("", Scope.COLLECTION, kept.id, WIDGET, {"locale": locale}) if is_built else "",
        code=f"{placing.head}\n{placing.script}\n{placing.div}",
    )
    named: Mapping[str, object] = {"name": kept.name}
    page = Page(
        area=Area.SEARCH,
        template="search/shortlist.html",
        title="shortlist-named",
        named=named,
        body=body,
        faults=faults,
        typed={"name": request.form.get("name", kept.name)},
        scripts=("console-order.js",),
    )
    return respond(page, status)


@blueprint.post("/<shortlist>/add")
@writes
def add(shortlist: str) -> Response:
    """Puts reviews in, at the end or before one that is there; the token of an undoing says both."""
    wanted = CollectionId(shortlist)
    review, _, before = request.form.get("token", "").partition(" ")
    picked = [ReviewId(review)] if review else _picked()
    try:
        with instance().store.writing() as transaction:
            _picking(transaction).add(wanted, picked, before=ReviewId(before) if before else None)
    except RefusedError:
        return sent_on(address_of(wanted), Said(key="not-added", number=len(picked)))
    return sent_on(address_of(wanted), Said(key="added", number=len(picked)))


@blueprint.post("/<shortlist>/remove")
@writes
def remove(shortlist: str) -> Response:
    wanted, review = CollectionId(shortlist), ReviewId(request.form.get("review", ""))
    with instance().store.writing() as transaction:
        kept = transaction.collections.find(wanted).reviews
        _picking(transaction).remove(wanted, [review])
    following = kept[kept.index(review) + 1] if review in kept[:-1] else ""
    undo = Said(key="removed", undo=f"{address_of(wanted)}/add", token=f"{review} {following}".strip())
    return sent_on(address_of(wanted), undo)


@blueprint.post("/<shortlist>/move")
@writes
def move(shortlist: str) -> Response:
    """Puts one review at a place, counted from one; a place beyond the end is the end."""
    wanted, review = CollectionId(shortlist), ReviewId(request.form.get("review", ""))
    with instance().store.writing() as transaction:
        others = [each for each in transaction.collections.find(wanted).reviews if each != review]
        place = max(0, min(_place(), len(others) + 1) - 1)
        before = others[place] if place < len(others) else None
        _picking(transaction).move(wanted, [review], before=before)
    return sent_on(f"{address_of(wanted)}#{review}", Said(key="moved"))


@blueprint.post("/<shortlist>/rename")
@writes
def rename(shortlist: str) -> Response:
    wanted = CollectionId(shortlist)
    try:
        with instance().store.writing() as transaction:
            _picking(transaction).rename(wanted, request.form.get("name", ""))
    except RefusedError:
        return _look(wanted, [Fault(name="name", key="fault-name")], HTTPStatus.UNPROCESSABLE_ENTITY)
    return sent_on(address_of(wanted), Said(key="renamed"))


@blueprint.post("/<shortlist>/delete")
@writes
def delete(shortlist: str) -> Response:
    with instance().store.writing() as transaction:
        _picking(transaction).delete(CollectionId(shortlist))
    return sent_on(HOME, Said(key="deleted"))


def address_of(wanted: CollectionId) -> str:
    return f"{HOME}/{wanted}"


def _id_for(transaction: Transaction, name: str) -> CollectionId:
    """The name as an address has it; with something to tell it apart where another one has that address."""
    plain = slug(name, console_locale())[:LONGEST_SLUG].strip("-") or "shortlist"
    is_taken = plain in set(transaction.collections.ids())
    return CollectionId(f"{plain}-{new_key()[:6]}" if is_taken else plain)


def _picked() -> list[ReviewId]:
    return [ReviewId(each) for each in request.form.getlist("review")]


def _place() -> int:
    typed = request.form.get("place", "")
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 1


def _picking(transaction: Transaction) -> Picking:
    require_subject(who(), None)
    return Picking(transaction=transaction, now=now(), by=who().name)


def _placing(kept: Collection, locale: Locale) -> Placing:
    settings = instance().settings
    return Placing(
        settings=settings,
        scope=Scope.COLLECTION,
        scope_id=kept.id,
        name=WIDGET,
        locale=locale,
        options=Options(),
        heading=kept.name,
        page=f"{settings.base_url}/collections/{kept.id}",
        frame="",
    )


def _as_table(rows: Sequence[QuoteRow]) -> Table:
    """The words of those alone that may be handed on at this moment: a file is taken along."""
    texts = area_texts(Area.SEARCH)
    columns = [Column(title=texts(key)) for key in ("review", "words", "author", "subject", "date")]
    cells = [
        [
            Cell(text=row.id),
            Cell(text=row.shown.review.body if row.copies else ""),
            Cell(text=(row.shown.review.author or "") if row.copies else ""),
            Cell(text=row.subject),
            Cell(text=row.date),
        ]
        for row in rows
    ]
    return Table(caption=texts("shortlist"), columns=columns, rows=cells)
