"""The shops' review sources, played on loopback as their vendors document them: their pages, counts and keys."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from engine.plugins import COLLECTORS, SourceKind
from tests.source_server import Asked, Pages, Reply, as_json, slice_of

SAMPLES = Path(__file__).parent / "samples"
KEY = "s3cret-key-17"
Rows = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One played source."""

    pages: Callable[[Rows, int], Pages]
    """Serves raw reviews, so many on a page at most."""
    ids_at: Sequence[str]
    """Where a raw review has its ids, with dots between."""
    path: str = ""
    """Where the list of raw reviews is in the sample document; empty where the document is the list."""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    key_in_url: bool = False
    """Whether it takes its key nowhere else."""

    def given(self, url: str) -> Mapping[str, str]:
        """All options, for a source at an address."""
        return {"base_url": url, **self.options, **self.secrets}


def plug(kind: str) -> SourceKind:
    """The kind of source of that name, as its entry point has it."""
    [point] = entry_points(group=COLLECTORS, name=kind)
    found: SourceKind = point.load()
    return found


def sample(kind: str, name: str = "input.json") -> Any:
    """A sample document of a source."""
    return json.loads((SAMPLES / kind / name).read_text())


def rows_of(kind: str) -> list[Any]:
    """The raw reviews of the sample document of a source."""
    return list(at(sample(kind), SHOPS[kind].path))


def like_the_sample(kind: str, count: int) -> list[Any]:
    """So many raw reviews like the first one of the sample, each with ids of its own: 1, 2 or r1, r2."""
    original = json.dumps(rows_of(kind)[0])
    found = []
    for number in range(1, count + 1):
        raw = json.loads(original)
        for which, path in enumerate(SHOPS[kind].ids_at):
            put(raw, path, number if isinstance(at(raw, path), int) else f"r{number}" + "p" * which)
        found.append(raw)
    return found


def at(document: Any, path: str) -> Any:
    """What stands under a path in a document."""
    for name in filter(None, path.split(".")):
        document = document[int(name) if isinstance(document, list) else name]
    return document


def put(document: Any, path: str, value: Any) -> None:
    """Sets what stands under a path in a document."""
    outer, _, last = path.rpartition(".")
    holder = at(document, outer)
    holder[int(last) if isinstance(holder, list) else last] = value


def sampled(kind: str) -> Pages:
    """What serves the reviews of all sample documents of a source."""
    companies = sample(kind, "company.json")["reviews"]["data"] if kind == "reviewsio" else []
    return SHOPS[kind].pages([*rows_of(kind), *companies], 100)


def _basic(user: str) -> str:
    return "Basic " + b64encode(f"{user}:{KEY}".encode()).decode()


def _guarded(pages: Pages, path: str, **headers: str) -> Pages:
    """The pages of a source, for who asks at the right place with the right keys."""

    def answer(asked: Asked) -> Reply:
        if not asked.path.startswith(path):
            return as_json({"error": f"nothing is at {asked.path}"}, status=404)
        if any(asked.headers.get(name.replace("_", "-")) != value for name, value in headers.items()):
            return as_json({"error": "who are you"}, status=401)
        return pages(asked)

    return answer


def _wordpress(path: str) -> Callable[[Rows, int], Pages]:
    def play(rows: Rows, most: int) -> Pages:
        def answer(asked: Asked) -> Reply:
            size = min(asked.number("per_page", 10), most)
            totals = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
            return as_json(slice_of(rows, asked, size="per_page", most=most), totals)

        return _guarded(answer, path, authorization=_basic("ck_user"))

    return play


