"""The queue over HTTP: looked through, decided about, taken back."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, Response, request

from engine.domain import Permission
from engine.errors import BadValueError
from engine.queueing import Decided, decide_seen, queue_page
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.reviews import one, pictures, reports
from review_site.console.reviews.asked import (
    QUEUE,
    asked_question,
    asked_rejection,
    back,
    marked_reviews,
    within_console,
)
from review_site.console.reviews.pages import shown
from review_site.console.reviews.queue import queue_body, queue_table
from review_site.console.reviews.words import spoken
from review_site.console.shell import Said, exported, sent_on, wants_csv
from review_site.wiring import now

UNDO = f"{QUEUE}/undo"
REVIEW_ID = re.compile(r"r[0-9a-f]{20}")

blueprint = Blueprint("console-reviews", __name__, url_prefix=QUEUE)
for each in (one, reports, pictures):
    each.register(blueprint)


@blueprint.get("")
@needs(Permission.READ)
def queue() -> Response:
    """What waits, and what was decided; whoever types the id of a review is led to it."""
    question = asked_question()
    if REVIEW_ID.fullmatch(question.words):
        return sent_on(f"{QUEUE}/{question.words}")
    with instance().store.reading() as transaction:
        page = queue_page(transaction, question, instance().config.approve, now())
        said = spoken(transaction)
        if wants_csv():
            return exported(queue_table(page, said), "reviews")
        body = queue_body(transaction, page, question.state, request.args.to_dict(), said)
    return shown("queue.html", "reviews", body)


@blueprint.post("/decide")
@needs(Permission.MODERATE, FORM)
def decide() -> Response:
    """Approves or rejects what is marked, in one transaction, and leads to the row after it."""
    seen = marked_reviews()
    if not seen:
        return sent_on(back(at="-"), Said(key="none-marked", number=0))
    rejection = asked_rejection() if request.form.get("do") == "reject" else None
    with instance().store.writing() as transaction:
        moderation = instance().moderation(transaction)
        decided = decide_seen(moderation, seen, by=who().name, rejection=rejection)
    key = "approved" if rejection is None else "rejected"
    return sent_on(back(at=request.form.get("following") or "-"), _said(key, decided, moderation.now))


@blueprint.post("/undo")
@needs(Permission.MODERATE, FORM)
def undo() -> Response:
    """Takes back what one's own step at a time did, where nothing happened since, and leads back to the first of it."""
    token, _, address = request.form.get("token", "").partition(" ")
    try:
        at = datetime.fromisoformat(token)
    except ValueError as error:
        raise BadValueError("token: is not the time of a step") from error
    with instance().store.writing() as transaction:
        undone = instance().moderation(transaction).undo(at, by=who().name)
    first = undone.reviews[0].id if undone.reviews else "-"
    rest = "not-undone" if undone.left else ""
    said = Said(key="undone", number=len(undone.reviews), rest=rest, rest_number=undone.left)
    return sent_on(within_console(address, at=first), said)


def _said(key: str, decided: Decided, at: datetime) -> Said:
    """What was decided, with the way back, and what was left as it is."""
    if not decided.reviews:
        return Said(key="left", number=decided.left)
    rest = "left" if decided.left else ""
    token = f"{at.isoformat()} {back()}"
    number = len(decided.reviews)
    return Said(key=key, number=number, undo=UNDO, token=token, rest=rest, rest_number=decided.left)
