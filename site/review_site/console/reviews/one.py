"""One review over HTTP: shown with all that belongs to it, withdrawn, and answered as its owner."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import Permission, ReviewId, Use
from engine.drafting import save_draft
from engine.errors import BadValueError
from engine.replying import LONGEST, answer
from engine.retracting import take_back
from engine.review_story import story_of
from review_site.access import FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.reviews.asked import QUEUE
from review_site.console.reviews.pages import STYLE_SHEETS
from review_site.console.reviews.story import history_table, story_body
from review_site.console.reviews.words import spoken
from review_site.console.shell import Page, Said, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<review>", "review", needs(Permission.READ)(show))
    for rule, view, permission in (
        ("withdraw", withdraw, Permission.WITHDRAW),
        ("reply", reply, Permission.MODERATE),
        ("reply/take-back", take_reply_back, Permission.MODERATE),
    ):
        guarded = needs(permission, FORM)(view)
        blueprint.add_url_rule(f"/<review>/{rule}", view.__name__, guarded, methods=["POST"])


def show(review: str) -> Response:
    """Raises NotFoundError."""
    return _page(review)


def withdraw(review: str) -> Response:
    """Takes back the author's consent for the uses that are marked; without the one to display, it is gone for good."""
    uses = request.form.getlist("use")
    if not uses or not set(uses) <= set(Use):
        return _page(review, Fault(name="use", key="fault-use"))
    with instance().store.writing() as transaction:
        moderation = instance().moderation(transaction)
        moderation.withdraw(ReviewId(review), frozenset(Use(each) for each in uses), by=who().name)
    key = "withdrawn" if Use.DISPLAY in uses else "narrowed"
    return sent_on(f"{QUEUE}/{review}", Said(key=key))


def reply(review: str) -> Response:
    """Publishes the owner's answer, or keeps it as a draft."""
    text, is_draft = request.form.get("answer", ""), request.form.get("do") == "draft"
    try:
        with instance().store.writing() as transaction:
            if is_draft:
                save_draft(transaction, ReviewId(review), text, by=who().name, now=now())
            else:
                sources = instance().config.sources
                answer(transaction, ReviewId(review), text, by=who().name, now=now(), settings_of=sources.get)
                transaction.reply_drafts.remove(ReviewId(review))
    except BadValueError:
        return _page(review, Fault(name="answer", key="fault-answer", values={"most": LONGEST}))
    return sent_on(f"{QUEUE}/{review}", Said(key="draft-saved" if is_draft else "answer-published"))


def take_reply_back(review: str) -> Response:
    sources = instance().config.sources
    with instance().store.writing() as transaction:
        take_back(transaction, ReviewId(review), by=who().name, now=now(), settings_of=sources.get)
    return sent_on(f"{QUEUE}/{review}", Said(key="answer-taken-back"))


def _page(review: str, *faults: Fault) -> Response:
    """The page of a review, with what is wrong with a form of it."""
    with instance().store.reading() as transaction:
        story = story_of(transaction, ReviewId(review), instance().settings, instance().config.approve, now())
        said = spoken(transaction)
        if wants_csv():
            return exported(history_table(story, said), review)
        body = story_body(story, said, who(), now())
    typed = {"answer": request.form["answer"]} if "answer" in request.form else {}
    page = Page(
        area=Area.REVIEWS,
        template="reviews/review.html",
        title="review-of",
        named={"subject": story.subject.name},
        body=body,
        faults=faults,
        typed=typed,
        style_sheets=STYLE_SHEETS,
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)