def _judgeme(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.query.get("shop_domain") != "larkfield.myshopify.com":
            return as_json({"error": "no such shop"}, status=404)
        if asked.path.endswith("/reviews/count"):
            return as_json({"count": len(rows)})
        if asked.path.endswith("/replies"):
            return as_json({"message": "ok"})
        found = slice_of(rows, asked, size="per_page", most=most)
        return as_json({"current_page": asked.number("page", 1), "per_page": most, "reviews": found})

    return _guarded(answer, "/", x_api_token=KEY)


def _yotpo(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/oauth/token":
            said = json.loads(asked.body)
            is_known = asked.method == "POST" and said["client_secret"] == KEY
            return as_json({"access_token": "for-a-while", "token_type": "bearer"} if is_known else {"error": "no"})
        if asked.query.get("utoken") != "for-a-while":
            return as_json({"status": {"code": 401}}, status=401)
        return as_json({"reviews": slice_of(rows, asked, size="count", most=most)})

    return answer


def _yotpo_widget(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        response = {
            **sample("yotpo_widget")["response"],
            "pagination": {"page": asked.number("page", 1), "per_page": most, "total": len(rows)},
            "reviews": slice_of(rows, asked, size="per_page", most=most),
        }
        return as_json({"status": {"code": 200, "message": "OK"}, "response": response})

    return _guarded(answer, "/v1/widget/app-1/products/8483130540168/reviews.json")


def _okendo(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        status = asked.query.get("status", "approved")
        found = [each for each in rows if _status(each) == status]
        start = asked.number("lastEvaluated", 0)
        end = start + min(asked.number("limit", 25), most)
        following = {"nextUrl": f"/v1/reviews?limit=100&lastEvaluated={end}"} if end < len(found) else {}
        return as_json({"reviews": found[start:end], **following})

    return _guarded(answer, "/reviews", authorization=_basic("user-1"), okendo_api_version="2025-02-01")


def _status(raw: Any) -> str:
    return str(raw.get("status", "approved")) if isinstance(raw, dict) else "approved"


def _stamped(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        found = slice_of(rows, asked, size="take", most=most)
        return as_json({"data": found, "page": asked.number("page", 1), "total": len(rows), "totalAll": len(rows) + 4})

    return _guarded(answer, "/4711/dashboard/reviews", authorization=_basic("public-1"))


def _reviewsio(rows: Rows, most: int) -> Pages:
    company = [each for each in rows if isinstance(each, dict) and "store_review_id" in each]
    products = [each for each in rows if each not in company]

    def answer(asked: Asked) -> Reply:
        is_company = asked.path == "/merchant/reviews"
        if not is_company and asked.query.get("sku") != "LK-K2-BLK;LK-K3":
            return as_json({"error": "which product"}, status=404)
        found = slice_of(company, asked, size="per_page", most=most, first=0)
        if not is_company:
            found = slice_of(products, asked, size="per_page", most=most)
        total = len(company) if is_company else len(products)
        page = {"total": total, "per_page": most, "current_page": asked.number("page", 1), "data": found}
        return as_json({"store": "larkfield-example", "reviews": page})

    return _guarded(answer, "/", store="larkfield-example", apikey=KEY)


def _feefo(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        page = asked.number("page", 1)
        meta = {"count": len(rows), "pages": -(-len(rows) // most), "page_size": most, "current_page": page}
        found = slice_of(rows, asked, size="page_size", most=most)
        return as_json({"summary": {"meta": meta}, "reviews": found})

    return _guarded(answer, "/reviews/all")


def _bazaarvoice(rows: Rows, most: int) -> Pages:
    def answer(asked: Asked) -> Reply:
        if asked.query.get("passkey") != KEY:
            error = {"Message": "The passKey provided is invalid.", "Code": "ERROR_PARAM_INVALID_API_KEY"}
            return as_json({"HasErrors": True, "Errors": [error], "Results": []})
        start = asked.number("Offset", 0)
        found = rows[start : start + min(asked.number("Limit", 10), most)]
        return as_json({"TotalResults": len(rows), "HasErrors": False, "Errors": [], "Results": found})

    return _guarded(answer, "/data/reviews.json")


def _powerreviews(rows: Rows, most: int) -> Pages:
    """It opens a window of 10,000 reviews, and no more."""

    def answer(asked: Asked) -> Reply:
        if asked.query.get("apikey") != KEY:
            return as_json({"error": "unauthorized"}, status=401)
        start, size = asked.number("paging.from", 0), asked.number("paging.size", 10)
        if start + size > 10_000:
            return as_json({"error": "size + from must be at most 10,000"}, status=400)
        found = {"page_id": "LK-K2", "reviews": rows[start : start + min(size, most)]}
        return as_json({"name": "Larkfield", "paging": {"total_results": len(rows)}, "results": [found]})

    return _guarded(answer, "/m/957729/")


SHOPS: Mapping[str, Shop] = {
    "woocommerce": Shop(
        pages=_wordpress("/wp-json/wc/v3/products/reviews"),
        ids_at=("id",),
        secrets={"key": "ck_user", "secret": KEY},
    ),
    "wordpress_comments": Shop(
        pages=_wordpress("/wp-json/wp/v2/comments"),
        ids_at=("id",),
        options={"user": "ck_user"},
        secrets={"password": KEY},
    ),
    "site_reviews": Shop(
        pages=_wordpress("/wp-json/site-reviews/v1/reviews"),
        ids_at=("id",),
        options={"user": "ck_user"},
        secrets={"password": KEY},
    ),
    "judgeme": Shop(
        pages=_judgeme,
        path="reviews",
        ids_at=("id",),
        options={"shop": "larkfield.myshopify.com"},
        secrets={"token": KEY},
    ),
    "yotpo": Shop(pages=_yotpo, path="reviews", ids_at=("id",), options={"app_key": "app-1"}, secrets={"secret": KEY}),
    "yotpo_widget": Shop(
        pages=_yotpo_widget,
        path="response.reviews",
        ids_at=("id",),
        options={"app_key": "app-1", "products": "8483130540168"},
    ),
    "okendo": Shop(
        pages=_okendo, path="reviews", ids_at=("reviewId",), options={"user": "user-1"}, secrets={"key": KEY}
    ),
    "stamped": Shop(
        pages=_stamped,
        path="data",
        ids_at=("id",),
        options={"store": "4711", "public_key": "public-1", "photos": "https://photos.example/uploads/"},
        secrets={"private_key": KEY},
    ),
    "reviewsio": Shop(
        pages=_reviewsio,
        path="reviews.data",
        ids_at=("product_review_id",),
        options={"store": "larkfield-example", "skus": "LK-K2-BLK;LK-K3", "timezone": "Europe/London"},
        secrets={"key": KEY},
    ),
    "feefo": Shop(
        pages=_feefo,
        path="reviews",
        ids_at=("service.id", "products.0.id"),
        options={"merchant": "larkfield-kettle"},
    ),
    "bazaarvoice": Shop(pages=_bazaarvoice, path="Results", ids_at=("Id",), secrets={"passkey": KEY}, key_in_url=True),
    "powerreviews": Shop(
        pages=_powerreviews,
        path="results.0.reviews",
        ids_at=("review_id",),
        options={"merchant": "957729"},
        secrets={"key": KEY},
        key_in_url=True,
    ),
}
