"""What is particular about the review platforms: what they hide, how they page, and how their words are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from collectors import (
    app_store_connect,
    app_store_rss,
    ebay_feedback,
    g2,
    google_business_profile,
    google_play,
    kiyoh,
    trusted_shops,
    trustpilot,
    trustpilot_company,
    trustpilot_product,
)
from collectors.google_business_profile import split_translation
from collectors.platforms import safe_id
from engine.domain import Record, Standing
from engine.errors import BadValueError, RefusedError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, load_kinds
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON
from tests.platform_plays import TOKEN, Rows, pem, rsa_key
from tests.platform_sources import PLATFORMS, like_the_sample, rows_of
from tests.source_server import Asked, Reply, SourceServer, as_json, serving


@pytest.mark.parametrize(
    ("comment", "written", "translation"),
    [
        pytest.param("Fijne zaak", "Fijne zaak", "", id="not translated"),
        pytest.param("Fijne zaak\n\n(Translated by Google)\nNice shop", "Fijne zaak", "Nice shop", id="below"),
        pytest.param(
            "(Translated by Google) Nice shop\n\n(Original)\nFijne zaak", "Fijne zaak", "Nice shop", id="above"
        ),
        pytest.param("(Translated by Google) Nice shop", "Nice shop", "", id="the original is not told"),
        pytest.param("", "", "", id="stars only"),
    ],
)
def test_google_translation_is_told_apart_from_what_was_written(comment: str, written: str, translation: str) -> None:
    assert split_translation(comment) == (written, translation)


def test_the_words_as_written_can_be_the_ones_of_the_review() -> None:
    records = collected("google_business_profile", rows_of("google_business_profile"), words="written")

    assert records[0].fields["body"] == "The K2 kettle was repaired while I waited. Kind staff, fair price."
    assert records[0].original is None


@pytest.mark.parametrize("name", ["state", "reviewReplyState"])
def test_a_reply_that_google_holds_back_is_not_shown(name: str) -> None:
    [raw, _] = rows_of("google_business_profile")

    record = google_business_profile.read({**raw, "reviewReply": {**raw["reviewReply"], name: "REJECTED"}}, "here")

    assert record.replies == ()


def test_google_is_read_back_to_a_day_before_the_reading_before() -> None:
    moments = [f"2026-10-{31 - day:02}T12:00:00Z" for day in range(30) for _ in range(10)]
    rows = like_the_sample("google_business_profile", len(moments))
    for raw, moment in zip(rows, moments, strict=True):
        raw["updateTime"] = moment
    with playing("google_business_profile", rows) as (collector, source):
        [*_, last] = collector.collect(None)
        in_full = source.calls
        again = list(collector.collect(last.resume))

    assert last.resume == '{"since":"2026-10-30T12:00:00"}'
    assert (in_full, source.calls - in_full) == (7, 1)
    assert len(again[0].records) == 50
    assert again[0].cursor is None
    assert again[0].resume == last.resume


def test_a_token_that_runs_out_meanwhile_is_fetched_anew() -> None:
    platform = PLATFORMS["trusted_shops"]
    refused = iter([False, False, True, False])

    def pages(asked: Asked) -> Reply:
        if asked.path != "/oauth/token" and next(refused, False):
            return as_json({"error": "expired"}, status=401)
        return platform.pages(like_the_sample("trusted_shops", 5), 2)(asked)

    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        batches = list(trusted_shops.KIND.collector(platform.given(source.url), http).collect(None))
        tokens = [each for each in source.asked if each.path == "/oauth/token"]

    assert [each.external_id for batch in batches for each in batch.records] == ["r1", "r2", "r3", "r4", "r5"]
    assert len(tokens) == 2


def test_who_is_refused_with_a_fresh_token_is_refused() -> None:
    def pages(asked: Asked) -> Reply:
        return as_json(
            {"access_token": TOKEN} if asked.method == "POST" else {}, status=200 if asked.method == "POST" else 401
        )

    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        collector = load_kinds()["trusted_shops"].collector(PLATFORMS["trusted_shops"].given(source.url), http)
        with pytest.raises(SourceRefusedError, match="401"):
            list(collector.collect(None))

    assert source.calls == 2


@pytest.mark.parametrize("token", ["", None, "two\nlines", 5])
def test_what_is_no_token_is_not_sent_on(token: Any) -> None:
    with (
        serving(lambda _: as_json({"access_token": token})) as source,
        GuardedSession(LOOPBACK) as http,
        pytest.raises(SourceRefusedError, match="without one"),
    ):
        list(load_kinds()["trusted_shops"].collector(PLATFORMS["trusted_shops"].given(source.url), http).collect(None))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": "archived"}, id="not active"),
        pytest.param({"reportData": {"reviewVisibility": "hidden"}}, id="reported"),
        pytest.param({"countsTowardsTrustScore": False}, id="not counted"),
    ],
)
def test_trustpilot_keeps_hidden_what_is_not_plainly_public(changes: Mapping[str, Any]) -> None:
    raw = rows_of("trustpilot_service")[0]

    assert trustpilot_company.read(raw, "here").standing is Standing.PUBLIC
    assert trustpilot_company.read({**raw, **changes}, "here").standing is Standing.HIDDEN


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        pytest.param([5, 5], "", id="none went"),
        pytest.param([5, 4], trustpilot.MOVED, id="one went"),
        pytest.param([None], trustpilot.UNCOUNTED, id="not told"),
    ],
)
def test_trustpilot_reviews_that_go_meanwhile_leave_a_reading_in_doubt(counts: list[int | None], said: str) -> None:
    told = iter(counts)
    platform = PLATFORMS["trustpilot_service"]
    rows = like_the_sample("trustpilot_service", 5)

    def pages(asked: Asked) -> Reply:
        if asked.path.startswith("/v1/business-units/"):
            return as_json({"numberOfReviews": {"total": next(told)}})
        return platform.pages(rows, 2)(asked)

    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        *batches, last = trustpilot_company.KIND.collector(platform.given(source.url), http).collect(None)

    assert last.shortfall == said
    assert not any(each.shortfall for each in batches)


def test_a_picture_that_trustpilot_has_not_published_is_hidden() -> None:
    raw = rows_of("trustpilot_product")[0]
    raw["attachments"][0]["state"] = "underModeration"

    [picture] = trustpilot_product.read(raw, "here").media

    assert picture["standing"] == Standing.HIDDEN


def test_trusted_shops_keeps_hidden_what_the_shop_disputes() -> None:
    raw = rows_of("trusted_shops")[0]

    assert trusted_shops.read({**raw, "hasVeto": True}, "here").standing is Standing.HIDDEN


def test_a_question_of_ones_own_with_a_figure_becomes_an_aspect() -> None:
    raw = rows_of("kiyoh")[0]
    asked = {"questionGroup": "CUSTOM", "questionType": "INT", "questionTranslation": "Levering", "rating": "8"}
    not_asked = {**asked, "questionTranslation": "Montage", "notApplicable": True}

    record = kiyoh.read({**raw, "reviewContent": [*raw["reviewContent"], asked, not_asked]}, "here")

    assert record.aspects == ({"label": "Levering", "value": "8", "worst": "1", "best": "10"},)


def test_kiyoh_tells_what_is_wrong_with_status_200() -> None:
    with (
        serving(lambda _: as_json({"errorCode": "INVALID_TENANT", "detailedError": []})) as source,
        GuardedSession(LOOPBACK) as http,
        pytest.raises(SourceRefusedError, match="INVALID_TENANT"),
    ):
        list(load_kinds()["kiyoh"].collector(PLATFORMS["kiyoh"].given(source.url), http).collect(None))


def test_the_app_itself_is_no_review_of_itself() -> None:
    app = {"im:name": {"label": "Larkfield"}, "im:artist": {"label": "Larkfield Kettle Co."}, "id": {"label": "app"}}

    records = collected("app_store_rss", [app, *like_the_sample("app_store_rss", 2)], countries="us")

    assert [each.external_id for each in records] == ["r1", "r2"]


def test_what_another_seller_says_on_ebay_is_no_customers_word() -> None:
    raw = rows_of("ebay_feedback")[0]
    raw["providerUserDetail"]["role"] = "SELLER"

    assert ebay_feedback.read(raw, "here").standing is Standing.HIDDEN


def test_chinas_feed_is_asked_for_without_page_and_order() -> None:
    paths = []

    def feed(asked: Asked) -> Reply:
        paths.append(asked.path)
        return as_json({"feed": {"entry": rows_of("app_store_rss")[0]}})

    with serving(feed) as source, GuardedSession(LOOPBACK) as http:
        given = {**PLATFORMS["app_store_rss"].given(source.url), "countries": "cn"}
        [batch] = app_store_rss.KIND.collector(given, http).collect(None)

    assert paths == ["/cn/rss/customerreviews/id=1/json"]
    assert batch.shortfall == app_store_rss.SHORTFALL


def test_an_answer_that_apple_has_not_published_is_not_shown() -> None:
    response = {"attributes": {"responseBody": "Thank you!", "state": "PENDING_PUBLISH"}}

    record = app_store_connect.read({**rows_of("app_store_connect")[0], "response": response}, "here")

    assert record.replies == ()


def test_a_translated_review_of_google_play_has_its_original_beside_it() -> None:
    comment = {
        "text": "Great app\tPresets save me time.",
        "originalText": "Topapp\tVoorinstellingen schelen tijd.",
        "reviewerLanguage": "nl",
    }

    record = google_play.read({"reviewId": "r1", "comments": [{"userComment": comment}]}, "here")

    assert (record.fields["title"], record.fields["body"]) == ("Great app", "Presets save me time.")
    assert record.original == {"language": "nl", "title": "Topapp", "body": "Voorinstellingen schelen tijd."}
    assert "language" not in record.fields


def test_google_play_says_that_it_tells_of_the_last_week_only() -> None:
    with playing("google_play", rows_of("google_play")) as (collector, _):
        [batch] = collector.collect(None)

    assert batch.shortfall == google_play.SHORTFALL


@pytest.mark.parametrize("kind", ["app_store_connect", "google_play"])
def test_what_is_signed_needs_a_session_with_a_clock(kind: str) -> None:
    platform = PLATFORMS[kind]
    with (
        serving(platform.pages(rows_of(kind), 3)) as source,
        GuardedSession(LOOPBACK) as http,
        pytest.raises(RefusedError, match="without a clock"),
    ):
        list(load_kinds()[kind].collector(platform.given(source.url), http).collect(None))


@pytest.mark.parametrize("spoilt", [lambda key: key.replace("\n", " "), lambda key: key.replace("\n", "\\n")])
def test_a_key_whose_line_breaks_were_lost_still_signs(spoilt: Callable[[str], str]) -> None:
    platform = PLATFORMS["app_store_connect"]
    with (
        serving(platform.pages(rows_of("app_store_connect"), 3)) as source,
        GuardedSession(LOOPBACK, clock=lambda: NOON) as http,
    ):
        given = platform.given(source.url)
        [batch] = app_store_connect.KIND.collector(
            {**given, "private_key": spoilt(given["private_key"])}, http
        ).collect(None)

    assert len(batch.records) == 1


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("not-a-key-at-all-17", id="no PEM"),
        pytest.param("-----BEGIN PRIVATE KEY-----\nbm90LWEta2V5\n-----END PRIVATE KEY-----", id="PEM of nothing"),
        pytest.param("an RSA key", id="another kind of key"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_and_never_told(key: str) -> None:
    key = pem(rsa_key()) if key == "an RSA key" else key
    given = {**PLATFORMS["app_store_connect"].given("http://127.0.0.1:1"), "private_key": key}
    with GuardedSession(LOOPBACK, clock=lambda: NOON) as http, pytest.raises(BadValueError) as caught:
        list(app_store_connect.KIND.collector(given, http).collect(None))

    assert "private_key" in str(caught.value)
    assert caught.value.__cause__ is None
    assert not any(line in str(caught.value) for line in key.splitlines())


def test_an_answer_on_g2_stands_under_its_question() -> None:
    raw = rows_of("g2")[0]
    raw["attributes"]["comment_answers"] = {"love": "Batch recipes."}

    with pytest.raises(BadValueError, match="love"):
        g2.read(raw, "here")


@pytest.mark.parametrize("id_", ["", "..", "a/b", "a?b", "a#b", "a%2e", "é", "a b"])
def test_an_id_that_would_change_the_path_is_no_id(id_: str) -> None:
    with pytest.raises(BadValueError, match="no id"):
        safe_id(id_)


def test_what_is_reviewed_can_be_called_as_it_is_known_here() -> None:
    records = collected(
        "google_business_profile", rows_of("google_business_profile"), subject="leeds", subject_type="CafeOrCoffeeShop"
    )

    assert {each.fields["subject"] for each in records} == {"leeds"}
    assert {each.fields["subject_type"] for each in records} == {"CafeOrCoffeeShop"}


@contextmanager
def playing(kind: str, rows: Rows, **options: str) -> Iterator[tuple[Collector, SourceServer]]:
    """A collector of a played platform, and its server."""
    platform = PLATFORMS[kind]
    with serving(platform.pages(rows, 50)) as source, GuardedSession(LOOPBACK, clock=lambda: NOON) as http:
        yield load_kinds()[kind].collector({**platform.given(source.url), **options}, http), source


def collected(kind: str, rows: Rows, **options: str) -> list[Record]:
    with playing(kind, rows, **options) as (collector, _):
        return [record for batch in collector.collect(None) for record in batch.records]
