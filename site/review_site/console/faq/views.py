"""The workshop's own pages: what waits where, answers beside their evidence, and deciding about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import FaqEntry, FaqId, FaqState, Permission
from engine.editing import Earlier, Editing
from engine.errors import BadValueError, ForbiddenMoveError, NotFoundError, RefusedError
from engine.faq import unknown_placeholders
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.faq import asked, gap, overview, phrases
from review_site.console.faq.entries import ShownEntry, evidence_table, shown_entries, shown_entry
from review_site.console.faq.filters import PLACE, Narrowed, narrowed
from review_site.console.pages import Fault
from review_site.console.shell import Page, Said, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.wiring import now

blueprint = Blueprint("console-faq", __name__, url_prefix=PLACE)
for each in (overview, phrases, asked, gap):
    each.register(blueprint)

AT_ONCE = 20
STATES = (FaqState.STALE, FaqState.DRAFT, FaqState.APPROVED, FaqState.PUBLISHED, FaqState.REJECTED)
"""In the order of their tabs: what was on a page and lost a quote comes first."""
DECIDE: Mapping[str, Callable[[Editing, Sequence[FaqId]], list[FaqEntry]]] = {
    "approve": Editing.approve,
    "reject": Editing.reject,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A list of entries in one state."""

    narrowed: Narrowed
    state: FaqState
    tabs: Sequence[tuple[FaqState, int, str]]
    """State, how many, and where they are."""
    entries: Sequence[ShownEntry]
    following: str
    at: int
    """Which entry to stand on; -1 for none."""
    skip: int


@blueprint.get("/answers")
@needs(Permission.READ)
def answers() -> Response:
    asked_for = narrowed()
    with instance().store.reading() as transaction:
        counted = transaction.faq.counted(subject=asked_for.subject, language=asked_for.language)
        state = _state(counted)
        skip = _number("skip")
        found = transaction.faq.listed(
            subject=asked_for.subject, language=asked_for.language, state=state, skip=skip, limit=AT_ONCE + 1
        )
        entries = shown_entries(transaction, found[:AT_ONCE], now())
    more = asked_for.address("/answers", state=state, skip=skip + AT_ONCE) if len(found) > AT_ONCE else ""
    body = Answers(
        narrowed=asked_for,
        state=state,
        tabs=[(each, counted.get(each, 0), asked_for.address("/answers", state=each)) for each in STATES],
        entries=entries,
        following=more,
        at=min(_number("at"), len(entries) - 1) if "at" in request.args else -1,
        skip=skip,
    )
    return respond(Page(area=Area.FAQ, template="faq/answers.html", title="answers", body=body))


@blueprint.get("/answers/<entry>")
@needs(Permission.READ)
def look(entry: str) -> Response:
    """An entry with its evidence; as a file, all reviews that each of its sentences rests on."""
    if wants_csv():
        with instance().store.reading() as transaction:
            return exported(evidence_table(area_texts(Area.FAQ), transaction.faq.find(FaqId(entry))), "evidence")
    return _entry_page(FaqId(entry))


@blueprint.post("/answers/<entry>")
@needs(Permission.MODERATE, FORM)
def edit(entry: str) -> Response:
    """Words an entry anew and approves it; what its evidence does not carry is refused, and the words stay."""
    question, opening = request.form.get("question", ""), request.form.get("opening", "").strip() or None
    try:
        with instance().store.writing() as transaction:
            editing = Editing(transaction=transaction, now=now(), by=who().name)
            earlier = editing.earlier(FaqId(entry))
            editing.edit(earlier.id, question=question, opening=opening)
    except NotFoundError:
        raise
    except RefusedError as error:
        return _entry_page(FaqId(entry), [_fault(error, FaqId(entry), opening or "")], request.form)
    return sent_on(_back(), _said("said-edited", earlier))


@blueprint.post("/answers/<entry>/decide")
@needs(Permission.MODERATE, FORM)
def decide(entry: str) -> Response:
    """Approves or rejects an entry as it stands."""
    act = request.form.get("act", "")
    if act not in DECIDE:
        raise BadValueError(f"act: must be one of {', '.join(DECIDE)}")
    try:
        with instance().store.writing() as transaction:
            editing = Editing(transaction=transaction, now=now(), by=who().name)
            earlier = editing.earlier(FaqId(entry))
            DECIDE[act](editing, [earlier.id])
    except ForbiddenMoveError:
        return _entry_page(FaqId(entry), [Fault(name="", key="fault-baseless")])
    return sent_on(_back(), _said("said-approved" if act == "approve" else "said-rejected", earlier))


@blueprint.post("/undo")
@needs(Permission.MODERATE, FORM)
def undo() -> Response:
    """Puts an entry back to what it was before the last decision."""
    earlier = _read_token(request.form.get("token", ""))
    try:
        with instance().store.writing() as transaction:
            Editing(transaction=transaction, now=now(), by=who().name).put_back(earlier)
    except ForbiddenMoveError:
        return _entry_page(earlier.id, [Fault(name="", key="fault-baseless")])
    return sent_on(f"{PLACE}/answers/{earlier.id}", Said(key="said-undone"))


def _entry_page(wanted: FaqId, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> Response:
    with instance().store.reading() as transaction:
        shown = shown_entry(transaction, transaction.faq.find(wanted), now())
    opening = shown.decision.opening if shown.decision and shown.decision.opening else ""
    page = Page(
        area=Area.FAQ,
        template="faq/entry.html",
        title="entry",
        body=shown,
        faults=faults,
        typed=typed or {"question": shown.entry.question, "opening": opening},
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _fault(error: RefusedError, entry: FaqId, opening: str) -> Fault:
    """What the engine refused, in the reader's language."""
    if isinstance(error, ForbiddenMoveError):
        return Fault(name="", key="fault-baseless")
    with instance().store.reading() as transaction:
        numbers = transaction.faq.find(entry).numbers
    unknown = unknown_placeholders(opening, numbers)
    if unknown:
        wrong, known = (", ".join(f"{{{each}}}" for each in some) for some in (unknown, numbers))
        return Fault(name="opening", key="fault-no-number", values={"wrong": wrong, "known": known or "–"})
    return Fault(name="question", key="fault-empty")


def _said(key: str, earlier: Earlier) -> Said:
    token = json.dumps([earlier.id, earlier.state, earlier.question, earlier.opening])
    return Said(key=key, undo=f"{PLACE}/undo", token=token)


def _read_token(token: str) -> Earlier:
    """Raises BadValueError for what no page of ours wrote."""
    try:
        match json.loads(token):
            case [str(wanted), str(state), str(question), str() | None as opening]:
                return Earlier(id=FaqId(wanted), state=FaqState(state), question=question, opening=opening)
    except (ValueError, RecursionError):
        pass
    raise BadValueError("token: this is not what a page of ours offers to undo")


def _back() -> str:
    return request.form.get("back") or f"{PLACE}/answers"


def _state(counted: Mapping[FaqState, int]) -> FaqState:
    """The state that is asked for, or the first that anything waits in."""
    wanted = request.args.get("state")
    if wanted in set(FaqState):
        return FaqState(wanted)
    return next((each for each in STATES[:2] if counted.get(each)), FaqState.DRAFT)


def _number(name: str) -> int:
    given = request.args.get(name, "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
