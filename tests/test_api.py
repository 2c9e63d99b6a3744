"""The pull API: subjects and what there is of them, in pages, and a reason wherever there is nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

import pytest

from engine.domain import Offer
from tests.doors import BASE, Company, Site, row
from tests.factories import fill, make_review, make_subject

SUBJECTS = ["brew-app", "k2-kettle", "m1-grinder", "utrecht-shop"]


def json_of(site: Site, address: str) -> Any:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    return answer.json


def detail_of(site: Site, address: str, status: int) -> str:
    answer = site.get(address)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json or {}
    assert problem["status"] == status
    return str(problem["detail"])


def all_of(site: Site, address: str) -> Iterator[Any]:
    """Every item of a list, page by page."""
    following = ""
    while following is not None:
        page = json_of(site, f"{address}&after={following}")
        yield from page["items"]
        following = page["next"]


def test_lists_the_subjects_with_the_way_to_their_page_and_snippets(sample_site: Site) -> None:
    listed = json_of(sample_site, "/v1/subjects")

    assert [each["id"] for each in listed["items"]] == SUBJECTS
    assert listed["next"] is None
    assert listed["items"][1] == {
        "id": "k2-kettle",
        "type": "Product",
        "name": "K2 Gooseneck Kettle",
        "url": "https://larkfield.example/products/k2-gooseneck-kettle",
        "controlled_by": "us",
        "identifiers": {"sku": "LK-K2-BLK", "gtin": "9520004120012", "mpn": "K2-0.9"},
        "page": f"{BASE}/reviews/k2-kettle",
        "snippets": "/v1/subjects/k2-kettle/snippets",
    }


@pytest.mark.parametrize("limit", [1, 3, 4, 200])
def test_pages_of_any_size_hold_each_subject_once(sample_site: Site, limit: int) -> None:
    assert [each["id"] for each in all_of(sample_site, f"/v1/subjects?limit={limit}")] == SUBJECTS


@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "", "ten", "1e2", "٣", "1.0", "9" * 5_000, "%00", "0000050000", "000001" + "9" * 20]
)
def test_a_limit_that_is_none_is_refused(sample_site: Site, limit: str) -> None:
    assert detail_of(sample_site, f"/v1/subjects?limit={limit}", 400)


@pytest.mark.parametrize("after", ["zzz", "%F0%9F%92%A9", "'%20OR%201=1", "a" * 10_000])
def test_a_cursor_is_no_more_than_a_place_in_the_list(sample_site: Site, after: str) -> None:
    assert all(each["id"] > "a" for each in json_of(sample_site, f"/v1/subjects?after={after}")["items"])


def test_a_subject_is_rated_as_its_own_reviews_say(sample_site: Site) -> None:
    lines = files("review_site").joinpath("demo", "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = {"subject": "k2-kettle", "source": "larkfield-shop", "state": "approved"}
    own = [each for each in map(json.loads, lines) if all(each[name] == value for name, value in wanted.items())]
    stars = [
        1 + (Decimal(each["rating"]) - 1) * 4 / (Decimal(each["rating_best"]) - 1) for each in own if each["rating"]
    ]

    rating = json_of(sample_site, "/v1/subjects/k2-kettle")["rating"]

    mean = (sum(stars, Decimal(0)) / len(stars)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert rating["rating_value"] == float(mean)
    assert rating["rating_count"] == len(stars) == sum(rating["histogram"].values())
    assert rating["review_count"] == sum(1 for each in own if each["body"] or each["title"])


def test_other_sources_stand_beside_the_rating(sample_site: Site) -> None:
    shown = json_of(sample_site, "/v1/subjects/k2-kettle")

    [other] = shown["other_sources"]
    assert (other["source"], other["name"]) == ("trustspot", "Trustspot")
    assert other["rating"]["rating_count"] == 3
    assert shown["reviews_shown"] > shown["rating"]["review_count"]


def test_a_subject_that_nobody_rated_has_no_rating(company: Company) -> None:
    company.publish(row("1", rating=""))

    with company.serving() as site:
        shown = json_of(site, "/v1/subjects/kettle")

    assert shown["rating"] is None
    assert shown["reviews_shown"] == 1


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_every_snippet_that_is_listed_is_served_as_listed(sample_site: Site, limit: int) -> None:
    listed = list(all_of(sample_site, f"/v1/subjects/m1-grinder/snippets?limit={limit}"))

    assert len({(each["name"], each["locale"]) for each in listed}) == len(listed)
    assert {each["locale"] for each in listed} == {"en", "de", "nl", "fr", "es"}
    assert {"badge", "jsonld", "list", "list-bare", "page"} <= {each["name"] for each in listed}
    for each in listed:
        answer = sample_site.get(each["url"])
        assert answer.status_code == 200
        assert answer.headers["ETag"] == f'"{each["etag"]}"'
        assert answer.content_type == each["media_type"]
        assert answer.headers["Plaudit-Version"] == str(each["version"])


@pytest.mark.parametrize("address", ["", "/snippets", "/snippets/jsonld"])
def test_a_subject_that_is_not_there_is_named(sample_site: Site, address: str) -> None:
    assert "'nobody'" in detail_of(sample_site, f"/v1/subjects/nobody{address}", 404)


def test_says_why_a_business_of_ours_has_no_rating_markup(sample_site: Site) -> None:
    assert "self-serving" in detail_of(sample_site, "/v1/subjects/utrecht-shop/snippets/jsonld", 404)


def test_says_what_there_is_instead_of_an_unknown_snippet(sample_site: Site) -> None:
    detail = detail_of(sample_site, "/v1/subjects/k2-kettle/snippets/flipbook", 404)

    assert "'flipbook'" in detail
    assert "/v1/subjects/k2-kettle/snippets" in detail


def test_says_that_there_is_nothing_to_say_yet(company: Company) -> None:
    company.publish(row("1"))

    with company.serving() as site:
        assert "yet" in detail_of(site, "/v1/subjects/kettle/snippets/faq?locale=de", 404)


def test_names_the_languages_there_are(sample_site: Site) -> None:
    detail = detail_of(sample_site, "/v1/subjects/k2-kettle/snippets/jsonld?locale=pt", 400)

    assert "'pt'" in detail
    assert "en, de, nl, fr, es" in detail


def test_says_what_keeps_a_page_from_being_published(company: Company) -> None:
    subject = make_subject(offer=Offer(price=Decimal(-1), price_currency="EUR"))
    with company.instance() as instance:
        fill(instance.store, [make_review()], subjects=[subject])
    published = company.plaudit("rebuild", "snippets")

    with company.serving() as site:
        shown = json_of(site, "/v1/subjects/kettle")
        detail = detail_of(site, "/v1/subjects/kettle/snippets/jsonld", 404)
        page = site.get("/reviews/kettle")

    assert published.exit_code == 1, published.output
    [problem, *_] = shown["blocked"]["en"]
    assert problem["severity"] in ("error", "policy")
    assert problem["message"] in detail
    assert page.status_code == 404
    assert "not published" in page.text


@pytest.mark.parametrize("path", ["/v1/", "/v1/subjects/", "/v1/subject", "/v1/nothing/at/all"])
def test_an_address_that_is_none_is_a_problem_document(sample_site: Site, path: str) -> None:
    assert detail_of(sample_site, path, 404)
