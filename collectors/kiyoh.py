"""Kiyoh and Klantenvertellen: the reviews of one location, as JSON or XML, and answers to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPMethod
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from collectors.api import Api, Page, Position, as_received, base_of, number_in, object_in
from collectors.fields import before, first, identity, rows, text, truth, word
from collectors.platforms import SUBJECT_OPTIONS, AnsweringKind, Paged, entries_in, named_by, tidied
from engine.domain import Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import Answer, GuardedSession
from engine.plugins import Option, Sureness

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAME = "kiyoh"
PAGE_SIZE = 2_000
"""Ten thousand may be asked for at once, and are more than an answer may weigh."""
OVERLAP = timedelta(days=1)
STEP_BACK = timedelta(seconds=1)
"""Between two pages: the reviews of the second in which a page ends may stand on both sides."""
MOST_KNOWN = 50
"""Ids that a cursor holds; what is told twice beyond them is known by its id."""
SHORTFALL = f"{PAGE_SIZE:,} reviews or more changed in one second, and Kiyoh has no way past them"
FORMATS = {"json": "application/json", "xml": "application/xml"}
_LISTS = frozenset({"reviews", "reviewContent"})
_OF_THE_LOCATION = ("locationId", "locationName", "viewReviewUrl")
_PATH = "/v1/publication/review"

OPTIONS: Mapping[str, Option] = {
    "location": Option(help="the number of the location"),
    "token": Option(help="the publication API token", is_secret=True),
    "tenant": Option(help="98 for Kiyoh, 99 for Klantenvertellen", default="98"),
    "format": Option(help="json or xml", default="json"),
    "base_url": Option(help="the address of the API; https://www.klantenvertellen.nl", default="https://www.kiyoh.com"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review, which brings the fields of its location along; answers become title, text, aspects.

    What was asked beyond that in words or with yes and no is left out.
    """
    answers = [each for each in _answers(raw) if not truth(each, "notApplicable")]
    by_group = {text(each, "questionGroup"): word(each, "rating") for each in reversed(answers)}
    reference = text(raw, "referenceCode").strip()
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "reviewId"),
            fields={
                "subject": text(raw, "locationId"),
                "subject_name": text(raw, "locationName"),
                "subject_type": "Organization",
                "author": text(raw, "reviewAuthor"),
                "rating": text(raw, "rating"),
                "rating_best": "10",
                "title": by_group.get("DEFAULT_ONELINER", ""),
                "body": by_group.get("DEFAULT_OPINION", ""),
                "language": text(raw, "reviewLanguage"),
                "written_at": text(raw, "dateSince"),
                "updated_at": text(raw, "updatedSince"),
                "verified": "customer" if reference else "",
                "verified_by": f"invitation with reference {reference}" if reference else "",
                "url": text(raw, "viewReviewUrl"),
            },
            replies=[{"body": text(raw, "reviewComments")}],
            media=tuple(_pictures(answers, text(raw, "viewReviewUrl"))),
            aspects=[_aspect(each) for each in answers if _is_aspect(each)],
        )
    )


