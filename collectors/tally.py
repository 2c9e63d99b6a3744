"""Submissions of a Tally form, by its API and its webhook.

https://developers.tally.so/api-reference/endpoint/forms/submissions/list
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors.answers import MAPPING_OPTIONS, Answer, FormMapping, mapping_of, reading
from collectors.api import Api, Page, Position, Read, as_received, base_of, given, numbered, object_of, walk
from collectors.fields import before, find, first, identity, inner, rows, text
from collectors.hooked import WEBHOOK_SECRET, HookedKind, Unasked, refuse_unless_recent
from collectors.platforms import counted, entries_in, safe_id
from engine.domain import Batch, Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.signatures import Encoding, check_hmac

NAME = "tally"
PAGE_SIZE = 100
OVERLAP = timedelta(days=1)
_HIDDEN = "HIDDEN_FIELDS"

OPTIONS: Mapping[str, Option] = {
    "form": Option(help="the id of the form, as in its address", default=""),
    "token": Option(help="an API key; without one only the webhook tells", default="", is_secret=True),
    "webhook_secret": WEBHOOK_SECRET,
    "base_url": Option(help="the address of the API", default="https://api.tally.so"),
    **MAPPING_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a submission to a form whose questions are called like fields."""
    return read_by(FormMapping(), raw, place)


def read_by(mapping: FormMapping, raw: Mapping[str, Any], place: str) -> Record:
    """The record of a submission: ``data`` of a webhook, or one of the API with the ``questions`` beside it."""
    answers = _told(raw) if "fields" in raw else _listed(raw)
    return Record(
        fields=given({**mapping.fields(answers), "written_at": first(raw, "submittedAt", "createdAt")}),
        external_id=identity(raw, "submissionId" if "submissionId" in raw else "id"),
        place=place,
        payload=as_received(raw),
        contact=mapping.contact(answers),
        media=mapping.media(answers),
    )


def _told(raw: Mapping[str, Any]) -> Sequence[Answer]:
    """The answers in a webhook: a choice is the ids of its options."""
    answers = []
    for each in rows(raw, "fields"):
        options = {text(option, "id"): text(option, "text") for option in rows(each, "options")}
        names = (text(each, "key"), text(each, "label"))
        answers.append(_answer(names, text(each, "label"), find(each, "value"), options))
    return answers


def _listed(raw: Mapping[str, Any]) -> Sequence[Answer]:
    """The answers that the API lists: each names its question, and the questions stand beside."""
    said = {text(each, "questionId"): find(each, "answer") for each in rows(raw, "responses")}
    answers: list[Answer] = []
    for question in rows(raw, "questions"):
        number, title = text(question, "id"), text(question, "title")
        parts = {text(each, "uuid"): text(each, "title") for each in rows(question, "fields")}
        value = said.get(number)
        if text(question, "type") == _HIDDEN:
            answers += _hidden(title, parts, value)
        else:
            # A webhook calls the question with this id so.
            names = (number, f"question_{number}", title)
            answers.append(_answer(names, title, value, parts))
    return answers


def _hidden(title: str, parts: Mapping[str, str], value: Any) -> Iterator[Answer]:
    """Hidden fields, which are one question with a part for each of them."""
    if isinstance(value, Mapping):
        for part, each in value.items():
            yield _answer((parts.get(part, part), part), "", each, {})
    else:
        name = next(iter(parts.values()), title) if len(parts) == 1 else title
        yield _answer((name,), "", value, {})


def _answer(names: Sequence[str], question: str, value: Any, options: Mapping[str, str]) -> Answer:
    values = value if isinstance(value, list) else [value]
    files = [text(each, "url") for each in values if isinstance(each, Mapping)]
    plain = [text({"value": each}, "value") for each in values if _is_plain(each)]
    is_truth = isinstance(value, bool)
    return Answer(
        names=tuple(filter(None, names)),
        question=question,
        text=("yes" if value else "no") if is_truth else ", ".join(options.get(each, each) for each in plain),
        agrees=value if is_truth else None,
        files=tuple(filter(None, files)),
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Submissions:
    """The completed submissions of one form, the newest first."""

    api: Api
    form: str
    mapping: FormMapping
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        since = position.get("since", "")
        asked = {"page": position.get("page", "1"), "limit": str(PAGE_SIZE), "filter": "completed"}
        answer = self.api.get_object(
            f"/forms/{self.form}/submissions", {**asked, **({"startDate": since} if since else {})}
        )
        submissions = entries_in(answer, "submissions")
        questions = self._questions(answer)
        newest = max([position.get("newest", ""), *(_moment(each) for each in submissions)])
        again = f"{overlapped}Z" if (overlapped := before(newest, OVERLAP)) else since
        return numbered(
            NAME,
            position,
            [{**each, "questions": questions} if isinstance(each, dict) else each for each in submissions],
            last=answer.get("hasMore") is False,
            resume={"since": again} if again else None,
            reported=None if since else counted(answer, "totalNumberOfSubmissionsPerFilter", "completed"),
            carried={"newest": newest},
        )

    def _questions(self, answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Of the questions, what reading a submission takes: it is kept with each."""
        try:
            return [_kept(each) for each in rows(answer, "questions") if self.mapping.maps(_names(each))]
        except BadValueError as error:
            raise SourceRefusedError(f"the form {self.form} is not as documented: {error}") from error


def _names(question: Mapping[str, Any]) -> Sequence[str]:
    number = text(question, "id")
    return (
        number,
        f"question_{number}",
        text(question, "title"),
        *(text(each, "title") for each in rows(question, "fields")),
    )


def _kept(question: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = [{"uuid": each.get("uuid"), "title": each.get("title")} for each in rows(question, "fields")]
    return {**{name: question.get(name) for name in ("id", "type", "title")}, "fields": parts}


def _moment(entry: Any) -> str:
    moment = entry.get("submittedAt") if isinstance(entry, Mapping) else None
    return moment if isinstance(moment, str) else ""


_READING = reading(read_by)


def _make(options: Mapping[str, str], http: GuardedSession) -> Collector:
    read = _READING(options)
    if not options["token"]:
        return Unasked("token is not set: only the webhook tells of submissions")
    if not options["form"]:
        raise BadValueError("form is missing: a token says who asks, and not which form")
    api = Api(base=base_of(options["base_url"]), http=http, headers={"Authorization": f"Bearer {options['token']}"})
    return _Submissions(api=api, form=safe_id(options["form"]), mapping=mapping_of(options), read=read)


def _opened(
    options: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime
) -> Mapping[str, Any] | None:
    """https://tally.so/help/webhooks"""
    check_hmac(options["webhook_secret"], headers.get("tally-signature", ""), body, encoding=Encoding.BASE64)
    event = object_of(body)
    if text(event, "eventType") != "FORM_RESPONSE":
        return None
    refuse_unless_recent(text(event, "createdAt"), now)
    submission = inner(event, "data")
    if options["form"] and text(submission, "formId") != options["form"]:
        raise BadValueError(f"the webhook is of the form {text(submission, 'formId')[:40]!r}, not {options['form']!r}")
    return submission


KIND = HookedKind(
    name=NAME,
    rights="tally",
    sureness=Sureness.DOCUMENTED,
    options=OPTIONS,
    make=_make,
    reading=_READING,
    opened=_opened,
)
