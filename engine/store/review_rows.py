"""Reviews as rows and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.domain import (
    Kind,
    Relation,
    Review,
    ReviewId,
    RightsClass,
    SourceId,
    Standing,
    State,
    SubjectId,
    Verification,
    VerificationLevel,
    VoiceId,
)
from engine.store.review_details import details_from_json, details_to_json
from engine.store.values import (
    consent_from_json,
    consent_to_json,
    decision_from_json,
    decision_to_json,
    from_json,
    from_micros,
    incentive_from_json,
    incentive_to_json,
    maybe_from_micros,
    maybe_micros,
    rating_from_json,
    rating_to_json,
    replies_from_json,
    replies_to_json,
    to_json,
    to_micros,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReview:
    """A review with what the store files it under."""

    review: Review
    rights_class: RightsClass
    content_hash: str
    """Of what the source said; equal when it says the same again."""

    @property
    def is_shown(self) -> bool:
        return self.review.state is State.APPROVED and self.rights_class is not RightsClass.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """The payload of one review as it was received."""

    review_id: ReviewId
    hash: str
    fetched_at: datetime
    payload: str


def to_row(filed: FiledReview) -> dict[str, Any]:
    review, rating = filed.review, filed.review.rating
    return {
        "id": review.id,
        "source_id": review.source_id,
        "external_id": review.external_id,
        "subject_id": review.subject_id,
        "kind": review.kind,
        "state": review.state,
        "rights_class": filed.rights_class,
        "shown": filed.is_shown,
        "title": review.title,
        "body": review.body,
        "author": review.author,
        "role": review.role,
        "company": review.company,
        "language": review.language,
        "rating": rating_to_json(rating),
        "hundredths": rating.hundredths if rating else None,
        "star": rating.star if rating else None,
        "written_at": maybe_micros(review.written_at),
        "sort_at": to_micros(review.written_at) if review.written_at else 0,
        "received_at": to_micros(review.received_at),
        "url": review.url,
        "verification": review.verification.level,
        "verification_evidence": review.verification.evidence,
        "incentive": incentive_to_json(review.incentive),
        "relation": review.relation,
        "consent": consent_to_json(review.consent),
        "withdrawn_at": maybe_micros(review.consent.withdrawn_at),
        "replies": replies_to_json(review.replies),
        "tags": to_json(list(review.tags)),
        "voice": review.voice,
        "holds_contact_data": review.holds_contact_data,
        "content_hash": filed.content_hash,
        "decision": decision_to_json(review.decision),
        "standing": review.standing,
        "helpful": review.helpful,
        "details": details_to_json(review),
    }


def from_row(row: Row[Any]) -> FiledReview:
    """A review without its media: these are asked for by themselves, where they are shown."""
    review = Review(
        id=ReviewId(row.id),
        source_id=SourceId(row.source_id),
        external_id=row.external_id,
        subject_id=SubjectId(row.subject_id),
        kind=Kind(row.kind),
        state=State(row.state),
        title=row.title,
        body=row.body,
        author=row.author,
        role=row.role,
        company=row.company,
        language=row.language,
        rating=rating_from_json(row.rating, row.hundredths),
        written_at=maybe_from_micros(row.written_at),
        received_at=from_micros(row.received_at),
        url=row.url,
        verification=Verification(level=VerificationLevel(row.verification), evidence=row.verification_evidence),
        incentive=incentive_from_json(row.incentive),
        relation=Relation(row.relation),
        consent=consent_from_json(row.consent, row.withdrawn_at),
        replies=replies_from_json(row.replies),
        tags=tuple(from_json(row.tags)),
        voice=VoiceId(row.voice) if row.voice else None,
        holds_contact_data=row.holds_contact_data,
        decision=decision_from_json(row.decision),
        standing=Standing(row.standing),
        helpful=row.helpful,
        **details_from_json(row.details),
    )
    return FiledReview(review=review, rights_class=RightsClass(row.rights_class), content_hash=row.content_hash)
