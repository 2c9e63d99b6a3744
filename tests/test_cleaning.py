"""Tests of cleaning: a record becomes a review that can be trusted, or everything that is wrong with it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.cleaning import Cleaned, clean, content_hash, subject_id
from engine.domain import (
    ControlledBy,
    Incentive,
    Kind,
    Problem,
    Record,
    Relation,
    Reply,
    Rights,
    Severity,
    SubjectType,
    VerificationLevel,
)
from engine.fields import is_web_address
from engine.rights import DISPLAY_ONLY, OWN, declared_consent
from tests.factories import NOON, make_record, make_rules, make_source


def tried(record: Record, rights: Rights = OWN, **rules: Any) -> tuple[Cleaned | None, list[Problem]]:
    consent = declared_consent(rights, proof="reviews.csv", now=NOON)
    return clean(record, make_source(rights=rights), consent, make_rules(**rules), NOON)


def cleaned(record: Record, rights: Rights = OWN, **rules: Any) -> Cleaned:
    found, problems = tried(record, rights, **rules)
    assert problems == []
    assert found is not None
    return found


def refused(record: Record, **rules: Any) -> list[Problem]:
    found, problems = tried(record, **rules)
    assert found is None
    return problems


def test_text_is_composed_and_visible() -> None:
    review = cleaned(
        make_record(author="Rene\u0301e \u202eevil\u202c", title="Gut\u200be Kanne\x07", body="Zo\u0308 <b>gut</b>\x00")
    ).review

    assert (review.author, review.title, review.body) == ("Renée evil", "Gute Kanne", "Zö gut")


def test_what_is_too_long_is_refused_whole_and_named() -> None:
    [problem] = refused(make_record("7", body="a" * 2001))

    assert problem.rule == "intake-body"
    assert problem.path == "reviews.csv row 7, field body"
    assert problem.message == "is 2001 characters long, 2000 are allowed; it is refused whole, never cut"
    assert "intake.longest_text" in problem.fix


@pytest.mark.parametrize("field", ["author", "title", "role", "company", "subject_name"])
def test_a_line_that_is_too_long_is_refused(field: str) -> None:
    said: dict[str, Any] = {field: "a" * 101}

    [problem] = refused(make_record(**said))

    assert problem.path == f"reviews.csv row 1, field {field}"


def test_length_is_measured_after_cleaning() -> None:
    review = cleaned(make_record(body="<p>" + "e\u0301" * 2000 + "</p>")).review

    assert len(review.body) == 2000


def test_every_problem_of_a_row_is_told_at_once() -> None:
    problems = refused(
        make_record(
            subject="",
            subject_type="Teapot",
            subject_url="javascript:alert(1)",
            controlled_by="them",
            rating="6",
            title="t" * 101,
            body="b" * 2001,
            language="klingonisch",
            written_at="yesterday",
            url="ftp://example.com",
            verified="perhaps",
            relation="cousin",
        )
    )

    assert {each.rule.removeprefix("intake-") for each in problems} == {
        "subject",
        "subject-type",
        "subject-url",
        "controlled-by",
        "rating",
        "title",
        "body",
        "language",
        "written-at",
        "url",
        "verified",
        "relation",
    }
    assert all(each.forbids and each.path.startswith("reviews.csv row 1, field ") for each in problems)


def test_a_row_without_text_and_rating_says_nothing() -> None:
    [problem] = refused(make_record(body="<br>", title="\u200b", rating=""))

    assert problem.message == "there is neither a text nor a rating"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"rating": "", "role": "Head of tea"}, Kind.TESTIMONIAL),
        ({"rating": "", "company": "Larkfield"}, Kind.TESTIMONIAL),
        ({"rating": "5", "company": "Larkfield"}, Kind.REVIEW),
        ({"rating": ""}, Kind.REVIEW),
    ],
)
def test_words_with_a_role_and_without_a_rating_are_a_testimonial(fields: dict[str, Any], kind: Kind) -> None:
    assert cleaned(make_record(**fields)).review.kind is kind


def test_nothing_is_invented_where_nothing_was_said() -> None:
    record = Record(fields={"subject": "kettle", "rating": "4"}, external_id="1", place="row 1", payload="")

    review = cleaned(record).review

    assert (review.author, review.title, review.written_at, review.language, review.url) == (None,) * 5
    assert review.body == ""
    assert review.incentive is None
    assert review.relation is Relation.NONE
    assert not review.verification.is_verified


def test_contact_data_in_a_text_is_taken_out_and_kept_apart() -> None:
    found = cleaned(
        make_record(
            body="Write to owen@larkfield.example or call +44 20 7946 0123.",
            author="owen@larkfield.example",
            contact={"email": "owen@larkfield.example", "phone": ""},
        )
    )

    assert found.review.body == "Write to […] or call […]."
    assert found.review.author == "[…]"
    assert not found.review.holds_contact_data
    assert found.contact == {
        "email": "owen@larkfield.example",
        "in body": "owen@larkfield.example +44 20 7946 0123",
        "in author": "owen@larkfield.example",
    }


def test_contact_data_stays_in_a_text_that_may_not_be_edited_and_keeps_it_off_the_page() -> None:
    found = cleaned(make_record(body="Write to owen@larkfield.example."), DISPLAY_ONLY)

    assert found.review.body == "Write to owen@larkfield.example."
    assert found.review.holds_contact_data
    assert found.contact == {"in body": "owen@larkfield.example"}


@pytest.mark.parametrize("untold", ["", "und", "MUL", "zxx"])
def test_a_language_that_the_source_does_not_tell_is_found_in_the_words(untold: str) -> None:
    review = cleaned(make_record(language=untold, body="Er gießt gut."), detect=lambda _: "de").review

    assert review.language == "de"


def test_contact_data_is_taken_out_of_replies_too() -> None:
    replies = [{"body": "Call 020 7946 0123, <i>Ann</i>", "author": "Larkfield", "written_at": "2026-10-01"}, {}]

    review = cleaned(make_record(replies=replies)).review

    midnight_in_amsterdam = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
    assert review.replies == (Reply(body="Call […], Ann", author="Larkfield", written_at=midnight_in_amsterdam),)


def test_a_date_of_a_reply_that_cannot_be_read_costs_no_more_than_the_date() -> None:
    found, [problem] = tried(make_record(replies=[{"body": "Thanks", "written_at": "soon"}]))

    assert found is not None
    assert found.review.replies == (Reply(body="Thanks"),)
    assert (problem.path, problem.severity) == ("reviews.csv row 1, reply, field written_at", Severity.WARNING)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("", VerificationLevel.UNVERIFIED),
        ("No", VerificationLevel.UNVERIFIED),
        ("TRUE", VerificationLevel.PURCHASE),
        ("Verified Buyer", VerificationLevel.PURCHASE),
        ("customer", VerificationLevel.CUSTOMER),
    ],
)
def test_reads_how_far_the_author_was_verified(said: str, level: VerificationLevel) -> None:
    verification = cleaned(make_record(verified=said)).review.verification

    assert verification.level is level
    assert verification.evidence == said


@pytest.mark.parametrize(
    ("said", "incentive"),
    [
        ("no", None),
        ("yes", Incentive(kind="declared", value="", disclosed_text="yes")),
        ("10% off", Incentive(kind="declared", value="10% off", disclosed_text="10% off")),
    ],
)
def test_reads_what_was_given_for_the_review(said: str, incentive: Incentive | None) -> None:
    assert cleaned(make_record(incentive=said)).review.incentive == incentive


def test_a_relation_that_must_be_disclosed_is_kept() -> None:
    assert cleaned(make_record(relation="Employee")).review.relation is Relation.EMPLOYEE


def test_the_language_is_detected_only_where_none_is_given() -> None:
    asked: list[str] = []

    def detect(text: str) -> str:
        asked.append(text)
        return "nl"

    given = cleaned(make_record(language="EN_gb"), detect=detect).review
    detected = cleaned(make_record(language="", title="Goed", body="Schenkt fijn"), detect=detect).review

    assert given.language == "en-GB"
    assert detected.language == "nl"
    assert asked == ["Goed\nSchenkt fijn"]


def test_tags_are_a_list_without_repetition() -> None:
    assert cleaned(make_record(tags=" gift, kitchen,gift,, <b>tea</b> ")).review.tags == ("gift", "kitchen", "tea")


def test_a_proof_of_consent_in_the_row_wins_over_the_import() -> None:
    assert cleaned(make_record(consent="form 12, 2026-09-01")).review.consent.proof == "form 12, 2026-09-01"
    assert cleaned(make_record()).review.consent.proof == "reviews.csv"


def test_a_subject_is_read_beside_the_review() -> None:
    subject = cleaned(
        make_record(
            subject="Café Larkfield",
            subject_name="Larkfield Coffee",
            subject_type="LocalBusiness",
            subject_url="https://larkfield.example/cafe",
            controlled_by="other",
        )
    ).subject

    assert subject.id.startswith("cafe-larkfield-")
    assert subject.type is SubjectType.LOCAL_BUSINESS
    assert (subject.name, subject.url) == ("Larkfield Coffee", "https://larkfield.example/cafe")
    assert subject.controlled_by is ControlledBy.OTHER


@pytest.mark.parametrize(
    ("name", "expected"),
    [("1078", "1078"), ("K2.kettle_v~1", "K2.kettle_v~1"), ("Blue Kettle 2", "blue-kettle-2")],
)
def test_a_name_that_loses_nothing_is_the_id(name: str, expected: str) -> None:
    assert subject_id(name) == expected


def test_two_names_never_share_an_id() -> None:
    names = ["Café", "Cafe", "Cafe!", "Cafe?", "カフェ", "喫茶", "a/b", "a b", "a-b", "x" * 300, "x" * 301, "..", "/"]

    ids = [subject_id(each) for each in names]

    assert len(set(ids)) == len(ids) - 1, "only 'a b' and 'a-b' are one"
    assert all(len(each) <= 100 and "/" not in each and not each.startswith(".") for each in ids)


def test_two_records_that_say_the_same_have_one_hash() -> None:
    first, turned = make_record(rating="4", role="Cook"), make_record(role="Cook", rating="4")

    assert content_hash(first) == content_hash(turned)
    assert content_hash(first) != content_hash(make_record(rating="5", role="Cook"))
    assert content_hash(first) != content_hash(make_record(rating="4", role="Cook", replies=[{"body": "Thanks"}]))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://",
        "//larkfield.example",
        "https://larkfield.example/a b",
        "https://user:secret@larkfield.example",
        "https://larkfield.example/\x00",
        "https://larkfield.example/\ud800",
        "http://[::1",
        "data:text/html,hello",
    ],
)
def test_a_page_may_not_link_there(address: str) -> None:
    assert not is_web_address(address)
    assert is_web_address("https://larkfield.example/p?x=1#y")


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_an_id_that_no_database_can_keep_is_refused(character: str) -> None:
    [problem] = refused(make_record(f"1{character}"))

    assert problem.rule == "intake-external-id"
