"""Tests of the moderators' queue: its order, what narrows it, why each is there, and decisions about what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.domain import (
    ApprovalRule,
    FlagReason,
    Incentive,
    Locale,
    Media,
    MediaId,
    MediaKind,
    Reason,
    Relation,
    Review,
    ReviewId,
    Standing,
    State,
    SubjectId,
    VoiceId,
)
from engine.errors import BadValueError
from engine.flagging import Notice, flag_review
from engine.moderation import Moderation
from engine.queueing import Decided, Question, QueuePage, Rejection, Why, decide_seen, queue_page, why_here
from engine.store import Beside, QueuedText, Store, WantedQueue
from tests.factories import NOON, fill, make_rating, make_record, make_review, take_in

WHATEVER_WAITS = Question()
RULE = ApprovalRule(shortest=10)


def waiting(minutes: int = 0, **changes: object) -> Review:
    return make_review(**{"state": State.PENDING, "received_at": NOON + timedelta(minutes=minutes), **changes})  # type: ignore[arg-type]


def page(store: Store, question: Question = WHATEVER_WAITS, rules: Sequence[ApprovalRule] = ()) -> QueuePage:
    with store.reading() as transaction:
        return queue_page(transaction, question, rules, NOON + timedelta(hours=1))


def ids(found: QueuePage) -> list[ReviewId]:
    return [each.review.id for each in found.rows]


def test_what_waits_longest_comes_first_and_is_read_on_from_a_cursor(store: Store) -> None:
    reviews = [waiting(minutes) for minutes in (3, 1, 2)]
    fill(store, [*reviews, make_review()])

    first = page(store, Question(limit=2))
    second = page(store, Question(limit=2, after=first.following))

    assert ids(first) == [reviews[1].id, reviews[2].id]
    assert (ids(second), second.following) == ([reviews[0].id], None)
    assert first.counts == {State.PENDING: 3, State.APPROVED: 1, State.REJECTED: 0, State.WITHDRAWN: 0}


def test_of_what_was_decided_the_newest_comes_first(store: Store) -> None:
    reviews = [make_review(received_at=NOON + timedelta(minutes=minutes)) for minutes in (1, 2, 3)]
    fill(store, reviews)

    first = page(store, Question(state=State.APPROVED, limit=2))
    second = page(store, Question(state=State.APPROVED, limit=2, after=first.following))

    assert [*ids(first), *ids(second)] == [each.id for each in reversed(reviews)]


def test_a_cursor_of_something_else_is_refused(store: Store) -> None:
    with pytest.raises(BadValueError, match="not a cursor"):
        page(store, Question(after="1~x"))


@pytest.mark.parametrize(
    ("wanted", "question"),
    [
        pytest.param({"subject_id": SubjectId("mug")}, Question(subject=SubjectId("mug")), id="subject"),
        pytest.param({"source_id": "till"}, Question(source=make_review(source_id="till").source_id), id="source"),
        pytest.param({"language": "nl"}, Question(language="nl"), id="language"),
        pytest.param({"rating": make_rating(1)}, Question(star=1), id="star"),
        pytest.param({"rating": None}, Question(star=0), id="no rating"),
        pytest.param({"holds_contact_data": True}, Question(why=Why.CONTACT), id="contact data"),
        pytest.param({"standing": Standing.HIDDEN}, Question(why=Why.HIDDEN), id="hidden"),
        pytest.param({"incentive": Incentive(kind="voucher")}, Question(why=Why.INCENTIVE), id="incentive"),
        pytest.param({"relation": Relation.EMPLOYEE}, Question(why=Why.RELATION), id="relation"),
        pytest.param({"body": "See www.example.com now"}, Question(why=Why.LINK), id="link"),
        pytest.param({"body": "Goooooooooooood"}, Question(why=Why.REPEATED), id="repeated"),
        pytest.param({"body": "THE LID IS LOOSE"}, Question(words="lid LÖOSE"), id="words"),
    ],
)
def test_is_narrowed_to(store: Store, wanted: dict[str, object], question: Question) -> None:
    changed = wanted.copy()
    review = replace(waiting(1, source_id=changed.pop("source_id", "shop")), **changed)  # type: ignore[arg-type]
    fill(store, [waiting(), review, waiting(2)])

    found = page(store, question)

    assert ids(found) == [review.id]


def test_is_narrowed_to_copies_of_one_voice(store: Store) -> None:
    copies = [waiting(voice=VoiceId("v1")), waiting(1, voice=VoiceId("v1"))]
    fill(store, [*copies, waiting(voice=VoiceId("v2"))])

    found = page(store, Question(why=Why.COPY))

    assert ids(found) == [each.id for each in copies]
    assert [each.beside.copies for each in found.rows] == [1, 1]


def test_is_narrowed_to_what_has_pictures_and_to_what_readers_reported(store: Store) -> None:
    plain, pictured = make_review(), make_review()
    fill(store, [plain, pictured])
    with store.writing() as transaction:
        transaction.media.insert({pictured.id: [Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url="/media/x")]})
        notice = Notice(reason=FlagReason.ABUSE, explanation="It insults me.", locale=Locale("en"))
        flag_review(transaction, plain.id, notice, NOON)

    assert ids(page(store, Question(state=State.APPROVED, is_pictured=True))) == [pictured.id]
    assert ids(page(store, Question(state=State.APPROVED, is_flagged=True))) == [plain.id]


def test_other_words_than_those_that_were_approved_say_so(store: Store) -> None:
    take_in(store, make_record("1"))
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        moderation.approve([each.review.id for each in transaction.reviews.waiting(State.PENDING)], by="ann")
    take_in(store, make_record("1", body="It leaks."), now=NOON + timedelta(minutes=1))

    [queued] = page(store, Question(why=Why.EDITED)).rows

    assert queued.whys == (Why.EDITED, Why.NO_RULES)


@pytest.mark.parametrize(
    ("review", "beside", "whys"),
    [
        pytest.param(waiting(), Beside(), (Why.READ_FIRST,), id="a rule fits"),
        pytest.param(waiting(body="Short"), Beside(), (Why.NO_RULE_FITS,), id="no rule fits"),
        pytest.param(waiting(holds_contact_data=True), Beside(), (Why.CONTACT,), id="contact data"),
        pytest.param(waiting(body="BUY " * 15), Beside(), (Why.SHOUTED,), id="shouted"),
        pytest.param(make_review(), Beside(open_flags=1), (Why.FLAGGED,), id="approved and reported"),
        pytest.param(make_review(), Beside(), (), id="approved"),
    ],
)
def test_says_why_a_review_is_there(review: Review, beside: Beside, whys: tuple[Why, ...]) -> None:
    assert why_here(review, beside, [RULE]) == whys


def test_contact_data_is_neither_shown_nor_found(store: Store) -> None:
    fill(store, [waiting(body="Write to owen@larkfield.example please.", holds_contact_data=True)])

    [queued] = page(store).rows

    assert queued.review.body == "Write to […] please."
    assert page(store, Question(words="owen@larkfield.example")).rows == []


def test_no_more_words_are_read_than_a_page_has_room_for(store: Store) -> None:
    fill(store, [waiting(minutes) for minutes in range(5)])
    looked_at: list[ReviewId] = []

    def fits(text: QueuedText) -> bool:
        looked_at.append(text.id)
        return True

    with store.reading() as transaction:
        found, following = transaction.queue.page(WantedQueue(fits=fits, limit=2))

    assert [each.review.id for each in found] == looked_at[:2]
    assert following is not None
    assert len(looked_at) == 3


def decide(store: Store, seen: dict[ReviewId, str], rejection: Rejection | None = None) -> Decided:
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(hours=2))
        return decide_seen(moderation, seen, by="ann", rejection=rejection)


def test_what_is_what_was_seen_is_decided(store: Store) -> None:
    fill(store, [waiting(), waiting(1)])
    seen = {each.review.id: each.seen for each in page(store).rows}

    decided = decide(store, seen, Rejection(reason=Reason.OFF_TOPIC, note=" about the courier "))

    assert (len(decided.reviews), decided.left) == (2, 0)
    assert {each.decision.note for each in decided.reviews if each.decision} == {"about the courier"}


def test_nobody_approves_words_that_he_has_not_seen(store: Store) -> None:
    take_in(store, make_record("1"), make_record("2"))
    seen = {each.review.id: each.seen for each in page(store).rows}
    take_in(store, make_record("1", body="It leaks."), now=NOON + timedelta(minutes=1))

    decided = decide(store, seen)

    assert (len(decided.reviews), decided.left) == (1, 1)


def test_nobody_overrules_a_colleague_whose_decision_he_has_not_seen(store: Store) -> None:
    fill(store, [waiting()])
    [queued] = page(store).rows
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        moderation.reject([queued.review.id], by="bea", reason=Reason.ABUSE)

    decided = decide(store, {queued.review.id: queued.seen})

    assert (decided.reviews, decided.left) == ([], 1)


def test_what_is_hidden_at_its_source_is_left_out_of_an_approval(store: Store) -> None:
    fill(store, [waiting(standing=Standing.HIDDEN), waiting(1)])
    seen = {each.review.id: each.seen for each in page(store).rows}

    decided = decide(store, seen)

    assert (len(decided.reviews), decided.left) == (1, 1)


def test_low_stars_that_are_rejected_much_more_often_are_told(store: Store) -> None:
    low = [make_review(rating=1, state=State.REJECTED) for _ in range(9)]
    fill(store, [*low, *(make_review(rating=5) for _ in range(9))])
    before = page(store).suppression
    fill(store, [make_review(rating=2, state=State.REJECTED)])

    after = page(store).suppression

    assert (before.is_much_worse, after.is_much_worse) == (False, True)
    assert after.gap == Decimal(1)


def test_what_came_in_more_than_a_year_ago_tells_nothing_of_today(store: Store) -> None:
    fill(store, [make_review(rating=1, received_at=NOON - timedelta(days=400))])

    figure = page(store).suppression

    assert sum(each.received for each in figure.stars) == 0
