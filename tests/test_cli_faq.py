"""The verb `plaudit faq` and the route of questions, through both doors."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain import FaqEntry, FaqState, Scope, SubjectId
from tests.doors import SETTINGS, Company, row

HANDLE = (
    "The handle stays cool and feels great.",
    "The handle is great, I love it.",
    "A great handle that never gets hot.",
    "The handle is terrible and gets hot.",
    "I like the handle, it is great.",
    "The handle is comfortable and great.",
)


@pytest.fixture
def handle(company: Company) -> Company:
    """A shop whose customers speak of the handle of a kettle."""
    bodies = enumerate(HANDLE, 1)
    company.publish(*(row(str(at), body=f"{body} Day {at}.", author=f"Kit {at}", title="") for at, body in bodies))
    return company


def entries(company: Company) -> list[FaqEntry]:
    with company.instance() as instance, instance.store.reading() as transaction:
        return transaction.faq.of(SubjectId("kettle"))


def served(company: Company, name: str = "faq") -> str | None:
    with company.serving() as site:
        answer = site.get(f"/v1/subjects/kettle/snippets/{name}?locale=en")
    return answer.text if answer.status_code == 200 else None


def test_a_draft_is_on_no_page_until_somebody_approves_it(handle: Company) -> None:
    [draft] = entries(handle)
    before = served(handle), served(handle, "faq-jsonld")

    done = handle.plaudit("faq", "approve", draft.id, "--by", "ann")

    [after] = entries(handle)
    assert before == (None, None)
    assert (done.output, after.state) == ("1 approved\n", FaqState.PUBLISHED)
    assert "A person decides on each answer" in (served(handle) or "")
    assert json.loads(served(handle, "faq-jsonld") or "")["mainEntity"][0]["name"] == draft.question


def test_all_drafts_of_a_subject_are_approved_at_once(handle: Company) -> None:
    done = handle.plaudit("faq", "approve", "--subject", "kettle", "--all")

    assert done.output == "1 approved\n"
    assert [each.state for each in entries(handle)] == [FaqState.PUBLISHED]


def test_a_rejected_question_leaves_the_page(handle: Company) -> None:
    [draft] = entries(handle)
    handle.plaudit("faq", "approve", draft.id)

    done = handle.plaudit("faq", "reject", draft.id)

    assert done.output == "1 rejected\n"
    assert served(handle) is None
    handle.plaudit("rebuild", "snippets")
    assert [each.state for each in entries(handle)] == [FaqState.REJECTED]


def test_an_edited_answer_has_live_numbers(handle: Company) -> None:
    [draft] = entries(handle)
    handle.plaudit("faq", "edit", draft.id, "--question", "Hot?", "--answer", "{count} of {total} speak of it.")
    before = served(handle) or ""

    handle.publish(row("9", body="The handle is great, day nine.", author="Ada", title=""))

    after = served(handle) or ""
    assert "Hot?" in before
    assert "6 of 6 speak of it." in before
    assert "7 of 7 speak of it." in after


def test_a_placeholder_that_there_is_not_is_refused_with_those_there_are(handle: Company) -> None:
    [draft] = entries(handle)

    done = handle.plaudit("faq", "edit", draft.id, "--answer", "{stars} stars")

    assert done.exit_code == 2
    assert "{stars}" in done.output
    assert "{count}, {total}, {positive}, {clear}" in done.output


def test_a_quote_that_is_withdrawn_takes_the_answer_with_it_until_it_is_approved_again(handle: Company) -> None:
    [draft] = entries(handle)
    handle.plaudit("faq", "approve", draft.id)
    quoted = draft.review_ids[0]

    handle.plaudit("withdraw", quoted, "--use", "excerpt")

    [stale] = entries(handle)
    gone = served(handle), served(handle, "faq-jsonld")
    done = handle.plaudit("faq", "approve", draft.id)
    assert gone == (None, None)
    assert stale.state is FaqState.STALE
    assert quoted not in stale.review_ids
    assert done.exit_code == 0
    assert [each.state for each in entries(handle)] == [FaqState.PUBLISHED]


def test_automatic_approval_publishes_at_once_and_says_so(company: Company) -> None:
    company.configured(SETTINGS + '[faq]\napproval = "automatic"\n')
    company.publish(*(row(str(at), body=f"{body} Day {at}.", title="") for at, body in enumerate(HANDLE, 1)))

    assert [each.state for each in entries(company)] == [FaqState.PUBLISHED]
    assert "put together and published automatically" in (served(company) or "")


def test_turning_automatic_approval_off_makes_drafts_of_what_nobody_approved(company: Company) -> None:
    company.configured(SETTINGS + '[faq]\napproval = "automatic"\n')
    company.publish(*(row(str(at), body=f"{body} Day {at}.", title="") for at, body in enumerate(HANDLE, 1)))

    company.configured(SETTINGS)
    company.plaudit("publish")

    assert [each.state for each in entries(company)] == [FaqState.DRAFT]
    assert served(company) is None


def test_lists_what_there_is_and_how_much_of_it(handle: Company) -> None:
    [draft] = entries(handle)

    listed = handle.plaudit("faq", "list", "--subject", "kettle", "--language", "en").output.splitlines()
    none = handle.plaudit("faq", "list", "--state", "stale").output

    assert listed[0].split() == ["id", "subject", "lang", "state", "voices", "quotes", "question"]
    assert listed[1].split()[:6] == [draft.id, "kettle", "en", "draft", "6", "3"]
    assert listed[2] == none.strip() == "1 draft"


def test_shows_one_with_its_evidence_its_numbers_and_who_decided(handle: Company) -> None:
    [draft] = entries(handle)
    handle.plaudit("faq", "edit", draft.id, "--answer", "{count} do.", "--by", "ann")

    shown = handle.plaudit("faq", "show", draft.id).output

    assert all(each in shown for each in draft.review_ids)
    assert "{count} 6, {total} 6" in shown
    assert "approved by ann" in shown
    assert "Opening: {count} do." in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("show", "f0"), "there is no question 'f0'", id="no such question"),
        pytest.param(("list", "--subject", "toaster"), "toaster", id="no such subject"),
        pytest.param(("approve",), "name questions by their ids", id="nothing to approve"),
        pytest.param(("approve", "--subject", "kettle"), "name questions by their ids", id="not all of a subject"),
        pytest.param(("edit", "f0"), "--question TEXT, --answer TEXT", id="nothing to edit"),
        pytest.param(("reject", "f0", "--by", "a" * 65), "64 characters", id="too long a name"),
    ],
)
def test_tells_what_is_wrong(handle: Company, words: tuple[str, ...], told: str) -> None:
    done = handle.plaudit("faq", *words)

    assert done.exit_code == 2
    assert told in done.output


def test_exports_what_is_shown_with_its_evidence(handle: Company) -> None:
    [draft] = entries(handle)
    nothing = handle.plaudit("faq", "export").output
    handle.plaudit("faq", "approve", draft.id)

    markdown = handle.plaudit("faq", "export").output
    [line] = csv.DictReader(io.StringIO(handle.plaudit("faq", "export", "--format", "csv").output))
    [written] = json.loads(handle.plaudit("faq", "export", "--format", "json").output)

    assert nothing == ""
    assert markdown.startswith("## kettle (en)\n\n### ")
    assert all(each in markdown for each in draft.review_ids)
    assert (line["id"], line["state"], line["question"]) == (draft.id, "published", draft.question)
    assert line["evidence"].split()[:3] == list(draft.review_ids)
    assert [each["quoted"] for each in written["answer"]] == [None, *draft.review_ids]


def test_the_route_has_what_stands_on_the_page(handle: Company) -> None:
    [draft] = entries(handle)
    with handle.serving() as site:
        before = site.get("/v1/subjects/kettle/faq").json
    handle.plaudit("faq", "approve", draft.id)

    with handle.serving() as site:
        [entry] = (site.get("/v1/subjects/kettle/faq?locale=en").json or {})["items"]
        other = site.get("/v1/subjects/kettle/faq?locale=de").json
        missing = site.get("/v1/subjects/toaster/faq").status_code

    assert before == other == {"items": [], "next": None}
    assert (entry["question"], entry["state"], missing) == (draft.question, "published", 404)


def asked(company: Company, text: str, name: str = "asked.csv") -> Path:
    path = company.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_customers_question_is_answered_from_reviews(handle: Company) -> None:
    file = asked(handle, 'subject,question,id\nkettle,"Does the handle get hot?",7\nkettle,Is there a warranty?,8\n')

    done = handle.plaudit("faq", "import", file, "--source", "shop")
    again = handle.plaudit("faq", "import", file, "--source", "shop")
    handle.plaudit("publish")

    found = [each for each in entries(handle) if each.question_id]
    assert done.output == "2 questions: 2 taken in, 0 changed, 0 unchanged, 0 refused\n"
    assert again.output == "2 questions: 0 taken in, 0 changed, 2 unchanged, 0 refused\n"
    assert [each.question for each in found] == ["Does the handle get hot?"]
    assert re.search("hot|cool", found[0].sentences[1].text)


def test_json_lines_may_bring_answers(handle: Company) -> None:
    line = {"subject": "kettle", "question": "Is it loud?", "language": "en", "answers": ["No.", {"text": "A bit."}]}
    file = asked(handle, json.dumps(line) + "\n", "asked.jsonl")

    handle.plaudit("faq", "import", file, "--source", "shop")

    with handle.instance() as instance, instance.store.reading() as transaction:
        [question] = transaction.faq.questions(SubjectId("kettle"))
    assert [each.text for each in question.question.answers] == ["No.", "A bit."]


@pytest.mark.parametrize(
    ("written", "options", "told", "code"),
    [
        pytest.param("a,b\n1,2\n", ("--source", "shop"), "no column subject and none question", 2, id="no columns"),
        pytest.param("subject,question\nkettle,Hot?\n", ("--source", "new"), "--rights own", 2, id="no such source"),
        pytest.param(
            "subject,question\nkettle,Hot?\n", ("--source", "nps", "--rights", "internal"), "forbids", 2, id="internal"
        ),
        pytest.param("subject,question\nx,Is it hot?\n", ("--source", "shop"), "there is no subject", 1, id="subject"),
    ],
)
def test_tells_what_is_wrong_with_a_file(
    handle: Company, written: str, options: tuple[str, ...], told: str, code: int
) -> None:
    done = handle.plaudit("faq", "import", asked(handle, written), *options)

    assert done.exit_code == code
    assert told in done.output


def test_a_hostile_question_is_text_wherever_it_stands(handle: Company) -> None:
    [draft] = entries(handle)
    hostile = "</script><img src=x onerror=alert(1)> | # [a](b) =1+1"

    handle.plaudit("faq", "edit", draft.id, "--question", hostile, "--answer", "=cmd()")

    assert "<img" not in (served(handle) or "")
    assert "</script>" not in (served(handle, "faq-jsonld") or "")
    assert "[a](b)" not in handle.plaudit("faq", "export").output
    [line] = csv.DictReader(io.StringIO(handle.plaudit("faq", "export", "--format", "csv").output))
    assert not line["answer"].startswith("=")


def test_a_rebuild_gives_the_same_bytes(handle: Company) -> None:
    [draft] = entries(handle)
    handle.plaudit("faq", "edit", draft.id, "--question", "Hot?")

    def bodies() -> dict[str, bytes]:
        with handle.instance() as instance, instance.store.reading() as transaction:
            page = transaction.snippets.of_page(Scope.SUBJECT, "kettle")
            return {f"{each.name}/{each.locale}": snippet.body for each, snippet in page.items()}

    before = bodies()
    handle.plaudit("rebuild", "snippets")

    assert bodies() == before
    assert [each.state for each in entries(handle)] == [FaqState.PUBLISHED]


def test_an_export_holds_no_quote_that_has_become_too_old_for_its_sources_terms(handle: Company) -> None:
    handle.plaudit("faq", "approve", "--subject", "kettle", "--all")
    before = json.loads(handle.plaudit("faq", "export", "--format", "json").output)
    with handle.instance() as instance, instance.store.writing() as transaction:
        for source in transaction.sources.all().values():
            transaction.sources.save(replace(source, rights=replace(source.rights, max_age=timedelta(microseconds=1))))

    after = json.loads(handle.plaudit("faq", "export", "--format", "json").output)

    assert (len(before), after) == (1, [])


def test_a_list_without_questions_says_how_there_come_to_be_some(company: Company) -> None:
    assert "plaudit mine drafts them" in company.plaudit("faq", "list").output
    assert company.plaudit("faq", "list", "--language", "fr").output == "no such questions\n"
