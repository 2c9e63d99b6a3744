"""Tests of the workshop of questions and answers: what waits, deciding with an undo, phrases, and what a page lacks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

import pytest
from werkzeug.test import TestResponse

from engine.domain import FaqEntry, FaqState, Role, SubjectId
from engine.editing import Editing
from review_site.wiring import Instance, now
from tests.doors import Company, row, text_of
from tests.signing import Visitor, make_account

HANDLE = (
    "The handle stays cool and feels great.",
    "The handle is great, I love it.",
    "A great handle that never gets hot.",
    "The handle is terrible and gets hot.",
    "I like the handle, it is great.",
    "The handle is comfortable and great.",
)
KETTLE = SubjectId("kettle")
ANSWERS = "/console/faq/answers"


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    """A shop whose customers speak of the handle of a kettle, and somebody who may decide."""
    bodies = enumerate(HANDLE, 1)
    company.publish(*(row(str(at), body=f"{body} Day {at}.", author=f"Kit {at}", title="") for at, body in bodies))
    with company.instance() as opened:
        make_account(opened.store, role=Role.MODERATOR, now=now())
        yield opened


def entry(instance: Instance) -> FaqEntry:
    with instance.store.reading() as transaction:
        [found] = transaction.faq.of(KETTLE)
    return found


def send(visitor: Visitor, path: str, **fields: str) -> TestResponse:
    return visitor.post(path, None, csrf=visitor.csrf(), **fields)


def undoing(page: str) -> Mapping[str, str]:
    """What the button that takes a step back sends."""
    found = re.search(r'action="/console/faq/undo">.*?name="token" value="([^"]*)"', page)
    assert found
    return {"token": found[1].replace("&#34;", '"').replace("&#91;", "[").replace("&#93;", "]")}


def test_says_what_waits_and_where(visitor: Visitor, instance: Instance) -> None:
    page = visitor.get("/console/faq").text

    assert "K2 KettleEnglish01000Phrases" in text_of(page)
    assert 'href="/console/faq/answers?subject=kettle&amp;language=en&amp;state=draft"' in page
    rows = list(csv.reader(io.StringIO(visitor.get("/console/faq?format=csv").text)))
    assert rows[1] == ["kettle", "en", "0", "1", "0", "0", "0", ""]


def test_each_sentence_stands_beside_the_reviews_that_it_rests_on(visitor: Visitor, instance: Instance) -> None:
    draft = entry(instance)

    page = visitor.get(ANSWERS).text

    said = text_of(page)
    assert draft.question in said
    assert "Rests on 6 reviews" in said
    for quote in draft.quotes:
        assert f"Quoted from {quote.author} Approved" in said
        assert f'href="/console/reviews/{quote.review_id}"' in page
    whole = visitor.get(f"{ANSWERS}/{draft.id}").text
    assert f"<mark>{draft.quotes[0].text}</mark>" in whole.replace("&#39;", "'")


@pytest.mark.parametrize(("act", "state"), [("approve", FaqState.APPROVED), ("reject", FaqState.REJECTED)])
def test_a_decision_leads_back_to_the_list_and_can_be_undone(
    visitor: Visitor, instance: Instance, act: str, state: FaqState
) -> None:
    draft = entry(instance)

    decided = send(visitor, f"{ANSWERS}/{draft.id}/decide", act=act, back=f"{ANSWERS}?state=draft&at=0")

    assert (decided.status_code, decided.location) == (303, f"{ANSWERS}?state=draft&at=0")
    assert entry(instance).state is state
    undone = send(visitor, "/console/faq/undo", **undoing(visitor.get(decided.location).text))
    assert undone.status_code == 303
    assert "It is what it was before." in visitor.get(undone.location).text
    assert entry(instance) == draft


def test_an_answer_in_own_words_has_the_numbers_of_the_day(visitor: Visitor, instance: Instance) -> None:
    draft = entry(instance)

    saved = send(visitor, f"{ANSWERS}/{draft.id}", question="Does it get hot?", opening="{count} of {total} say it.")

    assert saved.status_code == 303
    after = entry(instance)
    assert (after.question, after.sentences[0].text) == ("Does it get hot?", "6 of 6 say it.")
    assert after.state is FaqState.APPROVED
    send(visitor, "/console/faq/undo", **undoing(visitor.get(saved.location).text))
    assert (entry(instance).question, entry(instance).state) == (draft.question, FaqState.DRAFT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"question": "Hot?", "opening": "{weight} say it."}, "{weight}: this answer rests on no such number."),
        ({"question": " ", "opening": ""}, "The question or the answer is empty."),
    ],
)
def test_what_the_evidence_does_not_carry_is_refused_with_words(
    visitor: Visitor, instance: Instance, fields: dict[str, str], words: str
) -> None:
    draft = entry(instance)

    refused = send(visitor, f"{ANSWERS}/{draft.id}", **fields)

    assert refused.status_code == 422
    assert words in text_of(refused.text)
    assert fields["opening"].replace("{", "&#123;").replace("}", "&#125;") in refused.text
    assert entry(instance) == draft


def test_what_lost_a_quote_comes_first_and_says_what_is_gone(visitor: Visitor, instance: Instance) -> None:
    draft = entry(instance)
    with instance.store.writing() as transaction:
        Editing(transaction=transaction, now=now(), by="ann").approve([draft.id])
        moderation = instance.moderation(transaction)
        moderation.withdraw(draft.quotes[0].review_id, by="author")

    page = visitor.get(ANSWERS).text

    assert "Lost a quote (1)" in text_of(page)
    assert "These were approved, and something they rest on is gone." in text_of(page)
    assert draft.quotes[0].text not in page


def test_a_viewer_looks_and_decides_nothing(visitor: Visitor, instance: Instance) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    viewer = Visitor(visitor.client)
    viewer.sign_in(email="vic@example.com")
    draft = entry(instance)

    page = viewer.get(ANSWERS).text

    assert draft.question in page
    assert 'value="approve"' not in page
    assert send(viewer, f"{ANSWERS}/{draft.id}/decide", act="approve").status_code == 403
    assert entry(instance) == draft


@pytest.mark.parametrize(
    "token", ["", "[" * 9_000, "[]", "{}", '["f1", "nonsense", "x", null]', '["f1", "draft", 3, null]']
)
def test_a_step_back_that_nobody_offered_is_refused(visitor: Visitor, token: str) -> None:
    assert send(visitor, "/console/faq/undo", token=token).status_code == 400


def test_phrases_have_counts_shares_and_quarters(visitor: Visitor) -> None:
    page = visitor.get("/console/faq/phrases?subject=kettle&language=en").text

    assert "handle" in text_of(page)
    assert "6 of 6 100% 83%" in text_of(page)
    assert 'aria-label="2026-Q3: 6"' in page
    [titles, *rows] = csv.reader(io.StringIO(visitor.get("/console/faq/phrases?subject=kettle&format=csv").text))
    handle = dict(zip(titles, next(each for each in rows if each[0] == "handle"), strict=True))
    assert (handle["Voices"], handle["Of"], handle["Share"], handle["2026-Q3"]) == ("6", "6", "1.0", "6")


def test_lists_what_customers_asked_with_its_answer(visitor: Visitor, company: Company) -> None:
    file = company.folder / "asked.csv"
    file.write_text("subject,question,language\nkettle,Does the handle get hot?,en\nkettle,Is it red?,en\n", "utf-8")
    taken = company.plaudit("faq", "import", file, "--source", "desk", "--rights", "own")
    assert taken.exit_code == 0, taken.output
    company.plaudit("mine")

    page = visitor.get("/console/faq/asked?subject=kettle").text

    assert "Is it red?kettleEnglish–deskToo few reviews speak of it" in text_of(page)
    assert "Does the handle get hot?kettleEnglish–deskDraft" in text_of(page)


def test_tells_what_customers_say_and_a_page_does_not(visitor: Visitor) -> None:
    page = "<p>Our kettle pours.</p><script>handle()</script>"

    lacking = send(visitor, "/console/faq/gap", subject="kettle", text=page)
    holding = send(visitor, "/console/faq/gap", subject="kettle", text="It has great handles.")

    assert "1 of 1 phrases does not stand on the page" in text_of(lacking.text)
    assert "The page uses every phrase." in text_of(holding.text)
    missing = send(visitor, "/console/faq/gap", subject="kettle", text=page, format="csv")
    assert "\r\nhandle,en,6,6," in missing.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": "kettle"}, "Paste a text, or give the address of a page."),
        ({"subject": "", "text": "x"}, "Name a product or place."),
        ({"subject": "kettle", "address": "file:///etc/passwd"}, "This is not the address of a page"),
        ({"subject": "kettle", "address": "http://127.0.0.1:9/"}, "The page could not be fetched"),
    ],
)
def test_says_why_nothing_was_compared(visitor: Visitor, fields: dict[str, str], words: str) -> None:
    answer = send(visitor, "/console/faq/gap", **fields)

    assert answer.status_code == 422
    assert words in text_of(answer.text)


def test_a_page_is_fetched_for_those_alone_who_may_write(visitor: Visitor, instance: Instance) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    viewer = Visitor(visitor.client)
    viewer.sign_in(email="vic@example.com")

    assert send(viewer, "/console/faq/gap", subject="kettle", address="https://larkfield.example/").status_code == 403
    assert send(viewer, "/console/faq/gap", subject="kettle", text="A kettle.").status_code == 200


def test_nobody_has_pages_fetched_without_end(visitor: Visitor) -> None:
    asked = [send(visitor, "/console/faq/gap", subject="kettle", address="http://127.0.0.1:9/").text for _ in range(13)]

    assert "You had many pages fetched within a minute." not in asked[11]
    assert "You had many pages fetched within a minute." in asked[12]


def test_a_page_of_two_megabytes_can_be_pasted(visitor: Visitor) -> None:
    assert send(visitor, "/console/faq/gap", subject="kettle", text="kettle " * 300_000).status_code == 200


def test_all_reviews_that_an_answer_rests_on_are_in_its_file(visitor: Visitor, instance: Instance) -> None:
    answer = entry(instance)

    rows = list(csv.reader(io.StringIO(visitor.get(f"{ANSWERS}/{answer.id}?format=csv").text)))

    assert rows[0] == ["Sentence", "Review"]
    assert {review for _, review in rows[1:]} == {review for each in answer.sentences for review in each.review_ids}
