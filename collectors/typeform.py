"""Answers to a Typeform, by its Responses API and its webhook.

https://www.typeform.com/developers/responses/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from collectors.answers import MAPPING_OPTIONS, Answer, FormMapping, mapping_of, reading
from collectors.api import Api, Page, Position, Read, as_received, base_of, given, number_in, object_of, walk
from collectors.fields import before, first, identity, inner, rows, text, texts, truth, whole
from collectors.hooked import WEBHOOK_SECRET, HookedKind, Unasked, refuse_unless_recent
from collectors.platforms import counted, entries_in, safe_id
from engine.domain import Batch, Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.signatures import Encoding, check_hmac

NAME = "typeform"
# A thousand are allowed; a thousand long answers could be more than a session takes in one answer.
PAGE_SIZE = 250
OVERLAP = timedelta(days=1)
"""New responses can take half an hour to be told of."""
_KEPT_PROPERTIES = ("steps", "start_at_one")

OPTIONS: Mapping[str, Option] = {
    "form": Option(help="the id of the form, as in its address", default=""),
    "token": Option(
        help="a personal access token that may read forms and responses; without one only the webhook tells",
        default="",
        is_secret=True,
    ),
    "webhook_secret": WEBHOOK_SECRET,
    "base_url": Option(help="the address of the API", default="https://api.typeform.com"),
    **MAPPING_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a response to a form whose questions have the names of fields as their ``ref``."""
    return read_by(FormMapping(), raw, place)


def read_by(mapping: FormMapping, raw: Mapping[str, Any], place: str) -> Record:
    """The record of a response, as the API and the webhook (``form_response``) have it.

    The scale of a rating is that of the form's ``definition``, where it is among the response.
    """
    answers = _answers(raw)
    return Record(
        fields=given({**mapping.fields(answers), "written_at": text(raw, "submitted_at")}),
        external_id=identity(raw, "token"),
        place=place,
        payload=as_received(raw),
        contact=mapping.contact(answers),
        media=mapping.media(answers),
    )


def _answers(raw: Mapping[str, Any]) -> Sequence[Answer]:
    """An answer for each question that was answered, for each other of the definition, and for each hidden field."""
    defined = {text(each, "id"): each for each in rows(raw, "definition.fields")}
    answered = {first(each, "field.id", "field.ref"): each for each in rows(raw, "answers")}
    asked = [_answer(defined.get(number, {}), answer) for number, answer in answered.items()]
    silent = [
        Answer(names=_names(each), question=text(each, "title"))
        for number, each in defined.items()
        if number not in answered
    ]
    hidden = inner(raw, "hidden")
    return [*asked, *silent, *(Answer(names=(name,), text=text(hidden, name)) for name in hidden)]


def _answer(question: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    kind = text(raw, "type")
    words = _words(raw, kind)
    return Answer(
        names=_names(inner(raw, "field")) or _names(question),
        question=text(question, "title"),
        text=words,
        agrees=truth(raw, "boolean") if kind == "boolean" else None,
        scale=_scale(question, text(raw, "field.type")),
        files=(words,) if kind == "file_url" else (),
    )


def _words(raw: Mapping[str, Any], kind: str) -> str:
    match kind:
        case "choice":
            return first(raw, "choice.label", "choice.other")
        case "choices":
            return ", ".join(filter(None, [*texts(raw, "choices.labels"), text(raw, "choices.other")]))
        case "boolean":
            return "yes" if truth(raw, "boolean") else "no"
        case "text" | "number" | "email" | "url" | "file_url" | "date" | "phone_number":
            return text(raw, kind)
        case _:
            return ""


def _names(question: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, (text(question, "ref"), text(question, "id"))))


def _scale(question: Mapping[str, Any], kind: str) -> str:
    """The scale of a rating; empty where neither the definition nor the kind of question tells.

    https://www.typeform.com/developers/create/reference/create-form/
    """
    steps = whole(question, "properties.steps")
    match kind or text(question, "type"):
        case "nps":
            return "0-10"
        case "opinion_scale":
            from_one = truth(question, "properties.start_at_one")
            steps = steps or (10 if from_one else 11)
            return f"1-{steps}" if from_one else f"0-{steps - 1}"
        case "rating":
            return f"1-{steps}" if steps else ""
        case _:
            return ""


