"""How each review platform answers, played on loopback as its vendor documents it: logins, pages and counts."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from collectors.fields import before
from tests.shop_sources import sample
from tests.source_server import Asked, Pages, Reply, as_json, slice_of

KEY = "s3cret-key-18"
TOKEN = "token-for-a-while"
COUNTRIES = ("us", "gb", "nl", "de", "fr", "es", "it", "be", "at", "ch", "ie", "dk", "se", "no", "fi", "pl", "pt", "ca")
LOCATION = "/v4/accounts/1098/locations/7741/reviews"
UNIT = "507f191e810c19729de860ea"
Rows = Sequence[Any]
Play = Callable[[Rows, int], Pages]


@cache
def elliptic_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    """A private key as the file that a store hands out."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def account() -> str:
    """The JSON file of a service account."""
    said = {
        "type": "service_account",
        "private_key_id": "key-7",
        "private_key": pem(rsa_key()),
        "client_email": "reviews@larkfield.example",
    }
    return json.dumps(said, indent=2)


def logged_in(pages: Pages, login: Callable[[Asked], bool], path: str) -> Pages:
    """Pages behind a token, which a POST to ``path`` gives to whoever logs in as the vendor documents it."""

    def answer(asked: Asked) -> Reply:
        if asked.path == path:
            is_known = asked.method == "POST" and login(asked)
            return as_json(
                {"access_token": TOKEN} if is_known else {"error": "invalid_client"}, status=200 if is_known else 401
            )
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return as_json({"error": "unauthorized"}, status=401)
        return pages(asked)

    return answer


def form(asked: Asked) -> Mapping[str, str]:
    """The fields of a form that was sent."""
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def basic(user: str) -> str:
    return "Basic " + b64encode(f"{user}:{KEY}".encode()).decode()


def is_signed(token: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, audience: str, longest: int) -> bool:
    """Whether a token was signed with a key, for an audience, and holds no longer than so many seconds."""
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    try:
        options: Any = {"verify_exp": False, "verify_iat": False}
        claims = jwt.decode(token, key.public_key(), algorithms=[algorithm], audience=audience, options=options)
    except jwt.PyJWTError:
        return False
    return bool(0 < claims["exp"] - claims["iat"] <= longest)


