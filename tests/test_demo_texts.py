"""The sample company that ``plaudit demo`` loads: its shape, and that it holds one of each case worth showing."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any

import pytest

from engine.domain import ControlledBy, Kind, Reason, State, Subject, SubjectId, SubjectType, VerificationLevel

FOLDER = Path(__file__).parents[1] / "site" / "review_site" / "demo"
SUBJECTS: list[dict[str, Any]] = tomllib.loads((FOLDER / "subjects.toml").read_text(encoding="utf-8"))["subject"]
REVIEWS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
]

FIELDS: dict[str, type | UnionType] = {
    "external_id": str,
    "source": str,
    "subject": str,
    "kind": str,
    "author": str | None,
    "role": str | None,
    "company": str | None,
    "rating": str | None,
    "rating_best": str | None,
    "title": str | None,
    "body": str | None,
    "language": str | None,
    "written_at": str,
    "verified": str,
    "incentive": str | None,
    "url": str | None,
    "tags": list,
    "reply": dict | None,
    "state": str,
    "reason": str | None,
}
FIRST_DAY, LAST_DAY = date(2025, 10, 1), date(2026, 11, 15)
E_MAIL = re.compile(r"[\w.]+@[\w.]+\.\w+")
PHONE = re.compile(r"\b0\d{3} \d{6,}\b")
# One of those listed under https://developers.google.com/search/docs/appearance/structured-data/software-app
GOOGLE_CATEGORY = "LifestyleApplication"


def star_of(review: dict[str, Any]) -> int:
    value, best = int(review["rating"]), int(review["rating_best"])
    return round(1 + (value - 1) * 4 / (best - 1))


def count_of(field: str, reviews: Iterable[dict[str, Any]] = REVIEWS) -> Counter[Any]:
    return Counter(review[field] for review in reviews)


def reviews_in(state: State) -> list[dict[str, Any]]:
    return [review for review in REVIEWS if review["state"] == state]


def published_of(subject: str, language: str) -> list[str]:
    return [
        review["body"].lower()
        for review in reviews_in(State.APPROVED)
        if (review["subject"], review["language"]) == (subject, language)
        and review["source"] == "larkfield-shop"
        and review["body"]
    ]


def check_digit_of(gtin: str) -> int:
    """https://www.gs1.org/services/how-calculate-check-digit-manually"""
    weighted = (int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(gtin[:-1])))
    return -sum(weighted) % 10


def test_there_are_two_products_an_application_and_a_business() -> None:
    assert {subject["id"]: subject["type"] for subject in SUBJECTS} == {
        "k2-kettle": SubjectType.PRODUCT,
        "m1-grinder": SubjectType.PRODUCT,
        "brew-app": SubjectType.SOFTWARE_APPLICATION,
        "utrecht-shop": SubjectType.LOCAL_BUSINESS,
    }


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject["id"])
def test_each_subject_can_be_built_and_linked_to(subject: dict[str, Any]) -> None:
    assert ControlledBy(subject["controlled_by"]) is ControlledBy.US
    assert subject["url"].startswith("https://larkfield.example/")
    assert subject["image"].startswith("https://larkfield.example/images/")
    assert set(subject.get("names", {})) <= {"de", "nl"}
    assert set(subject.get("identifiers", {})) <= {"sku", "gtin", "mpn"}


def test_only_the_business_is_self_serving() -> None:
    built = [
        Subject(id=SubjectId(subject["id"]), type=SubjectType(subject["type"]), name=subject["name"])
        for subject in SUBJECTS
    ]

    assert [subject.id for subject in built if subject.is_self_serving] == ["utrecht-shop"]


def test_the_gtins_of_the_products_end_in_their_check_digit() -> None:
    gtins = [subject["identifiers"]["gtin"] for subject in SUBJECTS if subject["type"] == SubjectType.PRODUCT]

    assert len(set(gtins)) == 2
    assert all(len(gtin) == 13 and int(gtin[-1]) == check_digit_of(gtin) for gtin in gtins)


def test_each_type_has_what_its_markup_asks_for() -> None:
    offered = [subject["offer"] for subject in SUBJECTS if subject["type"] != SubjectType.LOCAL_BUSINESS]
    [application] = [subject for subject in SUBJECTS if subject["type"] == SubjectType.SOFTWARE_APPLICATION]
    [business] = [subject for subject in SUBJECTS if subject["type"] == SubjectType.LOCAL_BUSINESS]

    assert all(set(offer) == {"price", "price_currency", "availability"} for offer in offered)
    assert all(re.fullmatch(r"\d+\.\d\d", offer["price"]) for offer in offered)
    assert application["category"] == GOOGLE_CATEGORY
    assert set(business["address"]) == {"street_address", "address_locality", "postal_code", "address_country"}


def test_every_review_has_the_same_fields_and_an_id_of_its_own() -> None:
    for review in REVIEWS:
        assert list(review) == list(FIELDS)
        assert all(isinstance(review[name], kind) for name, kind in FIELDS.items()), review["external_id"]
    assert [review["external_id"] for review in REVIEWS] == [f"demo-{n:03}" for n in range(1, len(REVIEWS) + 1)]


def test_every_value_is_one_that_the_domain_knows() -> None:
    for review in REVIEWS:
        Kind(review["kind"])
        State(review["state"])
        assert review["verified"] == "" or VerificationLevel(review["verified"]) is not VerificationLevel.UNVERIFIED
        assert review["language"] in {"en", "de", "nl", None}
        assert FIRST_DAY <= date.fromisoformat(review["written_at"]) <= LAST_DAY


