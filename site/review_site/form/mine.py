"""The author's own page: to see what was written, change it, narrow what may be done with it, and take it back.

Whoever has the link is the author. It is known to him and to the operator only, so no other site can make his browser
send something here, and no further token is needed against that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Form, FormId, MediaKind, Review, State, Subject, Use
from engine.errors import BadValueError, ForbiddenMoveError
from engine.flagging import statement_to_author
from engine.moderation import Moderation
from engine.submitting import Revision, written_here
from review_site.asking import instance
from review_site.form.consents import CHOICES
from review_site.form.own_page import mine_page
from review_site.form.pages import MessageBody, Place, message_page
from review_site.form.places import as_page, place_of, private, sent_on
from review_site.form.reading import (
    Entry,
    Fault,
    Limits,
    chosen_again,
    faults_of,
    names_of,
    pictures_from,
)
from review_site.form.sheets import Sheet, sheet_page
from review_site.form.views import too_large, typed_into
from review_site.visitors import sends_too_often
from review_site.wiring import now

AUTHOR = "author"
"""As the record of decisions calls whoever has the link."""

blueprint = Blueprint("mine", __name__, url_prefix="/mine/<token>")
blueprint.after_request(private)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A review and its author's place."""

    place: Place
    review: Review
    subject: Subject
    statement: str = ""
    """What was written about why it was taken down."""

    @property
    def home(self) -> str:
        return self.place.address()


@blueprint.get("")
def show(token: str) -> Response:
    own = _own(token)
    return as_page(own.place, mine_page(own.place, own.review, own.subject, own.statement))


@blueprint.route("/edit", methods=["GET", "POST"])
def change(token: str) -> Response:
    own = _own(token)
    if own.review.state is State.WITHDRAWN:
        return sent_on(own.home)
    if request.method == "GET":
        return _sheet(own, _entry(own))
    entry = typed_into(own.place.form)
    if entry is None:
        return too_large(own.place)
    return _change(own, entry)


@blueprint.post("/consent")
def narrow(token: str) -> Response:
    """Takes back single uses; the review stays, without them."""
    own = _own(token)
    ticked = request.form.getlist("use")
    uses = frozenset(use for use in CHOICES if use in ticked and own.review.consent.covers(use))
    if uses and own.review.state is not State.WITHDRAWN:
        _withdraw(own, uses)
    return sent_on(own.home)


@blueprint.route("/withdraw", methods=["GET", "POST"])
def withdraw(token: str) -> Response:
    """Asks first, and then takes the review back for good; its words are gone at the next request."""
    own = _own(token)
    spoken = own.place.texts
    if own.review.state is State.WITHDRAWN:
        return sent_on(own.home)
    if request.method == "POST":
        _withdraw(own, frozenset(Use))
        return sent_on(own.home)
    body = MessageBody(
        hint=spoken("withdraw-hint"),
        confirm=(own.place.address(f"{own.place.path}/withdraw"), spoken("withdraw-yes")),
        links=[(own.home, spoken("withdraw-no"))],
    )
    title = spoken("withdraw-title", subject=own.subject.name_in(own.place.locale))
    return as_page(own.place, message_page(own.place, title, body))


def _own(token: str) -> Own:
    """Raises NotFoundError for a link that is not ours, and for a review that did not come by a form."""
    wanted = instance().tokens.author(token)
    with instance().store.reading() as transaction:
        review = transaction.reviews.find(wanted).review
        written_here(transaction, wanted)
        subject = transaction.subjects.find(review.subject_id)
        statement = statement_to_author(transaction, review)
        # A logo is the company's doing, and nothing that the author sent.
        media = [each for each in transaction.media.of([wanted]).get(wanted, ()) if each.kind is not MediaKind.LOGO]
    # A page that frames the form may not frame what only the author sees, whatever its address asks for.
    place = replace(place_of(_form_of(review)), path=f"/mine/{token}", is_embedded=False)
    return Own(place=place, review=replace(review, media=media), subject=subject, statement=statement)


def _form_of(review: Review) -> Form:
    """The form it was written in; one that is configured no longer still lets its authors at what they wrote."""
    name = FormId(review.source_id.removeprefix("form."))
    known = instance().config.forms.get(name)
    return replace(known, kind=review.kind) if known else Form(id=name, kind=review.kind, photos=0)


def _entry(own: Own) -> Entry:
    review = own.review
    words = {name: getattr(review, name) or "" for name in names_of(own.place.form)}
    return Entry(rating=review.rating.original if review.rating else "", words=words)


def _change(own: Own, entry: Entry) -> Response:
    if sends_too_often(f"form {own.place.form.id}", own.place.form.per_hour):
        return _sheet(own, entry, [Fault(name="", key="fault-often")], HTTPStatus.TOO_MANY_REQUESTS)
    config = instance().config
    dropped = frozenset(request.form.getlist("drop"))
    kept = [each for each in own.review.media if each.url not in dropped]
    faults = faults_of(entry, own.place.form, Limits(text=config.intake_longest_text, line=config.intake_longest_line))
    room = max(0, own.place.form.photos - len(kept))
    pictures, unread = ([], []) if faults else pictures_from(request.files.getlist("photos"), room)
    if faults or unread:
        return _sheet(own, entry, [*faults, *unread])
    revision = Revision(words=entry.words, rating=entry.rating, dropped=dropped, pictures=pictures)
    try:
        instance().desk.change(own.review.id, revision, now())
    except ForbiddenMoveError:
        # Withdrawn in another window a moment ago: that page says so.
        return sent_on(own.home)
    except BadValueError:
        return _sheet(own, entry, [Fault(name="body", key="fault-refused")])
    return sent_on(own.home)


def _sheet(
    own: Own,
    entry: Entry,
    faults: Sequence[Fault] = (),
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    spoken = own.place.texts
    sheet = Sheet(
        title=spoken("change-title", subject=own.subject.name_in(own.place.locale)),
        lead=spoken("change-lead"),
        entry=entry,
        faults=[*faults, *chosen_again(request.files.getlist("photos"))] if faults else (),
        pictures=[each.url for each in own.review.media],
        room=max(0, own.place.form.photos - len(own.review.media)),
        send=spoken("save"),
        back=own.home,
        asks_consent=False,
    )
    page = replace(own.place, path=f"{own.place.path}/edit")
    return as_page(page, sheet_page(page, sheet), status if faults else HTTPStatus.OK)


def _withdraw(own: Own, uses: frozenset[Use]) -> None:
    with instance().store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=now(), mining_delay=instance().mining_delay)
        moderation.withdraw(own.review.id, uses, by=AUTHOR)
