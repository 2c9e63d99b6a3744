"""Customers' questions answered from reviews: the sentence that answers, and nothing where none does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.domain import AskedQuestion, Phrase, Question, Quote, ReviewId, SourceId, SubjectId
from engine.errors import NotFoundError
from engine.faq import answer
from engine.faq.retrieval import Finder
from engine.mining import MinedText
from tests.asked import CASES, Case

KETTLE = SubjectId("kettle")
PRECISION, RECALL = 0.9, 0.85
"""What the hand-written questions of all languages must reach together; see the figures with ``pytest -s``."""


def to_texts(bodies: Sequence[str], language: str = "en") -> list[MinedText]:
    return [MinedText(id=ReviewId(f"r{at:02}"), voice=f"v{at}", text=each) for at, each in enumerate(bodies)]


def ask(title: str, key: str = "q1", language: str = "en") -> AskedQuestion:
    return AskedQuestion(
        subject_id=KETTLE, source_id=SourceId("shop"), language=language, question=Question(id=key, title=title)
    )


def found(case: Case, language: str, question: str) -> str | None:
    hits = Finder(to_texts(case.reviews), language).nearest(question)
    return hits[0].quote.text if hits else None


HOT = [
    "The handle gets hot after a minute.",
    "The handle stays cool, I never needed a cloth.",
    "After boiling, the handle is hot. You need a cloth.",
    "My handle was hot at once.",
    "I like that the handle never gets hot.",
    "The handle is too hot to touch.",
    "It pours well.",
]


def test_the_sentences_given_are_those_that_answer() -> None:
    given = right = answerable = 0
    for language, case in CASES.items():
        for question, expected in case.questions.items():
            sentence = found(case, language, question)
            given += sentence is not None
            right += sentence is not None and expected is not None and expected in sentence
            answerable += expected is not None

    print(f"{given} answers given, {right} right: precision {right / given:.2f}, recall {right / answerable:.2f}")
    assert right / given >= PRECISION
    assert right / answerable >= RECALL


@pytest.mark.parametrize("language", CASES)
def test_nothing_is_said_where_no_sentence_answers(language: str) -> None:
    case = CASES[language]

    said = [found(case, language, question) for question, expected in case.questions.items() if expected is None]

    assert said == [None] * len(said)


def test_an_answer_counts_who_speaks_of_it_and_quotes_them() -> None:
    [entry] = answer([ask("Does the handle get hot?")], to_texts(HOT), [], "en", subject_name="K2")

    counts, *quotes = entry.sentences
    assert (entry.question, entry.question_id, entry.phrase) == ("Does the handle get hot?", "q1", "")
    assert counts.text == "6 of 7 reviewers of K2 write about this."
    assert len(counts.review_ids) == 6
    assert all(each.quote and each.quote.text in HOT[int(each.review_ids[0][1:])] for each in quotes)
    assert 2 <= len(quotes) <= 3


def test_an_answer_about_a_phrase_begins_with_what_is_thought_of_it() -> None:
    phrase = Phrase(text="handle", language="en", count=6, positive=4, negative=2, quotes=())

    [entry] = answer([ask("Does the handle get hot?")], to_texts(HOT), [phrase], "en")

    assert entry.sentences[0].text == (
        "6 of 7 reviewers mention the handle; of the 6 who give a clear opinion, 4 speak well of it."
    )
    assert entry.numbers["positive"] == "4"


def test_fewer_than_five_people_are_no_answer() -> None:
    assert answer([ask("Does the handle get hot?")], to_texts(HOT[:4]), [], "en") == []


def test_copies_of_one_voice_count_once() -> None:
    copies = [MinedText(id=ReviewId(f"r{at}"), voice="one", text=HOT[0]) for at in range(9)]

    assert answer([ask("Does the handle get hot?")], copies, [], "en") == []


def test_the_other_side_is_heard_where_a_fifth_takes_it() -> None:
    praise = [f"The lid closes well, I love this lid number {at}." for at in range(6)]
    blame = [f"The lid is terrible and the hinge closes badly, number {at}, what a disappointment." for at in range(2)]

    [entry] = answer([ask("Does the lid close well?")], to_texts([*praise, *blame]), [], "en")

    assert any("terrible" in each.text for each in entry.sentences)


def test_the_same_question_is_answered_once() -> None:
    asked = [ask("Does the handle get hot?", "q1"), ask("Is the handle hot?", "q2")]

    assert [each.question_id for each in answer(asked, to_texts(HOT), [], "en")] == ["q1"]


def test_a_question_in_another_language_waits_for_reviews_in_it() -> None:
    assert answer([ask("Wird der Griff heiß?", language="de")], to_texts(HOT), [], "en") == []


def test_a_sentence_that_asks_answers_nothing() -> None:
    texts = to_texts([f"Does the handle get hot, I wonder? Number {at}." for at in range(6)])

    assert answer([ask("Does the handle get hot?")], texts, [], "en") == []


def test_a_sentence_with_a_telephone_number_is_never_quoted() -> None:
    texts = to_texts([f"The handle gets hot, call 0612 345 67{at} for proof." for at in range(9)])

    assert answer([ask("Does the handle get hot?")], texts, [], "en") == []


@pytest.mark.parametrize("title", ["?", "What?", "{count} {named}?", "((((((?", "a" * 300 + "?"])
def test_a_strange_question_gets_no_answer(title: str) -> None:
    assert answer([ask(title)], to_texts(HOT), [], "en") == []


def test_a_language_without_templates_is_refused() -> None:
    with pytest.raises(NotFoundError):
        answer([ask("?")], to_texts(HOT), [], "tlh")


def test_the_quote_of_an_answer_keeps_its_author() -> None:
    texts = [MinedText(id=ReviewId(f"r{at}"), voice=f"v{at}", text=each, author="Kit") for at, each in enumerate(HOT)]

    [entry] = answer([ask("Does the handle get hot?")], texts, [], "en")

    assert {each.quote.author for each in entry.sentences if isinstance(each.quote, Quote)} == {"Kit"}
    assert all(each.text.endswith("” — Kit") for each in entry.sentences[1:])