def _answers(raw: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The answers: a list, or an object that has them under its own name once more."""
    is_wrapped = isinstance(raw.get("reviewContent"), Mapping)
    return rows(raw, "reviewContent.reviewContent" if is_wrapped else "reviewContent")


def _is_aspect(answer: Mapping[str, Any]) -> bool:
    return text(answer, "questionType") == "INT" and text(answer, "questionGroup") != "DEFAULT_OVERALL"


def _aspect(answer: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": first(answer, "questionTranslation", "questionGroup"),
        "value": text(answer, "rating"),
        "worst": "1",
        "best": "10",
    }


def _pictures(answers: list[Mapping[str, Any]], page: str) -> Iterator[dict[str, str]]:
    """The pictures: JSON in a text, with paths on the host of the location's page."""
    for each in answers:
        if text(each, "questionType") != "IMAGE" or not text(each, "rating"):
            continue
        try:
            paths = json.loads(text(each, "rating"))
        except (ValueError, RecursionError) as error:
            raise BadValueError("reviewContent.rating of a picture is no JSON") from error
        if not isinstance(paths, dict):
            raise BadValueError("reviewContent.rating of a picture is no JSON object")
        picture, small = text(paths, "imagePath"), text(paths, "thumbnailPath")
        yield {
            "url": urljoin(page, picture) if picture else "",
            "kind": "image",
            "thumbnail": urljoin(page, small) if small else "",
        }


@dataclass(frozen=True, slots=True)
class _Location:
    api: Api
    params: Mapping[str, str]

    def page(self, position: Position) -> Page:
        """There are no pages: each begins a second before the change that the one before it ended with.

        It ends where nothing later is told of; what stood at the end of the page before is left out.
        """
        since = position.get("since", "")
        order = {"orderBy": "UPDATE_DATE", "sortOrder": "ASC", "limit": str(PAGE_SIZE)}
        asked = {**self.params, **order, **({"updatedSince": f"{since}.000Z"} if since else {})}
        document = _document(self.api.get(f"{_PATH}/external", asked))
        shared = {name: document[name] for name in _OF_THE_LOCATION if name in document}
        found = entries_in(document, "reviews")
        newest = max((_changed(each) for each in found), default="")
        reached = before(newest, STEP_BACK)
        again = before(newest, OVERLAP) or since
        known = position.get("known", "").split()
        number = number_in(position, "page", 1)
        at_the_end = " ".join([_id_of(each) for each in found if _changed(each) >= reached][:MOST_KNOWN])
        goes_on = reached > since
        return Page(
            place=f"{NAME} page {number}",
            entries=[_with(shared, each) for each in found if _id_of(each) not in known],
            following={"since": reached, "known": at_the_end, "page": str(number + 1)} if goes_on else None,
            resume={"since": again} if again else None,
            reported=_count(document),
            shortfall=SHORTFALL if not goes_on and len(found) >= PAGE_SIZE else "",
        )


def _document(answer: Answer) -> Mapping[str, Any]:
    is_xml = "xml" in answer.headers.get("content-type", "") or answer.body.lstrip()[:1] == b"<"
    document = _from_xml(answer.body) if is_xml else object_in(answer)
    if "errorCode" in document:
        raise SourceRefusedError(f"Kiyoh refused: {str(document['errorCode'])[:80]}")
    return document


def _from_xml(body: bytes) -> Mapping[str, Any]:
    """The document as JSON has it.

    A list is an element that holds its entries, or stands there once for each of them: which of both is from memory.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SourceRefusedError(f"Kiyoh did not answer with readable XML: {error.msg}") from error
    return _fields(root)


def _fields(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in element.iterchildren("*"):
        if each.tag not in _LISTS:
            found[str(each.tag)] = each.text or ""
            continue
        inside = list(each.iterchildren("*"))
        is_wrapper = all(len(entry) for entry in inside)
        found.setdefault(str(each.tag), []).extend(map(_fields, inside if is_wrapper else [each]))
    return found


def _with(shared: Mapping[str, Any], entry: Any) -> Any:
    return {**shared, **entry} if isinstance(entry, Mapping) else entry


def _id_of(entry: Any) -> str:
    return str(entry.get("reviewId", "")) if isinstance(entry, Mapping) else ""


def _changed(entry: Any) -> str:
    moment = entry.get("updatedSince") if isinstance(entry, Mapping) else None
    return before(moment, timedelta(0)) if isinstance(moment, str) else ""


def _count(document: Mapping[str, Any]) -> int | None:
    count = str(document.get("numberReviews", ""))
    return int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else None


def _api(values: Mapping[str, str], http: GuardedSession) -> Api:
    if values["format"] not in FORMATS:
        raise BadValueError("format is neither json nor xml")
    headers = {"X-Publication-Api-Token": values["token"], "Accept": FORMATS[values["format"]]}
    return Api(base=base_of(values["base_url"]), http=http, headers=headers)


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    params = {"locationId": values["location"], "tenantId": values["tenant"]}
    return Paged(_Location(_api(values, http), params).page, named_by(values, read))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    api = _api(values, http)
    said = {
        "locationId": values["location"],
        "tenantId": values["tenant"],
        "reviewId": external_id,
        "response": words,
        "reviewResponseType": "PUBLIC",
        "responseEmail": "false",
    }
    headers = {**api.headers, "Content-Type": "application/json"}
    http.request(HTTPMethod.PUT, f"{api.base}{_PATH}/response", headers=headers, body=json.dumps(said).encode())


KIND = AnsweringKind(name=NAME, rights="kiyoh", sureness=Sureness.CLIENT, options=OPTIONS, make=_make, send=_send)
