"""Writing a review: the form, the link that invites to it, and the thanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain import Admission, Ask, Form, Kind, ReviewId, Subject, SubjectId, review_id
from engine.errors import BadValueError, NotFoundError
from engine.pictures import MOST_BYTES, Picture
from engine.submitting import Submission
from review_site.asking import instance
from review_site.form.consents import given
from review_site.form.pages import MessageBody, Place, link_to_subject, message_page
from review_site.form.places import as_page, form_of, place_of, private, sent_on, subject_of
from review_site.form.reading import Entry, Fault, Limits, chosen_again, entry_from, faults_of, pictures_from
from review_site.form.sheets import Sheet, sheet_page
from review_site.form.tokens import SheetToken
from review_site.visitors import sends_too_often
from review_site.wiring import new_key, now

ROOM = 1 << 20
"""Bytes for everything but the pictures."""
MOST_PARTS = 100

blueprint = Blueprint("form", __name__)
blueprint.after_request(private)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who may write about a subject."""

    place: Place
    subject: Subject
    ask: Ask | None = None

    @property
    def form(self) -> Form:
        return self.place.form


@blueprint.route("/f/<form>", methods=["GET", "POST"])
def write(form: str) -> Response:
    """The form; about which subject is said by ``?subject=`` where it takes more than one."""
    wanted = form_of(form)
    if wanted.ask is Admission.REQUIRED:
        return _message(place_of(wanted), "invited", HTTPStatus.FORBIDDEN)
    asked = request.args.get("subject") or (wanted.subjects[0] if len(wanted.subjects) == 1 else "")
    if not asked:
        return _choose(wanted)
    if not wanted.takes(SubjectId(asked)):
        raise NotFoundError(f"the form {form!r} does not take reviews of {asked!r}")
    query = {"subject": asked} if "subject" in request.args else {}
    return _answer(Visit(place=place_of(wanted, **query), subject=subject_of(SubjectId(asked))))


@blueprint.route("/r/<token>", methods=["GET", "POST"])
def answer_ask(token: str) -> Response:
    """The form for somebody who was asked; it can be sent once, until the invitation ends."""
    with instance().store.reading() as transaction:
        ask = transaction.asks.find(instance().tokens.ask(token))
    if ask is None:
        raise NotFoundError("this invitation is not known here")
    place = place_of(form_of(ask.form))
    if not ask.is_open(now()):
        return _after_its_end(place, ask)
    return _answer(Visit(place=place, subject=subject_of(ask.subject_id), ask=ask))


@blueprint.get("/thanks/<token>")
def thank(token: str) -> Response:
    """What the author sees after sending, with the link to his own page."""
    review = instance().tokens.author(token)
    with instance().store.reading() as transaction:
        found = transaction.reviews.find(review).review
        subject = transaction.subjects.find(found.subject_id)
    place = place_of(form_of(found.source_id.removeprefix("form.")))
    spoken = place.texts
    # A page that frames the form may not frame what only the author sees.
    own = replace(place, is_embedded=False).address(f"/mine/{token}")
    body = MessageBody(
        hint=spoken("thanks-next"),
        links=link_to_subject(place, subject),
        own=f"{place.settings.base_url}{own}",
        own_hint=spoken("thanks-link"),
    )
    return as_page(place, message_page(place, spoken("thanks"), body))


def _answer(visit: Visit) -> Response:
    if request.method == "POST":
        return _take(visit)
    token = instance().tokens.of_sheet(visit.form.id, visit.subject.id, new_key())
    return _show(visit, Entry(words={"author": visit.ask.name if visit.ask else ""}), token)


def _take(visit: Visit) -> Response:
    entry = typed_into(visit.form)
    if entry is None:
        return too_large(visit.place)
    token = request.form.get("sheet", "")
    sheet = instance().tokens.sheet(token)
    if sheet is None or (sheet.form, sheet.subject) != (visit.form.id, visit.subject.id):
        fresh = instance().tokens.of_sheet(visit.form.id, visit.subject.id, new_key())
        return _show(visit, entry, fresh, [Fault(name="", key="fault-stale")])
    if sends_too_often(f"form {visit.form.id}", visit.form.per_hour):
        return _show(visit, entry, token, [Fault(name="", key="fault-often")], HTTPStatus.TOO_MANY_REQUESTS)
    faults = [*_haste(visit.form, sheet), *faults_of(entry, visit.form, _limits())]
    # Pictures are unpacked for those only whose form is right; all others have to choose them again anyway.
    pictures, unread = ([], []) if faults else pictures_from(request.files.getlist("photos"), visit.form.photos)
    if faults or unread:
        return _show(visit, entry, token, [*faults, *unread])
    return _submit(visit, sheet, entry, pictures)


