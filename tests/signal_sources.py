"""Forms, surveys, walls and feeds, played on loopback as their vendors document them: logins, pages and counts."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qs

from tests.shop_sources import SAMPLES, at, put, sample
from tests.source_server import Asked, Pages, Reply, as_json, slice_of

KEY = "s3cret-key-19"
TOKEN = "token-for-an-hour"
SUBJECT = {"subject": "LK-K2", "subject_name": "K2 Gooseneck Kettle"}
COMPANY = {"subject": "larkfield", "subject_name": "Larkfield Kettle Co.", "subject_type": "Organization"}
LAST = datetime(2026, 10, 1, tzinfo=UTC)
Rows = Sequence[Any]
Play = Callable[[Rows, int], Pages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One played source."""

    pages: Play
    """Serves raw answers, so many on a page at most."""
    rows: Callable[[], Rows]
    """The raw answers of its sample document."""
    id_at: str
    """Where a raw answer has its id, with dots between."""
    words_at: str
    """Where it has its words."""
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    url_option: str = "base_url"
    base_path: str = ""
    has_token_url: bool = False
    moments_at: Sequence[str] = ()
    """Where it has its times, the newest first in the answers of the source."""

    def given(self, url: str) -> Mapping[str, str]:
        """All options, for a source at an address."""
        token = {"token_url": f"{url}/token"} if self.has_token_url else {}
        return {self.url_option: url + self.base_path, **token, **self.options, **self.secrets}


def like_the_sample(kind: str, count: int) -> list[Any]:
    """So many raw answers like the first one of the sample, with ids and words of their own, a minute apart."""
    signal, original = SIGNALS[kind], json.dumps(SIGNALS[kind].rows()[0])
    found = []
    for number in range(1, count + 1):
        raw = json.loads(original)
        put(raw, signal.id_at, f"r{number}")
        put(raw, signal.words_at, f"It pours well and keeps the heat, says number {number}.")
        for path in signal.moments_at:
            written = LAST - timedelta(minutes=number)
            put(raw, path, int(written.timestamp()) if isinstance(at(raw, path), int) else f"{written:%FT%TZ}")
        found.append(raw)
    return found


def guarded(pages: Pages, **headers: str) -> Pages:
    """The pages of a source, for who comes with the right keys."""

    def answer(asked: Asked) -> Reply:
        if any(asked.headers.get(name.replace("_", "-")) != value for name, value in headers.items()):
            return as_json({"error": "who are you"}, status=401)
        return pages(asked)

    return answer


