"""The questions and answers, as they stand in a page."""

from __future__ import annotations

from collections.abc import Sequence

import html5lib
import pytest

from engine.domain import FaqEntry, FaqId, Quote, ReviewId, Sentence
from tests.factories import make_material, make_subject
from widgets.faq import Faq


def quotation(text: str, author: str | None, review: str = "r1") -> Sentence:
    quote = Quote(review_id=ReviewId(review), text=text, author=author)
    return Sentence(text=text, review_ids=[quote.review_id], quote=quote)


def entry(sentences: Sequence[Sentence], question: str = "How is the spout?") -> FaqEntry:
    return FaqEntry(
        id=FaqId("f1"),
        subject_id=make_subject().id,
        language="en",
        question=question,
        sentences=sentences,
        phrase="spout",
    )


def faq(entries: Sequence[FaqEntry], locale: str = "en") -> str:
    draft = Faq().build(make_material(locale=locale, faq=entries))
    assert draft
    return draft.body


def seen(html: str) -> str:
    return " ".join("".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext()).split())


COUNTED = Sentence(text="41 of 212 reviewers mention the spout; 88% are positive.", review_ids=[ReviewId("r1")])


def test_an_answer_stands_in_one_piece_as_its_markup_has_it() -> None:
    answer = [COUNTED, quotation("It pours slowly.", "Maren T."), quotation("Drips.", "J. Okafor")]

    words = seen(faq([entry(answer)]))

    assert f"How is the spout? {COUNTED.text} It pours slowly. Drips. Quoted" in words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([quotation("Drips.", "J. Okafor")], "Quoted: J. Okafor"),
        ([quotation("Drips.", None)], "Quoted: Name not given"),
        ([quotation("Good.", "Ann"), quotation("Drips.", "Bo")], "Quoted, in this order: Ann, Bo"),
    ],
)
def test_says_whose_words_it_quotes(answer: Sequence[Sentence], words: str) -> None:
    assert seen(faq([entry(answer)])).endswith(words)


def test_only_what_is_quoted_is_a_quotation() -> None:
    html = faq([entry([COUNTED, quotation("Drips.", "Bo")])])

    assert html.count("<q>") == 1
    assert "<q>Drips.</q>" in html


def test_a_quotation_that_brings_its_own_marks_gets_no_second_ones() -> None:
    quote = Quote(review_id=ReviewId("r1"), text="Drips.", author="Bo")

    html = faq([entry([Sentence(text="“Drips.”", review_ids=[quote.review_id], quote=quote)])])

    assert "<q>" not in html
    assert "“Drips.”" in html


def test_each_question_opens_without_a_script() -> None:
    html = faq([entry([COUNTED]), entry([COUNTED], question="Is it loud?")], locale="de")

    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)

    assert [each.find("summary").text for each in tree.iter("details")] == ["How is the spout?", "Is it loud?"]
    assert {each.get("lang") for each in tree.iter("details")} == {"en"}
    assert html.startswith('<div class="plaudit plaudit-faq" lang="de" dir="ltr">')


def test_names_the_reviews_it_quotes_and_no_others() -> None:
    answer = [COUNTED, quotation("Drips.", "Bo", "r2"), quotation("Good.", "Ann", "r3")]

    draft = Faq().build(make_material(faq=[entry(answer)]))

    assert draft
    assert list(draft.reviews) == ["r2", "r3"]


def test_without_questions_there_is_nothing() -> None:
    assert Faq().build(make_material()) is None


@pytest.mark.parametrize(
    "text", ["</details><script>x</script>", "{{7*7}} [x] 100%", "https://evil.example/e", "a\n\nb"]
)
def test_words_from_outside_stay_words(text: str) -> None:
    html = faq([entry([quotation(text, text)], question=text)])

    words = " ".join(text.split())
    assert seen(html).count(words) == 3
    assert not set("[]{}%") & set(html)
    assert "<script" not in html
    assert all(line.strip() for line in html.split("\n"))
