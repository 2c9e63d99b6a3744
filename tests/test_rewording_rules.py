"""What a language model may do to a draft, and what it may not: the rules by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.domain import FaqEntry, Phrase, Quote, ReviewId, SubjectId
from engine.faq import draft
from engine.faq.retrieval import Finder
from engine.faq.rewording import FOLDER, Offer, Proposal, candidates, judged, offer
from engine.faq.wording import wordings
from engine.mining import MinedText, languages
from engine.mining.grammar import grammar

QUOTES = (
    Quote(review_id=ReviewId("r1"), text="I love how long the battery keeps going on my trips.", author="Owen B."),
    Quote(review_id=ReviewId("r2"), text="A great battery for a machine of this size, honestly."),
    Quote(review_id=ReviewId("r3"), text="The battery is terrible and died within weeks.", author="Ada"),
    Quote(review_id=ReviewId("r4"), text="My batteries were awful from the very beginning."),
    Quote(review_id=ReviewId("r5"), text="Superb battery that never let me down so far."),
)
ALL = ("q1", "q2", "q3")
KINDS = tuple(wordings("en").questions)
COUNTING = {
    "en": "one two three four five six seven eight nine ten hundred once twice half double all both most many few none",
    "nl": "een één twee drie vier vijf zes zeven acht negen tien honderd half dubbel alle beide meeste veel geen",
    "de": "ein eine einer eins zwei drei vier fünf sechs sieben acht neun zehn hundert halb alle beide meisten viele",
    "fr": "un une deux trois quatre cinq six sept huit neuf dix cent moitié double tous toutes plupart beaucoup aucun",
    "es": "un una uno dos tres cuatro cinco seis siete ocho nueve diez cien mitad doble todos todas mayoría muchos",
}


def make_draft(text: str = "battery", language: str = "en", **changes: Any) -> FaqEntry:
    phrase = Phrase(text=text, language=language, count=20, positive=9, negative=3, quotes=QUOTES[:3])
    [entry] = draft(SubjectId("kettle"), "K2", [replace(phrase, **changes)], 212, language)
    return entry


def offered(text: str = "battery", language: str = "en", **changes: Any) -> Offer:
    made = offer(make_draft(text, language, **changes), QUOTES)
    assert made is not None
    return made


def wrong(question: str, names: tuple[str, ...] = ALL, **changes: Any) -> list[str]:
    shown = offered(**changes)
    entry, objections = judged(shown, Proposal(question=question, quotes=names))
    assert (entry is shown.entry) == bool(objections)
    return objections


def test_a_question_may_be_worded_otherwise_and_quotes_chosen() -> None:
    shown = offered()

    entry, objections = judged(shown, Proposal(question="What do owners say about the battery?", quotes=("q3", "q1")))

    assert objections == []
    assert entry.question == "What do owners say about the battery?"
    assert [each.text for each in entry.sentences] == [
        shown.entry.sentences[0].text,
        "“I love how long the battery keeps going on my trips.” — Owen B.",
        "“The battery is terrible and died within weeks.” — Ada",
    ]
    assert entry == replace(shown.entry, question=entry.question, sentences=entry.sentences)


@pytest.mark.parametrize(
    ("language", "phrase", "proposed", "question"),
    [
        pytest.param("en", "battery", "  how good  is the BATTERY ?", "How good is the battery?", id="en"),
        pytest.param("en", "battery", "How are the batteries?", "How are the batteries?", id="a customer's form"),
        pytest.param("nl", "batterij", "hoe bevalt de batterij?", "Hoe bevalt de batterij?", id="nl"),
        pytest.param("de", "Akku", "Wie gut ist der akku?", "Wie gut ist der Akku?", id="de capital"),
        pytest.param("fr", "batterie", "Que vaut la batterie?", "Que vaut la batterie\u202f?", id="fr mark"),
        pytest.param("es", "batería", "qué tal la batería?", "¿Qué tal la batería?", id="es mark"),
        pytest.param("es", "batería", "¿Qué tal la batería?", "¿Qué tal la batería?", id="es both marks"),
    ],
)
def test_marks_and_capitals_are_ours(language: str, phrase: str, proposed: str, question: str) -> None:
    entry, objections = judged(offered(phrase, language), Proposal(question=proposed, quotes=ALL))

    assert (entry.question, objections) == (question, [])


@pytest.mark.parametrize("language", languages())
def test_what_a_draft_asks_itself_is_never_objected_to(language: str) -> None:
    told = {kind: offered("X-Wert", language, kind=kind) for kind in KINDS}

    for kind, shown in told.items():
        entry, objections = judged(shown, Proposal(question=shown.entry.question, quotes=ALL))
        assert (kind, objections, entry.question) == (kind, [], shown.entry.question)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        pytest.param("How do 9 customers rate the battery?", "U+0039", id="a digit"),
        pytest.param("How do ９ customers rate the battery?", "U+FF19", id="a wide digit"),
        pytest.param("How do nine customers rate the battery?", "'nine'", id="a number word"),
        pytest.param("Do all customers rate the battery?", "'all'", id="a quantity"),
        pytest.param("What do half of the customers say about the battery?", "'half'", id="a share"),
        pytest.param("Is this the best battery?", "'best'", id="a superlative"),
        pytest.param("Why is the battery like that?", "'why'", id="it takes something for granted"),
        pytest.param("Is the battery good?", "'good'", id="a judgement"),
        pytest.param("Does the battery not work?", "'not'", id="a negation"),
        pytest.param("How is the battery of the BrewMaster?", "'brewmaster'", id="a name"),
        pytest.param("How is the <b>battery</b>?", "U+003C", id="markup"),
        pytest.param("How is the battery, a@b.example?", "U+002E, U+0040", id="an e-mail address"),
        pytest.param("What do customers say: is the battery like that?", "U+003A", id="other punctuation"),
        pytest.param("How is the\nbattery?", "U+000A", id="a line break"),
        pytest.param("How is the \u202ebattery?", "U+202E", id="a change of direction"),
        pytest.param("How is the lid?", "does not hold the phrase", id="something else"),
        pytest.param("How is the b\u0430ttery?", "does not hold the phrase", id="a letter of another alphabet"),
        pytest.param("How is the batter?", "does not hold the phrase", id="another word"),
        pytest.param("How is the battery? How is it?", "not one question", id="two questions"),
        pytest.param("The battery is what customers describe.", "not one question", id="no question"),
        pytest.param("How is the battery?!", "not one question", id="another mark at the end"),
        pytest.param("Battery?", "asks nothing", id="the phrase alone"),
        pytest.param("How is the battery, the battery?", "'battery'", id="the phrase twice"),
        pytest.param("“How” is the battery?", "U+201C, U+201D", id="a quotation"),
        pytest.param(f"How is the battery{' or is it' * 20}?", "more than 160", id="too long"),
        pytest.param("Wie gut ist the battery?", "'wie'", id="another language"),
    ],
)
def test_refuses_a_question(question: str, why: str) -> None:
    assert any(why in objection for objection in wrong(question))


@pytest.mark.parametrize(
    ("names", "why"),
    [
        pytest.param(("q1", "q9"), "1 of its quotes were not offered", id="another name"),
        pytest.param(("q1", "r3"), "not offered", id="the id of a review"),
        pytest.param(("q1", "ｑ3"), "not offered", id="a wide letter"),
        pytest.param(("q1", "q3 "), "not offered", id="a space"),
        pytest.param((), "chooses 0 quotes", id="none"),
        pytest.param(("q3",), "chooses 1 quotes", id="one"),
        pytest.param(("q1", "q2", "q3", "q4"), "chooses 4 quotes", id="four"),
        pytest.param(("q1", "q3", "q3"), "twice", id="one twice"),
        pytest.param(("q1", "q2", "q5"), "not balanced", id="praise alone"),
        pytest.param(("q3", "q4"), "not balanced", id="blame alone"),
        pytest.param(("q1", "q3", "q4"), "not balanced", id="more blame than praise"),
    ],
)
def test_refuses_a_choice_of_quotes(names: tuple[str, ...], why: str) -> None:
    assert any(why in objection for objection in wrong("How good is the battery?", names))


def test_a_number_of_the_phrase_is_no_count_elsewhere() -> None:
    stars = [Quote(review_id=each.review_id, text=each.text.replace("battery", "5 star unit")) for each in QUOTES]

    allowed = wrong("What do owners say about the 5 star unit?", text="5 star unit", quotes=stars[:3])
    moved = wrong("What do 5 owners say about the 5 star unit?", text="5 star unit", quotes=stars[:3])

    assert allowed == []
    assert "its question holds U+0035" in moved


def test_quotation_marks_stay_round_the_phrase_alone() -> None:
    shown = offered("Akku-Fach", "nl")

    kept, objections = judged(shown, Proposal(question="Hoe ervaren klanten ‘Akku-Fach’?", quotes=ALL))
    around_more = judged(shown, Proposal(question="Hoe ervaren ‘klanten Akku-Fach’?", quotes=ALL))[1]

    assert (kept.question, objections) == ("Hoe ervaren klanten ‘Akku-Fach’?", [])
    assert around_more == ["its question holds U+2018"]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(replace(make_draft(), question_id="asked"), id="a customer's question"),
        pytest.param(make_draft("fits perfectly"), id="an expression with a question of its own"),
        pytest.param(replace(make_draft(), language="eo"), id="a language without rules"),
    ],
)
def test_what_is_not_offered(entry: FaqEntry) -> None:
    assert offer(entry, QUOTES) is None


def test_a_draft_with_one_quote_is_not_offered() -> None:
    assert offer(make_draft(), QUOTES[:1]) is None


def test_sentences_that_speak_of_the_phrase_are_offered_beside_the_drafts_own() -> None:
    entry = make_draft()
    texts = [MinedText(id=each.review_id, text=each.text, voice=each.review_id) for each in QUOTES]
    texts += [MinedText(id=ReviewId("r6"), text="The lid is fine for me.", voice="r6")]

    every = candidates(entry, Finder(texts, "en"), ())
    fewer = candidates(entry, Finder(texts, "en"), {QUOTES[3].text})

    assert [each.review_id for each in every[:3]] == ["r1", "r2", "r3"]
    assert sorted(each.review_id for each in every[3:]) == ["r4", "r5"]
    assert [each.review_id for each in fewer] == ["r1", "r2", "r3", "r5"]


def test_the_sign_of_an_offer_moves_with_all_that_is_shown() -> None:
    shown = offered()
    others = [
        offered(text="battery pack"),
        replace(shown, quotes={**shown.quotes, "q5": QUOTES[0]}),
        replace(shown, asking=replace(shown.asking, plain=frozenset({"how"}))),
    ]

    assert offered().sign == shown.sign
    assert len({shown.sign, *(each.sign for each in others)}) == 4


@pytest.mark.parametrize("language", languages())
def test_the_words_of_a_language_judge_nothing_count_nothing_and_negate_nothing(language: str) -> None:
    known, asking = grammar(language), offered("X-Wert", language).asking

    assert asking.plain & (known.negators | known.positive | known.negative) == set()
    assert asking.plain & {*COUNTING[language].split()} == set()


@pytest.mark.parametrize("language", languages())
def test_a_question_in_another_language_is_refused(language: str) -> None:
    shown = offered("X-Wert", language)
    others = [offered("X-Wert", other, kind=kind) for other in languages() for kind in KINDS if other != language]

    refused = [judged(shown, Proposal(question=each.entry.question, quotes=ALL))[1] for each in others]

    assert all(refused)


def test_every_language_that_asks_has_a_list_of_words() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(languages())
