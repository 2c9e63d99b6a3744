"""The model of opinions: what it is built from, and how it is kept."""

from __future__ import annotations

import json

import pytest

from engine.errors import BadValueError
from engine.mining import languages, mine
from engine.mining.grammar import grammar
from engine.mining.opinion_build import LEXICONS, Lexicon, model, polarities
from engine.mining.opinion_model import FULL, OpinionModel, from_bytes, merged, shipped
from engine.mining.opinion_rules import FOLDER, opinion_rules, to_rules
from engine.mining.sentiment import polarity
from tests.test_sentiment import ILL, UNCLEAR, WELL, texts_of

every_language = pytest.mark.parametrize("language", languages())


def test_a_model_comes_back_from_its_bytes() -> None:
    built = OpinionModel("fr", {"goûteux": 100, "fade": -70}, {"gout": 40})

    kept = from_bytes(built.to_bytes())

    assert kept == built
    assert kept.to_bytes() == built.to_bytes()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"some other file\n", id="another file"),
        pytest.param(b"plaudit-opinions 1 en\nf\tgood\n", id="a weight is missing"),
        pytest.param(b"plaudit-opinions 1 en\nf\tgood\tvery\n", id="no number"),
        pytest.param(b"plaudit-opinions 1 en\nx\tgood\t1\n", id="neither form nor stem"),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
def test_what_is_no_model_is_refused(body: bytes) -> None:
    with pytest.raises(BadValueError, match="no model of opinions"):
        from_bytes(body)


def test_a_listed_word_says_what_the_list_says_whatever_the_lexicon_says() -> None:
    rules = to_rules({"praise": "wicked", "silent": "number"})

    built = merged({"wicked": -80, "number": 60, "grumbling": -50}, grammar("en"), rules)

    assert built.forms["wicked"] == FULL
    assert built.forms["number"] == 0
    assert -FULL < built.forms["grumbling"] < 0


def test_a_stem_whose_forms_disagree_says_nothing() -> None:
    rules = to_rules({"praise": "relative", "blame": "relativity"})

    built = merged({}, grammar("en"), rules)

    assert (built.forms["relative"], built.forms["relativity"]) == (FULL, -FULL)
    assert grammar("en").stem("relative") == grammar("en").stem("relativity")
    assert grammar("en").stem("relative") not in built.stems


def test_the_same_words_are_read_from_each_kind_of_lexicon() -> None:
    senses = ("Good", 0.8), ("good", 0.6), ("x_y", 1.0)
    tags = "\n".join(f'<word form="{form}" pos="JJ" polarity="{polarity}" />' for form, polarity in senses)
    ratings = "good\t2.1\t0.5\t[2, 2]\n:-)\t1.3\t0.5\t[1, 1]\n"

    read = [
        polarities(tags.encode(), "words.xml"),
        polarities(json.dumps({"good": {"polarity": "0.7"}}).encode(), "words.json"),
        polarities(ratings.encode(), "words.txt"),
    ]

    assert read == [{"good": pytest.approx(0.7)}] * 3


def test_words_on_which_lexicons_disagree_or_hardly_say_anything_are_left_out() -> None:
    built = model("en", [{"cheap": 0.8, "fine": 0.9, "new": 0.1}, {"cheap": -0.8, "fine": 0.7}])

    assert built.forms == {"fine": 80}


@pytest.mark.parametrize("lexicon", LEXICONS, ids=lambda each: each.package)
def test_each_lexicon_is_named_in_the_notice_with_its_version(lexicon: Lexicon) -> None:
    notice = (FOLDER.parents[2] / "NOTICE").read_text("utf-8")

    assert f"{lexicon.package} {lexicon.version}" in notice


@every_language
def test_what_is_shipped_was_written_by_the_script(language: str) -> None:
    path = FOLDER / f"{language}.tsv"
    body = path.read_bytes() if path.exists() else OpinionModel(language, {}, {}).to_bytes()

    read = from_bytes(body)

    assert read.language == language
    assert read.to_bytes() == body
    assert path.exists() == (language in {lexicon.language for lexicon in LEXICONS})


@every_language
def test_no_word_of_the_lists_praises_and_blames_at_once(language: str) -> None:
    known, rules = grammar(language), opinion_rules(language)

    assert not (rules.praise | known.positive) & (rules.blame | known.negative)


@every_language
def test_every_wording_is_of_words_that_can_be_found_in_a_text(language: str) -> None:
    known = grammar(language)
    elided = {f"{start}'" for start in known.elisions}

    odd = [
        word for wording, _ in opinion_rules(language).wordings for word in wording if not _is_one_word(word, elided)
    ]

    assert odd == []


def _is_one_word(word: str, elided: set[str]) -> bool:
    return word in elided or word.replace("'", "").isalnum()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The number of parts in the box is twelve."),
        ("de", "Die Anzahl der Teile im Karton beträgt zwölf."),
        ("nl", "Het aantal onderdelen in de doos is twaalf."),
        ("fr", "Le nombre de pièces dans le carton est de douze."),
        ("es", "El número de piezas de la caja es doce."),
    ],
)
def test_words_of_no_opinion_are_silent(language: str, text: str) -> None:
    assert polarity(text, grammar(language)) == UNCLEAR


def test_a_given_model_takes_the_place_of_the_shipped_one() -> None:
    upside_down = OpinionModel("en", {"great": -100}, {})

    [shipped_lid] = mine(texts_of(["The lid is great."] * 3), "en")
    [other_lid] = mine(texts_of(["The lid is great."] * 3), "en", opinion=upside_down)

    assert (shipped_lid.positive, shipped_lid.negative) == (3, 0)
    assert (other_lid.positive, other_lid.negative) == (0, 3)


@pytest.mark.parametrize(("text", "expected"), [("A sturdy lid.", WELL), ("A grimy lid.", ILL)])
def test_the_shipped_model_is_read_once(text: str, expected: int) -> None:
    known = grammar("en")

    assert shipped(known) is shipped(known)
    assert polarity(text, known) == expected


def test_a_sentence_of_no_opinion_goes_on_in_the_mind_of_the_one_before() -> None:
    texts = texts_of(["A great knife. We cut bread with it at the counter."] * 3)

    found = {each.text: each for each in mine(texts, "en")}

    assert (found["counter"].positive, found["counter"].negative) == (3, 0)


def test_what_follows_a_but_takes_nothing_from_what_stands_before_it() -> None:
    found = {each.text: each for each in mine(texts_of(["The knife is great but the handle is red."] * 3), "en")}

    assert (found["handle"].positive, found["handle"].negative) == (0, 0)
