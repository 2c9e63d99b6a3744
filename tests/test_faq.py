"""Questions and answers that can be traced to reviews."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from engine.domain import FaqState, Phrase, Quote, ReviewId, SubjectId
from engine.errors import NotFoundError
from engine.faq import FOLDER as FAQ_FOLDER
from engine.faq import draft
from engine.mining import MinedText, languages, mine
from engine.mining.grammar import FOLDER, grammar

KETTLE = SubjectId("kettle")


def make_phrase(text: str = "battery", language: str = "en", **changes: Any) -> Phrase:
    """A phrase that twelve voices use, nine of them with praise and three with blame."""
    phrase = Phrase(
        text=text,
        language=language,
        count=20,
        positive=9,
        negative=3,
        quotes=(
            Quote(review_id=ReviewId("r1"), text=f"I love {text} here.", author="Owen B."),
            Quote(review_id=ReviewId("r2"), text=f"Good {text}."),
            Quote(review_id=ReviewId("r3"), text=f"Bad {text}!", author="Ada"),
        ),
        review_ids=tuple(ReviewId(f"r{number}") for number in range(1, 21)),
    )
    return replace(phrase, **changes)


def quoting(text: str, *sentences: str, **changes: Any) -> Phrase:
    quotes = tuple(Quote(review_id=ReviewId(f"q{at}"), text=each) for at, each in enumerate(sentences))
    return make_phrase(text, quotes=quotes, **changes)


def question(phrase: Phrase) -> str:
    [entry] = draft(KETTLE, "K2", [phrase], 212, phrase.language)
    return entry.question


def test_an_answer_says_counts_first_and_then_quotes() -> None:
    [entry] = draft(KETTLE, "K2 Kettle", [make_phrase()], 212, "en")

    assert entry.question == "What do customers think of the battery?"
    assert [each.text for each in entry.sentences] == [
        "20 of 212 reviewers of K2 Kettle mention the battery; 75% of those who give a clear opinion are positive.",
        "“I love battery here.” — Owen B.",
        "“Good battery.”",
        "“Bad battery!” — Ada",
    ]
    assert entry.state is FaqState.DRAFT


def test_each_sentence_names_the_reviews_it_rests_on() -> None:
    phrase = make_phrase()

    [entry] = draft(KETTLE, "K2", [phrase], 212, "en")

    assert [each.review_ids for each in entry.sentences] == [phrase.review_ids, ("r1",), ("r2",), ("r3",)]
    assert [each.quote for each in entry.sentences] == [None, *phrase.quotes]
    assert entry.review_ids == ("r1", "r2", "r3")


@pytest.mark.parametrize(
    ("positive", "negative", "said"),
    [
        pytest.param(1, 1, "mention the battery.", id="too few to sum up"),
        pytest.param(4, 0, "; all 4 who give a clear opinion are positive.", id="all praise"),
        pytest.param(0, 4, "; none of the 4 who give a clear opinion is positive.", id="all blame"),
        pytest.param(3, 2, "; of the 5 who give a clear opinion, 3 speak well of it.", id="few"),
        pytest.param(1, 3, "; of the 4 who give a clear opinion, 1 speaks well of it.", id="one of few"),
        pytest.param(7, 1993, "; 1% of those who give a clear opinion are positive.", id="never 0% of some"),
        pytest.param(1993, 7, "; 99% of those who give a clear opinion are positive.", id="never 100% of some"),
    ],
)
def test_sums_up_opinions_by_what_they_can_carry(positive: int, negative: int, said: str) -> None:
    [entry] = draft(KETTLE, "K2", [make_phrase(positive=positive, negative=negative)], 4000, "en")

    assert entry.sentences[0].text.endswith(said)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pytest.param(make_phrase("straps"), "What do customers think of the straps?", id="en plural"),
        pytest.param(make_phrase("lens"), "How is the lens?", id="en ends like a plural"),
        pytest.param(make_phrase("glasses"), "What do customers think of the glasses?", id="en plural of two s"),
        pytest.param(make_phrase("batteries", kind="duration"), "How well do the batteries hold up?", id="en duration"),
        pytest.param(make_phrase("true to size", kind="size"), "Does it run true to size?", id="en expression"),
        pytest.param(make_phrase("fit", kind="size"), "What should I know about the fit?", id="en size"),
        pytest.param(
            make_phrase("noise", kind="problem"), "What do customers report about the noise?", id="en problem"
        ),
        pytest.param(make_phrase("x", kind="of a later version"), "How is the x?", id="an unknown kind"),
        pytest.param(
            quoting("Akku", "Der Akku hält lange.", "Guter Akku.", language="de", kind="duration"),
            "Wie schneidet der Akku im Alltag ab?",
            id="de article known",
        ),
        pytest.param(
            quoting("Knöpfe", "Die Knöpfe sind klein.", "Gute Knöpfe.", language="de"),
            "Wie sind die Knöpfe?",
            id="de plural known",
        ),
        pytest.param(
            quoting("Temperatur", "Mit der Temperatur stimmt etwas nicht.", "Gute Temperatur.", language="de"),
            "Was sagen Kundinnen und Kunden zum Thema Temperatur?",
            id="de article in another case",
        ),
        pytest.param(
            quoting("Bedienung", "Gute Bedienung.", "Bedienung ganz leicht.", language="de", kind="use"),
            "Wie gut ist die Bedienung im Alltag?",
            id="de article by the ending",
        ),
        pytest.param(
            quoting("Deckel", "Ich mag den Deckel.", "Ein Deckel, der klemmt.", language="de", kind="service"),
            "Wie ist der Deckel?",
            id="de accusative that tells the gender",
        ),
        pytest.param(
            quoting("Kartons", "Mit den Kartons kam ich klar.", "Gute Kartons.", language="de"),
            "Was sagen Kundinnen und Kunden zum Thema Kartons?",
            id="de dative plural",
        ),
        pytest.param(
            quoting("eten", "Het eten was koud.", "Lekker eten.", language="nl"),
            "Hoe beoordelen klanten het eten?",
            id="nl article known",
        ),
        pytest.param(
            quoting("eten", "Lekker eten.", "Goed eten.", language="nl"),
            "Wat zeggen klanten over ‘eten’?",
            id="nl article unknown",
        ),
        pytest.param(
            quoting("accueil", "L’accueil est froid.", "Bon accueil.", language="fr", kind="service"),
            "Comment est l’accueil\N{NARROW NO-BREAK SPACE}?",
            id="fr elided article",
        ),
        pytest.param(
            quoting("rapport qualité prix", "Bon rapport qualité prix.", "Rapport qualité prix moyen.", language="fr"),
            "Le rapport qualité-prix est-il bon\N{NARROW NO-BREAK SPACE}?",
            id="fr expression",
        ),
        pytest.param(
            quoting("comida", "La comida es rica.", "Buena comida.", language="es"),
            "¿Cómo valoran los clientes la comida?",
            id="es article known",
        ),
    ],
)
def test_asks_as_people_ask(phrase: Phrase, expected: str) -> None:
    assert question(phrase) == expected


@pytest.mark.parametrize(
    "phrase",
    [
        pytest.param(make_phrase(count=4), id="fewer voices than asked for"),
        pytest.param(make_phrase(positive=1, negative=0), id="hardly an opinion"),
        pytest.param(quoting("lid", "One lid."), id="one quote only"),
    ],
)
def test_asks_nothing_about(phrase: Phrase) -> None:
    assert draft(KETTLE, "K2", [phrase], 212, "en") == []


def test_does_not_ask_twice_about_one_word() -> None:
    phrases = [make_phrase("battery life"), quoting("battery", "The battery lasts.", "A battery."), make_phrase("lid")]

    asked = [each.phrase for each in draft(KETTLE, "K2", phrases, 212, "en")]

    assert asked == ["battery life", "lid"]


def test_does_not_quote_a_sentence_twice() -> None:
    both = ("The lid and the spout are fine.", "Lid and spout drip.")
    phrases = [quoting("lid", *both), quoting("spout", *both)]

    assert [each.phrase for each in draft(KETTLE, "K2", phrases, 212, "en")] == ["lid"]


def test_drafts_no_more_than_asked_for() -> None:
    phrases = [make_phrase(text) for text in ("lid", "spout", "handle")]

    assert [each.phrase for each in draft(KETTLE, "K2", phrases, 212, "en", limit=2)] == ["lid", "spout"]


def test_nobody_is_asked_about_the_subject_itself() -> None:
    phrases = [make_phrase("kettle"), make_phrase("lid")]

    asked = [each.phrase for each in draft(KETTLE, "K2", phrases, 212, "en", passed_over=["kettle"])]

    assert asked == ["lid"]


def test_the_id_outlives_counts_and_forms_but_not_the_subject() -> None:
    [before] = draft(KETTLE, "K2", [make_phrase("battery")], 212, "en")
    [after] = draft(KETTLE, "K3", [make_phrase("batteries", count=90)], 300, "en")
    [other] = draft(SubjectId("grinder"), "M1", [make_phrase("battery")], 212, "en")

    assert before.id == after.id
    assert before.id != other.id


def test_writes_large_numbers_as_the_language_does() -> None:
    [entry] = draft(KETTLE, "K2", [make_phrase("Griff", "de", count=1200)], 12345, "de")

    assert entry.sentences[0].text.startswith("In 1.200 von 12.345 Bewertungen zu K2 geht es auch um das Thema Griff")


def test_a_subject_without_a_name_is_not_named() -> None:
    [entry] = draft(KETTLE, "", [make_phrase()], 212, "en")

    assert entry.sentences[0].text.startswith("20 of 212 reviewers mention the battery")


def test_a_name_in_braces_stays_as_it_is() -> None:
    [entry] = draft(KETTLE, "{count}", [make_phrase("{named}")], 212, "en")

    assert entry.question == "How is the {named}?"
    assert entry.sentences[0].text.startswith("20 of 212 reviewers of {count} mention the {named}")


def test_a_language_without_templates_is_refused() -> None:
    with pytest.raises(NotFoundError, match="'tlh'"):
        draft(KETTLE, "K2", [make_phrase()], 212, "tlh")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", sorted({*grammar("en").kinds.values(), "quality"}))
def test_every_language_words_every_kind(language: str, kind: str) -> None:
    named = {"en": "The lid is fine.", "de": "Der lid ist fein.", "nl": "De lid is fijn.", "fr": "Le lid est fin."}
    known = quoting("lid", named.get(language, "El lid es fino."), "Otro lid.", language=language, kind=kind)
    unknown = quoting("lid", "One lid.", "Two lid.", language=language, kind=kind)

    asked = [question(known), question(unknown)]

    assert all("lid" in each and each.endswith("?") and not re.search(r"[{}]", each) for each in asked)


@pytest.mark.parametrize("language", languages())
def test_every_fixed_expression_of_the_miner_has_its_own_question(language: str) -> None:
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    wordings = tomllib.loads((FAQ_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["wordings"]

    mined = [expression for of_kind in table["expressions"].values() for expression in of_kind]

    assert sorted(mined) == sorted(wordings)


def test_what_is_mined_becomes_an_answer_whose_quotes_are_verbatim() -> None:
    bodies = [
        "The strap is great and soft.",
        "A great strap for walks.",
        "I love the strap a lot.",
        "The strap is awful.",
    ]
    texts = [
        MinedText(id=ReviewId(f"r{at}"), voice=f"v{at}", text=f"{body} Day {at}.", author=f"A{at}")
        for at, body in enumerate(bodies * 2)
    ]

    [entry] = draft(KETTLE, "K2", mine(texts, "en"), len(texts), "en")

    by_id = {each.id: each.text for each in texts}
    assert entry.question == "What do customers think of the strap?"
    assert all(each.quote.text in by_id[each.quote.review_id] for each in entry.sentences if each.quote)
    assert len(set(entry.review_ids)) == len(entry.review_ids) == 3
