"""From an untrusted Record to a clean Review, or to everything that is wrong with it; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

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
    Reply,
    Review,
    Severity,
    Source,
    Subject,
    SubjectId,
    SubjectType,
    Verification,
    VerificationLevel,
    VoiceId,
    digest,
    review_id,
)
from engine.errors import BadValueError
from engine.language import normal_language
from engine.ratings import parse_rating
from engine.text import clean_line, clean_text, voice_key
from engine.times import parse_time

TEXT_FIELDS = ("title", "body", "author", "role", "company")
VERIFIED: Mapping[str, VerificationLevel] = {
    **dict.fromkeys(("", "no", "false", "0", "unverified", "none", "nothing"), VerificationLevel.UNVERIFIED),
    **dict.fromkeys(
        ("yes", "true", "1", "verified", "purchase", "buyer", "verified buyer", "verified purchase"),
        VerificationLevel.PURCHASE,
    ),
    **dict.fromkeys(("customer", "verified customer"), VerificationLevel.CUSTOMER),
}
DATE_ORDERS: Mapping[str, bool | None] = {"": None, "day-first": True, "month-first": False}
LONGEST_ID = 500
NOT_GIVEN = frozenset({"", "no", "false", "0", "none"})
GIVEN = frozenset({"yes", "true", "1"})
PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
# Halves of surrogate pairs no database can write, and NUL one of ours cannot: a batch must not fail by one record.
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
LOSSLESS_AS_SLUG = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What intake asks of a text, from the configuration."""

    longest_text: int
    longest_line: int
    timezone: ZoneInfo
    detect: Callable[[str], str | None]
    """The language of a text that came without one; None when it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A review that may be taken in, with what it names and what must be kept apart from it."""

    review: Review
    subject: Subject
    contact: Mapping[str, str]


@dataclass(slots=True)
class Reader:
    """Reads fields one by one and remembers every problem, so that all are told at once."""

    record: Record
    rules: Rules
    problems: list[Problem] = field(default_factory=list)

    def raw(self, name: str) -> str:
        return self.record.fields.get(name, "").strip()

    def refuse(self, name: str, message: str, fix: str = "") -> None:
        self.problems.append(
            Problem(
                rule=f"intake-{name.replace('_', '-')}",
                severity=Severity.ERROR,
                path=f"{self.record.place}, field {name}",
                message=message,
                fix=fix,
            )
        )

    def line(self, name: str) -> str:
        return self._bounded(name, clean_line(self.raw(name)), self.rules.longest_line, "intake.longest_line")

    def text(self, name: str) -> str:
        return self._bounded(name, clean_text(self.raw(name)), self.rules.longest_text, "intake.longest_text")

    def _bounded(self, name: str, cleaned: str, longest: int, setting: str) -> str:
        if len(cleaned) <= longest:
            return cleaned
        message = f"is {len(cleaned)} characters long, {longest} are allowed; it is refused whole, never cut"
        self.refuse(name, message, f"shorten it at its source, or raise {setting}")
        return ""

    def one_of(self, name: str, words: Mapping[str, VerificationLevel]) -> VerificationLevel:
        value = self.raw(name).casefold()
        if value not in words:
            self.refuse(name, f"{self.raw(name)!r} is not understood", f"use one of {', '.join(filter(None, words))}")
        return words.get(value, VerificationLevel.UNVERIFIED)

    def web_address(self, name: str) -> str | None:
        value = self.raw(name)
        if not value:
            return None
        if not is_web_address(value):
            self.refuse(
                name, f"{value[:80]!r} is not a web address", "give an http or https address, or leave it empty"
            )
        return value

    def rating(self) -> Rating | None:
        if not self.raw("rating"):
            return None
        try:
            return parse_rating(self.raw("rating"), self.raw("rating_best") or None)
        except BadValueError as error:
            self.refuse("rating", str(error))
            return None

    def time(self, name: str, now: datetime) -> datetime | None:
        if not self.raw(name):
            return None
        order = self.raw("date_order")
        if order not in DATE_ORDERS:
            self.refuse("date_order", f"{order!r} is neither day-first nor month-first")
            return None
        try:
            return parse_time(self.raw(name), self.rules.timezone, DATE_ORDERS[order], now=now)
        except BadValueError as error:
            self.refuse(name, str(error))
            return None

    def language(self, *texts: str) -> str | None:
        given = self.raw("language")
        if not given:
            return self.rules.detect("\n".join(filter(None, texts)))
        try:
            return normal_language(given)
        except BadValueError as error:
            self.refuse("language", str(error))
            return None


