"""What somebody typed into a form, and everything that is wrong with it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.domain import Form, Kind, Use
from engine.errors import BadValueError
from engine.pictures import MOST_BYTES, Picture, picture
from engine.text import clean_text
from review_site.form.consents import CHOICES

LINES = ("title", "author", "role", "company")
RATINGS = ("1", "2", "3", "4", "5")
TRAP = "website"
"""A field that nobody sees and machines fill in."""
LONGEST_EMAIL = 254
# Nothing that a mail program would read as a second address or a second line may come along.
_APART = r"@\s\x00-\x1f\x7f,;:<>\"()\\"
_EMAIL = re.compile(rf"[^{_APART}]+@[^{_APART}]+\.[^{_APART}.]+")


class Typed(Protocol):
    """The values of a form by the names of their fields."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> Sequence[str]: ...


class Sent(Protocol):
    """A file as it was sent."""

    @property
    def filename(self) -> str | None: ...

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Everything that was typed, as it stands in the form when it is shown again."""

    rating: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    """``title``, ``body``, ``author``, ``role``, ``company``."""
    email: str = ""
    chosen: frozenset[Use] = frozenset()
    trap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one field; the words for it are in the catalogue."""

    name: str
    """Of the field."""
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    number: int | None = None
    """For a text that has plural forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """In characters, as intake takes them."""

    text: int
    line: int


def names_of(form: Form) -> tuple[str, ...]:
    """The texts that a form asks for."""
    return ("body", "author", "role", "company") if form.kind is Kind.TESTIMONIAL else ("title", "body", "author")


def entry_from(typed: Typed, form: Form) -> Entry:
    return Entry(
        rating=typed.get("rating", "") if form.kind is Kind.REVIEW else "",
        words={name: plain(typed.get(name, "")) for name in names_of(form)},
        email=typed.get("email", "").strip(),
        chosen=frozenset(use for use in CHOICES if use in typed.getlist("use")),
        trap=typed.get(TRAP, ""),
    )


def faults_of(entry: Entry, form: Form, limits: Limits) -> list[Fault]:
    """Everything that is wrong, in the order of the fields."""
    return list(_faults(entry, form, limits))


def pictures_from(files: Sequence[Sent], most: int) -> tuple[list[Picture], list[Fault]]:
    """The pictures among the files that were sent, and what is wrong with the others."""
    sent = [each for each in files if each.filename]
    if len(sent) > most:
        return [], [Fault(name="photos", key="fault-photos", number=most)]
    found: dict[str, Picture] = {}
    faults: list[Fault] = []
    for each in sent:
        body = each.read(MOST_BYTES + 1)
        try:
            if len(body) > MOST_BYTES:
                faults.append(_of_photo("fault-photo-large", each, most=MOST_BYTES // 1_000_000))
                continue
            one = picture(body)
            found[one.id] = one
        except BadValueError:
            faults.append(_of_photo("fault-photo", each))
    return list(found.values()), faults


def chosen_again(files: Sequence[Sent]) -> list[Fault]:
    """What has to be said where pictures were chosen and the form is shown once more."""
    return [Fault(name="photos", key="photos-again")] if any(each.filename for each in files) else []


def _faults(entry: Entry, form: Form, limits: Limits) -> Iterator[Fault]:
    if form.kind is Kind.REVIEW and entry.rating not in RATINGS:
        yield Fault(name="rating", key="fault-rating")
    for name, text in entry.words.items():
        if name == "body" and not clean_text(text):
            yield Fault(name=name, key="fault-body")
        longest = limits.text if name == "body" else limits.line
        if len(text) > longest:
            yield Fault(name=name, key="fault-long", values={"count": len(text), "most": longest})
    yield from faults_of_sender(entry.email, entry.trap)


def faults_of_sender(email: str, trap: str) -> Iterator[Fault]:
    """What is wrong with how to reach somebody, and with the field that nobody sees."""
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        yield Fault(name="email", key="fault-email")
    if trap:
        yield Fault(name=TRAP, key="fault-trap")


def plain(text: str) -> str:
    """A text as it was typed, without white space around it."""
    # A browser sends line breaks as two characters, and counts them as one.
    return text.replace("\r\n", "\n").strip()


def _of_photo(key: str, sent: Sent, **values: object) -> Fault:
    return Fault(name="photos", key=key, values={"name": (sent.filename or "")[-80:], **values})
