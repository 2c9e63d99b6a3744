"""Tests of praise that came by mail: a person reads each letter, and its permission covers what it speaks of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors import mail
from collectors.letters import to_raw
from collectors.permission import QUOTING
from engine.domain import ApprovalRule, Record, Review, RightsClass, State, Use
from engine.moderation import Moderation
from engine.rights import OWN, class_of, may_feed, may_mark_up, may_quote, may_show, profile
from engine.rights.consent import DECLARED, PERMITTED
from engine.store import Store
from tests.factories import NOON, make_intake, make_record, make_source, take_in

MAIL = make_source("mail", profile("praise-mail"))
ANYTHING = ApprovalRule()
PERMISSION = "You may quote me on your site."


def letter(words: str) -> Record:
    source = f"From: Nadia Rahman <n@example.com>\nDate: Wed, 14 Oct 2026 10:00:00 +0000\nMessage-ID: <m1@x>\n\n{words}"
    [record] = mail.read(to_raw(source.encode(), from_mbox=False), "praise.mbox message 1")
    return replace(record, fields={**record.fields, "subject": "kettle"})


def taken_in(store: Store, record: Record, rights: str = "praise-mail") -> Review:
    source = replace(MAIL, rights=profile(rights))
    take_in(store, record, intake=make_intake(source, policy=[ANYTHING]))
    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(source.id)
    return filed.review


@pytest.mark.parametrize("rights", ["praise-mail", "own"])
@pytest.mark.parametrize("words", ["The kettle is a joy.", f"The kettle is a joy. {PERMISSION}"])
def test_no_rule_approves_a_letter(store: Store, words: str, rights: str) -> None:
    review = taken_in(store, letter(words), rights)

    assert review.state is State.PENDING


def test_a_rule_still_approves_the_other_reviews_of_the_same_reading(store: Store) -> None:
    report = take_in(
        store,
        letter("The kettle is a joy."),
        make_record("2", consent="Yes, publish it"),
        intake=make_intake(MAIL, policy=[ANYTHING]),
    )

    assert (report.taken, report.approved) == (2, 1)


def test_a_permission_covers_quoting_and_nothing_else(store: Store) -> None:
    review = replace(taken_in(store, letter(f"The kettle is a joy. {PERMISSION}")), state=State.APPROVED)

    assert review.consent.uses == QUOTING == {Use.DISPLAY, Use.EXCERPT}
    assert review.consent.wording == PERMITTED
    assert PERMISSION in review.consent.proof
    assert may_show(review, MAIL.rights, NOON)
    assert may_quote(review, MAIL.rights, NOON)
    assert not may_mark_up(review, MAIL.rights, NOON)
    assert not may_feed(review, MAIL.rights, NOON)


def test_a_permission_stays_as_narrow_under_wider_rights(store: Store) -> None:
    taken_in(store, letter(f"The kettle is a joy. {PERMISSION}"))

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).change_rights(MAIL, OWN, by="ann")
        [filed] = transaction.reviews.of_source(MAIL.id)

    assert filed.review.consent.uses == QUOTING


def test_a_letter_without_a_permission_stays_inside(store: Store) -> None:
    review = taken_in(store, letter("The kettle is a joy."))

    assert class_of(review, MAIL.rights) is RightsClass.INTERNAL


def test_a_sentence_that_is_longer_than_a_name_may_be_is_kept_whole(store: Store) -> None:
    sentence = f"You may quote me{', wherever you think that it is of use to somebody' * 4}."

    review = taken_in(store, letter(f"The kettle is a joy. {sentence}"))

    assert sentence in review.consent.proof


@pytest.mark.parametrize(
    "said", ["No, thanks", "Nee, liever niet", "Nein, danke!", "Non merci", "Not yet", "“no”", "N/A", "niet", "0.0"]
)
def test_an_answer_that_begins_with_a_no_is_a_no(store: Store, said: str) -> None:
    take_in(store, make_record(consent=said))

    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(make_source().id)
    assert filed.rights_class is RightsClass.INTERNAL


@pytest.mark.parametrize("said", ["Yes", "Ja, graag", "Normally yes", "noted in the CRM", "no-reply mail of May"])
def test_an_answer_that_only_looks_like_a_no_is_none(store: Store, said: str) -> None:
    take_in(store, make_record(consent=said))

    with store.reading() as transaction:
        [filed] = transaction.reviews.of_source(make_source().id)
    assert filed.rights_class is RightsClass.OWN
    assert filed.review.consent.wording.startswith(DECLARED)
