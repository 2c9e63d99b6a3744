"""Quotability: agrees with people, is blind to stars and opinions, and never offers what is not consented."""

from __future__ import annotations

import csv
import inspect
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from engine.domain import Consent, Use
from engine.search.quotability import Part, Quotability, Why, quotability, quotable_sentences
from tests.factories import EVERY_USE, NOON
from tests.tree import ROOT

JUDGED = ROOT / "tests" / "samples" / "quotability" / "judged.tsv"
LANGUAGES = ("en", "de", "nl", "fr", "es")
AGREED = 0.95
"""Of the pairs of one sentence worth quoting and one that is not, so many are told apart."""
FIGURE = "The kettle boils a full litre in under four minutes."


def judged() -> Iterator[Mapping[str, str]]:
    with JUDGED.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def score(text: str, language: str = "en") -> int:
    return quotability(text, language, EVERY_USE).score


def why(text: str, language: str = "en") -> set[Why]:
    return set(quotability(text, language, EVERY_USE).why)


def agreement(language: str | None = None) -> float:
    rows = [row for row in judged() if language in (None, row["language"])]
    scores = {
        answer: [score(row["sentence"], row["language"]) for row in rows if row["quotable"] == answer]
        for answer in ("yes", "no")
    }
    pairs = [(good, poor) for good in scores["yes"] for poor in scores["no"]]
    return sum(1.0 if good > poor else 0.5 * (good == poor) for good, poor in pairs) / len(pairs)


def test_people_and_the_score_agree_on_what_is_worth_quoting() -> None:
    assert len(list(judged())) >= 150
    assert agreement() >= AGREED


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_agree_in_each_language(language: str) -> None:
    assert agreement(language) >= AGREED


def test_nothing_but_words_language_and_consent_comes_in() -> None:
    seen = list(inspect.signature(quotability).parameters)

    assert seen == ["text", "language", "consent"]


@pytest.mark.parametrize(
    ("language", "praise", "blame"),
    [
        ("en", "The handle is excellent after six months of use.", "The handle is terrible after six months of use."),
        ("en", "I love how the lid closes on the kettle.", "I hate how the lid closes on the kettle."),
        ("de", "Der Griff ist nach sechs Monaten perfekt.", "Der Griff ist nach sechs Monaten schlecht."),
        ("nl", "Het handvat is na zes maanden geweldig.", "Het handvat is na zes maanden slecht."),
        ("fr", "La poignée est excellente après six mois.", "La poignée est mauvaise après six mois."),
        ("es", "El asa es excelente después de seis meses.", "El asa es horrible después de seis meses."),
        ("en", "Excellent, really wonderful, I am so happy.", "Terrible, really awful, I am so disappointed."),
    ],
)
def test_praise_and_blame_of_one_form_score_alike(language: str, praise: str, blame: str) -> None:
    assert score(praise, language) == score(blame, language)


def test_stars_put_into_words_are_no_figure() -> None:
    five, one = (quotability(f"I give the kettle {stars} stars.", "en", EVERY_USE) for stars in ("five", "1"))

    assert five.score == one.score
    assert five.parts[Part.NUMBERS] == 0


def test_the_best_sentence_is_an_exact_span_of_the_text() -> None:
    text = f"Great product!!!  {FIGURE}\nWould buy again."

    found = quotability(text, "en", EVERY_USE)

    assert found.best is not None
    assert text[slice(*found.best)] == FIGURE
    assert found.score == max(each.score for each in found.sentences)