def _submit(visit: Visit, sheet: SheetToken, entry: Entry, pictures: Sequence[Picture]) -> Response:
    place, moment = visit.place, now()
    consent = given(
        entry.chosen,
        place.texts,
        site=place.settings.site_name,
        form=visit.form.id,
        locale=place.locale,
        now=moment,
    )
    submission = Submission(
        key=sheet.key,
        subject=visit.subject,
        locale=place.locale,
        words={name: text for name, text in entry.words.items() if text},
        consent=consent,
        rating=entry.rating,
        email=entry.email,
        pictures=pictures,
        ask=visit.ask,
    )
    try:
        review = instance().desk.submit(visit.form, submission, moment)
    except BadValueError:
        return _show(visit, entry, request.form["sheet"], [Fault(name="body", key="fault-refused")])
    if review is None:
        return _message(place, "used", HTTPStatus.GONE)
    return _thanked(place, review)


def _after_its_end(place: Place, ask: Ask) -> Response:
    """Whoever pressed twice is led to where the first press leads; it is the second answer that a browser shows."""
    if request.method == "POST" and typed_into(place.form) is not None:
        sheet = instance().tokens.sheet(request.form.get("sheet", ""))
        if sheet is not None and review_id(place.form.source_id, sheet.key) == ask.review_id:
            return _thanked(place, ask.review_id)
    return _message(place, "used" if ask.used_at else "expired", HTTPStatus.GONE)


def _thanked(place: Place, review: ReviewId) -> Response:
    return sent_on(place.address(f"/thanks/{instance().tokens.of_author(review)}"))


def _show(
    visit: Visit,
    entry: Entry,
    token: str,
    faults: Sequence[Fault] = (),
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    place, spoken = visit.place, visit.place.texts
    name = visit.subject.name_in(place.locale)
    title = spoken("tell", subject=name) if visit.form.kind is Kind.TESTIMONIAL else spoken("write", subject=name)
    sheet = Sheet(
        title=title,
        lead=spoken("lead"),
        entry=entry,
        faults=[*faults, *(chosen_again(request.files.getlist("photos")) if faults else ())],
        token=token,
        room=visit.form.photos,
        send=spoken("send-words") if visit.form.kind is Kind.TESTIMONIAL else spoken("send"),
    )
    return as_page(place, sheet_page(place, sheet), status if faults else HTTPStatus.OK)


def typed_into(form: Form) -> Entry | None:
    """What was sent; None, and it is not read, when it is more than a form with its pictures can hold."""
    most = form.photos * MOST_BYTES + ROOM
    request.max_content_length, request.max_form_parts = most, MOST_PARTS
    if (request.content_length or 0) > most:
        return None
    try:
        return entry_from(request.form, form)
    except RequestEntityTooLarge:
        return None


def _haste(form: Form, sheet: SheetToken) -> list[Fault]:
    is_hasty = now() - sheet.shown_at < timedelta(seconds=form.least_seconds)
    return [Fault(name="", key="fault-fast")] if is_hasty else []


def _limits() -> Limits:
    config = instance().config
    return Limits(text=config.intake_longest_text, line=config.intake_longest_line)


def _choose(form: Form) -> Response:
    place = place_of(form)
    with instance().store.reading() as transaction:
        found = transaction.subjects.among(form.subjects)
    taken = [found[each] for each in form.subjects if each in found]
    links = [(place.address(subject=each.id), each.name_in(place.locale)) for each in taken]
    body = MessageBody(
        hint="" if links else place.texts("choose-hint"),
        links=links or [(place.frame.home, place.settings.site_name)],
    )
    return as_page(place, message_page(place, place.texts("choose"), body))


def too_large(place: Place) -> Response:
    return _message(place, "large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _message(place: Place, key: str, status: HTTPStatus) -> Response:
    title, hint = _MESSAGES[key]
    return as_page(place, message_page(place, place.texts(title), MessageBody(hint=place.texts(hint))), status)


_MESSAGES = {
    "expired": ("expired", "expired-hint"),
    "invited": ("invited", "invited-hint"),
    "large": ("large", "large-hint"),
    "used": ("used", "used-hint"),
}
