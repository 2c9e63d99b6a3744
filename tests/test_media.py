"""Tests of pictures and film: each waits for its own approval, and stands only where its review stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.attached import media_id
from engine.domain import (
    EventKind,
    Locale,
    Media,
    MediaId,
    MediaKind,
    Reason,
    Scope,
    SourceId,
    Standing,
    State,
    SubjectId,
    review_id,
)
from engine.errors import NotFoundError, RefusedError
from engine.material import select_material
from engine.media import MediaApproval
from engine.moderation import Moderation
from engine.outbox import Work, page_key
from engine.store import MediaFile, Store
from schema_markup.subject import SubjectReviews
from tests.doors import Company, row
from tests.factories import NOON, lease, make_record, make_settings, make_snippet, take_in

KETTLE = SubjectId("kettle")
REVIEW = review_id(SourceId("shop"), "1")
ADDRESS = "https://img.example/1.jpg"
PICTURE = media_id(REVIEW, ADDRESS)
OTHER = media_id(REVIEW, "https://img.example/2.jpg")
LATER = NOON + timedelta(days=1)


def tell(store: Store, *addresses: str, **said: Any) -> None:
    pictures = [{"url": each} for each in addresses]
    take_in(store, replace(make_record(), media=pictures, **said), now=LATER)


def approve_review(store: Store) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([REVIEW], by="ann")


def approve(store: Store, *ids: MediaId) -> None:
    with store.writing() as transaction:
        MediaApproval(transaction=transaction, now=NOON).approve(ids, by="ann")


def reject(store: Store, *ids: MediaId) -> None:
    with store.writing() as transaction:
        MediaApproval(transaction=transaction, now=NOON).reject(ids, by="ann")


def media(store: Store) -> dict[MediaId, State]:
    with store.reading() as transaction:
        return {each.id: each.state for some in transaction.media.of([REVIEW]).values() for each in some}


def on_the_page(store: Store) -> list[str]:
    with store.reading() as transaction:
        subject = transaction.subjects.find(KETTLE)
        material = select_material(transaction, subject, Locale("en"), make_settings(), now=NOON)
    document = SubjectReviews().build(material)
    assert document is None or "img.example" not in document.body
    return [each.url for review in material.shown for each in review.media]


def put_on_a_page(store: Store) -> None:
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", REVIEW)])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [REVIEW])


def words(store: Store) -> bytes:
    with store.reading() as transaction:
        [snippet] = transaction.snippets.of_page(Scope.SUBJECT, KETTLE).values()
    return snippet.body


def test_a_picture_is_shown_after_its_own_approval_and_its_reviews(store: Store) -> None:
    tell(store, ADDRESS, "https://img.example/2.jpg")
    approve(store, PICTURE)
    assert on_the_page(store) == []

    approve_review(store)

    assert on_the_page(store) == [ADDRESS]
    assert media(store) == {PICTURE: State.APPROVED, OTHER: State.PENDING}


def test_the_pictures_of_a_rejected_review_are_shown_nowhere_and_not_approved(store: Store) -> None:
    tell(store, ADDRESS, "https://img.example/2.jpg")
    approve_review(store)
    approve(store, PICTURE)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).reject([REVIEW], by="ann", reason=Reason.SPAM)

    with pytest.raises(RefusedError, match="which is rejected; nothing was changed"):
        approve(store, OTHER)

    assert on_the_page(store) == []


def test_a_picture_that_its_source_hides_is_not_approved(store: Store) -> None:
    take_in(store, replace(make_record(), media=[{"url": ADDRESS, "standing": "hidden"}]))

    with pytest.raises(RefusedError, match="hidden at its source"):
        approve(store, PICTURE)


def test_a_picture_that_is_rejected_takes_its_page_with_it(store: Store) -> None:
    tell(store, ADDRESS)
    approve_review(store)
    approve(store, PICTURE)
    put_on_a_page(store)

    reject(store, PICTURE)

    assert words(store) == b""
    assert on_the_page(store) == []


def test_a_decision_is_recorded_and_builds_the_page_anew(store: Store) -> None:
    tell(store, ADDRESS)
    page = page_key(Scope.SUBJECT, KETTLE)
    done = lease(store, Work.PUBLISH, page)
    with store.writing() as transaction:
        transaction.marks.finish(done)

    approve(store, PICTURE)

    with store.reading() as transaction:
        event = transaction.events.of_review(REVIEW)[-1]
        assert transaction.marks.find(Work.PUBLISH, page) is not None
    assert (event.kind, event.by) == (EventKind.REVIEW_CHANGED, "ann")
    assert event.details == {"media": PICTURE, "was": "pending", "is": "approved"}


def test_a_picture_nobody_knows_changes_nothing_for_the_others(store: Store) -> None:
    tell(store, ADDRESS)

    with pytest.raises(NotFoundError, match="there is no picture or film mnothing"):
        approve(store, PICTURE, MediaId("mnothing"))

    assert media(store) == {PICTURE: State.PENDING}


def test_a_picture_keeps_its_approval_when_its_review_is_told_otherwise(store: Store) -> None:
    tell(store, ADDRESS)
    approve(store, PICTURE)

    tell(store, "https://img.example/2.jpg", ADDRESS)

    assert media(store) == {OTHER: State.PENDING, PICTURE: State.APPROVED}
    assert list(media(store)) == [OTHER, PICTURE]


@pytest.mark.parametrize("now", [(), ({"url": ADDRESS, "standing": "hidden"},)])
def test_a_picture_that_is_gone_or_hidden_at_its_source_leaves_the_page_at_once(
    store: Store, now: tuple[dict[str, str], ...]
) -> None:
    tell(store, ADDRESS)
    approve_review(store)
    approve(store, PICTURE)
    with store.writing() as transaction:
        transaction.media.keep_file(PICTURE, "large", MediaFile(media_type="image/jpeg", body=b"pixels"))
    put_on_a_page(store)

    take_in(store, replace(make_record(), media=now), now=LATER)

    assert words(store) == b""
    assert on_the_page(store) == []


def test_a_picture_that_is_gone_takes_its_files_along(store: Store) -> None:
    tell(store, ADDRESS)
    with store.writing() as transaction:
        transaction.media.keep_file(PICTURE, "large", MediaFile(media_type="image/jpeg", body=b"pixels"))
        assert transaction.media.file(PICTURE, "large") == MediaFile(media_type="image/jpeg", body=b"pixels")

    tell(store)

    with store.reading() as transaction:
        assert transaction.media.file(PICTURE, "large") is None
    assert media(store) == {}


def test_media_are_kept_as_they_are(store: Store) -> None:
    tell(store)
    film = Media(
        id=MediaId("mfilm"),
        kind=MediaKind.VIDEO,
        url="https://img.example/pour.mp4",
        standing=Standing.HIDDEN,
        alt="Pouring",
        thumbnail="https://img.example/pour.jpg",
        width=640,
        height=480,
    )

    with store.writing() as transaction:
        transaction.media.insert({REVIEW: [film]})

    with store.reading() as transaction:
        assert transaction.media.of([REVIEW]) == {REVIEW: (film,)}
        [waiting] = transaction.media.waiting(State.PENDING)
        assert (waiting.review_id, waiting.media) == (REVIEW, film)
        assert transaction.media.waiting(State.PENDING, after="mfilm") == []


def test_a_moderator_decides_about_pictures_by_command(company: Company) -> None:
    company.publish(row("1"))
    with company.instance() as instance, instance.store.writing() as transaction:
        [filed] = transaction.reviews.of_source(SourceId("shop"))
        picture = Media(id=PICTURE, kind=MediaKind.IMAGE, url=ADDRESS, alt="A kettle")
        transaction.media.insert({filed.review.id: [picture]})

    listed = company.plaudit("media", "list")
    approved = company.plaudit("media", "approve", PICTURE)
    with company.serving() as site:
        shown = site.get("/reviews/kettle").text
    rejected = company.plaudit("media", "reject", PICTURE)
    with company.serving() as site:
        shown_after = site.get("/reviews/kettle").text

    assert f"{PICTURE}  image | kettle | review {filed.review.id}, approved | {ADDRESS}" in listed.output
    assert "1 approved" in approved.output
    assert f'<a href="{ADDRESS}" rel="ugc nofollow">A kettle</a>' in shown
    assert "1 rejected" in rejected.output
    assert ADDRESS not in shown_after
    assert company.plaudit("media", "approve", "mnothing").exit_code == 2
