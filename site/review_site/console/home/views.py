"""The first page of the console, and the five steps that lead to the first snippet in a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, request

from engine.domain import Permission, ReviewId, Scope, SubjectId
from engine.errors import NotFoundError
from engine.store import Transaction
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.fetching import Hindered, Hindrance, fetch
from review_site.console.home.checking import EMBEDDED, Embedding, embedding_to, way_in
from review_site.console.home.flywheel import Stage, flywheel
from review_site.console.home.needs import Need, needs_of
from review_site.console.home.start import is_empty, start_of
from review_site.console.home.tour import Stop, tour
from review_site.console.pages import Fault
from review_site.console.shell import Page, Said, respond, sent_on
from review_site.console.shell.areas import Area
from review_site.console.shell.moments import moment_words
from review_site.console.shell.page import shell_texts
from review_site.gallery.choosing import find_about
from review_site.source_states import source_states
from review_site.wiring import now
from widgets.links import PAGES

START = "/console/start"
LAST = 5
"""Pages that were published last."""
LONGEST_URL = 2000
_HINDERED = {
    Hindrance.ADDRESS: "fault-address",
    Hindrance.OFTEN: "fault-often",
    Hindrance.BUSY: "fault-busy",
    Hindrance.SILENT: "fault-page",
}

blueprint = Blueprint("console-home", __name__, url_prefix="/console")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One page that changed lately."""

    name: str
    address: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    tour: Sequence[Stop]
    """Of the sample company only."""
    needs: Sequence[Need]
    stages: Sequence[Stage]
    published: Sequence[Published]
    is_started: bool
    """Whether the first run came to its end."""


@blueprint.get("")
@needs(Permission.READ)
def home() -> Response:
    """What needs somebody now; in an instance without a review, the first run."""
    moment, states = now(), source_states(instance(), now())
    with instance().store.reading() as transaction:
        if is_empty(transaction):
            return _start()
        body = Home(
            tour=tour(transaction, who()),
            needs=needs_of(transaction, states, who(), moment),
            stages=flywheel(transaction, instance().decisions, moment),
            published=[_published(transaction, *each) for each in transaction.attention.published(LAST)],
            is_started=transaction.memory.find(EMBEDDED) is not None,
        )
    return respond(Page(area=Area.HOME, template="home/home.html", title="console", body=body))


@blueprint.get("/start")
@needs(Permission.READ)
def start() -> Response:
    return _start()


@blueprint.post("/start/approve")
@needs(Permission.MODERATE, FORM)
def approve() -> Response:
    """Approves one review of the third step."""
    wanted = [ReviewId(each) for each in request.form.getlist("review")]
    with instance().store.writing() as transaction:
        approved = instance().moderation(transaction).approve(wanted, by=who().name)
    return sent_on(START, Said(key="said-approved", number=len(approved)))


@blueprint.post("/start/check")
@needs(Permission.MODERATE, FORM)
def check() -> Response:
    """Looks at a page once, and remembers it where it holds what it was given."""
    url = request.form.get("url", "").strip()[:LONGEST_URL]
    with instance().store.reading() as transaction:
        subject = transaction.attention.first_shown()
    fault = _look(url, subject) if subject else Fault(name="url", key="fault-nothing-shown")
    return _start([fault], {"url": url}) if fault else sent_on(START, Said(key="said-found"))


def _look(url: str, subject: SubjectId) -> Fault | None:
    """What is wrong with a page; None where it holds a snippet."""
    found = fetch(url)
    if isinstance(found, Hindered):
        return Fault(name="url", key=_HINDERED[found.why], values={"words": found.words})
    way = way_in(found.text, subject)
    if way is None:
        return Fault(name="url", key="fault-not-there")
    with instance().store.writing() as transaction:
        transaction.memory.save(EMBEDDED, embedding_to(Embedding(url=url, way=way, at=now())))
    return None


def _start(faults: Sequence[Fault] = (), typed: dict[str, str] | None = None) -> Response:
    with instance().store.reading() as transaction:
        body = start_of(instance(), transaction)
    page = Page(
        area=Area.HOME,
        template="home/start.html",
        title="start",
        body=body,
        faults=faults,
        typed=typed or {},
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _published(transaction: Transaction, scope: Scope, scope_id: str, at: datetime) -> Published:
    return Published(
        name=_name(transaction, scope, scope_id),
        address=f"/{PAGES[scope]}/{quote(scope_id, safe='')}",
        at=moment_words(shell_texts(), at, instance().config.site_timezone),
    )


def _name(transaction: Transaction, scope: Scope, scope_id: str) -> str:
    """What a page is about; its id where that is gone."""
    try:
        about = find_about(transaction, f"{scope}s/{scope_id}")
    except NotFoundError:
        return scope_id
    return about.name
