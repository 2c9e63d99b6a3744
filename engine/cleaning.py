"""From an untrusted Record to a clean Review, or to everything that is wrong with it; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from engine import attached
from engine.contact import without_contacts
from engine.domain import (
    Consent,
    ControlledBy,
    Incentive,
    Kind,
    Problem,
    Rating,
    Record,
    Relation,
    Review,
    Severity,
    Source,
    Standing,
    Subject,
    SubjectId,
    SubjectType,
    Translation,
    Verification,
    VerificationLevel,
    VoiceId,
    digest,
    review_id,
)
from engine.errors import BadValueError
from engine.fields import UNWRITABLE, FieldReader, Rules
from engine.rights import PROFILES, answered_consent, origin_profile
from engine.text import clean_line, voice_key

FIGURES = ("helpful", "updated_at")
TEXT_FIELDS = ("title", "body", "author", "role", "company")
YES = frozenset({"yes", "true", "1"})
VERIFIED: Mapping[str, VerificationLevel] = {
    **dict.fromkeys(("", "no", "false", "0", "unverified", "none", "nothing"), VerificationLevel.UNVERIFIED),
    **dict.fromkeys(
        ("yes", "true", "1", "verified", "purchase", "buyer", "verified buyer", "verified purchase"),
        VerificationLevel.PURCHASE,
    ),
    **dict.fromkeys(("customer", "verified customer"), VerificationLevel.CUSTOMER),
}
NO = frozenset({"", "no", "false", "0", "none"})
PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
LOSSLESS_AS_SLUG = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A review that may be taken in, with what it names and what must be kept apart from it."""

    review: Review
    subject: Subject
    contact: Mapping[str, str]


def clean(
    record: Record, source: Source, consent: Consent, rules: Rules, now: datetime
) -> tuple[Cleaned | None, list[Problem]]:
    """What a record says, cleaned, with a warning for each part that was left out.

    Or None and every problem that keeps it from being taken in.
    """
    reader = FieldReader(record, rules)
    if UNWRITABLE.search(record.external_id):
        reader.refuse("external_id", f"{record.external_id[:80]!r} holds a character that cannot be kept")
    subject = _subject(reader)
    texts = {name: reader.text(name) if name == "body" else reader.line(name) for name in TEXT_FIELDS}
    original = attached.original(reader)
    texts, original, kept_apart = _apart(texts, original, record.contact or {}, source.rights.may_edit)
    rating = reader.rating()
    _refuse_silence(reader, rating, texts)
    review = Review(
        id=review_id(source.id, record.external_id),
        source_id=source.id,
        external_id=record.external_id,
        subject_id=subject.id,
        received_at=now,
        # A proof is kept whole, however long the sentence is that holds it.
        consent=answered_consent(consent, source.rights, clean_line(reader.text("consent")), record.consent_to),
        body=texts["body"],
        title=texts["title"] or None,
        author=texts["author"] or None,
        role=texts["role"] or None,
        company=texts["company"] or None,
        kind=_kind(reader, rating, texts),
        language=reader.language(texts["title"], texts["body"]),
        rating=rating,
        written_at=reader.time("written_at", now),
        url=reader.web_address("url"),
        verification=Verification(level=_level(reader), evidence=reader.line("verified_by") or reader.raw("verified")),
        incentive=_incentive(reader),
        relation=_relation(reader),
        original=original,
        standing=record.standing,
        narrowed_to=_origin(reader),
        tags=tuple(dict.fromkeys(filter(None, (clean_line(each) for each in reader.raw("tags").split(","))))),
        voice=_voice(texts),
        holds_contact_data=kept_apart.some_stays,
    )
    review = _with_what_comes_along(review, reader, now)
    if reader.refuses:
        return None, reader.problems
    return Cleaned(review=review, subject=subject, contact=kept_apart.contact), reader.problems


def _with_what_comes_along(review: Review, reader: FieldReader, now: datetime) -> Review:
    record = reader.record
    if not (record.replies or record.media or record.aspects or any(reader.raw(name) for name in FIGURES)):
        return review
    return replace(
        review,
        replies=attached.replies(reader, now),
        media=attached.media(reader, review.id),
        aspects=attached.aspects(reader),
        helpful=reader.count("helpful"),
        updated_at=reader.time("updated_at", now, Severity.WARNING),
    )


def _refuse_silence(reader: FieldReader, rating: Rating | None, texts: Mapping[str, str]) -> None:
    """A review without words and rating may be a film; without one of these it says nothing."""
    says = rating is not None or reader.raw("rating") or texts["title"] or texts["body"] or reader.record.media
    if not says and not reader.problems:
        reader.refuse("body", "there is neither a text nor a rating", "leave such rows out")


