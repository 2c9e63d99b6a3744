"""How words turn each other's opinion, in sentences written for these tests."""

from __future__ import annotations

import pytest

from engine.mining.grammar import grammar
from engine.mining.opinion_rules import to_rules
from engine.mining.sentiment import polarity
from tests.test_sentiment import ILL, UNCLEAR, WELL

SENTENCES = [
    ("en", "Not only sturdy but quiet too.", WELL),
    ("en", "You can't go wrong with this kettle.", WELL),
    ("en", "The handle could be better.", ILL),
    ("en", "It would be nice if the lid stayed on.", ILL),
    ("en", "It does not open.", ILL),
    ("en", "I don't know which one she has.", UNCLEAR),
    ("en", "It eliminates every odor.", WELL),
    ("en", "I will call them if it breaks.", UNCLEAR),
    ("en", "We put the trash bags under the sink.", UNCLEAR),
    ("en", "Not too heavy.", WELL),
    ("en", "I am not too happy with it.", ILL),
    ("en", "It is not hard to clean.", WELL),
    ("en", "The box smells.", ILL),
    ("en", "The soap smells lovely.", WELL),
    ("en", "Unfortunately it is not for me.", ILL),
    ("en", "It has a few annoying quirks and a flimsy hinge.", ILL),
    ("de", "Da kann man nichts falsch machen.", WELL),
    ("de", "Die Verarbeitung lässt zu wünschen übrig.", ILL),
    ("de", "Der Deckel schließt nicht.", ILL),
    ("de", "Das ist gar nicht schlecht.", WELL),
    ("de", "Der Kundendienst war leider nicht erreichbar.", ILL),
    ("de", "Nicht nur schön, sondern auch praktisch.", WELL),
    ("de", "Der Akku hält leider nicht lange.", ILL),
    ("de", "Die Anleitung ist unverständlich.", ILL),
    ("de", "Das Zimmer war sauber und ruhig.", WELL),
    ("de", "Keine Probleme bei der Lieferung.", WELL),
    ("nl", "Niets op aan te merken.", WELL),
    ("nl", "De afwerking laat te wensen over.", ILL),
    ("nl", "De deksel sluit niet.", ILL),
    ("nl", "We komen zeker terug.", WELL),
    ("nl", "De soep kon beter.", ILL),
    ("nl", "Het personeel was niet echt vriendelijk.", ILL),
    ("nl", "Niet duur en erg handig.", WELL),
    ("nl", "De kamer was vies en rumoerig.", ILL),
    ("fr", "Rien à redire sur la livraison.", WELL),
    ("fr", "La finition laisse à désirer.", ILL),
    ("fr", "Le couvercle ne ferme pas.", ILL),
    ("fr", "Pas mal du tout.", WELL),
    ("fr", "Le serveur n'était pas très aimable.", ILL),
    ("fr", "Nous y retournerons avec plaisir.", WELL),
    ("fr", "La batterie tombe en panne.", ILL),
    ("es", "No tiene desperdicio.", WELL),
    ("es", "El acabado deja mucho que desear.", ILL),
    ("es", "La tapa no cierra.", ILL),
    ("es", "No está nada mal.", WELL),
    ("es", "El camarero no fue muy amable.", ILL),
    ("es", "Volveremos sin dudarlo.", WELL),
    ("es", "La habitación estaba sucia y hacía ruido.", ILL),
]


@pytest.mark.parametrize(("language", "text", "expected"), SENTENCES, ids=str)
def test_a_sentence_says_what_its_words_say_together(language: str, text: str, expected: int) -> None:
    assert polarity(text, grammar(language)) == expected


@pytest.mark.parametrize("text", ["", "good", "not good", "if", "!", "not", "too"])
def test_the_shortest_texts_can_be_told(text: str) -> None:
    assert polarity(text, grammar("en")) == {"good": WELL, "not good": ILL, "not": ILL}.get(text, UNCLEAR)


def test_a_language_without_rules_is_told_from_its_lists_alone() -> None:
    rules = to_rules({})

    assert rules.wordings == ()
    assert not rules.praise | rules.blame | rules.removes | rules.behind
