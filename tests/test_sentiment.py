"""Whether people speak well or ill of something."""

from __future__ import annotations

import pytest

from engine.domain import ReviewId
from engine.mining import MinedText, languages, mine
from engine.mining.grammar import grammar
from engine.mining.sentiment import polarities, polarity

WELL, ILL, UNCLEAR = 1, -1, 0


def texts_of(bodies: list[str], hundredths: int | None = None) -> list[MinedText]:
    """One review of another voice for each body."""
    return [
        MinedText(id=ReviewId(f"r{number}"), voice=f"v{number}", text=body, hundredths=hundredths)
        for number, body in enumerate(bodies)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "The battery is great.", WELL, id="en praise"),
        pytest.param("en", "The battery is not good.", ILL, id="en negation"),
        pytest.param("en", "It stopped working.", ILL, id="en it stopped working"),
        pytest.param("en", "No problems at all.", WELL, id="en no problems"),
        pytest.param("en", "The sleeves are too long.", ILL, id="en too much"),
        pytest.param("en", "I bought it in May.", UNCLEAR, id="en nothing said"),
        pytest.param("de", "Der Akku ist hervorragend.", WELL, id="de praise"),
        pytest.param("de", "Die Bedienung ist nicht gut.", ILL, id="de negation"),
        pytest.param("de", "Das gefällt mir leider gar nicht.", ILL, id="de negation behind"),
        pytest.param("de", "Der Griff ist zu klein.", ILL, id="de too much"),
        pytest.param("nl", "De bediening is heel vriendelijk.", WELL, id="nl praise"),
        pytest.param("nl", "Het smaakte niet lekker.", ILL, id="nl negation"),
        pytest.param("nl", "Er was geen enkel probleem.", WELL, id="nl no problem"),
        pytest.param("fr", "Le service est impeccable.", WELL, id="fr praise"),
        pytest.param("fr", "Je n'aime pas la sauce.", ILL, id="fr negation"),
        pytest.param("fr", "Les plats sont trop salés.", ILL, id="fr too much"),
        pytest.param("es", "La comida es excelente.", WELL, id="es praise"),
        pytest.param("es", "El trato no es bueno.", ILL, id="es negation"),
        pytest.param("es", "La espera fue demasiado larga.", ILL, id="es too much"),
    ],
)
def test_tells_praise_from_blame(language: str, text: str, expected: int) -> None:
    assert polarity(text, grammar(language)) == expected


def test_texts_told_at_once_say_what_each_says() -> None:
    texts = ["The lid is not good.", "", "Good", "Not", "If it breaks, I like it.", "Unfortunately not. Wonderful lid!"]

    found = polarities(texts, grammar("en"))

    assert found == [polarity(each, grammar("en")) for each in texts]
    assert set(found) == {WELL, ILL, UNCLEAR}


@pytest.mark.parametrize(
    ("language", "text", "praised", "blamed"),
    [
        pytest.param("en", "The grip is great but the lid is terrible.", "grip", "lid", id="en"),
        pytest.param("de", "Der Griff ist toll, aber der Deckel ist schlecht.", "Griff", "Deckel", id="de"),
        pytest.param("nl", "De tuit is mooi maar het deksel is slecht.", "tuit", "deksel", id="nl"),
        pytest.param("fr", "Le cadre est superbe mais le service est lent.", "cadre", "service", id="fr"),
        pytest.param("es", "La comida es rica pero el ruido es horrible.", "comida", "ruido", id="es"),
    ],
)
def test_each_side_of_a_but_keeps_its_own_opinion(language: str, text: str, praised: str, blamed: str) -> None:
    found = {each.text: each for each in mine(texts_of([text] * 3), language)}

    assert (found[praised].positive, found[praised].negative) == (3, 0)
    assert (found[blamed].positive, found[blamed].negative) == (0, 3)


def test_the_stars_alone_are_no_opinion_about_a_phrase() -> None:
    texts = texts_of(["The lid is red."] * 3, hundredths=500)

    [lid] = mine(texts, "en")

    assert lid.positive_share is None


def test_a_voice_of_two_minds_is_unclear() -> None:
    [lid] = mine(texts_of(["The lid is great. The lid is terrible."] * 3), "en")

    assert (lid.count, lid.positive, lid.negative) == (3, 0, 0)


@pytest.mark.parametrize("language", languages())
def test_no_word_of_a_language_praises_and_blames_at_once(language: str) -> None:
    known = grammar(language)

    assert not known.positive & known.negative