def test_the_reviews_of_the_subjects_add_up() -> None:
    by_subject = count_of("subject")

    assert 130 <= len(REVIEWS) <= 210
    assert by_subject.total() == sum(by_subject[subject["id"]] for subject in SUBJECTS) == len(REVIEWS)
    assert by_subject["k2-kettle"] >= 60
    assert by_subject["m1-grinder"] >= 40
    assert by_subject["brew-app"] >= 25
    assert by_subject["utrecht-shop"] >= 20


def test_most_reviews_are_our_own_and_a_few_are_not() -> None:
    by_source = count_of("source")

    assert set(by_source) == {"larkfield-shop", "trustspot", "nps"}
    assert 3 <= by_source["trustspot"] <= 10
    assert 3 <= by_source["nps"] <= 10
    assert all(review["url"] for review in REVIEWS if review["source"] == "trustspot")


def test_the_kettle_is_reviewed_in_three_languages_and_some_are_left_to_detection() -> None:
    by_language = count_of("language", [review for review in REVIEWS if review["subject"] == "k2-kettle"])

    assert by_language["en"] >= 25
    assert by_language["de"] >= 15
    assert by_language["nl"] >= 15
    assert sum(1 for review in REVIEWS if review["body"] and review["language"] is None) >= 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "spout handle temperature lid delivery"),
        ("de", "ausguss griff temperatur deckel lieferung"),
        ("nl", "tuit handvat temperatuur deksel levering"),
    ],
)
def test_enough_voices_speak_of_the_same_things_for_an_answer_to_be_drafted(language: str, words: str) -> None:
    texts = published_of("k2-kettle", language)

    voices = {word: sum(1 for text in texts if re.search(rf"\b{word}\b", text)) for word in words.split()}

    assert min(voices.values()) >= 5, voices


def test_the_stars_are_spread_as_in_real_life() -> None:
    stars = Counter(star_of(review) for review in REVIEWS if review["rating"])

    shares = {star: round(100 * count / stars.total()) for star, count in stars.items()}

    assert shares == pytest.approx({5: 55, 4: 20, 3: 10, 2: 6, 1: 9}, abs=3)


def test_some_ratings_stand_on_a_scale_of_ten_and_some_have_no_words() -> None:
    assert set(count_of("rating_best")) == {"5", "10", None}
    assert all((review["rating"] is None) == (review["rating_best"] is None) for review in REVIEWS)
    assert sum(1 for review in REVIEWS if review["rating"] and not review["body"]) >= 5


def test_a_testimonial_has_a_role_and_a_company_instead_of_a_rating() -> None:
    for review in REVIEWS:
        is_testimonial = review["kind"] == Kind.TESTIMONIAL
        assert (review["rating"] is None) == is_testimonial, review["external_id"]
        assert bool(review["role"] and review["company"]) == is_testimonial, review["external_id"]
    assert count_of("kind")[Kind.TESTIMONIAL] >= 4


def test_every_state_is_there_and_only_a_rejection_has_a_reason() -> None:
    rejected = reviews_in(State.REJECTED)

    assert 8 <= len(reviews_in(State.PENDING)) <= 10
    assert 3 <= len(rejected) <= 4
    assert 3 <= len(reviews_in(State.WITHDRAWN)) <= 4
    assert len({Reason(review["reason"]) for review in rejected}) == len(rejected)
    assert all(review["reason"] is None for review in REVIEWS if review not in rejected)


def test_a_rejection_has_nothing_to_do_with_the_stars() -> None:
    assert {star_of(review) for review in reviews_in(State.REJECTED)} == {1, 5}


def test_one_voice_stands_under_two_subjects_and_no_other_text_comes_twice() -> None:
    texts = Counter((review["author"], review["body"]) for review in REVIEWS if review["body"])

    [voice] = [voice for voice, times in texts.items() if times > 1]

    assert {review["subject"] for review in REVIEWS if (review["author"], review["body"]) == voice} == {
        "k2-kettle",
        "m1-grinder",
    }
    assert len({body for _, body in texts}) == len(texts)


def test_incentives_unverified_and_nameless_reviews_are_among_them() -> None:
    assert sum(1 for review in REVIEWS if review["incentive"]) == 2
    assert count_of("verified")[""] >= 10
    assert count_of("author")[None] >= 5


@pytest.mark.parametrize("pattern", [E_MAIL, PHONE], ids=["an e-mail address", "a telephone number"])
def test_contact_data_waits_in_the_queue(pattern: re.Pattern[str]) -> None:
    [review] = [review for review in REVIEWS if pattern.search(review["body"] or "")]

    assert review["state"] == State.PENDING


def test_texts_come_in_all_shapes() -> None:
    bodies = [review["body"] for review in REVIEWS if review["body"]]

    assert any(unicodedata.category(sign) == "So" for body in bodies for sign in body)
    assert any("\n" in body for body in bodies)
    assert any(body == body.lower() for body in bodies)
    assert 1_400 <= max(map(len, bodies)) <= 1_600
    assert min(map(len, bodies)) < 50


def test_texts_are_as_intake_would_leave_them() -> None:
    for review in REVIEWS:
        text = "\n".join(filter(None, (review["title"], review["body"], review["author"])))
        assert unicodedata.is_normalized("NFC", text)
        assert not any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in text.replace("\n", ""))


def test_replies_come_after_the_review_and_most_critical_reviews_have_one() -> None:
    answered = [review for review in REVIEWS if review["reply"]]
    critical = [
        review
        for review in reviews_in(State.APPROVED)
        if review["source"] == "larkfield-shop" and review["body"] and review["rating"] and star_of(review) <= 2
    ]

    assert all(list(review["reply"]) == ["author", "body", "written_at"] for review in answered)
    assert all(review["reply"]["written_at"] >= review["written_at"] for review in answered)
    assert sum(1 for review in critical if review["reply"]) > 0.9 * len(critical)