def _typeform(rows: Rows, most: int) -> Pages:
    """Newest first; it counts those that are older than ``before``, and forms are asked for apart."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/forms/lK2test":
            return as_json(sample("typeform", "form.json"))
        if asked.path != "/forms/lK2test/responses":
            return as_json({"code": "FORM_NOT_FOUND"}, status=404)
        tokens = [each.get("token") for each in rows]
        start = tokens.index(asked.query["before"]) + 1 if "before" in asked.query else 0
        since = asked.query.get("since", "")
        found = [each for each in rows[start:] if each.get("submitted_at", "9") >= since]
        size = min(asked.number("page_size", 25), most)
        return as_json({"total_items": len(found), "page_count": -(-len(found) // size), "items": found[:size]})

    return guarded(answer, authorization=f"Bearer {KEY}")


def _typeform_rows() -> Rows:
    response = sample("typeform")["form_response"]
    return [{name: value for name, value in response.items() if name != "definition"}]


def _tally(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/forms/XxA4WO/submissions" or asked.query.get("filter") != "completed":
            return as_json({"errorType": "NOT_FOUND"}, status=404)
        found = [each for each in rows if each.get("submittedAt", "9") >= asked.query.get("startDate", "")]
        page, size = asked.number("page", 1), min(asked.number("limit", 50), most)
        document = {
            **sample("tally", "list.json"),
            "page": page,
            "hasMore": page * size < len(found),
            "totalNumberOfSubmissionsPerFilter": {"all": len(found) + 2, "completed": len(found), "partial": 2},
            "submissions": slice_of(found, asked, size="limit", most=most),
        }
        return as_json(document)

    return guarded(answer, authorization=f"Bearer {KEY}")


def _google_forms(rows: Rows, most: int) -> Pages:
    form = "/v1/forms/1BxiMVs0XRA5nFMd"

    def answer(asked: Asked) -> Reply:
        if asked.path == form:
            return as_json(sample("google_forms", "form.json"))
        if asked.path != f"{form}/responses":
            return as_json({"error": {"code": 404}}, status=404)
        since = asked.query.get("filter", "timestamp >= ").removeprefix("timestamp >= ")
        found = [each for each in rows if each.get("lastSubmittedTime", "9") >= since]
        start = asked.number("pageToken", 0)
        end = start + min(asked.number("pageSize", 5000), most)
        following = {"nextPageToken": str(end)} if end < len(found) else {}
        return as_json({**({"responses": found[start:end]} if found else {}), **following})

    return _with_token(guarded(answer, authorization=f"Bearer {TOKEN}"))


def _with_token(pages: Pages) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/token":
            return pages(asked)
        said = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        wanted = {"grant_type": "refresh_token", "client_id": "c-1", "client_secret": KEY, "refresh_token": f"1//{KEY}"}
        return as_json({"access_token": TOKEN, "expires_in": 3599} if said == wanted else {"error": "invalid_grant"})

    return answer


def _hubspot(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/crm/v3/objects/feedback_submissions" or "hs_value" not in asked.query.get("properties", ""):
            return as_json({"status": "error"}, status=404)
        start = asked.number("after", 0)
        end = start + min(asked.number("limit", 10), most)
        following = {"paging": {"next": {"after": str(end), "link": "…"}}} if end < len(rows) else {}
        return as_json({"results": rows[start:end], **following})

    return guarded(answer, authorization=f"Bearer {KEY}")


def _zendesk(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        name = {
            "/api/v2/guide/survey_responses": "survey_responses",
            "/api/v2/satisfaction_ratings": "satisfaction_ratings",
        }
        if asked.path not in name:
            return as_json({"error": "InvalidEndpoint"}, status=404)
        start = asked.number("page[after]", 0)
        end = start + min(asked.number("page[size]", 100), most)
        more = end < len(rows)
        meta = {"has_more": more, "after_cursor": str(end) if more else None}
        return as_json({asked.path.rpartition("/")[2]: rows[start:end], "meta": meta})

    return guarded(answer, authorization=basic("care@larkfield.example/token", KEY))


def _intercom(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/conversations/search" or asked.method != "POST":
            return as_json({"type": "error.list"}, status=404)
        said = json.loads(asked.body)
        moment = "conversation_rating.updated_at"
        found = [each for each in rows if "id" not in each or at(each, moment) > said["query"]["value"]]
        start = int(said["pagination"].get("starting_after", 0))
        end = start + min(said["pagination"]["per_page"], most)
        following = {"next": {"page": 2, "starting_after": str(end)}} if end < len(found) else {}
        pages = {"type": "pages", "per_page": most, **following}
        listed = {"type": "conversation.list", "conversations": found[start:end]}
        return as_json({**listed, "total_count": len(found), "pages": pages})

    return guarded(answer, authorization=f"Bearer {KEY}", intercom_version="2.11")


def _delighted(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/v1/survey_responses.json" or asked.query.get("expand") != "person":
            return as_json({"status": 404}, status=404)
        since = asked.number("updated_since", 0)
        found = [each for each in rows if max(each.get("updated_at") or 0, each.get("created_at", 10**10)) >= since]
        return as_json(slice_of(found, asked, size="per_page", most=most))

    return guarded(answer, authorization=basic(KEY, ""))


def _senja(rows: Rows, most: int) -> Pages:
    """``total`` counts the page it stands on, and no more."""

    def answer(asked: Asked) -> Reply:
        found = slice_of(rows, asked, size="limit", most=most)
        return as_json({"testimonials": found, "total": len(found)})

    return guarded(answer, authorization=f"Bearer {KEY}")


def _testimonialto(rows: Rows, most: int) -> Pages:
    """It has no pages: everything comes at once."""
    return guarded(lambda _: as_json(list(rows)), authorization=f"Bearer {KEY}")


def _rss(rows: Rows, most: int) -> Pages:
    """A feed in pages (RFC 5005); the address of the feed has a key in it, as private feeds do."""

    def answer(asked: Asked) -> Reply:
        page = asked.number("paged", 1)
        following = f"/reviews.rss?for=partners&amp;paged={page + 1}"
        more = f'<atom:link rel="next" href="{following}"/>' if page * most < len(rows) else ""
        body = "".join(_entry(each) for each in slice_of(rows, asked, page="paged", size="size", most=most))
        head, tail = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>', "</channel></rss>"
        feed = f'<?xml version="1.0"?>{head}<language>en</language>{more}{body}{tail}'
        return Reply(200, feed.encode(), {"Content-Type": "application/rss+xml"})

    return answer


def _entry(raw: Mapping[str, str]) -> str:
    return f"<item>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in raw.items())}</item>"


def _rss_rows() -> Rows:
    entry = {
        "guid": "urn:review:larkfield:r1",
        "title": "★★★★★ Perfect pour",
        "link": "https://larkfield.example/reviews/r1",
        "pubDate": "Wed, 30 Sep 2026 12:11:10 +0000",
        "category": "K2 Gooseneck Kettle",
        "description": "<p>Heats fast.</p>",
    }
    return [entry]


def basic(user: str, password: str) -> str:
    """What logs somebody in by name and password (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


TYPEFORM = {"form": "lK2test", "map_body": "review", "map_order": "order_id", **SUBJECT}
TALLY = {
    "form": "XxA4WO",
    "map_rating": "question_1",
    "map_body": "question_2",
    "map_email": "question_3",
    "map_consent": "question_4",
    "map_order": "order_id",
    "map_photo": "A picture",
    "consent_yes": "Yes, with my first name",
    **SUBJECT,
}
GOOGLE_FORMS = {
    "form": "1BxiMVs0XRA5nFMd",
    "client_id": "c-1",
    "map_rating": "7e8f9a0b",
    "map_body": "7e8f9a0c",
    "consent": "What you write here may stand on our site.",
    **SUBJECT,
}
SIGNALS: Mapping[str, Signal] = {
    "typeform": Signal(
        pages=_typeform,
        rows=_typeform_rows,
        id_at="token",
        words_at="answers.1.text",
        options=TYPEFORM,
        secrets={"token": KEY},
        moments_at=["submitted_at"],
    ),
    "tally": Signal(
        pages=_tally,
        rows=lambda: sample("tally", "list.json")["submissions"],
        id_at="id",
        words_at="responses.1.answer",
        options=TALLY,
        secrets={"token": KEY},
        moments_at=["submittedAt"],
    ),
    "google_forms": Signal(
        pages=_google_forms,
        rows=lambda: sample("google_forms")["responses"],
        id_at="responseId",
        words_at="answers.7e8f9a0c.textAnswers.answers.0.value",
        options=GOOGLE_FORMS,
        secrets={"client_secret": KEY, "refresh_token": f"1//{KEY}"},
        has_token_url=True,
        moments_at=["createTime", "lastSubmittedTime"],
    ),
    "hubspot": Signal(
        pages=_hubspot,
        rows=lambda: sample("hubspot")["results"],
        id_at="id",
        words_at="properties.hs_content",
        options=COMPANY,
        secrets={"token": KEY},
    ),
    "zendesk": Signal(
        pages=_zendesk,
        rows=lambda: [sample("zendesk")["survey_response"]],
        id_at="id",
        words_at="answers.2.value",
        options={"email": "care@larkfield.example", **COMPANY},
        secrets={"token": KEY},
    ),
    "intercom": Signal(
        pages=_intercom,
        rows=lambda: [sample("intercom")["data"]["item"]],
        id_at="id",
        words_at="conversation_rating.remark",
        options=COMPANY,
        secrets={"token": KEY},
        moments_at=["conversation_rating.updated_at"],
    ),
    "delighted": Signal(
        pages=_delighted,
        rows=lambda: sample("delighted"),
        id_at="id",
        words_at="comment",
        options=COMPANY,
        secrets={"key": KEY},
        base_path="/v1",
        moments_at=["created_at"],
    ),
    "rss": Signal(
        pages=_rss,
        rows=_rss_rows,
        id_at="guid",
        words_at="description",
        options={},
        url_option="url",
        base_path="/reviews.rss?for=partners",
    ),
    "senja": Signal(
        pages=_senja,
        rows=lambda: sample("senja")["testimonials"],
        id_at="id",
        words_at="text",
        options=COMPANY,
        secrets={"key": KEY},
    ),
    "testimonialto": Signal(
        pages=_testimonialto,
        rows=lambda: sample("testimonialto"),
        id_at="id",
        words_at="testimonial",
        options=COMPANY,
        secrets={"key": KEY},
    ),
}


def expected(kind: str, name: str = "expected.json") -> Any:
    """What a person read in a sample document."""
    return json.loads((SAMPLES / kind / name).read_text())
