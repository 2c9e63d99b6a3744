"""How each form, survey, wall and feed answers, played on loopback as its vendor documents it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs

from tests.shop_sources import at, sample
from tests.source_server import Asked, Pages, Reply, as_json, slice_of

KEY = "s3cret-key-19"
TOKEN = "token-for-an-hour"
Rows = Sequence[Any]
Play = Callable[[Rows, int], Pages]


def guarded(pages: Pages, **headers: str) -> Pages:
    """The pages of a source, for who comes with the right keys."""

    def answer(asked: Asked) -> Reply:
        if any(asked.headers.get(name.replace("_", "-")) != value for name, value in headers.items()):
            return as_json({"error": "who are you"}, status=401)
        return pages(asked)

    return answer


def typeform(rows: Rows, most: int) -> Pages:
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


def tally(rows: Rows, most: int) -> Pages:
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


def google_forms(rows: Rows, most: int) -> Pages:
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

    return with_token(guarded(answer, authorization=f"Bearer {TOKEN}"))


def with_token(pages: Pages) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/token":
            return pages(asked)
        said = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        wanted = {"grant_type": "refresh_token", "client_id": "c-1", "client_secret": KEY, "refresh_token": f"1//{KEY}"}
        return as_json({"access_token": TOKEN, "expires_in": 3599} if said == wanted else {"error": "invalid_grant"})

    return answer


def hubspot(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/crm/v3/objects/feedback_submissions" or "hs_value" not in asked.query.get("properties", ""):
            return as_json({"status": "error"}, status=404)
        start = asked.number("after", 0)
        end = start + min(asked.number("limit", 10), most)
        following = {"paging": {"next": {"after": str(end), "link": "…"}}} if end < len(rows) else {}
        return as_json({"results": rows[start:end], **following})

    return guarded(answer, authorization=f"Bearer {KEY}")


def zendesk(rows: Rows, most: int) -> Pages:
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


def intercom(rows: Rows, most: int) -> Pages:
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


def delighted(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/v1/survey_responses.json" or asked.query.get("expand") != "person":
            return as_json({"status": 404}, status=404)
        since = asked.number("updated_since", 0)
        found = [each for each in rows if max(each.get("updated_at") or 0, each.get("created_at", 10**10)) >= since]
        return as_json(slice_of(found, asked, size="per_page", most=most))

    return guarded(answer, authorization=basic(KEY, ""))


def senja(rows: Rows, most: int) -> Pages:
    """``total`` counts the page it stands on, and no more."""

    def answer(asked: Asked) -> Reply:
        found = slice_of(rows, asked, size="limit", most=most)
        return as_json({"testimonials": found, "total": len(found)})

    return guarded(answer, authorization=f"Bearer {KEY}")


def testimonialto(rows: Rows, most: int) -> Pages:
    """It has no pages: everything comes at once."""
    return guarded(lambda _: as_json(list(rows)), authorization=f"Bearer {KEY}")


def rss(rows: Rows, most: int) -> Pages:
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


def basic(user: str, password: str) -> str:
    """What logs somebody in by name and password (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
