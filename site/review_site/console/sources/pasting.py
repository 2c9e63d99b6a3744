"""One testimonial, typed or pasted, with what its author agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Consent, Permission, Record, SourceId, Use
from engine.handing_in import HandedIn
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.shell import Page, Said, respond, sent_on
from review_site.console.shell.areas import Area
from review_site.wiring import new_key, now

ADDRESS = "/console/sources/testimonial"
SOURCE = SourceId("console")
FIELDS = ("subject", "body", "author", "role", "company", "rating", "written_at", "wording")
NEEDED = ("subject", "body", "wording")
USES = (Use.DISPLAY, Use.EXCERPT, Use.MARKUP, Use.TRANSLATE, Use.FEED, Use.ADS)

blueprint = Blueprint("console-testimonial", __name__, url_prefix=ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasting:
    subjects: Sequence[tuple[str, str]]
    uses: Sequence[tuple[str, bool]]


@blueprint.get("")
@needs(Permission.WRITE_REVIEWS)
def ask() -> Response:
    return _ask({}, {Use.DISPLAY, Use.EXCERPT, Use.MARKUP})


@blueprint.post("")
@needs(Permission.WRITE_REVIEWS, FORM)
def take() -> Response:
    """Takes it in as a review that waits, with the consent as it was described."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    uses = {each for each in USES if each in request.form.getlist("use")}
    faults = [Fault(name=each, key="fault-empty") for each in NEEDED if not typed[each]]
    if faults:
        return _ask(typed, uses, faults)
    given = {name: typed[name] for name in FIELDS if name != "wording" and typed[name]}
    record = Record(
        fields={**given, "kind": "testimonial"} if not typed["rating"] else given,
        external_id=new_key(),
        place=SOURCE,
        payload="{}",
    )
    consent = Consent(uses=frozenset(uses), wording=typed["wording"], proof=f"typed by {who().name}", given_at=now())
    [outcome] = instance().counter.take_in(SOURCE, [HandedIn(record=record, consent=consent)], by=who().name, now=now())
    if outcome.review is None:
        words = "; ".join(each.message for each in outcome.problems)
        return _ask(typed, uses, [Fault(name="", key="fault-choices", values={"words": words})])
    return sent_on(ADDRESS, Said(key="said-testimonial"))


def _ask(typed: dict[str, str], uses: set[Use], faults: Sequence[Fault] = ()) -> Response:
    with instance().store.reading() as transaction:
        subjects = [(each.id, each.name) for each in transaction.subjects.page(limit=100)]
    body = Pasting(subjects=subjects, uses=list(_uses(uses)))
    page = Page(
        area=Area.SOURCES,
        template="sources/testimonial.html",
        title="testimonial",
        body=body,
        faults=faults,
        typed=typed,
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _uses(chosen: set[Use]) -> Iterator[tuple[str, bool]]:
    yield from ((each, each in chosen) for each in USES)