def google_business_profile(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.method == "PUT":
            return as_json({"comment": json.loads(asked.body)["comment"]})
        if asked.path != LOCATION or asked.query.get("orderBy") != "updateTime desc":
            return as_json({"error": "no such location"}, status=404)
        start = asked.number("pageToken", 0)
        end = start + min(asked.number("pageSize", 50), most)
        following = {"nextPageToken": str(end)} if end < len(rows) else {}
        return as_json({"reviews": rows[start:end], "averageRating": 4.6, "totalReviewCount": len(rows), **following})

    def login(asked: Asked) -> bool:
        said = form(asked)
        return (
            said["grant_type"] == "refresh_token"
            and said["client_secret"] == KEY
            and said["refresh_token"] == "r" + KEY
        )

    return logged_in(answer, login, "/oauth/token")


def trustpilot(path: str, key: str) -> Play:
    def play(rows: Rows, most: int) -> Pages:
        def answer(asked: Asked) -> Reply:
            if asked.path == f"/v1/business-units/{UNIT}":
                return as_json({"id": UNIT, "numberOfReviews": {"total": len(rows)}})
            if asked.path != path:
                return as_json({"error": "not found"}, status=404)
            page, size = asked.number("page", 1), min(asked.number("perPage", 20), most)
            found = slice_of(rows, asked, size="perPage", most=most)
            following = {
                "href": f"https://api.trustpilot.com{path}?page={page + 1}",
                "method": "GET",
                "rel": "next-page",
            }
            return as_json({"links": [following] if page * size < len(rows) else [], key: found})

        def login(asked: Asked) -> bool:
            return (
                asked.headers["authorization"] == basic("key-of-app")
                and form(asked)["grant_type"] == "client_credentials"
            )

        return logged_in(answer, login, "/v1/oauth/oauth-business-users-for-applications/accesstoken")

    return play


def kiyoh(rows: Rows, most: int) -> Pages:
    """All that changed since a moment, the earliest first; whatever has no moment comes first of all."""
    ordered = sorted(((_moment(each), each) for each in rows), key=lambda pair: pair[0])

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-publication-api-token") != KEY or asked.query.get("locationId") != "1046100":
            return as_json({"errorCode": "INVALID_TOKEN"}, status=403)
        since = asked.query.get("updatedSince", "").removesuffix(".000Z")
        found = [row for moment, row in ordered if moment >= since][: min(asked.number("limit", 10), most)]
        return as_json({**sample("kiyoh"), "numberReviews": len(rows), "reviews": found})

    return answer


def _moment(row: Any) -> str:
    return before(row["updatedSince"], timedelta(0)) if isinstance(row, dict) else ""


def trusted_shops(rows: Rows, most: int) -> Pages:
    ids = [each.get("id") or f"rev-{at}" if isinstance(each, dict) else f"rev-{at}" for at, each in enumerate(rows)]

    def answer(asked: Asked) -> Reply:
        after = asked.query.get("after")
        start = ids.index(after) + 1 if after in ids else 0
        found = rows[start : start + min(asked.number("count", 50), most)]
        end = start + len(found)
        links = {"next": f"https://api.etrusted.com/reviews?after={ids[end - 1]}"} if end < len(rows) else {}
        last = {"after": ids[end - 1]} if found else {}
        return as_json({"paging": {"count": len(found), **last, "links": links}, "items": found})

    def login(asked: Asked) -> bool:
        said = form(asked)
        return said["client_secret"] == KEY and said["audience"] == "https://api.etrusted.com"

    return logged_in(answer, login, "/oauth/token")


def app_store_rss(rows: Rows, most: int) -> Pages:
    """Fifty on a page and ten pages of each country; one entry is no list, and none is not there."""

    def answer(asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        if len(parts) != 7 or parts[4:] != ["id=1", "sortby=mostrecent", "json"]:
            return as_json({"error": "no such feed"}, status=404)
        own = rows[COUNTRIES.index(parts[0]) * 500 :][:500]
        start = (int(parts[3].removeprefix("page=")) - 1) * most
        entries = own[start : start + most]
        shown = {"entry": entries[0] if len(entries) == 1 else entries} if entries else {}
        return as_json({"feed": {"title": {"label": "iTunes Store: Customer Reviews"}, **shown}})

    return answer


def app_store_connect(rows: Rows, most: int) -> Pages:
    included = sample("app_store_connect")["included"]

    def answer(asked: Asked) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not is_signed(token, elliptic_key(), "appstoreconnect-v1", 1200):
            return as_json({"errors": [{"code": "NOT_AUTHORIZED"}]}, status=401)
        if asked.method == "POST":
            return as_json(json.loads(asked.body), status=201)
        start = int(asked.query.get("cursor", "AQ.0").removeprefix("AQ."))
        end = start + min(asked.number("limit", 50), most)
        base = "https://api.appstoreconnect.apple.com/v1/apps/1/customerReviews"
        links = {"self": base, **({"next": f"{base}?cursor=AQ.{end}&limit=200"} if end < len(rows) else {})}
        meta = {"paging": {"total": len(rows), "limit": most}}
        return as_json({"data": rows[start:end], "included": included, "links": links, "meta": meta})

    return answer


def google_play(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.method == "POST":
            return as_json({"result": {"replyText": json.loads(asked.body)["replyText"]}})
        start = asked.number("token", 0)
        end = start + min(asked.number("maxResults", 10), most)
        following = {"tokenPagination": {"nextPageToken": str(end)}} if end < len(rows) else {}
        return as_json({"reviews": rows[start:end], **following})

    def login(asked: Asked) -> bool:
        return is_signed(form(asked)["assertion"], rsa_key(), "https://oauth2.googleapis.com/token", 3600)

    return logged_in(answer, login, "/oauth/token")


def g2(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Token token={KEY}" or asked.path != "/survey-responses":
            return as_json({"errors": [{"status": "401"}]}, status=401)
        page = asked.number("page[number]", 1)
        size = min(asked.number("page[size]", 10), most)
        found = slice_of(rows, asked, page="page[number]", size="page[size]", most=most)
        following = f"https://data.g2.com/api/v1/survey-responses?page%5Bnumber%5D={page + 1}"
        links = {"next": following} if page * size < len(rows) else {}
        return as_json({"data": found, "links": links, "meta": {"record_count": len(rows)}})

    return answer


def etsy(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != KEY or asked.path != "/shops/123456/reviews":
            return as_json({"error": "API key not found"}, status=403)
        return as_json({"count": len(rows), "results": _window(rows, asked, most)})

    return answer


def ebay_feedback(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path != "/commerce/feedback/v1/feedback":
            return as_json({"errors": []}, status=404)
        pagination = {"total": len(rows), "limit": most, "offset": asked.number("offset", 0)}
        return as_json({"feedbackEntries": _window(rows, asked, most), "pagination": pagination})

    def login(asked: Asked) -> bool:
        return asked.headers["authorization"] == basic("app-1") and form(asked)["refresh_token"] == "r" + KEY

    return logged_in(answer, login, "/identity/v1/oauth2/token")


def _window(rows: Rows, asked: Asked, most: int) -> Rows:
    start = asked.number("offset", 0)
    return rows[start : start + min(asked.number("limit", 25), most)]


def trustpilot_secrets() -> Mapping[str, str]:
    return {"api_key": "key-of-app", "api_secret": KEY}
