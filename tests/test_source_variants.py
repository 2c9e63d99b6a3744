"""Raw reviews as other accounts, versions and mistakes write them: each is read, or told of with its place."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from collectors import (
    bazaarvoice,
    g2,
    kiyoh,
    okendo,
    reviewsio,
    rss,
    senja,
    stamped,
    trustpilot_product,
    wordpress_comments,
    zendesk,
)
from collectors.api import Page, Read, to_batch
from engine.cleaning import clean
from engine.domain import Source, SourceId, Standing
from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import load_kinds
from engine.rights import declared_consent, profile
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON, make_rules
from tests.platform_sources import PLATFORMS
from tests.platform_sources import rows_of as platform_rows
from tests.shop_sources import SAMPLES, SHOPS
from tests.shop_sources import rows_of as shop_rows
from tests.signal_sources import SIGNALS
from tests.source_server import Asked, Reply, as_json, serving

MODULES = {"trustpilot_service": "trustpilot_company"}
WITHOUT_ROWS = {"mail", "rss", "webhook"}
ROWS: Mapping[str, Sequence[Any]] = {
    **{kind: shop_rows(kind) for kind in SHOPS},
    **{kind: platform_rows(kind) for kind in PLATFORMS},
    **{kind: SIGNALS[kind].rows() for kind in SIGNALS if kind not in WITHOUT_ROWS},
}
ODD = (None, True, "x", [None], {"a": None}, "\x00\ud800")
PLAYED: Mapping[str, Any] = {**SHOPS, **PLATFORMS, **SIGNALS}
# Where each names its list, and its next page; a number is a name too.
NEXT_PAGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "app_store_connect": ("data", ("links", "next")),
    "g2": ("data", ("links", "next")),
    "google_business_profile": ("reviews", ("nextPageToken",)),
    "google_forms": ("responses", ("nextPageToken",)),
    "google_play": ("reviews", ("tokenPagination", "nextPageToken")),
    "hubspot": ("results", ("paging", "next", "after")),
    "intercom": ("conversations", ("pages", "next", "starting_after")),
    "trusted_shops": ("items", ("paging", "links", "next")),
    "zendesk": ("survey_responses", ("meta", "after_cursor")),
}
# A conversation that nobody rated and a survey that nobody answered are no reviews.
UNASKED = {"feefo", "hubspot", "intercom", "zendesk", "delighted"}


@pytest.mark.parametrize("kind", ROWS)
def test_whatever_a_field_holds_a_review_is_read_or_told_of(kind: str) -> None:
    reader: Read = import_module(f"collectors.{MODULES.get(kind, kind)}").read

    for raw in ROWS[kind]:
        for changed, path in variants(raw):
            batch = to_batch(Page(place=kind, entries=[changed], following=None), reader)

            assert batch.records or batch.problems or batch.deleted or kind in UNASKED, path
            assert all(each.path == f"{kind}, review 1" and each.message for each in batch.problems), path


def variants(raw: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Sequence[Any]]]:
    """A raw review with each of its values gone, and with something else in the place of each."""
    for path in paths(raw):
        for value in (*ODD, KeyError):
            changed = copy.deepcopy(raw)
            inside: Any = changed
            for name in path[:-1]:
                inside = inside[name]
            if value is KeyError:
                del inside[path[-1]]
            else:
                inside[path[-1]] = value
            yield changed, path


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    names = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield (*before, name)
        yield from paths(value[name], (*before, name))


def first_of(kind: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ROWS[kind][0]), **changes}


@pytest.mark.parametrize("said", [True, ["x"], {"x": 1}], ids=repr)
@pytest.mark.parametrize("kind", NEXT_PAGES)
def test_a_next_page_that_nobody_understands_is_not_taken_for_the_end(kind: str, said: Any) -> None:
    list_name, path = NEXT_PAGES[kind]
    document: dict[str, Any] = {list_name: list(ROWS[kind]), "meta": {"has_more": True}}
    inside = document
    for name in path[:-1]:
        inside = inside.setdefault(name, {})
    inside[path[-1]] = said

    def answer(asked: Asked) -> Reply:
        return as_json({"access_token": "t"} if "token" in asked.path else document)

    with (
        serving(answer) as source,
        GuardedSession(LOOPBACK, clock=lambda: NOON) as http,
        pytest.raises(SourceRefusedError, match="next page"),
    ):
        list(load_kinds()[kind].collector(PLAYED[kind].given(source.url), http).collect(None))


@pytest.mark.parametrize("kind", ["hubspot", "senja", "trusted_shops", "zendesk"])
def test_an_answer_without_its_list_is_not_taken_for_an_empty_one(kind: str) -> None:
    """None of them tells a count that would show what is missing."""

    def answer(asked: Asked) -> Reply:
        return as_json({"access_token": "t"} if "token" in asked.path else {"status": "error"})

    with serving(answer) as source, GuardedSession(LOOPBACK) as http, pytest.raises(SourceRefusedError, match="list"):
        list(load_kinds()[kind].collector(PLAYED[kind].given(source.url), http).collect(None))


def test_a_null_in_a_list_is_nothing_and_costs_nothing() -> None:
    raw = first_of("trustpilot_product")

    record = trustpilot_product.read({**raw, "attachments": [None, *raw["attachments"]]}, "here")

    assert record.media == trustpilot_product.read(raw, "here").media


def test_an_attribute_at_trustpilot_is_on_the_range_of_its_type() -> None:
    ratings = [
        {"attributeName": "Pour", "attributeType": "range_1to10", "rating": 8},
        {"attributeName": "Leaks", "attributeType": "boolean", "rating": 1},
    ]

    record = trustpilot_product.read(first_of("trustpilot_product", attributeRatings=ratings), "here")

    assert record.aspects == ({"label": "Pour", "value": "8", "worst": "1", "best": "10"},)


def test_an_answer_that_nobody_gave_to_g2_is_none() -> None:
    raw = first_of("g2")
    raw["attributes"]["comment_answers"]["hate"] = None

    record = g2.read(raw, "here")

    assert "Slow exports." not in record.fields["body"]
    assert "Batch recipes." in record.fields["body"]


@pytest.mark.parametrize(
    ("value", "incentive"), [(True, "Received free product"), (False, None), ("true", "Received free product")]
)
def test_a_gift_at_bazaarvoice_is_told_as_a_truth_value_too(value: Any, incentive: str | None) -> None:
    raw = first_of("bazaarvoice", Badges={})
    raw["ContextDataValues"]["IncentivizedReview"]["Value"] = value

    assert bazaarvoice.read(raw, "here").fields.get("incentive") == incentive


@pytest.mark.parametrize("changes", [{"parent": 511}, {"type": "pingback"}, {"type": "trackback"}])
def test_what_is_no_comment_on_the_post_itself_stays_hidden(changes: Mapping[str, Any]) -> None:
    record = wordpress_comments.read(first_of("wordpress_comments", **changes), "here")

    assert record.standing is Standing.HIDDEN


def test_comments_under_a_post_are_about_what_the_operator_says_is_praised_there() -> None:
    with serving(lambda _: as_json(ROWS["wordpress_comments"])) as source, GuardedSession(LOOPBACK) as http:
        named = {"base_url": source.url, "subject": "larkfield", "subject_type": "Organization"}
        first = next(iter(load_kinds()["wordpress_comments"].collector(named, http).collect(None)))

    [record] = first.records
    assert (record.fields["subject"], record.fields["subject_type"]) == ("larkfield", "Organization")


def test_an_attribute_at_okendo_beyond_its_scale_is_left_out_and_told() -> None:
    raw = first_of("okendo", attributesWithRating=[{"title": "Fit", "type": "centered-range", "value": 9}])
    source = Source(id=SourceId("sample"), collector="okendo", rights=profile("okendo"))
    consent = declared_consent(source.rights, proof="sample", now=NOON)

    cleaned, problems = clean(okendo.read(raw, "here"), source, consent, make_rules(), NOON)

    assert cleaned is not None
    assert cleaned.review.aspects == ()
    assert [each.message for each in problems] == ["1: 9 lies outside -2 to 2; it is left out"]


def test_a_survey_at_zendesk_may_not_say_when_it_was_answered_first() -> None:
    answers = [{"type": "rating_scale", "rating": 5, "created_at": None, "updated_at": "2026-10-21T08:00:00Z"}]

    [record] = zendesk.read({"id": "01JSR", "answers": answers}, "here")

    assert record.fields["written_at"] == "2026-10-21T08:00:00Z"
    assert "updated_at" not in record.fields


def test_the_name_of_a_photo_at_stamped_may_hold_half_a_character() -> None:
    record = stamped.read(first_of("stamped", reviewUserPhotos="a\ud800.jpg"), "here", photos="https://photos.example")

    assert [each["url"] for each in record.media] == ["https://photos.example/a%3F.jpg"]


def test_no_stars_at_senja_are_no_rating() -> None:
    fields = senja.read(first_of("senja", rating=0), "here").fields

    assert "rating" not in fields
    assert fields["body"]


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({"reviews": {"total": 7, "data": []}}, 7),
        ({"reviews": [], "stats": {"total_reviews": 7}}, 7),
        ({"reviews": [], "stats": {"average": 4.7, "count": 7}}, 7),
        ({"reviews": [], "count": 7}, 7),
        ({"reviews": []}, None),
    ],
)
def test_reviews_io_counts_under_several_names(document: Mapping[str, Any], count: int | None) -> None:
    assert reviewsio._count(document) == count


def test_kiyohs_answers_may_be_wrapped_and_hold_truth_values() -> None:
    raw = first_of("kiyoh")
    wrapped = [{**each, "rating": True} if each["questionType"] == "BOOLEAN" else each for each in raw["reviewContent"]]

    record = kiyoh.read({**raw, "reviewContent": {"reviewContent": wrapped}}, "here")

    assert replace(record, payload="") == replace(kiyoh.read(raw, "here"), payload="")


def test_kiyohs_xml_may_leave_out_what_wraps_a_list() -> None:
    wrapped = (SAMPLES / "kiyoh" / "input.xml").read_bytes()
    bare = wrapped
    for name in (b"reviewContent", b"reviews"):
        first, last = bare.find(b"<%s>" % name), bare.rfind(b"</%s>" % name)
        bare = bare[:first] + bare[first + len(name) + 2 : last] + bare[last + len(name) + 3 :]

    assert bare.count(b"<reviews>") == wrapped.count(b"<reviews>") - 1
    assert kiyoh._from_xml(bare) == kiyoh._from_xml(wrapped)


def test_a_category_of_a_feed_that_says_nothing_is_no_subject() -> None:
    raw = {"id": "1", "title": "★★★★★", "categories": ["", "K2"]}

    assert rss.read(raw, "here").fields["subject"] == "K2"


def test_a_feed_with_the_entities_of_html_is_read() -> None:
    feed = (SAMPLES / "rss" / "input.xml").read_bytes()

    [entry], _ = rss.entries_of(
        b"\n" + feed.replace(b"<description>Heats fast.", b"<description>Heats&nbsp;fast &eacute;.")
    )

    assert entry["summary"] == "Heats\u00a0fast é."
