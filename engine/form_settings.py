"""Configured forms: what each key of a table ``[forms.<id>]`` may be, and the form that it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from engine.domain import Admission, Form, FormId, Kind, Locale, SubjectId
from engine.errors import BadValueError
from engine.settings import Read, Setting, each, identity, locale, number, origin, text

LONGEST_ID = 59

Word = TypeVar("Word", bound=StrEnum)


def one_of(words: type[Word]) -> Read:
    def read(value: Any) -> Word:
        try:
            return words(text(value))
        except ValueError as error:
            raise BadValueError(f"{value!r} is none of {', '.join(words)}") from error

    return read


FORM: Mapping[str, Setting] = {
    "forms.subjects": Setting(read=each(text), default=(), meaning="ids of what can be reviewed; empty: everything"),
    "forms.kind": Setting(
        read=one_of(Kind), default=Kind.REVIEW, meaning="review, with a rating, or testimonial, with role and company"
    ),
    "forms.locales": Setting(read=each(locale), default=(), meaning="its languages; empty: all of site.locales"),
    "forms.photos": Setting(read=number(0, 10), default=4, meaning="most pictures with a review; 0: none"),
    "forms.ask": Setting(
        read=one_of(Admission), default=Admission.OPEN, meaning="open to everybody, or required: only by an ask link"
    ),
    "forms.embed_on": Setting(
        read=each(origin), default=(), meaning='origins of pages that may frame the form; "*": any'
    ),
    "forms.least_seconds": Setting(
        read=number(0, 60), default=3, meaning="whoever is faster is asked to send it once more"
    ),
    "forms.per_hour": Setting(read=number(1, 10_000), default=20, meaning="most that one address may send in an hour"),
}
"""The keys of one ``[forms.<id>]`` table. None of them can ask for a rating, and none must ever."""


def to_form(name: str, values: Mapping[str, Any], published: Sequence[Locale], mistakes: list[str]) -> Form:
    """The form of a name; what is wrong beyond its single values is added to ``mistakes``."""
    try:
        if len(identity(name)) > LONGEST_ID:
            raise BadValueError(f"{name!r} must have {LONGEST_ID} characters at most")  # noqa: TRY301
    except BadValueError as error:
        mistakes.append(str(error))
    if strange := [each for each in values["locales"] if each not in published]:
        mistakes.append(f"forms.locales {strange[0]!r} is not in site.locales")
    subjects = tuple(SubjectId(each) for each in values["subjects"])
    return Form(id=FormId(name), **{**values, "subjects": subjects})
