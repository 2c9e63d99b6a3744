"""Tests of what comes along with a record: read, cleaned, kept and read back, or left out and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.attached import MOST_PARTS, media_id
from engine.cleaning import clean, content_hash
from engine.domain import Aspect, Media, MediaKind, Problem, Record, Review, Rights, Severity, Standing, Translation
from engine.rights import DISPLAY_ONLY, OWN, declared_consent
from engine.store import Store
from tests.factories import NOON, make_record, make_rules, make_source, take_in

PICTURE = {"url": "https://img.example/k2.jpg", "kind": "image", "alt": "The kettle on a stove"}
FILM = {"url": "https://img.example/pour.MP4", "thumbnail": "https://img.example/pour.jpg"}
COMFORT = {"label": "Comfort", "value": "4", "low": "Stiff", "high": "Soft"}
FIT = {"label": "Fit", "value": "-1", "worst": "-2", "best": "2", "low": "Small", "middle": "True", "high": "Large"}
GERMAN = {"language": "de", "title": "Guter Kessel", "body": "Er gießt gut."}


def cleaned(record: Record, rights: Rights = OWN) -> tuple[Review | None, list[Problem]]:
    source = make_source(rights=rights)
    consent = declared_consent(rights, proof="reviews.csv", now=NOON)
    found, problems = clean(record, source, consent, make_rules(), NOON)
    return (found.review if found else None), problems


def the_review(record: Record, rights: Rights = OWN) -> Review:
    review, _ = cleaned(record, rights)
    assert review is not None
    return review


def test_pictures_and_films_wait_for_their_own_approval() -> None:
    review = the_review(replace(make_record(), media=[PICTURE, FILM, PICTURE]))

    picture, film = review.media
    assert picture == Media(
        id=media_id(review.id, PICTURE["url"]),
        kind=MediaKind.IMAGE,
        url=PICTURE["url"],
        alt="The kettle on a stove",
    )
    assert (film.kind, film.thumbnail) == (MediaKind.VIDEO, "https://img.example/pour.jpg")


@pytest.mark.parametrize(
    ("said", "standing"), [("", Standing.PUBLIC), ("hidden", Standing.HIDDEN), ("?", Standing.HIDDEN)]
)
def test_a_picture_that_is_not_plainly_public_is_not(said: str, standing: Standing) -> None:
    review = the_review(replace(make_record(), media=[PICTURE | {"standing": said}]))

    assert [each.standing for each in review.media] == [standing]


def test_ratings_of_parts_keep_their_scales_and_poles() -> None:
    review = the_review(replace(make_record(), aspects=[COMFORT, FIT]))

    comfort, fit = review.aspects
    assert comfort == Aspect(
        label="Comfort", value=Decimal(4), worst=Decimal(1), best=Decimal(5), low="Stiff", high="Soft"
    )
    assert (fit.value, fit.worst, fit.best, fit.middle) == (Decimal(-1), Decimal(-2), Decimal(2), "True")
    assert (comfort.is_score, fit.is_score) == (True, False)


def test_the_size_of_a_picture_comes_along_where_it_is_one() -> None:
    sizes = [{"width": "1600", "height": "1200"}, {"width": "0"}, {"width": "wide", "height": "2000000"}]
    media = [{"url": f"https://img.example/{number}.jpg", **each} for number, each in enumerate(sizes)]

    review, problems = cleaned(replace(make_record(), media=media))

    assert review is not None
    assert [(each.width, each.height) for each in review.media] == [(1600, 1200), (None, None), (None, None)]
    assert [each.message for each in problems] == [
        "'wide' is not a whole number from 0 on; it is left out",
        "2,000,000 are more pixels than a picture has; it is left out",
    ]


@pytest.mark.parametrize(
    "path", ["/media/r0123456789abcdef0123.0123456789ab/large.jpg", "/media/../v1/subjects", "//img.example/1.jpg"]
)
def test_a_path_on_this_instance_is_taken_from_nobody_else(path: str) -> None:
    review, problems = cleaned(replace(make_record(), media=[{"url": path}]))

    assert review is not None
    assert review.media == ()
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"media": [{"url": "javascript:alert(1)"}]}, "1: 'javascript:alert(1)' is not a web address; it is left out"),
        ({"aspects": [COMFORT | {"value": "much"}]}, "1: value 'much' is not a number; it is left out"),
        ({"aspects": [COMFORT | {"value": "6"}]}, "1: 6 lies outside 1 to 5; it is left out"),
        ({"aspects": [COMFORT | {"label": " "}]}, "1: the label is missing; it is left out"),
        ({"aspects": [COMFORT | {"worst": "5"}]}, "1: 4 lies outside 5 to 5; it is left out"),
    ],
)
def test_a_part_that_cannot_be_read_is_left_out_and_told(parts: dict[str, Any], message: str) -> None:
    review, problems = cleaned(replace(make_record("7"), **parts))

    assert review is not None
    assert (review.media, review.aspects) == ((), ())
    [problem] = problems
    assert (problem.severity, problem.message) == (Severity.WARNING, message)
    assert problem.path.startswith("reviews.csv row 7, field ")


def test_a_review_has_no_more_parts_than_anybody_shows() -> None:
    many = [PICTURE | {"url": f"https://img.example/{number}.jpg"} for number in range(MOST_PARTS + 1)]

    review, problems = cleaned(replace(make_record(), media=many))

    assert review is not None
    assert len(review.media) == MOST_PARTS
    assert [each.message for each in problems] == ["there are 101; those after the first 100 are left out"]


def test_the_words_before_translation_stand_beside_it() -> None:
    review = the_review(replace(make_record(), original=GERMAN))

    assert review.original == Translation(language="de", title="Guter Kessel", body="Er gießt gut.")
    assert the_review(replace(make_record(), original={"language": "de"})).original is None


def test_contact_data_is_taken_out_of_the_original_too() -> None:
    telling = GERMAN | {"body": "Er gießt gut. Fragen an owen@larkfield.example"}

    found, _ = clean(
        replace(make_record(), original=telling),
        make_source(),
        declared_consent(OWN, proof="", now=NOON),
        make_rules(),
        NOON,
    )

    assert found is not None
    assert found.review.original == Translation(language="de", title="Guter Kessel", body="Er gießt gut. Fragen an […]")
    assert found.contact == {"in original body": "owen@larkfield.example"}


def test_an_original_with_contact_data_that_may_not_be_edited_keeps_the_review_off_the_page() -> None:
    telling = GERMAN | {"body": "Er gießt gut. Fragen an owen@larkfield.example"}

    review = the_review(replace(make_record(), original=telling), DISPLAY_ONLY)

    assert review.holds_contact_data


def test_figures_beside_a_review_are_read_or_left_out() -> None:
    review = the_review(make_record(helpful="12", updated_at="2026-10-02T09:00:00Z"))
    odd, problems = cleaned(make_record(helpful="many", updated_at="yesterday-ish"))

    assert (review.helpful, review.updated_at) == (12, datetime(2026, 10, 2, 9, tzinfo=UTC))
    assert odd is not None
    assert (odd.helpful, odd.updated_at) == (0, None)
    assert {each.rule for each in problems} == {"intake-helpful", "intake-updated-at"}
    assert {each.severity for each in problems} == {Severity.WARNING}


def test_what_was_added_to_a_record_changes_its_hash_and_what_it_lacks_does_not() -> None:
    plain = make_record()
    richer = [
        replace(plain, media=[PICTURE]),
        replace(plain, aspects=[COMFORT]),
        replace(plain, original=GERMAN),
        replace(plain, standing=Standing.HIDDEN),
    ]

    hashes = {content_hash(each) for each in (plain, *richer)}

    assert len(hashes) == 5
    assert content_hash(plain) == "fb9dea511cf6ecf0953a"


def test_all_of_it_is_read_back_as_it_was_kept(store: Store) -> None:
    record = replace(
        make_record(helpful="3", updated_at="2026-10-02T09:00:00Z", origin="linkedin"),
        media=[PICTURE, FILM | {"standing": "hidden"}],
        aspects=[COMFORT, FIT],
        original=GERMAN,
        standing=Standing.HIDDEN,
        replies=[{"body": "Danke", "author": "Larkfield", "written_at": "2026-10-01", "language": "de"}],
    )
    expected = the_review(record)

    take_in(store, record)

    with store.reading() as transaction:
        kept = transaction.reviews.find(expected.id).review
        media = transaction.media.of([expected.id])
    assert replace(kept, media=media[expected.id]) == expected
    assert kept.narrowed_to == "social-post"


def test_what_was_left_out_is_told_of_a_review_that_was_taken_in(store: Store) -> None:
    report = take_in(store, replace(make_record("7"), aspects=[COMFORT | {"value": "much"}]))

    assert (report.taken, report.refused) == (1, 0)
    assert [each.path for each in report.problems] == ["reviews.csv row 7, field aspects"]


def test_a_film_without_words_and_rating_says_something() -> None:
    silent = make_record(title="", body="", rating="")

    assert the_review(replace(silent, media=[FILM])).media != ()
    assert cleaned(silent)[0] is None
