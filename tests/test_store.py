"""Tests of the store on both databases: what is kept comes back as it was, whole transactions or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.domain import (
    Attribution,
    Consent,
    Decision,
    Incentive,
    Kind,
    Locale,
    Offer,
    PostalAddress,
    RatingKind,
    Reason,
    Relation,
    Reply,
    Review,
    ReviewId,
    SourceId,
    State,
    SubjectId,
    SubjectType,
    Use,
    Verification,
    VerificationLevel,
    VoiceId,
)
from engine.errors import NotFoundError, StoreError
from engine.ratings import parse_rating
from engine.rights import DISPLAY_ONLY
from engine.store import Store
from tests.factories import NOON, file, fill, make_review, make_rights, make_source, make_subject

EN = Locale("en")
A_MICROSECOND_LATER = NOON + timedelta(microseconds=1)

every_field = make_review(
    external_id="größe/1",
    kind=Kind.TESTIMONIAL,
    state=State.REJECTED,
    title="😀 Title",
    body="line\nline",
    role="Cook",
    company="Larkfield",
    language="de-AT",
    rating=None,
    written_at=None,
    received_at=A_MICROSECOND_LATER,
    url="https://larkfield.example/r/1",
    verification=Verification(level=VerificationLevel.CUSTOMER, evidence="customer"),
    incentive=Incentive(kind="declared", value="5 €", disclosed_text="5 € off"),
    relation=Relation.FAMILY,
    consent=Consent(
        uses=frozenset({Use.DISPLAY, Use.ADS}),
        taken_back=frozenset({Use.ADS}),
        wording="Ja",
        proof="form",
        given_at=NOON,
        withdrawn_at=NOON,
    ),
    replies=(Reply(body="Danke", author="Ann", written_at=NOON, language="de"), Reply(body="…")),
    tags=("gift", "tea"),
    voice=VoiceId("v1"),
    holds_contact_data=True,
    decision=Decision(
        state=State.REJECTED, by="ann", at=A_MICROSECOND_LATER, reason=Reason.OFF_TOPIC, note="about the courier"
    ),
)


@pytest.mark.parametrize("review", [make_review(), every_field, make_review(author=None, title=None, language=None)])
def test_a_review_comes_back_as_it_was(store: Store, review: Review) -> None:
    fill(store, [review])

    with store.reading() as transaction:
        found = transaction.reviews.find(review.id)

    assert found == file(review)


@pytest.mark.parametrize(
    ("written", "best"), [("4,5", None), ("0", "0-10"), ("80%", None), ("positive", None), ("★★☆☆☆", None)]
)
def test_a_rating_keeps_its_own_scale(store: Store, written: str, best: str | None) -> None:
    rating = parse_rating(written, best)
    review = replace(make_review(), rating=rating)
    fill(store, [review])

    with store.reading() as transaction:
        found = transaction.reviews.find(review.id).review.rating

    assert found == rating
    assert found is not None
    assert found.kind in RatingKind


def test_a_subject_comes_back_as_it_was(store: Store) -> None:
    cafe = make_subject(
        type=SubjectType.LOCAL_BUSINESS,
        identifiers={"gtin": "4006381333931"},
        names={Locale("de"): "Das Café"},
        image="https://larkfield.example/i.jpg",
        brand="Larkfield",
        category="Tea",
        offer=Offer(price=Decimal("49.90"), price_currency="EUR"),
        address=PostalAddress(
            street_address="1 High St", address_locality="Leeds", postal_code="LS1", address_country="GB"
        ),
    )
    bare = make_subject(id=SubjectId("bare"), url=None)
    with store.writing() as transaction:
        transaction.subjects.save([cafe, bare])

    with store.reading() as transaction:
        assert transaction.subjects.find(cafe.id) == cafe
        assert transaction.subjects.among([bare.id, SubjectId("none")]) == {bare.id: bare}
        assert transaction.subjects.page(after="bare") == [cafe]
        assert transaction.subjects.ids() == [bare.id, cafe.id]


def test_a_source_comes_back_as_it_was(store: Store) -> None:
    rights = make_rights(
        profile="kettle-club",
        max_age=timedelta(days=30, seconds=1),
        attribution=Attribution(name="Kettle Club", link_required=True, url="https://club.example"),
        evidence=("https://club.example/terms",),
        checked=date(2026, 11, 1),
    )
    source = replace(make_source("club", rights), options={"path": "club.csv"})
    with store.writing() as transaction:
        transaction.sources.save(make_source("club"))
        transaction.sources.save(source)

    with store.reading() as transaction:
        assert transaction.sources.all() == {source.id: source}
        assert transaction.sources.find(SourceId("none")) is None


def test_what_is_not_there_is_told_by_its_id(store: Store) -> None:
    with store.reading() as transaction:
        with pytest.raises(NotFoundError, match="no review 'r0'"):
            transaction.reviews.find(ReviewId("r0"))
        with pytest.raises(NotFoundError, match="no subject 'teapot'"):
            transaction.subjects.find(SubjectId("teapot"))


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.writing() as transaction:
            transaction.subjects.save([make_subject()])
            transaction.marks.set("publish", ["subject/kettle"], NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    with store.reading() as transaction:
        assert transaction.subjects.count() == 0
        assert transaction.marks.count(["publish"], due_by=NOON) == 0


def test_more_ids_than_one_statement_takes_are_found(store: Store) -> None:
    reviews = [make_review() for _ in range(1100)]
    fill(store, reviews)

    with store.reading() as transaction:
        assert len(transaction.reviews.among([each.id for each in reviews])) == 1100
        assert len(transaction.reviews.standing([each.id for each in reviews])) == 1100
        assert len(list(transaction.reviews.shown(SubjectId("kettle")))) == 1100


def test_those_waiting_are_walked_through_in_pages(store: Store) -> None:
    reviews = [make_review(state=State.PENDING) for _ in range(5)] + [make_review(), make_review(source_id="till")]
    fill(store, reviews)

    seen: list[ReviewId] = []
    with store.reading() as transaction:
        while page := transaction.reviews.waiting(
            State.PENDING, source=SourceId("shop"), after=seen[-1] if seen else "", limit=2
        ):
            seen += [each.review.id for each in page]

    assert seen == sorted(each.id for each in reviews if each.state is State.PENDING)


def test_only_approved_reviews_of_a_published_class_are_shown(store: Store) -> None:
    shown = [make_review(), make_review(source_id="club")]
    hidden = [make_review(state=State.PENDING), make_review(holds_contact_data=True), make_review(source_id="desk")]
    sources = [make_source("club", DISPLAY_ONLY), make_source("desk", make_rights(may_show=False))]
    fill(store, [*shown, *hidden], sources=sources)

    with store.reading() as transaction:
        found = {each.id for each in transaction.reviews.shown(SubjectId("kettle"))}

    assert found == {each.id for each in shown}


def test_contact_data_that_is_told_again_replaces_what_was_kept(store: Store) -> None:
    review = make_review()
    fill(store, [review])

    with store.writing() as transaction:
        transaction.reviews.keep_contacts({review.id: {"email": "old@larkfield.example"}, ReviewId("r0"): {}})
        transaction.reviews.keep_contacts({review.id: {"email": "owen@larkfield.example"}})

    with store.reading() as transaction:
        assert transaction.reviews.contact_of(review.id) == {"email": "owen@larkfield.example"}


@pytest.mark.parametrize("url", ["mysql://localhost/plaudit", "kettle", "sqlite+kettle:///x"])
def test_an_address_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        Store(url)


def test_times_are_kept_to_the_microsecond_in_utc(store: Store) -> None:
    moment = datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC)
    review = make_review(written_at=moment)
    fill(store, [review])

    with store.reading() as transaction:
        assert transaction.reviews.find(review.id).review.written_at == moment
