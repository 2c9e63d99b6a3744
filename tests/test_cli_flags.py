"""The verbs about reports: what waits, all that was said, and the answer."""

from __future__ import annotations

import json

import pytest

from engine.domain import State
from tests.doors import BASE, Company
from tests.forms import reviews
from tests.reporting import NOTICE, answer_link, flags, report, with_a_review


def test_what_waits_is_listed_oldest_first_and_what_was_answered_only_when_asked_for(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        for number in range(2):
            report(site, f"/report/{review.id}", explanation=f"Number {number}")
    first, second = flags(company)

    company.plaudit("flag", "answer", first.id, "--dismiss", "--text", "It is an opinion.")
    waiting, everything = company.plaudit("flags").output, company.plaudit("flags", "--all").output

    assert waiting.split()[0] == second.id
    assert first.id not in waiting
    assert "open" in waiting
    assert [line.split()[0] for line in everything.splitlines()] == [first.id, second.id]
    assert "dismissed" in everything


def test_programs_get_json_without_the_person(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        report(site, f"/report/{review.id}?locale=nl")

    output = company.plaudit("flags", "--format", "json").output

    [told] = json.loads(output)
    assert (told["review"], told["state"], told["reason"], told["locale"]) == (
        review.id,
        "open",
        "personal-data",
        "nl",
    )
    assert told["explanation"] == NOTICE["explanation"]
    assert not any(word in output for word in ("Ruth", "ruth@example.org"))


def test_a_list_goes_on_after_an_id(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        for number in range(3):
            report(site, f"/report/{review.id}", explanation=f"Number {number}")

    first = company.plaudit("flags", "--limit", "2").output
    rest = company.plaudit("flags", "--after", first.split()[-1]).output

    assert "more: --after" in first
    assert "Number 2" in rest
    assert "Number 1" not in rest


def test_one_report_is_shown_with_who_sent_it_and_where_he_follows_it(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        link = answer_link(site, report(site, f"/report/{review.id}"))
    [flag] = flags(company)

    output = company.plaudit("flag", "show", flag.id).output

    assert "from: Ruth Reader (ruth@example.org)" in output
    assert link.removeprefix(BASE).rpartition("/")[2].partition(".")[0] in output
    assert NOTICE["explanation"] in output
    assert review.body in output


def test_upholding_says_what_became_of_the_review(company: Company) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        report(site, f"/report/{review.id}")
    [flag] = flags(company)

    done = company.plaudit("flag", "answer", flag.id, "--uphold", "abuse", "--text", "It insults our courier.")

    assert done.exit_code == 0
    assert f"{flag.id}: upheld" in done.output
    assert f"{review.id} is rejected: abuse" in done.output
    assert reviews(company)[0].state is State.REJECTED
    assert "It insults our courier." in company.plaudit("flag", "show", flag.id).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--text", "x"], "either --uphold REASON or --dismiss", id="neither"),
        pytest.param(["--uphold", "abuse", "--dismiss", "--text", "x"], "either --uphold", id="both"),
        pytest.param(["--uphold", "abuse"], "--text", id="no statement"),
        pytest.param(["--uphold", "rating", "--text", "x"], "'rating' is not a reason for rejecting", id="a rating"),
        pytest.param(["--dismiss", "--text", " "], "an answer has 1 to", id="an empty statement"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_changes_nothing(company: Company, words: list[str], said: str) -> None:
    review, _ = with_a_review(company)
    with company.serving() as site:
        report(site, f"/report/{review.id}")
    [flag] = flags(company)

    done = company.plaudit("flag", "answer", flag.id, *words)

    assert done.exit_code == 2
    assert said in done.output
    assert reviews(company)[0].state is State.APPROVED
    assert flags(company) == [flag]


def test_a_flag_that_there_is_not_is_named(company: Company) -> None:
    done = company.plaudit("flag", "show", "nobody")

    assert done.exit_code == 2
    assert "there is no flag 'nobody'" in done.output
