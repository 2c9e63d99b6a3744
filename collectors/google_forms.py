"""Responses to a Google form, by the Forms API; a form's spreadsheet is read as a file.

https://developers.google.com/workspace/forms/api/reference/rest/v1/forms.responses
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from collectors.answers import MAPPING_OPTIONS, Answer, FormMapping, mapping_of, reading
from collectors.api import Api, Page, Position, Read, as_received, base_of, given, number_in, walk
from collectors.fields import before, identity, inner, next_in, rows, text, whole
from collectors.hooked import ReadingKind
from collectors.platforms import TokenApi, entries_in, safe_id, token_in
from engine.domain import Batch, Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

NAME = "google_forms"
PAGE_SIZE = 200
OVERLAP = timedelta(days=1)

OPTIONS: Mapping[str, Option] = {
    "form": Option(help="the id of the form, as in its address while it is edited"),
    "client_id": Option(help="the id of the OAuth client"),
    "client_secret": Option(help="the secret of the OAuth client", is_secret=True),
    "refresh_token": Option(
        help="a refresh token for forms.body.readonly and forms.responses.readonly", is_secret=True
    ),
    "base_url": Option(help="the address of the API", default="https://forms.googleapis.com"),
    "token_url": Option(help="where access tokens are given out", default="https://oauth2.googleapis.com/token"),
    **MAPPING_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a response to a form whose questions are called like fields."""
    return read_by(FormMapping(), raw, place)


def read_by(mapping: FormMapping, raw: Mapping[str, Any], place: str) -> Record:
    """The record of a response; titles and scales are those of the ``questions`` beside it."""
    answers = _answers(raw)
    written, changed = text(raw, "createTime"), text(raw, "lastSubmittedTime")
    return Record(
        fields=given(
            {
                **mapping.fields(answers),
                "written_at": written or changed,
                "updated_at": changed if written and changed != written else "",
            }
        ),
        external_id=identity(raw, "responseId"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "respondentEmail"), **(mapping.contact(answers) or {})}) or None,
    )


def _answers(raw: Mapping[str, Any]) -> Sequence[Answer]:
    """An answer for each question that was answered, and for each other that the form has."""
    answered, asked = inner(raw, "answers"), {text(each, "questionId"): each for each in rows(raw, "questions")}
    return [
        _answer(number, asked.get(number, {}), inner(answered, number) if number in answered else {})
        for number in dict.fromkeys((*answered, *asked))
    ]


def _answer(number: str, question: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    title = text(question, "title")
    values = [text(each, "value") for each in rows(raw, "textAnswers.answers")]
    return Answer(
        names=tuple(filter(None, (number, title))),
        question=title,
        text=", ".join(filter(None, values)),
        scale=text(question, "scale"),
    )


def questions_of(form: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Number, title and scale of each question of a form.

    https://developers.google.com/workspace/forms/api/reference/rest/v1/forms#Question
    """
    for entry in rows(form, "items"):
        question = inner(entry, "questionItem.question")
        if number := text(question, "questionId"):
            yield {"questionId": number, "title": text(entry, "title"), "scale": _scale(question)}


def _scale(question: Mapping[str, Any]) -> str:
    if best := whole(question, "ratingQuestion.ratingScaleLevel"):
        return f"1-{best}"
    if best := whole(question, "scaleQuestion.high"):
        # Zero is what a number has that is not sent.
        return f"{whole(question, 'scaleQuestion.low') or 0}-{best}"
    return ""


@dataclass(frozen=True, kw_only=True)
class _Responses:
    api: TokenApi
    form: str
    mapping: FormMapping
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    @cached_property
    def _asked(self) -> Sequence[Mapping[str, str]]:
        """Of the form, what reading a response takes: it is kept with each."""
        form = self.api.get_object(f"/v1/forms/{self.form}")
        try:
            found = list(questions_of(form))
        except BadValueError as error:
            raise SourceRefusedError(f"the form {self.form} is not as documented: {error}") from error
        return [each for each in found if self.mapping.maps((each["questionId"], each["title"]))]

    def _page(self, position: Position) -> Page:
        since, token = position.get("since", ""), position.get("token", "")
        asked = {"pageSize": str(PAGE_SIZE), "pageToken": token, "filter": f"timestamp >= {since}" if since else ""}
        answer = self.api.get_object(
            f"/v1/forms/{self.form}/responses", {name: each for name, each in asked.items() if each}
        )
        responses = entries_in(answer, "responses")
        newest = max([position.get("newest", ""), *(_moment(each) for each in responses)])
        following, number = next_in(answer, "nextPageToken"), number_in(position, "page", 1)
        again = f"{overlapped}Z" if (overlapped := before(newest, OVERLAP)) else since
        return Page(
            place=f"{NAME} page {number}",
            entries=[{**each, "questions": self._asked} if isinstance(each, dict) else each for each in responses],
            following={"token": following, "newest": newest, "since": since, "page": str(number + 1)}
            if following
            else None,
            resume={"since": again} if again else None,
        )


def _moment(entry: Any) -> str:
    moment = entry.get("lastSubmittedTime") if isinstance(entry, Mapping) else None
    return moment if isinstance(moment, str) else ""


_READING = reading(read_by)


def _make(options: Mapping[str, str], http: GuardedSession) -> Collector:
    tokens = Api(base=base_of(options["token_url"]), http=http)
    wanted = {name: options[name] for name in ("client_id", "client_secret", "refresh_token")}
    api = TokenApi(
        api=Api(base=base_of(options["base_url"]), http=http),
        fetch_token=lambda: token_in(tokens.post_form("", {"grant_type": "refresh_token", **wanted})),
    )
    return _Responses(api=api, form=safe_id(options["form"]), mapping=mapping_of(options), read=_READING(options))


KIND = ReadingKind(
    name=NAME, rights="google-forms", sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make, reading=_READING
)
