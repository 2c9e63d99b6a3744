"""Tests of reviews that programs hand in and decide about: taken in like all others, and by nobody who may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from engine.domain import Change, Permission, ReviewId
from engine.rights import OWN
from engine.rights.consent import DECLARED, NOT_ASKED, PERMITTED, SAID_NO
from tests.doors import Company, row
from tests.factories import make_source
from tests.keyed import Program, problems_of, programs

CONSENT = {"uses": ["display", "markup", "excerpt"], "wording": "I agree that Larkfield shows my review."}
SAID = {
    "external_id": "order-1",
    "subject": "kettle",
    "rating": {"value": 9, "worst": 0, "best": 10},
    "title": "Good kettle",
    "body": "It pours well and keeps the heat.",
    "author": "Owen B.",
    "language": "en",
    "written_at": "2026-09-30",
    "verification": {"level": "purchase", "evidence": "order 1"},
    "incentive": "a voucher",
    "contact": {"email": "Owen@Larkfield.example"},
    "media": [{"url": "https://larkfield.example/kettle.jpg", "alt": "a kettle"}],
    "consent": CONSENT,
}


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    with programs(company) as found:
        yield found


def hand_in(program: Program, **changes: Any) -> str:
    answer = program.ask("POST", "/reviews", SAID | changes)
    assert answer.status_code == 201, answer.text
    return str((answer.json or {})["id"])


def changes_of(program: Program) -> list[Change]:
    with program.instance.store.reading() as transaction:
        return [each for _, each in transaction.audit.since()]


def test_a_review_is_taken_in_pending_and_shown_whole_but_for_its_author_s_address(program: Program) -> None:
    answer = program.ask("POST", "/reviews", SAID)

    assert (answer.status_code, answer.json and answer.json["state"]) == (201, "pending")
    shown = program.ask("GET", answer.headers["Location"].partition("/v1")[2])
    said: dict[str, Any] = shown.json or {}
    assert (said["state"], said["rights"]["class"], said["source"]) == ("pending", "own", "api")
    assert (said["rating"]["original"], said["rating"]["stars"]) == ("9", 4.6)
    assert (said["verification"], said["evidence"]) == ("purchase", "order 1")
    assert said["incentive"]["disclosed_text"] == "a voucher"
    assert [each["state"] for each in said["media"]] == ["pending"]
    assert "owen@" not in shown.text.lower()


def test_a_review_is_the_same_wherever_it_is_read_but_for_what_is_nobody_else_s(program: Program) -> None:
    which = hand_in(program)
    decided = program.ask("POST", f"/reviews/{which}/approve", {}).json or {}

    alone = program.ask("GET", f"/reviews/{which}")
    listed = (program.ask("GET", "/reviews?state=approved").json or {})["items"]
    shown = (program.without_key().ask("GET", "/reviews").json or {})["items"]

    assert listed == [alone.json] == [decided]
    [public] = shown
    assert set(public) < set(decided)
    differing = {name for name in public if public[name] != decided[name]}
    assert differing == {"incentive", "media"}
    assert alone.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(alone.headers["Vary"].split(", "))


def test_the_same_review_again_changes_nothing_and_is_told_so(program: Program) -> None:
    hand_in(program)

    again = program.ask("POST", "/reviews", SAID)

    assert (again.status_code, again.json and again.json["fate"]) == (200, "unchanged")
    assert [each.action for each in changes_of(program)] == ["key.create", "review.receive"]


def test_a_review_that_was_withdrawn_does_not_come_back(program: Program) -> None:
    which = hand_in(program)
    program.ask("POST", f"/reviews/{which}/withdraw", {})

    again = program.ask("POST", "/reviews", SAID | {"body": "Other words."})

    assert again.json
    assert (again.json["fate"], again.json["state"]) == ("unchanged", "withdrawn")


def test_without_consent_to_show_it_an_approved_review_stays_inside(program: Program) -> None:
    which = hand_in(program, consent={"uses": [], "wording": "asked, and did not agree"})

    approved = program.ask("POST", f"/reviews/{which}/approve", {})

    assert approved.json
    assert (approved.json["state"], approved.json["rights"]["class"]) == ("approved", "internal")


def test_everything_that_is_wrong_with_a_review_is_told_at_once(program: Program) -> None:
    said = SAID | {"written_at": "soon", "rating": {"value": 7, "best": 5}, "language": "klingonese"}

    found = problems_of(program.ask("POST", "/reviews", said), 422)

    assert {path for path, _ in found} == {"$.written_at", "$.rating", "$.language"}
    with program.instance.store.reading() as transaction:
        assert transaction.reviews.count() == 0


@pytest.mark.parametrize("collector", ["trustpilot_product", "form"])
def test_nothing_is_handed_in_in_the_name_of_somebody_else(program: Program, collector: str) -> None:
    source = make_source("theirs", OWN)
    with program.instance.store.writing() as transaction:
        transaction.sources.save(type(source)(id=source.id, collector=collector, rights=OWN))

    answer = program.ask("POST", "/reviews", SAID | {"source": "theirs"})

    assert answer.status_code == 422
    assert collector in answer.text


def test_nothing_is_handed_in_in_the_name_of_a_form_that_nobody_has_written_in_yet(program: Program) -> None:
    alone = program.ask("POST", "/reviews", SAID | {"source": "form.shop"})
    rows = program.ask("POST", "/reviews/bulk", [SAID, SAID | {"source": "form.shop"}])

    assert alone.status_code == 422
    assert [each["fate"] for each in (rows.json or {})["items"]] == ["new", "refused"]
    assert (rows.json or {})["items"][1]["problems"][0]["path"] == "$[1].source"


@pytest.mark.parametrize("wording", [SAID_NO, NOT_ASKED, f"{PERMITTED}: yes", f"{DECLARED}own"])
def test_no_consent_is_in_words_that_only_we_write(program: Program, wording: str) -> None:
    consent = {"uses": ["display", "ads"], "wording": wording}

    answer = program.ask("POST", "/reviews", SAID | {"consent": consent})

    assert problems_of(answer, 422) == [("$.consent.wording", "intake-consent")]


def test_another_consent_to_a_known_review_is_not_kept_and_that_is_told(program: Program) -> None:
    which = hand_in(program)

    for consent in ({"uses": [], "wording": "Not any more."}, {"uses": ["ads"], "wording": "All of it."}):
        answer = program.ask("POST", "/reviews", SAID | {"consent": consent})

        kept: dict[str, Any] = program.ask("GET", f"/reviews/{which}").json or {}
        assert [each["path"] for each in (answer.json or {})["problems"]] == ["$.consent"]
        assert set(kept["consent"]["uses"]) == set(CONSENT["uses"])


@pytest.mark.parametrize("moment", ["soon", "2126-09-30T14:05:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_consent_was_given_at_a_moment_that_has_passed(program: Program, moment: str) -> None:
    said = SAID | {"consent": CONSENT | {"given_at": moment}}

    alone = program.ask("POST", "/reviews", said)
    rows = program.ask("POST", "/reviews/bulk", [said, SAID])

    assert alone.status_code == 400
    assert [each["fate"] for each in (rows.json or {})["items"]] == ["refused", "new"]


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_one_bad_row_stops_no_other_and_each_is_answered_in_its_place(program: Program, media_type: str) -> None:
    rows = [
        SAID | {"external_id": "a"},
        SAID | {"external_id": "b", "state": "approved"},
        SAID | {"external_id": "c", "written_at": "soon"},
        SAID | {"external_id": "a"},
        SAID | {"external_id": "d", "consent": {"uses": ["display"], "wording": "Another sentence."}},
        "not a review",
    ]
    lines = b"\n".join(json.dumps(each).encode() for each in rows)
    raw = json.dumps(rows).encode() if media_type == "application/json" else lines

    answer = program.ask("POST", "/reviews/bulk", raw=raw, media_type=media_type)

    said: dict[str, Any] = answer.json or {}
    assert [each["fate"] for each in said["items"]] == ["new", "refused", "refused", "refused", "new", "refused"]
    assert [each["row"] for each in said["items"]] == list(range(6))
    assert said["items"][2]["problems"][0]["path"] == "$[2].written_at"
    assert said["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "refused": 4}


def test_a_line_that_is_no_json_is_refused_alone(program: Program) -> None:
    raw = b'{"broken\n' + json.dumps(SAID).encode() + b"\n\n"

    answer = program.ask("POST", "/reviews/bulk", raw=raw, media_type="application/x-ndjson")

    assert [each["fate"] for each in (answer.json or {})["items"]] == ["refused", "new"]


@pytest.mark.parametrize("count", [0, 1001])
def test_more_than_a_thousand_rows_are_refused_and_none_too(program: Program, count: int) -> None:
    assert problems_of(program.ask("POST", "/reviews/bulk", [{}] * count), 422) == [("$", "body-maxItems")]


def test_bodies_are_bounded_by_bytes(program: Program) -> None:
    one = program.ask("POST", "/reviews", raw=b" " * ((1 << 20) + 1))
    many = program.ask("POST", "/reviews/bulk", raw=b" " * ((10 << 20) + 1))
    within = program.ask("POST", "/reviews/bulk", raw=json.dumps([SAID]).encode() + b" " * (9 << 20))

    assert (one.status_code, many.status_code, within.status_code) == (413, 413, 200)


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("POST", "/reviews", Permission.WRITE_REVIEWS),
        ("POST", "/reviews/bulk", Permission.WRITE_REVIEWS),
        ("GET", "/reviews/{id}", Permission.READ),
        ("POST", "/reviews/{id}/approve", Permission.MODERATE),
        ("POST", "/reviews/{id}/reject", Permission.MODERATE),
        ("POST", "/reviews/{id}/withdraw", Permission.WITHDRAW),
        ("PUT", "/reviews/{id}/reply", Permission.MODERATE),
        ("DELETE", "/reviews/{id}/reply", Permission.MODERATE),
        ("POST", "/signals", Permission.WRITE_SIGNALS),
        ("POST", "/signals/bulk", Permission.WRITE_SIGNALS),
        ("GET", "/signals", Permission.READ),
        ("PUT", "/subjects/kettle", Permission.WRITE_SUBJECTS),
        ("PATCH", "/subjects/kettle", Permission.WRITE_SUBJECTS),
        ("DELETE", "/subjects/kettle", Permission.WRITE_SUBJECTS),
        ("POST", "/subjects/bulk", Permission.WRITE_SUBJECTS),
        ("PATCH", "/topics/tag-x", Permission.WRITE_COLLECTIONS),
        ("POST", "/consents/withdraw", Permission.WITHDRAW),
        ("DELETE", "/reviews/{id}", Permission.ERASE),
        ("POST", "/persons/erase", Permission.ERASE),
        ("POST", "/persons/export", Permission.ERASE),
        ("POST", "/collections", Permission.WRITE_COLLECTIONS),
        ("DELETE", "/collections/best", Permission.WRITE_COLLECTIONS),
        ("GET", "/flags", Permission.MODERATE),
        ("POST", "/flags/n1/answer", Permission.MODERATE),
    ],
)
def test_whoever_may_not_is_refused_before_anything_is_read(
    program: Program, method: str, path: str, permission: Permission
) -> None:
    where = path.replace("{id}", hand_in(program))
    others = program.with_key(*(each for each in Permission if each is not permission))

    assert program.without_key().ask(method, where, raw=b"{").status_code == 401
    assert others.ask(method, where, raw=b"{").status_code == 403


def test_a_key_for_one_subject_reaches_no_other(program: Program) -> None:
    which = hand_in(program)
    program.ask("PUT", "/subjects/mug", {"name": "Mug"})
    narrow = program.with_key(*(set(Permission) - {Permission.ADMINISTER}), subjects=["mug"])

    answers = [
        narrow.ask("POST", "/reviews", SAID),
        narrow.ask("GET", f"/reviews/{which}"),
        narrow.ask("POST", f"/reviews/{which}/approve", {}),
        narrow.ask("POST", f"/reviews/{which}/withdraw", {}),
        narrow.ask("PUT", f"/reviews/{which}/reply", {"body": "Thanks"}),
        narrow.ask("POST", "/consents/withdraw", {"review": which}),
        narrow.ask("PUT", "/subjects/kettle", {"name": "Kettle"}),
    ]
    rows = narrow.ask("POST", "/reviews/bulk", [SAID, SAID | {"subject": "mug", "external_id": "2"}])

    assert {each.status_code for each in answers} == {403}
    assert [each["fate"] for each in (rows.json or {})["items"]] == ["refused", "new"]


def test_a_key_for_one_subject_takes_no_review_of_another_by_its_id(program: Program) -> None:
    which = hand_in(program)
    program.ask("PUT", "/subjects/mug", {"name": "Mug"})
    narrow = program.with_key(Permission.WRITE_REVIEWS, subjects=["mug"])
    stolen = SAID | {"subject": "mug", "body": "Other words."}

    alone = narrow.ask("POST", "/reviews", stolen)
    rows = narrow.ask("POST", "/reviews/bulk", [stolen, stolen | {"external_id": "order-2"}])
    again = narrow.ask("POST", "/reviews", stolen | {"external_id": "order-2", "body": "Better words."})

    assert problems_of(alone, 422) == [("$.external_id", "access-subject")]
    assert [each["fate"] for each in (rows.json or {})["items"]] == ["refused", "new"]
    assert (again.json or {})["fate"] == "changed"
    kept: dict[str, Any] = program.ask("GET", f"/reviews/{which}").json or {}
    assert (kept["subject"], kept["body"]) == ("kettle", SAID["body"])


def test_a_review_is_decided_about_in_the_name_of_the_key(program: Program) -> None:
    which = hand_in(program)

    approved = program.ask("POST", f"/reviews/{which}/approve", {})
    rejected = program.ask("POST", f"/reviews/{which}/reject", {"reason": "off-topic", "note": "the delivery"})

    assert approved.json
    assert approved.json["state"] == "approved"
    assert rejected.json
    assert rejected.json["decision"]["reason"] == "off-topic"
    assert rejected.json["decision"]["by"].startswith("key/")


@pytest.mark.parametrize("reason", ["rating", "too-low", "", None])
def test_a_rating_is_no_reason(program: Program, reason: str | None) -> None:
    which = hand_in(program)

    assert problems_of(program.ask("POST", f"/reviews/{which}/reject", {"reason": reason}), 422)


def test_an_answer_is_put_replaced_and_taken_off(program: Program) -> None:
    which = hand_in(program)

    first = program.ask("PUT", f"/reviews/{which}/reply", {"body": "Thank you."})
    program.ask("PUT", f"/reviews/{which}/reply", {"body": "Thank you, Owen."})
    shown = program.ask("GET", f"/reviews/{which}")
    removed = program.ask("DELETE", f"/reviews/{which}/reply")

    assert first.json
    assert first.json["body"] == "Thank you."
    assert shown.json
    assert shown.json["own_reply"]["body"] == "Thank you, Owen."
    assert (removed.status_code, program.ask("DELETE", f"/reviews/{which}/reply").status_code) == (204, 404)
    [*_, last] = changes_of(program)
    assert (last.action, last.before) == ("review.unanswer", {"written_by": last.by})


@pytest.mark.parametrize(
    "named",
    [
        {"source": "api", "external_id": "order-1"},
        {"email_sha256": sha256(b"owen@larkfield.example").hexdigest()},
        {"email_sha256": sha256(b"owen@larkfield.example").hexdigest().upper()},
    ],
)
def test_a_consent_is_taken_back_by_what_its_author_can_name(program: Program, named: dict[str, str]) -> None:
    which = hand_in(program)

    first = program.ask("POST", "/consents/withdraw", named)
    again = program.ask("POST", "/consents/withdraw", named)

    assert first.json
    assert (first.json["withdrawn"], first.json["unchanged"]) == ([which], [])
    assert again.json
    assert (again.json["withdrawn"], again.json["unchanged"]) == ([], [which])
    with program.instance.store.reading() as transaction:
        assert transaction.reviews.find(ReviewId(which)).review.state == "withdrawn"


def test_one_use_is_taken_back_and_the_review_stays(program: Program) -> None:
    which = hand_in(program)

    program.ask("POST", "/consents/withdraw", {"review": which, "uses": ["markup"]})

    shown = program.ask("GET", f"/reviews/{which}").json or {}
    assert (shown["state"], shown["consent"]["uses"]) == ("pending", ["display", "excerpt"])


def test_an_address_of_nobody_takes_nothing_back_and_tells_nothing(program: Program) -> None:
    hand_in(program)

    answer = program.ask("POST", "/consents/withdraw", {"email_sha256": "0" * 64})

    assert (answer.status_code, answer.json and answer.json["withdrawn"]) == (200, [])


def test_what_was_published_and_is_withdrawn_is_gone_at_the_next_request(company: Company) -> None:
    company.publish(row("1", body="A sentence that nobody else says."))
    with programs(company) as program:
        before = program.ask("GET", "/subjects/kettle/snippets/list")

        program.ask("POST", "/consents/withdraw", {"source": "shop", "external_id": "1"})

        after = program.ask("GET", "/subjects/kettle/snippets/list")
    assert "nobody else says" in before.text
    assert "nobody else says" not in after.text


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_of_another_site_can_send_is_refused(program: Program, media_type: str) -> None:
    answer = program.ask("POST", "/reviews", raw=json.dumps(SAID).encode(), media_type=media_type)

    assert answer.status_code == 415
