"""Reviews: one person's words about one subject, untrusted as a Record and trusted as a Review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.ids import MediaId, ReviewId, SourceId, SubjectId, VoiceId
from engine.domain.problems import Problem
from engine.domain.rights import Consent, Use
from engine.errors import BadValueError, ForbiddenMoveError


class Kind(StrEnum):
    REVIEW = "review"
    TESTIMONIAL = "testimonial"


class State(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# Withdrawn is a dead end: only the author can undo it, by giving consent anew.
MOVES: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.APPROVED, State.REJECTED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.PENDING, State.REJECTED, State.WITHDRAWN}),
    State.REJECTED: frozenset({State.PENDING, State.APPROVED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


class Reason(StrEnum):
    """Why a review is rejected. A rating is never a reason, so there is none here that could stand for one."""

    SPAM = "spam"
    OFF_TOPIC = "off-topic"
    PERSONAL_DATA = "personal-data"
    ABUSE = "abuse"
    ILLEGAL = "illegal"
    NOT_A_CUSTOMER = "not-a-customer"
    DUPLICATE = "duplicate"


class RatingKind(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A value on the scale it was given on, and on 1 to 5."""

    original: str
    """As the source wrote it."""
    value: Decimal
    worst: Decimal
    best: Decimal
    hundredths: int
    """Hundredths of a star on 1 to 5: 100 to 500."""
    kind: RatingKind = RatingKind.NUMBER

    def __post_init__(self) -> None:
        if not (self.worst < self.best and self.worst <= self.value <= self.best and 100 <= self.hundredths <= 500):
            raise BadValueError(f"rating {self.original!r} lies outside {self.worst} to {self.best}")

    @property
    def star(self) -> int:
        """The bar of the histogram it stands in, 1 to 5; halves go up."""
        return (self.hundredths + 50) // 100

    @property
    def is_on_five(self) -> bool:
        """Whether it was given on 1 to 5, so that nothing needs to be said about its scale."""
        return self.kind is RatingKind.NUMBER and self.worst == 1 and self.best == 5


class VerificationLevel(StrEnum):
    UNVERIFIED = "unverified"
    CUSTOMER = "customer"
    PURCHASE = "purchase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How far it was checked that the author used or bought the subject, and by what evidence."""

    level: VerificationLevel = VerificationLevel.UNVERIFIED
    evidence: str = ""

    @property
    def is_verified(self) -> bool:
        return self.level is not VerificationLevel.UNVERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive:
    """What the author was given for the review."""

    kind: str
    value: str = ""
    disclosed_text: str = ""


class Relation(StrEnum):
    """What ties the author to the company; anything but none forces disclosure."""

    NONE = "none"
    EMPLOYEE = "employee"
    FAMILY = "family"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The owner's answer under a review."""

    body: str
    author: str | None = None
    written_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReply:
    """The owner's answer that was written here."""

    review_id: ReviewId
    body: str
    """Empty: it was taken back here, and its source may have it still."""
    by: str
    at: datetime
    sent_at: datetime | None = None
    """When its source took it; None: it has not, or takes none."""
    problem: str | None = None
    """Why its source does not have it, or has it still."""

    @property
    def is_taken_back(self) -> bool:
        return not self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """An answer of the owner's that is still being written; nobody outside reads it."""

    review_id: ReviewId
    body: str
    by: str
    at: datetime


