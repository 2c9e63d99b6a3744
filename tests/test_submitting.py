"""Handing in at the desk, on both databases: one sheet is one review, and a change keeps what it does not name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import Admission, Ask, AskId, Consent, Form, FormId, Locale, Media, ReviewId, State, SubjectId, Use
from engine.errors import BadValueError, ForbiddenMoveError, NotFoundError
from engine.material import select_material
from engine.media import MediaApproval
from engine.moderation import Moderation
from engine.pictures import picture
from engine.store import Store
from engine.submitting import Desk, Revision, Submission
from tests.factories import NOON, fill, make_review, make_rules, make_settings, make_subject
from tests.forms import Photo
from tests.waiting import in_the_way_of

FORM = Form(id=FormId("shop"), ask=Admission.OPEN)
LATER = NOON + timedelta(days=1)
AGREED = Consent(uses=frozenset({Use.DISPLAY}), wording="display: yes", proof="form shop", given_at=NOON)
WORDS = {"title": "Good kettle", "body": "It pours well.", "author": "Owen B."}


def desk_of(store: Store) -> Desk:
    fill(store, [], subjects=[make_subject()])
    return Desk(store=store, rules=make_rules())


def submission(**changes: Any) -> Submission:
    given: dict[str, Any] = {
        "key": "sheet-1",
        "subject": make_subject(),
        "locale": Locale("de-AT"),
        "words": WORDS,
        "rating": "4",
        "email": "owen@example.com",
        "consent": AGREED,
    }
    return Submission(**(given | changes))


def handed_in(desk: Desk, **changes: Any) -> ReviewId:
    wanted = desk.submit(FORM, submission(**changes), NOON)
    assert wanted is not None
    return wanted


def test_a_text_whose_language_cannot_be_told_is_in_that_of_the_form(store: Store) -> None:
    wanted = handed_in(desk_of(store))

    with store.reading() as transaction:
        assert transaction.reviews.find(wanted).review.language == "de"


def test_the_same_sheet_again_changes_nothing(store: Store) -> None:
    desk = desk_of(store)

    first, again = handed_in(desk), handed_in(desk, words={"body": "Other words."})

    with store.reading() as transaction:
        assert first == again
        assert transaction.reviews.count() == 1
        assert transaction.reviews.find(first).review.body == "It pours well."


def test_an_ask_that_was_answered_meanwhile_lets_nothing_in(store: Store) -> None:
    desk = desk_of(store)
    ask = Ask(
        id=AskId("a1"), form=FORM.id, subject_id=SubjectId("kettle"), made_at=NOON, expires_at=LATER, order="10023"
    )
    with store.writing() as transaction:
        transaction.asks.save([ask])

    answers = [desk.submit(FORM, submission(key=key, ask=ask), NOON) for key in ("one", "two")]

    with store.reading() as transaction:
        kept = transaction.asks.find(ask.id)
        assert kept is not None
        assert answers == [kept.review_id, None]
        assert transaction.reviews.count() == 1


def test_what_intake_refuses_leaves_nothing_behind(store: Store) -> None:
    desk = desk_of(store)

    with pytest.raises(BadValueError, match="characters long"):
        desk.submit(FORM, submission(words={"body": "a" * 3000}, pictures=[picture(Photo().jpeg())]), NOON)

    with store.reading() as transaction:
        assert transaction.reviews.count() == 0


def test_a_change_keeps_photos_replies_and_what_proves_the_purchase(store: Store) -> None:
    desk = desk_of(store)
    ask = Ask(id=AskId("a1"), form=FORM.id, subject_id=SubjectId("kettle"), made_at=NOON, expires_at=LATER, order="7")
    with store.writing() as transaction:
        transaction.asks.save([ask])
    wanted = handed_in(desk, ask=ask, pictures=[picture(Photo().jpeg())])

    assert desk.change(wanted, Revision(words={"body": "The lid is loose."}, rating="2"), LATER)

    with store.reading() as transaction:
        review = transaction.reviews.find(wanted).review
        [media] = transaction.media.of([wanted])[wanted]
        assert transaction.media.file(media.id, "large") is not None
        assert transaction.reviews.earlier_texts(wanted) == ["It pours well."]
    assert (review.body, review.title, review.state) == ("The lid is loose.", "Good kettle", State.PENDING)
    assert (review.verification.evidence, review.consent, review.received_at) == ("order 7", AGREED, NOON)
    assert review.updated_at == LATER


def test_what_was_withdrawn_cannot_be_changed(store: Store) -> None:
    desk = desk_of(store)
    wanted = handed_in(desk)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(wanted, by="author")

    with pytest.raises(ForbiddenMoveError):
        desk.change(wanted, Revision(words={"body": "Back again."}), LATER)


def test_a_change_waits_for_what_is_under_way_and_knows_what_became_of_the_review(store: Store) -> None:
    desk, drawn = desk_of(store), picture(Photo().jpeg())
    wanted = handed_in(desk)
    refused: list[str] = []

    def change() -> None:
        try:
            desk.change(wanted, Revision(words={"body": "Back again."}, pictures=[drawn]), LATER)
        except ForbiddenMoveError as error:
            refused.append(str(error))

    in_the_way_of(
        store,
        change,
        lambda transaction: transaction.sources.lock(FORM.source_id),
        lambda transaction: Moderation(transaction=transaction, now=NOON).withdraw(wanted, by="author"),
    )

    assert refused == [f"{wanted} was withdrawn, and stays so"]


def test_a_review_from_elsewhere_is_nobodys_to_change(store: Store) -> None:
    desk, imported = desk_of(store), make_review()
    fill(store, [imported])

    with pytest.raises(NotFoundError, match="not written in a form"):
        desk.change(imported.id, Revision(words={"body": "Mine now."}), LATER)


def test_a_photo_keeps_its_size_and_moves_with_the_address_of_the_instance(store: Store) -> None:
    wanted = handed_in(desk_of(store), pictures=[picture(Photo().jpeg())])
    with store.writing() as transaction:
        [kept] = transaction.media.of([wanted])[wanted]
        Moderation(transaction=transaction, now=NOON).approve([wanted], by="ann")
        MediaApproval(transaction=transaction, now=NOON).approve([kept.id], by="ann")

    shown: list[Media] = []
    for base_url in ("https://old.example", "https://new.example"):
        with store.reading() as transaction:
            settings = make_settings(base_url=base_url)
            material = select_material(transaction, make_subject(), Locale("de"), settings, now=NOON)
        [review] = material.shown
        shown += review.media

    assert kept.width
    assert kept.height
    assert [(each.width, each.height) for each in shown] == [(kept.width, kept.height)] * 2
    assert [each.url for each in shown] == [f"https://{host}.example{kept.url}" for host in ("old", "new")]
    assert [each.thumbnail for each in shown] == [f"https://{host}.example{kept.thumbnail}" for host in ("old", "new")]


def test_of_several_who_answer_one_ask_at_once_one_is_taken_in(store: Store) -> None:
    desk = desk_of(store)
    ask = Ask(id=AskId("a1"), form=FORM.id, subject_id=SubjectId("kettle"), made_at=NOON, expires_at=LATER)
    with store.writing() as transaction:
        transaction.asks.save([ask])

    with ThreadPoolExecutor(6) as people:
        answers = list(
            people.map(lambda key: desk.submit(FORM, submission(key=f"sheet-{key}", ask=ask), NOON), range(6))
        )

    with store.reading() as transaction:
        kept = transaction.asks.find(ask.id)
        assert kept is not None
        assert [each for each in answers if each] == [kept.review_id]
        assert transaction.reviews.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"body": "It pours well.", "author": "Owen B."}, id="without a title"),
        pytest.param({**WORDS, "body": "It pours well. Write to owen@bean.example"}, id="with contact data taken out"),
    ],
)
def test_saving_what_is_shown_changes_nothing(store: Store, words: dict[str, str]) -> None:
    desk = desk_of(store)
    wanted = handed_in(desk, words=words)
    with store.reading() as transaction:
        shown = transaction.reviews.find(wanted).review
    again = {name: getattr(shown, name) or "" for name in ("title", "body", "author")}

    assert not desk.change(wanted, Revision(words=again, rating="4"), LATER)


def test_what_the_author_empties_is_gone(store: Store) -> None:
    desk = desk_of(store)
    wanted = handed_in(desk)

    assert desk.change(wanted, Revision(words={**WORDS, "title": "", "author": ""}, rating="4"), LATER)

    with store.reading() as transaction:
        review = transaction.reviews.find(wanted).review
    assert (review.title, review.author, review.body) == (None, None, WORDS["body"])