def clean(
    record: Record, source: Source, consent: Consent, rules: Rules, now: datetime
) -> tuple[Cleaned | None, list[Problem]]:
    """What a record says, cleaned; or None and every problem that keeps it from being taken in."""
    reader = Reader(record, rules)
    if UNWRITABLE.search(record.external_id):
        reader.refuse("external_id", f"{record.external_id[:80]!r} holds a character that cannot be kept")
    subject = _subject(reader)
    texts = {name: reader.text(name) if name == "body" else reader.line(name) for name in TEXT_FIELDS}
    texts, contact, holds_contact_data = _apart(texts, record.contact or {}, source.rights.may_edit)
    rating = reader.rating()
    if rating is None and not reader.raw("rating") and not texts["title"] and not texts["body"] and not reader.problems:
        reader.refuse("body", "there is neither a text nor a rating", "leave such rows out")
    review = Review(
        id=review_id(source.id, record.external_id),
        source_id=source.id,
        external_id=record.external_id,
        subject_id=subject.id,
        received_at=now,
        consent=replace(consent, proof=reader.line("consent") or consent.proof),
        body=texts["body"],
        title=texts["title"] or None,
        author=texts["author"] or None,
        role=texts["role"] or None,
        company=texts["company"] or None,
        kind=Kind.TESTIMONIAL if rating is None and (texts["role"] or texts["company"]) else Kind.REVIEW,
        language=reader.language(texts["title"], texts["body"]),
        rating=rating,
        written_at=reader.time("written_at", now),
        url=reader.web_address("url"),
        verification=Verification(level=reader.one_of("verified", VERIFIED), evidence=reader.raw("verified")),
        incentive=_incentive(reader),
        relation=_relation(reader),
        replies=_replies(reader, now),
        tags=tuple(dict.fromkeys(filter(None, (clean_line(each) for each in reader.raw("tags").split(","))))),
        voice=_voice(texts),
        holds_contact_data=holds_contact_data,
    )
    if reader.problems:
        return None, reader.problems
    return Cleaned(review=review, subject=subject, contact=contact), []


def content_hash(record: Record) -> str:
    """Equal for two records that say the same."""
    parts = [f"{name}={record.fields[name]}" for name in sorted(record.fields)]
    parts += [f"{name}={value}" for reply in record.replies for name, value in sorted(reply.items())]
    return digest(*parts)


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


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address that a page may link to."""
    if UNWRITABLE.search(text) or any(each.isspace() or ord(each) < 32 for each in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def _subject(reader: Reader) -> Subject:
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


def _apart(
    texts: Mapping[str, str], given: Mapping[str, str], may_edit: bool
) -> tuple[dict[str, str], dict[str, str], bool]:
    """The texts without contact data, what was taken out, and whether some had to stay in.

    Where a source's terms forbid editing, the text stays as it is and the review is not shown.
    """
    contact = {name: UNWRITABLE.sub("", value) for name, value in given.items() if value}
    public: dict[str, str] = {}
    stays = False
    for name, text in texts.items():
        without, found = without_contacts(text) if text else ("", ())
        if found:
            contact[f"in {name}"] = " ".join(found)
        public[name] = without if may_edit else text
        stays = stays or (bool(found) and not may_edit)
    return public, contact, stays


def _incentive(reader: Reader) -> Incentive | None:
    value = reader.line("incentive")
    if value.casefold() in NOT_GIVEN:
        return None
    return Incentive(kind="declared", value="" if value.casefold() in GIVEN else value, disclosed_text=value)


def _relation(reader: Reader) -> Relation:
    value = reader.raw("relation").casefold()
    if not value:
        return Relation.NONE
    if value not in set(Relation):
        reader.refuse("relation", f"{value!r} is not understood", f"use one of {', '.join(Relation)}")
        return Relation.NONE
    return Relation(value)


def _replies(reader: Reader, now: datetime) -> Sequence[Reply]:
    replies: list[Reply] = []
    for reply in reader.record.replies:
        inner = Reader(
            Record(
                fields={**reply, "date_order": reader.raw("date_order")},
                external_id=reader.record.external_id,
                place=f"{reader.record.place}, reply",
                payload="",
            ),
            reader.rules,
        )
        body = without_contacts(inner.text("body"))[0]
        if body:
            written_at = inner.time("written_at", now)
            replies.append(
                Reply(
                    body=body,
                    author=inner.line("author") or None,
                    written_at=written_at,
                    language=inner.language(body),
                )
            )
        reader.problems += inner.problems
    return tuple(replies)


def _voice(texts: Mapping[str, str]) -> VoiceId | None:
    key = voice_key(texts["author"] or None, texts["title"] or None, texts["body"])
    return None if key is None else VoiceId(digest(key))