def content_hash(record: Record) -> str:
    """Equal for two records that say the same."""
    parts = [f"{name}={record.fields[name]}" for name in sorted(record.fields)]
    parts += [f"{name}={value}" for reply in record.replies for name, value in sorted(reply.items())]
    # What a record has none of adds nothing: hashes of earlier releases stay what they were.
    for kind, some in (("media", record.media), ("aspects", record.aspects), ("original", _one(record.original))):
        parts += [
            f"{kind} {number} {name}={value}"
            for number, each in enumerate(some)
            for name, value in sorted(each.items())
        ]
    if record.standing is not Standing.PUBLIC:
        parts.append(f"standing={record.standing}")
    return digest(*parts)


def _one(part: Mapping[str, str] | None) -> Sequence[Mapping[str, str]]:
    return (part,) if part else ()


def subject_id(name: str) -> SubjectId:
    """The id of a subject that a source calls so: the name itself where it can stand in an address, else a slug.

    Where the slug says less than the name did, six digits of its hash keep two names apart.
    """
    if PLAIN_ID.fullmatch(name):
        return SubjectId(name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
    if LOSSLESS_AS_SLUG.fullmatch(name) and len(name) <= 80:
        return SubjectId(slug)
    mark = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return SubjectId(f"{slug}-{mark}" if slug else f"s-{mark}")


def _subject(reader: FieldReader) -> Subject:
    called = clean_line(reader.raw("subject"))
    if not called:
        reader.refuse("subject", "is missing", "say what the review is about: --map subject=COLUMN or --set subject=ID")
    try:
        kind = SubjectType(reader.raw("subject_type") or SubjectType.PRODUCT)
    except BadValueError as error:
        reader.refuse("subject_type", str(error))
        kind = SubjectType.PRODUCT
    controlled_by = reader.raw("controlled_by") or ControlledBy.US
    if controlled_by not in set(ControlledBy):
        reader.refuse("controlled_by", f"{controlled_by!r} is neither us nor other")
        controlled_by = ControlledBy.US
    return Subject(
        id=subject_id(called),
        type=kind,
        name=reader.line("subject_name") or called,
        url=reader.web_address("subject_url"),
        controlled_by=ControlledBy(controlled_by),
    )


@dataclass(frozen=True, slots=True)
class _KeptApart:
    contact: Mapping[str, str]
    some_stays: bool
    """Whether contact data had to stay in a text."""


def _apart(
    texts: Mapping[str, str], original: Translation | None, given: Mapping[str, str], may_edit: bool
) -> tuple[dict[str, str], Translation | None, _KeptApart]:
    """The texts and the original without contact data, and what was taken out.

    Where a source's terms forbid editing, the text stays as it is and the review is not shown.
    """
    contact = {name: UNWRITABLE.sub("", value) for name, value in given.items() if value}
    written = {"original title": original.title or "", "original body": original.body} if original else {}
    public: dict[str, str] = {}
    stays = False
    for name, text in {**texts, **written}.items():
        without, found = without_contacts(text) if text else ("", ())
        if found:
            contact[f"in {name}"] = " ".join(found)
        public[name] = without if may_edit else text
        stays = stays or (bool(found) and not may_edit)
    if original:
        title, body = (public.pop(name) for name in written)
        original = replace(original, title=title or None, body=body)
    return public, original, _KeptApart(contact, stays)


def _kind(reader: FieldReader, rating: Rating | None, texts: Mapping[str, str]) -> Kind:
    is_meant = reader.raw("kind") == Kind.TESTIMONIAL or bool(texts["role"] or texts["company"])
    return Kind.TESTIMONIAL if rating is None and is_meant else Kind.REVIEW


def _level(reader: FieldReader) -> VerificationLevel:
    return reader.one_of("verified", VERIFIED, VerificationLevel.UNVERIFIED)


def _origin(reader: FieldReader) -> str:
    """The profile of where a review comes from that its source only hands on; one that may not be kept is refused."""
    if not (reader.raw("origin") or reader.raw("syndicated")):
        return ""
    syndicated = reader.raw("syndicated").casefold()
    if syndicated not in YES | NO:
        reader.refuse("syndicated", f"{syndicated[:80]!r} is not understood", "use yes or no")
    name = origin_profile(reader.line("origin"), syndicated=syndicated in YES)
    if name and not PROFILES[name].may_store:
        reader.refuse("origin", f"what comes from {name} may not be kept: {PROFILES[name].because}")
    return name


def _incentive(reader: FieldReader) -> Incentive | None:
    value = reader.line("incentive")
    if value.casefold() in NO:
        return None
    return Incentive(kind="declared", value="" if value.casefold() in YES else value, disclosed_text=value)


def _relation(reader: FieldReader) -> Relation:
    value = reader.raw("relation").casefold()
    if not value:
        return Relation.NONE
    if value not in set(Relation):
        reader.refuse("relation", f"{value!r} is not understood", f"use one of {', '.join(Relation)}")
        return Relation.NONE
    return Relation(value)


def _voice(texts: Mapping[str, str]) -> VoiceId | None:
    key = voice_key(texts["author"] or None, texts["title"] or None, texts["body"])
    return None if key is None else VoiceId(digest(key))
