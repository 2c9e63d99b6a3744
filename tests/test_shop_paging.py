"""How shop sources are walked: what is asked, where the next reading starts, what is missing, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from engine.domain import Batch
from engine.errors import BadValueError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.testing.collectors import LOOPBACK
from tests.shop_sources import KEY, SHOPS, like_the_sample, plug, put
from tests.source_server import Asked, Pages, Reply, as_json, serving


def collected(
    kind: str, pages: Pages, cursor: str | None = None, **options: str
) -> tuple[list[Batch], Sequence[Asked]]:
    """The batches of a source, and what it was asked."""
    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        given = {**SHOPS[kind].given(source.url), **options}
        return list(plug(kind).collector(given, http).collect(cursor)), list(source.asked)


def like(kind: str, count: int, **changes: Any) -> list[Any]:
    rows = like_the_sample(kind, count)
    for row in rows:
        for path, value in changes.items():
            put(row, path.replace("__", "."), value)
    return rows


def ids(batches: Sequence[Batch]) -> list[str]:
    return [each.external_id for batch in batches for each in batch.records]


@pytest.mark.parametrize(
    ("kind", "resume", "asked"),
    [
        ("woocommerce", {"after": "2026-10-16T16:59:17"}, ("after", "2026-10-16T16:59:17")),
        ("wordpress_comments", {"after": "2026-10-18T10:12:13"}, ("after", "2026-10-18T10:12:13")),
        ("yotpo", {"since": "2026-08-11"}, ("since_updated_at", "2026-08-11")),
        ("reviewsio", {"since": "2026-05-10"}, ("min_date", "2026-05-10")),
        ("bazaarvoice", {"since": "1768150800"}, ("Filter", "LastModificationTime:gt:1768150800")),
    ],
)
def test_the_next_reading_asks_for_what_is_new_with_an_overlap(
    kind: str, resume: Mapping[str, str], asked: tuple[str, str]
) -> None:
    first, _ = collected(kind, SHOPS[kind].pages(like(kind, 5), 2))
    second, calls = collected(kind, SHOPS[kind].pages([], 2), first[-1].resume)

    assert json.loads(first[-1].resume or "") == resume
    assert calls[-1].query[asked[0]] == asked[1]
    assert json.loads(second[-1].resume or "") == resume


@pytest.mark.parametrize(
    "kind", ["judgeme", "okendo", "stamped", "feefo", "powerreviews", "site_reviews", "yotpo_widget"]
)
def test_a_source_that_cannot_tell_what_is_new_is_read_anew(kind: str) -> None:
    batches, _ = collected(kind, SHOPS[kind].pages(like(kind, 3), 2))

    assert [each.resume for each in batches] == [None] * len(batches)


def test_a_moment_that_is_none_does_not_move_the_start_of_the_next_reading() -> None:
    rows = like("woocommerce", 3)
    for row, moment in zip(rows, ["soon", "9", None], strict=True):
        row["date_created_gmt"] = moment

    batches, _ = collected("woocommerce", SHOPS["woocommerce"].pages(rows, 2))

    assert batches[-1].resume is None


def test_woocommerce_is_asked_for_what_is_held_as_well() -> None:
    _, asked = collected("woocommerce", SHOPS["woocommerce"].pages(like("woocommerce", 1), 2))

    assert asked[0].query == {"page": "1", "per_page": "100", "order": "asc", "status": "all", "orderby": "date_gmt"}


def test_comments_of_a_site_can_be_read_without_a_user() -> None:
    def public(asked: Asked) -> Reply:
        return as_json([], status=401 if "status" in asked.query or "authorization" in asked.headers else 200)

    _, asked = collected("wordpress_comments", public, user="", password="", post="77")

    assert (asked[0].query["post"], asked[0].query["parent"]) == ("77", "0")


def test_judgemes_count_is_asked_for_before_the_first_page_and_after_the_last() -> None:
    rows = like("judgeme", 5)

    def growing(asked: Asked) -> Reply:
        if asked.path.endswith("/count") and asked.number("page", 0) == 0 and len(rows) == 5:
            rows.extend(like("judgeme", 6)[5:])
            return as_json({"count": 5})
        return SHOPS["judgeme"].pages(rows, 3)(asked)

    batches, asked = collected("judgeme", growing)

    assert [each.reported for each in batches] == [5, 5, 6]
    assert [each.path for each in asked].count("/reviews/count") == 2


def test_judgemes_count_may_be_missing() -> None:
    def countless(asked: Asked) -> Reply:
        if asked.path.endswith("/count"):
            return as_json({"count": "many"})
        return SHOPS["judgeme"].pages(like("judgeme", 3), 2)(asked)

    batches, _ = collected("judgeme", countless)

    assert (ids(batches), batches[-1].reported) == (["1", "2", "3"], None)


def test_okendo_is_asked_for_each_status_one_after_the_other() -> None:
    rows = like("okendo", 5)
    for row, status in zip(rows, ["pending", "approved", "rejected", "approved", "approved"], strict=True):
        row["status"] = status

    batches, asked = collected("okendo", SHOPS["okendo"].pages(rows, 2))

    assert [each.query["status"] for each in asked] == ["pending", "rejected", "approved", "approved"]
    assert ids(batches) == ["r1", "r3", "r2", "r4", "r5"]
    assert [each.place for each in batches[-1].records] == ["okendo approved page 2, review 1"]


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/reviews?limit=100",
        "/reviews?lastEvaluated=" + "x" * 5000,
        "/reviews?lastEvaluated=1&lastEvaluated=2",
        "https://[x/reviews?lastEvaluated=1",
        7,
        ["/reviews?lastEvaluated=1"],
    ],
)
def test_okendo_is_followed_by_a_token_and_never_by_an_address(following: Any) -> None:
    def leading_away(asked: Asked) -> Reply:
        return as_json({"reviews": like("okendo", 1), "nextUrl": following})

    with pytest.raises(SourceRefusedError, match="Okendo names a next page"):
        collected("okendo", leading_away)


def test_an_address_of_elsewhere_is_not_asked_even_when_it_holds_a_token() -> None:
    def leading_away(asked: Asked) -> Reply:
        following = {} if "lastEvaluated" in asked.query else {"nextUrl": "https://evil.example/x?lastEvaluated=2"}
        return as_json({"reviews": [], **following})

    _, asked = collected("okendo", leading_away)

    assert {each.path for each in asked} == {"/reviews"}


def test_reviewsio_reads_the_company_from_page_0_and_counts_both() -> None:
    company = [{"store_review_id": each, "rating": 5, "review": "Fast."} for each in (1, 2, 3)]
    rows = [*company, *like("reviewsio", 3)]

    batches, asked = collected("reviewsio", SHOPS["reviewsio"].pages(rows, 2))

    assert [(each.path, each.query["page"]) for each in asked] == [
        ("/merchant/reviews", "0"),
        ("/merchant/reviews", "1"),
        ("/merchant/reviews", "2"),
        ("/product/review", "1"),
        ("/product/review", "2"),
        ("/product/review", "3"),
    ]
    assert ids(batches) == ["company-1", "company-2", "company-3", "product-1", "product-2", "product-3"]
    assert [each.reported for each in batches] == [None, None, None, 6, 6, 6]


def test_reviewsio_may_answer_with_a_bare_list() -> None:
    company = [{"store_review_id": 1, "rating": 5, "comments": "Fast.", "date_created": "2026-05-10 08:10:11"}]

    def bare(asked: Asked) -> Reply:
        found = company if asked.query["page"] == "0" else []
        return as_json({"stats": {"total_reviews": 1, "average_rating": "5.00"}, "reviews": found})

    batches, _ = collected("reviewsio", bare, skus="")

    assert [(each.fields["body"], each.external_id) for each in batches[0].records] == [("Fast.", "company-1")]
    assert batches[-1].reported == 1


def test_reviewsio_needs_something_to_read() -> None:
    with pytest.raises(BadValueError, match="there is nothing to read"):
        collected("reviewsio", SHOPS["reviewsio"].pages([], 2), skus="", company="no")


def test_yotpos_widget_is_asked_product_by_product_and_counts_all() -> None:
    def products(asked: Asked) -> Reply:
        return SHOPS["yotpo_widget"].pages(like("yotpo_widget", 3), 2)(
            Asked(asked.method, asked.path.replace("A%2F1", "8483130540168"), asked.query, asked.headers, asked.body)
        )

    batches, asked = collected("yotpo_widget", products, products="8483130540168, A/1, 8483130540168")

    assert [each.path.split("/")[5] for each in asked] == ["8483130540168"] * 3 + ["A%2F1"] * 3
    assert [each.reported for each in batches] == [None, None, None, 6, 6, 6]


def test_yotpo_without_a_token_says_what_to_check() -> None:
    with pytest.raises(SourceRefusedError, match="check app_key and secret") as caught:
        collected("yotpo", SHOPS["yotpo"].pages([], 2), secret="wrong")

    assert "wrong" not in str(caught.value)


def test_feefo_that_tells_of_fewer_orders_than_it_counts_says_so() -> None:
    def short(asked: Asked) -> Reply:
        meta = {"count": 3, "pages": 1, "page_size": 100, "current_page": 1}
        return as_json({"summary": {"meta": meta}, "reviews": like("feefo", 2)})

    [batch], _ = collected("feefo", short)

    assert (batch.shortfall, batch.reported) == ("Feefo counts 3 orders and told of 2", None)


def test_powerreviews_opens_a_window_of_10_000_reviews_and_says_that_there_are_more() -> None:
    def many(asked: Asked) -> Reply:
        start, size = asked.number("paging.from", 0), asked.number("paging.size", 0)
        if start + size > 10_000:
            return as_json({"error": "too far"}, status=400)
        found = [{"review_id": each, "details": {"product_page_id": "k"}} for each in range(start, start + size)]
        return as_json({"paging": {"total_results": 10_001}, "results": [{"reviews": found}]})

    batches, asked = collected("powerreviews", many)

    assert len(set(ids(batches))) == 10_000
    assert batches[-1].shortfall == "PowerReviews gives the newest 10,000 reviews and no more"
    assert asked[-1].query["paging.from"] == "9975"


@pytest.mark.parametrize("size", [25, 7])
def test_powerreviews_within_its_window_is_whole_however_large_its_pages_are(size: int) -> None:
    batches, _ = collected("powerreviews", SHOPS["powerreviews"].pages(like("powerreviews", 60), size))

    assert len(set(ids(batches))) == 60
    assert {each.shortfall for each in batches} == {""}


def test_powerreviews_can_be_asked_for_one_product() -> None:
    _, asked = collected("powerreviews", SHOPS["powerreviews"].pages([], 2), product="LK/K2", locale="nl_NL")

    assert asked[0].path == "/m/957729/l/nl_NL/product/LK%2FK2/reviews"


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        (["ERROR_PARAM_INVALID_API_KEY"], SourceRefusedError),
        ([], SourceRefusedError),
        (["ERROR_REQUEST_LIMIT_REACHED"], RetryLaterError),
    ],
)
def test_bazaarvoice_says_no_with_status_200(codes: list[str], error: type[Exception]) -> None:
    def refusing(asked: Asked) -> Reply:
        errors = [{"Code": each, "Message": f"passkey {KEY} is not known"} for each in codes]
        return as_json({"HasErrors": True, "Errors": errors, "Results": []})

    with pytest.raises(error, match=codes[0] if codes else "an error that has no code") as caught:
        collected("bazaarvoice", refusing)

    assert KEY not in str(caught.value)


def test_bazaarvoice_takes_one_more_filter() -> None:
    _, asked = collected("bazaarvoice", SHOPS["bazaarvoice"].pages([], 2), filter="ContentLocale:nl_NL")

    assert asked[0].query["Filter"] == "ContentLocale:nl_NL"


@pytest.mark.parametrize("kind", SHOPS)
def test_a_source_that_answers_with_something_else_is_refused(kind: str) -> None:
    def other(asked: Asked) -> Reply:
        return as_json({"access_token": "for-a-while", "message": "welcome"})

    with pytest.raises(SourceRefusedError, match="not a list"):
        collected(kind, other)


@pytest.mark.parametrize("kind", [kind for kind in SHOPS if SHOPS[kind].secrets])
def test_a_key_with_a_line_break_is_refused_before_it_is_sent(kind: str) -> None:
    secret = next(iter(SHOPS[kind].secrets))

    with pytest.raises(BadValueError, match=f"{secret} holds a character") as caught:
        collected(kind, SHOPS[kind].pages([], 2), **{secret: "one\ntwo"})

    assert "two" not in str(caught.value)


@pytest.mark.parametrize("kind", ["yotpo_widget", "reviewsio"])
def test_a_review_that_goes_while_a_part_is_read_keeps_the_reading_from_being_whole(kind: str) -> None:
    company = [{"store_review_id": each, "rating": 5, "review": "Fast."} for each in (1, 2, 3)]
    rows = [*company, *like(kind, 3)] if kind == "reviewsio" else like(kind, 3)
    asked_before: list[Asked] = []

    def losing(asked: Asked) -> Reply:
        asked_before.append(asked)
        if len(asked_before) == 2:
            rows.pop(0)
        path = asked.path.replace("p2", "8483130540168")
        return SHOPS[kind].pages(rows, 2)(Asked(asked.method, path, asked.query, asked.headers, asked.body))

    options = {"products": "8483130540168,p2"} if kind == "yotpo_widget" else {}
    batches, _ = collected(kind, losing, **options)

    reported = batches[-1].reported
    assert reported is not None
    assert reported > len(ids(batches))


def test_a_part_that_tells_no_count_leaves_the_whole_uncounted() -> None:
    def uncounted(asked: Asked) -> Reply:
        reply = SHOPS["reviewsio"].pages(like("reviewsio", 3), 2)(asked)
        return as_json({"reviews": []}) if asked.path == "/merchant/reviews" else reply

    batches, _ = collected("reviewsio", uncounted)

    assert [each.reported for each in batches] == [None] * 4


def test_feefos_orders_are_counted_as_its_first_page_says() -> None:
    rows = like("feefo", 4)

    def losing(asked: Asked) -> Reply:
        if asked.query["page"] == "2":
            rows.pop(0)
        return SHOPS["feefo"].pages(rows, 2)(asked)

    batches, _ = collected("feefo", losing)

    assert batches[-1].shortfall == "Feefo counts 4 orders and told of 3"