@dataclass(frozen=True, kw_only=True)
class _Responses:
    """The responses to one form, the newest first."""

    api: Api
    form: str
    mapping: FormMapping
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    @cached_property
    def _definition(self) -> Mapping[str, Any]:
        """Of the form, what reading a response takes: it is kept with each."""
        form = self.api.get_object(f"/forms/{self.form}")
        try:
            fields = [each for each in _flat(rows(form, "fields")) if self.mapping.maps(_names(each))]
            return {"fields": [_without_the_rest(each) for each in fields]}
        except BadValueError as error:
            raise SourceRefusedError(f"the form {self.form} is not as documented: {error}") from error

    def _page(self, position: Position) -> Page:
        since, token = position.get("since", ""), position.get("before", "")
        asked = {"page_size": str(PAGE_SIZE), "response_type": "completed", "since": since, "before": token}
        answer = self.api.get_object(
            f"/forms/{self.form}/responses", {name: each for name, each in asked.items() if each}
        )
        responses = entries_in(answer, "items")
        newest = position.get("newest") or _first_said(responses, "submitted_at")
        number, last = number_in(position, "page", 1), _first_said(reversed(responses), "token")
        following = {"before": last, "newest": newest, "since": since, "page": str(number + 1)}
        again = before(newest, OVERLAP) or since
        return Page(
            place=f"{NAME} page {number}",
            entries=[
                {**each, "definition": self._definition} if isinstance(each, dict) else each for each in responses
            ],
            following=following if last else None,
            resume={"since": again} if again else None,
            # Of later pages it counts what is left, and of a later reading what is new.
            reported=None if since or token else counted(answer, "total_items"),
        )


def _flat(fields: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The questions of a form, those in its groups too."""
    for each in fields:
        yield each
        yield from _flat(rows(each, "properties.fields"))


def _without_the_rest(question: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = inner(question, "properties")
    kept = {name: properties[name] for name in _KEPT_PROPERTIES if name in properties}
    return {**{name: question.get(name) for name in ("id", "ref", "title", "type")}, "properties": kept}


def _first_said(entries: Iterable[Any], name: str) -> str:
    """The first text of a name among some entries, whichever of them are malformed."""
    said = (each.get(name) for each in entries if isinstance(each, Mapping))
    return next((each for each in said if each and isinstance(each, str)), "")


_READING = reading(read_by)


def _make(options: Mapping[str, str], http: GuardedSession) -> Collector:
    if not options["token"]:
        _READING(options)
        return Unasked("token is not set: only the webhook tells of responses")
    if not options["form"]:
        raise BadValueError("form is missing: a token says who asks, and not which form")
    api = Api(base=base_of(options["base_url"]), http=http, headers={"Authorization": f"Bearer {options['token']}"})
    form = safe_id(options["form"])
    return _Responses(api=api, form=form, mapping=mapping_of(options), read=_READING(options))


def _opened(
    options: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime
) -> Mapping[str, Any] | None:
    """https://www.typeform.com/developers/webhooks/secure-your-webhooks/"""
    signature = headers.get("typeform-signature", "")
    check_hmac(options["webhook_secret"], signature, body, encoding=Encoding.BASE64, prefix="sha256=")
    event = object_of(body)
    if text(event, "event_type") != "form_response":
        return None
    response = inner(event, "form_response")
    refuse_unless_recent(text(response, "submitted_at"), now)
    if options["form"] and text(response, "form_id") != options["form"]:
        raise BadValueError(f"the webhook is of the form {text(response, 'form_id')[:40]!r}, not {options['form']!r}")
    return response


KIND = HookedKind(
    name=NAME,
    rights="typeform",
    sureness=Sureness.CLIENT,
    options=OPTIONS,
    make=_make,
    reading=_READING,
    opened=_opened,
)
