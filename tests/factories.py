"""Makers of domain values that fill in all that a test is not about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain import (
    Batch,
    Consent,
    Excerpt,
    Locale,
    Material,
    Mining,
    PublishSettings,
    Rating,
    RatingSummary,
    Record,
    Review,
    ReviewId,
    Rights,
    Scope,
    Snippet,
    SnippetKey,
    Source,
    SourceId,
    State,
    Subject,
    SubjectId,
    SubjectType,
    Use,
    review_id,
)
from engine.fields import Rules
from engine.intake import Intake, Report, register
from engine.rights import OWN, class_of, declared_consent
from engine.store import FiledReview, Lease, Store

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVERY_USE = Consent(uses=frozenset(Use), wording="I agree", given_at=NOON)
_numbers = count(1)


def make_rating(stars: float = 4, *, worst: int = 1, best: int = 5) -> Rating:
    value = Decimal(str(stars))
    hundredths = int(100 + (value - worst) * 400 / (best - worst))
    return Rating(original=str(stars), value=value, worst=Decimal(worst), best=Decimal(best), hundredths=hundredths)


def make_review(rating: float | None = 4, **changes: Any) -> Review:
    """An approved, fully consented English review with an author and a date."""
    external_id = str(changes.pop("external_id", next(_numbers)))
    source_id = SourceId(changes.pop("source_id", "shop"))
    review = Review(
        id=review_id(source_id, external_id),
        source_id=source_id,
        external_id=external_id,
        subject_id=SubjectId("kettle"),
        received_at=NOON,
        consent=EVERY_USE,
        body="It pours well and keeps the heat.",
        title="Good kettle",
        author="Owen B.",
        language="en",
        rating=None if rating is None else make_rating(rating),
        written_at=datetime(2026, 9, 30, 10, 0, tzinfo=UTC),
        state=State.APPROVED,
    )
    return replace(review, **changes)


def make_subject(**changes: Any) -> Subject:
    subject = Subject(
        id=SubjectId("kettle"),
        type=SubjectType.PRODUCT,
        name="K2 Gooseneck Kettle",
        url="https://larkfield.example/p/k2",
    )
    return replace(subject, **changes)


def make_settings(**changes: Any) -> PublishSettings:
    settings = PublishSettings(
        base_url="https://reviews.larkfield.example",
        site_name="Larkfield",
        locales=tuple(Locale(each) for each in ("en", "de", "nl", "fr", "es")),
        timezone=ZoneInfo("Europe/Amsterdam"),
    )
    return replace(settings, **changes)


def summary_of(reviews: Sequence[Review]) -> RatingSummary:
    rated = [review.rating for review in reviews if review.rating]
    bins = [sum(1 for rating in rated if rating.star == star) for star in range(1, 6)]
    return RatingSummary(
        rated=len(rated),
        with_text=sum(1 for review in reviews if review.has_text),
        hundredths=sum(rating.hundredths for rating in rated),
        histogram=(bins[0], bins[1], bins[2], bins[3], bins[4]),
    )


def make_material(reviews: Sequence[Review] = (), locale: str = "en", **changes: Any) -> Material:
    """The material of a product whose reviews are all ours, shown and marked up (where they have an author)."""
    material = Material(
        about=make_subject(),
        locale=Locale(locale),
        settings=make_settings(),
        now=NOON,
        summary=summary_of(reviews),
        shown=tuple(reviews),
        marked_up=tuple(review for review in reviews if review.author),
        total_shown=len(reviews),
    )
    return replace(material, **{"marked_up_faq": changes.get("faq", ())} | changes)


def make_rights(**changes: Any) -> Rights:
    rights = Rights(
        profile="own",
        may_store=True,
        may_edit=True,
        may_excerpt=Excerpt.YES,
        may_show=True,
        may_mark_up=True,
        may_aggregate=True,
        may_feed=True,
        may_mine=Mining.PUBLISHED,
    )
    return replace(rights, **changes)


def make_source(source_id: str = "shop", rights: Rights = OWN) -> Source:
    return Source(id=SourceId(source_id), collector="file", rights=rights)


def make_record(
    external_id: str = "1",
    *,
    payload: str = "{}",
    contact: Mapping[str, str] | None = None,
    replies: Sequence[Mapping[str, str]] = (),
    **fields: str,
) -> Record:
    """What a shop's file says of the kettle: one row, to be changed field by field."""
    said = {
        "subject": "kettle",
        "rating": "4",
        "title": "Good kettle",
        "body": "It pours well and keeps the heat.",
        "author": "Owen B.",
        "language": "en",
        "written_at": "2026-09-30",
    }
    return Record(
        fields=said | fields,
        external_id=external_id,
        place=f"reviews.csv row {external_id}",
        payload=payload,
        contact=contact,
        replies=replies,
    )


def make_rules(**changes: Any) -> Rules:
    rules = Rules(longest_text=2000, longest_line=100, timezone=ZoneInfo("Europe/Amsterdam"), detect=lambda _: None)
    return replace(rules, **changes)


def make_intake(source: Source | None = None, **changes: Any) -> Intake:
    source = source or make_source()
    consent = declared_consent(source.rights, proof="reviews.csv", now=NOON)
    return replace(Intake(source=source, consent=consent, rules=make_rules()), **changes)


def take_in(store: Store, *records: Record, intake: Intake | None = None, now: datetime = NOON) -> Report:
    """Takes records in, in one batch, from a source that is made known first."""
    intake = intake or make_intake()
    register(store, intake.source)
    with store.writing() as transaction:
        return intake.take_in(transaction, Batch(records=records, cursor=None), "reviews.csv", now)


def file(review: Review, rights: Rights = OWN) -> FiledReview:
    return FiledReview(review=review, rights_class=class_of(review, rights), content_hash="")


def fill(
    store: Store, reviews: Sequence[Review], *, sources: Sequence[Source] = (), subjects: Sequence[Subject] = ()
) -> None:
    """Puts reviews into the store as they are, with what they hang on and what is counted of them; marks nothing."""
    known = {each.id: each for each in (*(make_source(review.source_id) for review in reviews), *sources)}
    about = {each.id: each for each in (*(make_subject(id=review.subject_id) for review in reviews), *subjects)}
    with store.writing() as transaction:
        for source in known.values():
            transaction.sources.save(source)
        transaction.subjects.save(about.values())
        transaction.reviews.insert([file(each, known[each.source_id].rights) for each in reviews])
        transaction.summaries.rebuild()


def make_snippet(name: str = "list", *quoted: ReviewId, locale: str = "en", **changes: Any) -> Snippet:
    key = SnippetKey(scope=Scope.SUBJECT, scope_id="kettle", name=name, locale=Locale(locale))
    body: bytes = changes.pop("body", b"words")
    snippet = Snippet(
        key=key, body=body, media_type="text/html", etag=f"e{len(body)}", version=1, review_ids=tuple(sorted(quoted))
    )
    return replace(snippet, **changes)


def lease(store: Store, kind: str, key: str, *, owner: str = "worker", now: datetime = NOON) -> Lease:
    """The mark of a key, which must be there and free."""
    with store.writing() as transaction:
        taken = transaction.marks.lease_this(kind, key, owner, now=now, until=now + timedelta(seconds=60))
    assert taken is not None
    return taken