@pytest.mark.parametrize(
    "consent",
    [
        pytest.param(Consent(), id="none"),
        pytest.param(Consent(uses=frozenset({Use.DISPLAY})), id="no excerpt"),
        pytest.param(Consent(uses=frozenset({Use.EXCERPT})), id="no display"),
        pytest.param(replace(EVERY_USE, taken_back=frozenset({Use.EXCERPT})), id="excerpt taken back"),
        pytest.param(replace(EVERY_USE, withdrawn_at=NOON), id="withdrawn"),
    ],
)
def test_without_consent_nothing_is_quotable_and_it_says_so(consent: Consent) -> None:
    found = quotability(FIGURE, "en", consent)

    assert (found.score, found.best, found.parts[Part.CONSENTED]) == (0, None, 0)
    assert Why.NO_CONSENT in found.why


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("It held the heat for two hours in the garden.", "en", Why.SPEAKS_OF_BEFORE),
        ("This is the quietest grinder in our kitchen.", "en", Why.SPEAKS_OF_BEFORE),
        ("Das ist die leiseste Mühle in unserer Küche.", "de", Why.SPEAKS_OF_BEFORE),
        ("Dat is de stilste molen in onze keuken.", "nl", Why.SPEAKS_OF_BEFORE),
        ("Ça fait moins de bruit que le moulin du voisin.", "fr", Why.SPEAKS_OF_BEFORE),
        ("C’est le moulin le plus silencieux de la cuisine.", "fr", Why.SPEAKS_OF_BEFORE),
        ("Esto hace menos ruido que el molinillo del vecino.", "es", Why.SPEAKS_OF_BEFORE),
        ("But the lid rattles on the kettle at full boil.", "en", Why.GOES_ON),
        ("The other reviewers must have had a different lid.", "en", Why.POINTS_ELSEWHERE),
        ("Siehe oben, der Deckel der Kanne klappert beim Kochen.", "de", Why.POINTS_ELSEWHERE),
        ("The kettle boils a litre in under four minutes and", "en", Why.UNFINISHED),
        ("The kettle boils a litre in under four minutes ...", "en", Why.UNFINISHED),
        ("Nice handle.", "en", Why.TOO_SHORT),
        (" ".join(["The kettle boils a litre while the grinder hums"] * 5) + ".", "en", Why.TOO_LONG),
        ("THE KETTLE BOILS WATER IN UNDER FOUR MINUTES.", "en", Why.SHOUTED),
        ("The kettle boils a litre in four minutes, ask me at ruth@mail.example.", "en", Why.CONTACT),
        ("The kettle boils a litre in four minutes, see https://mail.example/k2 for it.", "en", Why.CONTACT),
        ("The kettle boils a litre in four minutes, ask me at […].", "en", Why.CONTACT),
    ],
)
def test_says_what_keeps_a_sentence_from_being_quoted(text: str, language: str, reason: Why) -> None:
    assert reason in why(text, language)
    assert score(text, language) < score(FIGURE)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This kettle boils a litre in four minutes.", "en"),
        ("It took five weeks until the replacement arrived at our office.", "en"),
        ("Das Gerät kocht einen Liter in vier Minuten.", "de"),
        ("Es dauert vier Minuten, bis der Liter im Kessel kocht.", "de"),
        ("Het handvat zit na zes maanden nog stevig vast.", "nl"),
        ("Il y a une fissure dans la poignée après six mois.", "fr"),
        ("Lo mejor del hervidor es el asa de madera.", "es"),
    ],
)
def test_what_names_its_subject_speaks_of_nothing_before(text: str, language: str) -> None:
    assert Why.SPEAKS_OF_BEFORE not in why(text, language)


def test_contact_data_in_one_sentence_leaves_the_others() -> None:
    text = f"Write to ruth@mail.example about the kettle if you like. {FIGURE}"

    contact, clean = quotable_sentences(text, "en")

    assert (contact.score, clean.parts[Part.CONTACT_FREE]) == (0, 100)


def test_figures_with_units_count_for_more_than_bare_ones() -> None:
    unit, bare, none = (
        quotability(f"The machine with {each} runs in our office.", "en", EVERY_USE).parts[Part.NUMBERS]
        for each in ("230 volts", "17 in it", "a lid")
    )

    assert unit > bare > none == 0


@pytest.mark.parametrize("language", [None, "pl", "xx-YY"])
def test_a_language_without_words_is_judged_by_its_form(language: str | None) -> None:
    known = quotability("Czajnik gotuje litr wody w cztery minuty i 30 sekund.", language, EVERY_USE)
    shouted = quotability("SUPER PRODUKT POLECAM WSZYSTKIM KUPUJCIE!!!", language, EVERY_USE)

    assert known.score > 50 > shouted.score


@pytest.mark.parametrize("text", ["", "   ", "…", "!!!", "\n\n"])
def test_a_text_without_words_is_not_quotable(text: str) -> None:
    found: Quotability = quotability(text, "en", EVERY_USE)

    assert (found.score, found.best) == (0, None)


@pytest.mark.parametrize("piece", ["as ", "1", "1.", "a.", "…", "vor dem ", "'", "İ", "(", "1 / 5 ", "than "])
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    begun = time.process_time()
    quotability(piece * (50_000 // len(piece)), "de" if "vor" in piece else "en", EVERY_USE)

    assert time.process_time() - begun < 2