class Standing(StrEnum):
    """What a review or a picture is at its source, whatever we decided about it."""

    PUBLIC = "public"
    HIDDEN = "hidden"
    """Held, reported, archived or spam there: it may be known here, and is never shown."""
    DELETED = "deleted"


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    LOGO = "logo"
    """Of the author's company; it stands beside his name and is no picture of what he reviews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or film that hangs on a review; it is shown only after its own approval."""

    id: MediaId
    kind: MediaKind
    url: str
    """Where it is: at its source, or for what was sent to us the path on this instance."""
    state: State = State.PENDING
    standing: Standing = Standing.PUBLIC
    alt: str = ""
    """What it shows, in words, where somebody said so."""
    thumbnail: str | None = None
    width: int | None = None
    height: int | None = None
    """In pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """A rating of one part: comfort 4 of 5, or a fit that runs from small to large."""

    label: str
    value: Decimal
    worst: Decimal
    best: Decimal
    low: str = ""
    middle: str = ""
    high: str = ""
    """What the poles and the middle are called. With a middle it is a position between poles, and no score."""

    @property
    def is_score(self) -> bool:
        """Whether more is better; a centred range like small, true to size, large is not."""
        return not self.middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """The words in the language they were written in, where the source gave a translation beside them."""

    language: str | None
    body: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who put a review into its state, when and why."""

    state: State
    by: str
    at: datetime
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One person's words about one subject, as we may store them."""

    id: ReviewId
    source_id: SourceId
    external_id: str
    subject_id: SubjectId
    received_at: datetime
    consent: Consent
    body: str = ""
    kind: Kind = Kind.REVIEW
    state: State = State.PENDING
    title: str | None = None
    author: str | None = None
    role: str | None = None
    company: str | None = None
    language: str | None = None
    rating: Rating | None = None
    written_at: datetime | None = None
    url: str | None = None
    verification: Verification = Verification()
    incentive: Incentive | None = None
    relation: Relation = Relation.NONE
    replies: Sequence[Reply] = ()
    media: Sequence[Media] = ()
    aspects: Sequence[Aspect] = ()
    helpful: int = 0
    """Readers who found it helpful, as its source counts them."""
    original: Translation | None = None
    """Set when title and body are a translation: the words as they were written."""
    standing: Standing = Standing.PUBLIC
    updated_at: datetime | None = None
    """When the author last changed it, where the source says so."""
    narrowed_to: str = ""
    """The rights profile of where it comes from, when its source only hands it on: the narrower of both holds."""
    tags: Sequence[str] = ()
    voice: VoiceId | None = None
    """Equal for copies of one person's words under several subjects or sources; None where there are no words."""
    holds_contact_data: bool = False
    """Whether the text still holds an e-mail address, telephone number or IP address that we may not remove."""
    decision: Decision | None = None

    @property
    def has_text(self) -> bool:
        return bool(self.body or self.title)

    def moved_to(self, state: State) -> Review:
        if state not in MOVES[self.state]:
            raise ForbiddenMoveError(f"{self.id}: {self.state} cannot become {state}")
        return replace(self, state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One review as the source tells it: untrusted, nothing checked."""

    fields: Mapping[str, str]
    """By the field names of ``plaudit import``; an empty value is the same as none."""
    external_id: str
    """The source's own id, or the hash of the mapped fields and an occurrence number."""
    place: str
    """Where a person finds it: ``reviews.csv row 17``."""
    payload: str
    """As received, for audit and re-mapping."""
    contact: Mapping[str, str] | None = None
    """E-mail, phone and the like that came beside the text; kept apart and never published."""
    replies: Sequence[Mapping[str, str]] = ()
    """Each with ``body``, and ``author``, ``written_at``, ``language`` where they are known."""
    media: Sequence[Mapping[str, str]] = ()
    """Each with ``url``, and ``kind`` (image, video, logo), ``alt``, ``thumbnail``, ``width`` and ``height`` in pixels,
    ``standing`` where they are known."""
    aspects: Sequence[Mapping[str, str]] = ()
    """Each with ``label``, ``value``, ``worst``, ``best``, and ``low``, ``middle``, ``high`` where it has poles."""
    original: Mapping[str, str] | None = None
    """``language``, ``title`` and ``body`` as written, where ``fields`` hold a translation."""
    standing: Standing = Standing.PUBLIC
    consent_to: AbstractSet[Use] | None = None
    """What the field ``consent`` speaks of, where it holds the author's own words; None: what the operator declared."""
    read_first: bool = False
    """Whether a person reads it before anybody else does: no rule approves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a collector read in one go, and where to go on from."""

    records: Sequence[Record]
    cursor: str | None
    """Opaque; saved in the transaction that saves the records. None: there is nothing after this."""
    problems: Sequence[Problem] = ()
    """Rows that could not be read at all."""
    skipped: Sequence[str] = ()
    """External ids of those of them whose ids could be read."""
    resume: str | None = None
    """In the last batch: the cursor from which the next sync picks up what is new, its overlap included. None: the
    next sync reads everything again."""
    deleted: Sequence[str] = ()
    """External ids that the source says are gone."""
    reported: int | None = None
    """How many reviews the source says there are in all, where it says so."""
    shortfall: str = ""
    """Why not everything can be read, where the source is known to give less than it has."""
