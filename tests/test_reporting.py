"""Reporting a review over HTTP: the form, the receipt, the answer, and what its author and nobody else is told."""

from __future__ import annotations

import pytest

from engine.domain import FlagReason, FlagState, ReviewId, State
from engine.i18n import PUBLIC_LOCALES
from tests.doors import BASE, Company, addresses, text_of, tree_of
from tests.forms import WORDS, field, post, reviews
from tests.reporting import AT_ONCE, NOTICE, answer_link, flags, report, with_a_review

REASONS = tuple(str(each) for each in FlagReason)


@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_the_form_is_there_in_every_language_with_nothing_chosen(company: Company, locale: str) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        page = site.get(f"/report/{review.id}?locale={locale}")

    fields = list(tree_of(page.text).iter("input"))
    assert page.status_code == 200
    assert tree_of(page.text).get("lang") == locale
    assert [each.get("value") for each in fields if each.get("type") == "radio"] == list(REASONS)
    assert not [each for each in fields if each.get("checked") is not None]
    assert list(tree_of(page.text).iter("script")) == []
    labelled = {each.get("for") for each in tree_of(page.text).iter("label")}
    assert {"explanation", "author", "email"} <= labelled


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"reason": ""}, "Choose what is wrong with it.", id="no reason"),
        pytest.param({"reason": "one-star"}, "Choose what is wrong with it.", id="a rating"),
        pytest.param({"explanation": " "}, "Say in a few words what makes you think so.", id="no explanation"),
        pytest.param({"explanation": "<b></b>"}, "Say in a few words what makes you think so.", id="only markup"),
        pytest.param({"explanation": "x" * 4001}, "This is too long: 4001 characters. 4000 are", id="too long"),
        pytest.param({"author": "x" * 301}, "This is too long: 301 characters. 300 are", id="a name too long"),
        pytest.param({"email": "ruth"}, "Write the address like name@example.com", id="no e-mail address"),
        pytest.param({"faith": ""}, "Confirm that you say this in good faith.", id="not in good faith"),
        pytest.param({"website": "https://spam.example"}, "This field has to stay empty.", id="the trap"),
        pytest.param({"sheet": "forged"}, "This page was open for a very long time.", id="not our form"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(company: Company, changes: dict[str, str], said: str) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        answered = report(site, f"/report/{review.id}", **changes)

    assert answered.status_code == 422
    assert said in text_of(answered.text)
    assert field(answered.text, "author") == changes.get("author", NOTICE["author"])
    assert changes.get("explanation", NOTICE["explanation"]).strip() in answered.text.replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert flags(company) == []


def test_the_list_of_what_is_wrong_leads_to_each_field(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        answered = report(site, f"/report/{review.id}", reason="", explanation="", website="https://spam.example")

    tree = tree_of(answered.text)
    [summary] = [each for each in tree.iter("div") if each.get("class") == "faults"]
    targets = [str(each.get("href")) for each in summary.iter("a")]
    ids = {each.get("id") for each in tree.iter()}
    assert targets == ["#reason-illegal", "#explanation", "#website"]
    assert {each.removeprefix("#") for each in targets} <= ids
    assert {"reason-fault", "explanation-fault", "website-fault"} <= ids


def test_name_and_address_may_be_left_out(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        sent = report(site, f"/report/{review.id}", author="", email="")

    [flag] = flags(company)
    assert sent.status_code == 303
    assert (flag.name, flag.email, flag.explanation) == (None, None, "It names my neighbour.")


def test_whoever_is_faster_than_a_person_sends_it_once_more(company: Company) -> None:
    review, _ = with_a_review(company, "\n[flags]\nleast_seconds = 60\n")
    with company.serving() as site:
        answered = report(site, f"/report/{review.id}")

    assert "That was quick." in text_of(answered.text)
    assert flags(company) == []


def test_one_address_cannot_send_more_than_it_may_in_an_hour(company: Company) -> None:
    review, _ = with_a_review(company, f"{AT_ONCE}per_hour = 2\n")
    with company.serving() as site:
        answers = [report(site, f"/report/{review.id}", explanation=f"Number {number}") for number in range(3)]

    assert [each.status_code for each in answers] == [303, 303, 429]
    assert "A lot has been sent from here" in text_of(answers[2].text)
    assert len(flags(company)) == 2


def test_a_form_about_one_review_does_not_report_another(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.instance() as instance:
        other = instance.tokens.of_report(ReviewId("r" + "0" * 20))
    with company.serving() as site:
        answered = report(site, f"/report/{review.id}", sheet=other)

    assert answered.status_code == 422
    assert flags(company) == []


def test_the_reader_follows_it_by_a_private_link_from_receipt_to_answer(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        sent = report(site, f"/report/{review.id}")
        receipt = site.get(sent.headers["Location"])
        link = answer_link(site, sent)
        waiting = site.get(link)
        [flag] = flags(company)
        said = "It names her.\n\nSorry."
        done = company.plaudit("flag", "answer", flag.id, "--uphold", "personal-data", "--text", said)
        answered = site.get(link)

    assert done.exit_code == 0, done.output
    assert "Your report has arrived" in text_of(receipt.text)
    assert "Nothing has been decided yet." in text_of(waiting.text)
    assert "we took the review down" in text_of(answered.text)
    assert "It gives away personal details of other people." in text_of(answered.text)
    assert "It names her. Sorry." in text_of(answered.text)
    assert "decided by a person" in text_of(answered.text)
    for each in (receipt, waiting, answered):
        assert each.headers["Cache-Control"] == "no-store"
        assert each.headers["X-Robots-Tag"] == "noindex"
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert "ruth@example.org" not in each.text
        assert "Ruth Reader" not in each.text


def test_a_dismissed_report_says_why_and_how_to_object(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        link = answer_link(site, report(site, f"/report/{review.id}"))
        [flag] = flags(company)
        company.plaudit("flag", "answer", flag.id, "--dismiss", "--text", "The name is that of the shop.")
        answered = site.get(link)
        public = site.get("/reviews/kettle")

    assert "we did not take the review down" in text_of(answered.text)
    assert "The name is that of the shop." in text_of(answered.text)
    assert "report the review again" in text_of(answered.text)
    assert f"{BASE}/report/{review.id}" in addresses(answered.text)
    assert WORDS["body"] in public.text


def test_the_answer_is_in_the_language_that_the_reader_wrote_in(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        sent = report(site, f"/report/{review.id}?locale=nl")
        path = sent.headers["Location"].partition("?")[0].replace("received", "answer")
        unasked, asked = site.get(path), site.get(f"{path}?locale=de")

    assert tree_of(unasked.text).get("lang") == "nl"
    assert tree_of(asked.text).get("lang") == "de"


def test_the_review_is_gone_at_the_next_request_and_can_be_reported_no_more(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        before = site.get("/v1/subjects/kettle/snippets/list")
        report(site, f"/report/{review.id}")
        meanwhile = site.get("/v1/subjects/kettle/snippets/list")
        [flag] = flags(company)
        company.plaudit("flag", "answer", flag.id, "--uphold", "not-genuine", "--text", "No such order.")
        after = [site.get("/v1/subjects/kettle/snippets/list"), site.get("/reviews/kettle")]
        alone = [site.get(f"/review/{review.id}"), site.get(f"/report/{review.id}")]

    assert before.data == meanwhile.data
    assert WORDS["body"] in before.text
    assert not any(WORDS["body"] in each.text for each in (*after, *alone))
    assert [each.status_code for each in alone] == [404, 404]
    [kept] = reviews(company)
    assert kept.state is State.REJECTED
    assert kept.decision is not None
    assert kept.decision.reason == "not-a-customer"


def test_the_author_reads_the_reason_and_not_who_reported(company: Company) -> None:
    review, own = with_a_review(company)
    with company.serving() as site:
        before = site.get(own)
        report(site, f"/report/{review.id}")
        [flag] = flags(company)
        company.plaudit("flag", "answer", flag.id, "--uphold", "abuse", "--text", "It insults our courier.")
        after = site.get(own)

    assert "Why it is not published" not in text_of(before.text)
    assert "Why it is not published" in text_of(after.text)
    assert "It insults, threatens or discriminates." in text_of(after.text)
    assert "It insults our courier." in text_of(after.text)
    assert "change the review: then it is checked again" in text_of(after.text)
    assert not any(word in after.text for word in ("Ruth", "ruth@example.org", NOTICE["explanation"]))


def test_whoever_is_rejected_without_a_report_reads_the_reason_too(company: Company) -> None:
    review, own = with_a_review(company)
    company.plaudit("reject", review.id, "--reason", "spam", "--note", "third time this week")
    with company.serving() as site:
        page = site.get(own)

    assert "It is advertising or spam." in text_of(page.text)
    assert "third time this week" not in page.text


def test_a_link_that_is_not_ours_shows_nothing(company: Company) -> None:
    review, own = with_a_review(company)
    with company.serving() as site:
        report(site, f"/report/{review.id}")
        token = own.rpartition("/")[2]
        answers = [site.get(f"/report/{what}/{token}") for what in ("answer", "received")]

    assert [each.status_code for each in answers] == [404, 404]


def test_the_words_of_a_reader_are_words_and_no_markup(company: Company) -> None:
    review, _ = with_a_review(company)
    hostile = "</textarea><script>alert(1)</script> [gallery] {{ 7*7 }} & <3"
    with company.serving() as site:
        again = report(site, f"/report/{review.id}", explanation=hostile, faith="")
        link = answer_link(site, report(site, f"/report/{review.id}", explanation=hostile))
        page = site.get(link)

    for each in (again, page):
        assert list(tree_of(each.text).iter("script")) == []
        assert "[gallery]" not in each.text
        assert "49" not in text_of(each.text)
    assert "& <3" in text_of(page.text)


def test_the_same_report_sent_twice_is_one(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        page = site.get(f"/report/{review.id}")
        values = {"sheet": field(page.text, "sheet"), **NOTICE}
        first, second = (post(site, f"/report/{review.id}", values) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    [flag] = flags(company)
    assert flag.state is FlagState.OPEN
