"""Reviews over HTTP: only what may be shown, with all that has to stand beside it, by any filter and page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.domain import Attribution, Incentive, Relation, Review, State, SubjectId, Verification, VerificationLevel
from engine.rights import DISPLAY_ONLY
from tests.doors import BASE, Company, Site, row
from tests.factories import fill, make_review, make_source

NOW = datetime.now(UTC)


def items(site: Site, address: str) -> list[Any]:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    return list((answer.json or {})["items"])


def every(site: Site, address: str) -> Iterator[Any]:
    following: str | None = ""
    while following is not None:
        answer = site.get(f"{address}&after={following}").json or {}
        yield from answer["items"]
        following = answer["next"]


def reviews_of(company: Company, *reviews: Review, address: str = "/v1/reviews", **changes: Any) -> list[Any]:
    with company.instance() as instance:
        fill(instance.store, reviews, **changes)
    with company.serving() as site:
        return items(site, address)


def test_a_review_comes_with_all_that_has_to_stand_beside_it(company: Company) -> None:
    review = make_review(
        title="Good kettle",
        relation=Relation.EMPLOYEE,
        incentive=Incentive(kind="voucher", value="5 EUR"),
        verification=Verification(level=VerificationLevel.PURCHASE, evidence="order 4711"),
        source_id="elsewhere",
        url="https://elsewhere.example/r/1",
        received_at=NOW,
    )
    rights = replace(DISPLAY_ONLY, attribution=Attribution(name="Elsewhere", link_required=True))

    [found] = reviews_of(company, review, sources=[make_source("elsewhere", rights)])

    assert found["body"] == review.body
    assert found["rating"]["stars"] == 4
    assert found["attribution"] == {
        "name": "Elsewhere",
        "link_required": True,
        "url": "https://elsewhere.example/r/1",
    }
    assert len(found["disclosures"]) == 2
    assert found["rights"]["class"] == "display-only"
    assert found["rights"]["may_mark_up"] is False
    assert found["page"] == f"{BASE}/reviews/kettle"
    assert "4711" not in json.dumps(found)
    assert "external_id" not in found


def test_only_what_may_be_shown_at_this_moment_is_listed(company: Company) -> None:
    fresh = replace(DISPLAY_ONLY, max_age=timedelta(days=30))
    old = make_review(source_id="elsewhere", received_at=NOW - timedelta(days=31))
    new = make_review(source_id="elsewhere", received_at=NOW - timedelta(days=29))
    hidden = [make_review(state=each) for each in (State.PENDING, State.REJECTED, State.WITHDRAWN)]
    silent = make_review(holds_contact_data=True)
    with company.instance() as instance:
        fill(instance.store, [old, new, *hidden], sources=[make_source("elsewhere", fresh)])
        fill(instance.store, [silent], sources=[make_source("elsewhere", fresh)])

    with company.serving() as site:
        found = items(site, "/v1/reviews")

    assert [each["id"] for each in found] == [new.id]
    until = datetime.fromisoformat(found[0]["rights"]["show_until"])
    assert until == new.received_at + timedelta(days=30)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("subject=kettle", ["one", "two"]),
        ("subject=nobody", []),
        ("star=5", ["one"]),
        ("language=de", ["three"]),
        ("verified=true", ["two"]),
        ("verified=false", ["one", "three"]),
        ("since=2026-09-02", ["one", "two"]),
        ("since=2026-09-03T00:00:00Z", ["one"]),
        ("subject=kettle&star=4", ["two"]),
        ("limit=1", ["one"]),
    ],
)
def test_filters_narrow_the_list(company: Company, query: str, expected: list[str]) -> None:
    days = [datetime(2026, 9, day, tzinfo=UTC) for day in (3, 2, 1)]
    bought = Verification(level=VerificationLevel.PURCHASE)
    reviews = [
        make_review(5, title="one", written_at=days[0]),
        make_review(4, title="two", written_at=days[1], verification=bought),
        make_review(4, title="three", written_at=days[2], language="de", subject_id=SubjectId("grinder")),
    ]

    found = reviews_of(company, *reviews, address=f"/v1/reviews?{query}")

    assert [each["title"] for each in found] == expected


@pytest.mark.parametrize("limit", [1, 2, 5, 7, 200])
def test_pages_of_any_size_hold_each_review_once_the_newest_first(sample_site: Site, limit: int) -> None:
    found = list(every(sample_site, f"/v1/reviews?subject=m1-grinder&limit={limit}"))

    dates = [each["written_at"] or "" for each in found]
    shown = (sample_site.get("/v1/subjects/m1-grinder").json or {})["reviews_shown"]
    assert len({each["id"] for each in found}) == len(found) == shown
    assert dates == sorted(dates, reverse=True)


def test_a_topic_narrows_the_list_to_those_who_speak_of_it(sample_site: Site) -> None:
    [topic] = items(sample_site, "/v1/topics?limit=1")

    found = items(sample_site, f"/v1/reviews?topic={topic['id']}")

    assert len(found) == topic["reviews_shown"]


def test_disclosures_are_in_the_language_that_is_asked_for(company: Company) -> None:
    review = make_review(relation=Relation.FAMILY)

    [english] = reviews_of(company, review)
    with company.serving() as site:
        [german] = items(site, "/v1/reviews?locale=de")

    assert english["disclosures"] != german["disclosures"]
    assert english["body"] == german["body"]


def test_who_has_the_page_gets_it_anew_as_soon_as_somebody_takes_a_review_back(company: Company) -> None:
    company.publish(row("1"), row("2", body="The lid rattles on the stove."))
    with company.serving() as site:
        first = site.get("/v1/reviews")
        again = site.get("/v1/reviews", If_None_Match=first.headers["ETag"])
        [gone] = [each["id"] for each in (first.json or {})["items"] if "lid" in each["body"]]
        company.plaudit("withdraw", gone)

        then = site.get("/v1/reviews", If_None_Match=first.headers["ETag"])
        other = site.get("/v1/reviews?star=5", If_None_Match=then.headers["ETag"])

    assert (again.status_code, then.status_code, other.status_code) == (304, 200, 200)
    assert gone not in then.text


def test_an_answer_of_ours_is_there_at_the_next_look(company: Company) -> None:
    company.publish(row("1"))
    with company.serving() as site:
        first = site.get("/v1/reviews")
        [review] = (first.json or {})["items"]
        done = company.plaudit("reply", review["id"], "Thank you!")

        then = site.get("/v1/reviews", If_None_Match=first.headers["ETag"])

    assert done.exit_code == 0, done.output
    assert [each["body"] for each in (then.json or {})["items"][0]["replies"]] == ["Thank you!"]
