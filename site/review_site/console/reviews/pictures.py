"""Pictures and film: those that wait, looked at and decided about, each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from engine.domain import Media, MediaId, Permission, State, SubjectId
from engine.errors import NotFoundError, RefusedError
from engine.media import MediaApproval
from engine.pictures import SMALL
from engine.showing import silent
from engine.store import FiledMedia, FiledReview
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import private
from review_site.console.reviews.asked import PICTURES, QUEUE, asked_state, back, marked_pictures, queue_address
from review_site.console.reviews.pages import shown
from review_site.console.reviews.queue import Tab, tabs
from review_site.console.reviews.words import Spoken, in_two, spoken
from review_site.console.shell import Cell, Column, Said, Table, exported, sent_on, wants_csv
from review_site.wiring import now
from widgets.links import web_link

ROWS = 24
STATES = (State.PENDING, State.APPROVED, State.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """A picture with the review that it hangs on."""

    media: Media
    review: str
    review_state: State
    subject: str
    lead: str
    source: str
    """Where a small one is on this site; empty for what is at its source alone."""
    elsewhere: str
    following: str
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesBody:
    tabs: Sequence[Tab]
    kinds: Sequence[Tab]
    rows: Sequence[PictureRow]
    state: State
    following: str
    export: str
    back: str
    queue: str = QUEUE


def register(blueprint: Blueprint) -> None:
    decides = needs(Permission.MODERATE)
    blueprint.add_url_rule("/media", "pictures", decides(index))
    blueprint.add_url_rule("/media/<picture>.jpg", "picture", decides(show))
    decided = needs(Permission.MODERATE, FORM)(decide)
    blueprint.add_url_rule("/media/decide", "decide_pictures", decided, methods=["POST"])


def index() -> Response:
    state, after = asked_state(), request.args.get("after", "")
    with instance().store.reading() as transaction:
        found = transaction.media.waiting(state, after=after, limit=ROWS + 1)
        filed = transaction.reviews.among([each.review_id for each in found], lock=False)
        names = transaction.subjects.among([each.review.subject_id for each in filed.values()])
        said = spoken(transaction)
        tabs_here = tabs(transaction, transaction.queue.counts(), None, said, "media")
    subjects = {which: each.name for which, each in names.items()}
    rows = [
        _row(each, filed[each.review_id], subjects, [one.media.id for one in found[:ROWS]]) for each in found[:ROWS]
    ]
    if wants_csv():
        return exported(_table(rows, said), "pictures")
    body = PicturesBody(
        tabs=tabs_here,
        kinds=[
            Tab(
                title=said.shell(f"state-{each}"),
                number="",
                address=f"{PICTURES}?state={each}",
                is_current=each is state,
            )
            for each in STATES
        ],
        rows=rows,
        state=state,
        following=queue_address({"after": found[ROWS - 1].media.id}) if len(found) > ROWS else "",
        export=queue_address({"format": "csv"}),
        back=queue_address({}),
    )
    return shown("pictures.html", "pictures", body)


def show(picture: str) -> Response:
    """A picture that was sent to us, for whoever decides about it: nobody else is served it before it is approved."""
    with instance().store.reading() as transaction:
        file = transaction.media.file(MediaId(picture), SMALL)
    if file is None:
        raise NotFoundError("no such picture was sent to us")
    response = private(Response(file.body, content_type=file.media_type))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def decide() -> Response:
    """Approves or rejects what is marked: all of it, or nothing where one may not be shown."""
    ids, is_approval = marked_pictures(), request.form.get("do") == "approve"
    address = back(at=request.form.get("following") or "-")
    if not ids:
        return sent_on(address, Said(key="none-marked", number=0))
    try:
        with instance().store.writing() as transaction:
            approval = MediaApproval(transaction=transaction, now=now(), mining_delay=instance().mining_delay)
            (approval.approve if is_approval else approval.reject)(ids, by=who().name)
    except RefusedError:
        return sent_on(address, Said(key="pictures-refused", number=len(ids)))
    return sent_on(address, Said(key="pictures-approved" if is_approval else "pictures-rejected", number=len(ids)))


def _row(each: FiledMedia, filed: FiledReview, subjects: Mapping[SubjectId, str], ids: Sequence[str]) -> PictureRow:
    review, at = silent(filed).review, ids.index(each.media.id)
    start = request.args.get("at", "")
    first = start if start in ids else (ids[0] if start else "")
    is_ours = each.media.url.startswith("/media/")
    return PictureRow(
        media=each.media,
        review=review.id,
        review_state=review.state,
        subject=subjects[review.subject_id],
        lead=in_two(review.body or review.title or "")[0],
        source=f"{PICTURES}/{each.media.id}.jpg" if is_ours else "",
        elsewhere="" if is_ours else web_link(each.media.url) or "",
        following=ids[at + 1] if at + 1 < len(ids) else "",
        is_first=each.media.id == first,
    )


def _table(rows: Sequence[PictureRow], spoken: Spoken) -> Table:
    texts = spoken.texts
    columns = ("picture", "id", "subject", "kind", "state", "address")
    return Table(
        caption=texts("pictures"),
        columns=[Column(title=texts(f"column-{each}")) for each in columns],
        rows=[
            [
                Cell(text=each.media.id),
                Cell(text=each.review),
                Cell(text=each.subject),
                Cell(text=texts(f"media-{each.media.kind}")),
                Cell(text=spoken.shell(f"state-{each.media.state}")),
                Cell(text=each.elsewhere),
            ]
            for each in rows
        ],
    )
