"""The review platforms, played on loopback as their vendors document them: their logins, pages and counts."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from collectors.fields import before
from tests.shop_sources import at, put, sample
from tests.source_server import Asked, Pages, Reply, as_json, slice_of

KEY = "s3cret-key-18"
TOKEN = "token-for-a-while"
COUNTRIES = ("us", "gb", "nl", "de", "fr", "es", "it", "be", "at", "ch", "ie", "dk", "se", "no", "fi", "pl", "pt", "ca")
LOCATION = "/v4/accounts/1098/locations/7741/reviews"
UNIT = "507f191e810c19729de860ea"
Rows = Sequence[Any]
Play = Callable[[Rows, int], Pages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One played source."""

    pages: Play
    """Serves raw reviews, so many on a page at most."""
    id_at: str
    """Where a raw review has its id, with dots between."""
    path: str
    """Where the list of raw reviews is in the sample document."""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Callable[[], Mapping[str, str]] = dict
    has_token_url: bool = False
    changed_at: str = ""
    """Where a raw review has the time of its last change, where that orders the pages."""

    def given(self, url: str) -> Mapping[str, str]:
        """All options, for a source at an address."""
        token = {"token_url": f"{url}/oauth/token"} if self.has_token_url else {}
        return {"base_url": url, **token, **self.options, **self.secrets()}


def rows_of(kind: str) -> list[Any]:
    """The raw reviews of the sample document of a platform."""
    return list(at(sample(kind), PLATFORMS[kind].path))


def like_the_sample(kind: str, count: int) -> list[Any]:
    """So many raw reviews like the first one of the sample, with the ids r1, r2, and an hour between their changes."""
    platform, original = PLATFORMS[kind], json.dumps(rows_of(kind)[0])
    found = []
    for number in range(1, count + 1):
        raw = json.loads(original)
        put(raw, platform.id_at, f"r{number}")
        if platform.changed_at:
            day, second = divmod(number * 3600, 86_400)
            hour = second // 3600
            month, day_of_month = divmod(day % 336, 28)
            moment = f"{2020 + day // 336 % 6}-{month + 1:02}-{day_of_month + 1:02}T{hour:02}:00:00.000+00:00"
            put(raw, platform.changed_at, moment)
        found.append(raw)
    return found


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


def _google_business_profile(rows: Rows, most: int) -> Pages:
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


def _trustpilot(path: str, key: str) -> Play:
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


def _kiyoh(rows: Rows, most: int) -> Pages:
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


def _trusted_shops(rows: Rows, most: int) -> Pages:
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


def _app_store_rss(rows: Rows, most: int) -> Pages:
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


def _app_store_connect(rows: Rows, most: int) -> Pages:
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


def _google_play(rows: Rows, most: int) -> Pages:
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


def _g2(rows: Rows, most: int) -> Pages:
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


def _etsy(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != KEY or asked.path != "/shops/123456/reviews":
            return as_json({"error": "API key not found"}, status=403)
        return as_json({"count": len(rows), "results": _window(rows, asked, most)})

    return answer


def _ebay_feedback(rows: Rows, most: int) -> Pages:
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


def _trustpilot_secrets() -> Mapping[str, str]:
    return {"api_key": "key-of-app", "api_secret": KEY}


PLATFORMS: Mapping[str, Platform] = {
    "google_business_profile": Platform(
        pages=_google_business_profile,
        id_at="reviewId",
        path="reviews",
        options={"account": "1098", "location": "7741", "client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY, "refresh_token": "r" + KEY},
        has_token_url=True,
    ),
    "trustpilot_service": Platform(
        pages=_trustpilot(f"/v1/private/business-units/{UNIT}/reviews", "reviews"),
        id_at="id",
        path="reviews",
        options={"business_unit": UNIT, "business_user": "user-9"},
        secrets=_trustpilot_secrets,
    ),
    "trustpilot_product": Platform(
        pages=_trustpilot(f"/v1/private/product-reviews/business-units/{UNIT}/reviews", "productReviews"),
        id_at="id",
        path="productReviews",
        options={"business_unit": UNIT, "business_user": "user-9"},
        secrets=_trustpilot_secrets,
    ),
    "kiyoh": Platform(
        pages=_kiyoh,
        id_at="reviewId",
        path="reviews",
        options={"location": "1046100"},
        secrets=lambda: {"token": KEY},
        changed_at="updatedSince",
    ),
    "trusted_shops": Platform(
        pages=_trusted_shops,
        id_at="id",
        path="items",
        options={"client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY},
        has_token_url=True,
    ),
    "app_store_rss": Platform(
        pages=_app_store_rss,
        id_at="id.label",
        path="feed.entry",
        options={"app": "1", "countries": ",".join(COUNTRIES)},
    ),
    "app_store_connect": Platform(
        pages=_app_store_connect,
        id_at="id",
        path="data",
        options={"app": "1", "issuer": "issuer-1", "key_id": "key-7"},
        secrets=lambda: {"private_key": pem(elliptic_key())},
    ),
    "google_play": Platform(
        pages=_google_play,
        id_at="reviewId",
        path="reviews",
        options={"package": "com.larkfield.kettle"},
        secrets=lambda: {"service_account": account()},
        has_token_url=True,
    ),
    "g2": Platform(pages=_g2, id_at="id", path="data", secrets=lambda: {"token": KEY}),
    "etsy": Platform(
        pages=_etsy,
        id_at="transaction_id",
        path="results",
        options={"shop": "123456"},
        secrets=lambda: {"api_key": KEY},
    ),
    "ebay_feedback": Platform(
        pages=_ebay_feedback,
        id_at="feedbackId",
        path="feedbackEntries",
        options={"user": "larkfield", "client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY, "refresh_token": "r" + KEY},
    ),
}
