"""Which of the words that customers use a page of ours does not use."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.content_gap import content_gap
from engine.domain import Phrase
from engine.errors import NotFoundError


def phrase(text: str, language: str = "en", variants: Sequence[str] = ()) -> Phrase:
    return Phrase(text=text, language=language, count=9, positive=0, negative=0, variants=variants)


@pytest.mark.parametrize(
    ("found", "page"),
    [
        pytest.param(phrase("spout"), "The Spouts of our kettles.", id="another form"),
        pytest.param(phrase("picture quality"), "See the quality of the picture!", id="another order"),
        pytest.param(phrase("quality of the picture"), "Picture quality counts.", id="with links"),
        pytest.param(phrase("autofocus", variants=["auto focus"]), "A fast auto focus.", id="a variant"),
        pytest.param(phrase("Deckel", "de"), "Mit dichten Deckeln.", id="German"),
        pytest.param(phrase("batterij", "nl"), "De batterijen gaan lang mee.", id="Dutch"),
        pytest.param(phrase("qualité", "fr"), "L’équipe vérifie la qualité.", id="French"),
        pytest.param(phrase("tapa", "es"), "Las tapas son de acero.", id="Spanish"),
    ],
)
def test_a_page_uses_a_phrase_in_any_of_its_forms(found: Phrase, page: str) -> None:
    assert content_gap([found], page) == []


@pytest.mark.parametrize(
    ("found", "page"),
    [
        pytest.param(phrase("spout"), "A kettle with a neck.", id="another word"),
        pytest.param(phrase("spout"), "", id="nothing"),
        pytest.param(
            phrase("picture quality"), "A picture of our shop. We have stood for the highest quality.", id="far apart"
        ),
    ],
)
def test_what_a_page_does_not_say_is_missing(found: Phrase, page: str) -> None:
    assert content_gap([found], page) == [found]


def test_phrases_of_several_languages_stay_in_their_order() -> None:
    phrases = [phrase("Griff", "de"), phrase("spout"), phrase("handle"), phrase("Deckel", "de")]

    assert content_gap(phrases, "The handle. Der Deckel.") == phrases[:2]


def test_a_language_that_cannot_be_mined_is_refused() -> None:
    with pytest.raises(NotFoundError):
        content_gap([phrase("x", "xx")], "x")
