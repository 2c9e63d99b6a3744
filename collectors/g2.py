"""G2: the reviews of a vendor's products, by the API of version 1, for display under G2's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, number_in, numbered
from collectors.fields import first, identity, inner, next_in, text, truth
from collectors.platforms import (
    SUBJECT_OPTIONS,
    Paged,
    PlatformKind,
    counted,
    entries_in,
    named_by,
    shown_if,
    tidied,
)
from engine.domain import Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "g2"
PAGE_SIZE = 100
"""The most that the API gives at once."""
QUESTIONS = ("love", "hate", "recommendations", "benefits")
"""The order in which G2 itself shows the answers; others follow as they come."""
SCALE = ("1", "7")
"""Of the secondary answers, from memory."""

OPTIONS: Mapping[str, Option] = {
    "token": Option(help="the API token", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://data.g2.com/api/v1"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a survey response: its answers under their questions are the text, in half stars the rating."""
    inside = inner(raw, "attributes")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "id"),
            fields={
                "subject": first(inside, "product_name") or text(raw, "relationships.product.data.id"),
                "subject_type": "SoftwareApplication",
                "author": text(inside, "user_name"),
                "rating": text(inside, "star_rating"),
                "rating_best": "5",
                "title": text(inside, "title"),
                "body": "\n\n".join(_paragraphs(inner(inside, "comment_answers"))),
                "written_at": text(inside, "submitted_at"),
                "updated_at": text(inside, "updated_at"),
                "verified": "customer" if truth(inside, "verified_current_user") else "",
                "verified_by": text(inside, "review_source"),
                "relation": "agency" if truth(inside, "is_business_partner") else "",
                "url": text(inside, "url"),
            },
            aspects=tuple(_aspects(inner(inside, "secondary_answers"))),
            standing=shown_if(truth(inside, "is_public", default=True)),
        )
    )


def _paragraphs(answers: Mapping[str, Any]) -> Iterator[str]:
    """Each question with its answer: an answer without its question can say the contrary of what was meant."""
    for key in (*(each for each in QUESTIONS if each in answers), *(each for each in answers if each not in QUESTIONS)):
        given = _answer(answers, key)
        said = text(given, "value").strip()
        if said:
            yield f"{text(given, 'text').strip()}\n{said}".strip()


def _aspects(answers: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for key in answers:
        given = _answer(answers, key)
        yield {
            "label": first(given, "text") or key.replace("_", " "),
            "value": text(given, "value"),
            "worst": SCALE[0],
            "best": SCALE[1],
        }


def _answer(answers: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    answer = answers[key] if answers[key] is not None else {}
    if not isinstance(answer, Mapping):
        raise BadValueError(f"the answer {key[:40]!r} is no object")
    return answer


@dataclass(frozen=True, slots=True)
class _Responses:
    api: Api

    def page(self, position: Position) -> Page:
        params = {"page[size]": str(PAGE_SIZE), "page[number]": str(number_in(position, "page", 1))}
        answer = self.api.get_object("/survey-responses", params)
        return numbered(
            NAME,
            position,
            entries_in(answer, "data"),
            last=not next_in(answer, "links.next"),
            reported=counted(answer, "meta", "record_count"),
        )


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    headers = {"Authorization": f"Token token={values['token']}"}
    api = Api(base=base_of(values["base_url"]), http=http, headers=headers)
    return Paged(_Responses(api).page, named_by(values, read))


KIND = PlatformKind(name=NAME, rights="g2", sureness=Sureness.CLIENT, options=OPTIONS, make=_make)
