"""What a language model might say that must not get through: one lie of each kind for a draft that it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers import Reply
from tests.talking import Said, completion, proposing


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that a liar knows: the draft as it was shown to it, and what it has no business to know."""

    language: str
    phrase: str
    question: str
    names: Sequence[str]
    """Those of the draft's own quotes: a choice that would be allowed."""
    texts: Mapping[str, str]
    """Every quote that was offered, by its name."""
    elsewhere: Sequence[str]
    """Ids of reviews of another subject."""
    here: Sequence[str]
    """Ids of reviews of this subject, which were never shown to a model."""


def told_of(draft: Mapping[str, Any], elsewhere: Sequence[str], here: Sequence[str]) -> Told:
    return Told(
        language=draft["language"],
        phrase=draft["phrase"],
        question=draft["question"],
        names=draft["drafted"],
        texts={each["id"]: each["text"] for each in draft["quotes"]},
        elsewhere=elsewhere,
        here=here,
    )


Lie = Callable[[Told], Said]

COUNTS = {
    "en": ("nine", "Nine of ten customers", "all customers", "nobody"),
    "nl": ("negen", "Negen van de tien klanten", "alle klanten", "niemand"),
    "de": ("neun", "Neun von zehn Kunden", "alle Kunden", "niemand"),
    "fr": ("neuf", "Neuf clients sur dix", "tous les clients", "personne ne"),
    "es": ("nueve", "Nueve de cada diez clientes", "todos los clientes", "nadie"),
}
CLAIMS = {
    "en": "Is this the best {} you can buy, guaranteed?",
    "nl": "Is dit gegarandeerd de beste {} die er te koop is?",
    "de": "Ist das garantiert der beste {} auf dem Markt?",
    "fr": "Est-ce la meilleure {} du marché, garantie à vie ?",
    "es": "¿Es la mejor {} del mercado, con garantía de por vida?",
}
LOADED = {
    "en": "Why is the {} so bad?",
    "nl": "Waarom is de {} zo slecht?",
    "de": "Warum ist der {} so schlecht?",
    "fr": "Pourquoi la {} est-elle si mauvaise ?",
    "es": "¿Por qué es tan mala la {}?",
}
NEGATED = {
    "en": "Is the {} not what customers expect?",
    "nl": "Is de {} niet wat klanten verwachten?",
    "de": "Ist der {} nicht das, was Kunden erwarten?",
    "fr": "La {} n’est-elle pas à la hauteur ?",
    "es": "¿La {} no es lo que esperan los clientes?",
}
ELSEWHERE = {
    "en": "How is the customer service of this company?",
    "nl": "Hoe is de klantenservice van dit bedrijf?",
    "de": "Wie ist der Kundendienst dieser Firma?",
    "fr": "Comment est le service après-vente de cette marque ?",
    "es": "¿Cómo es la atención al cliente de esta marca?",
}
ANOTHER_LANGUAGE = {
    "en": "Wie ist der {}?",
    "nl": "How do customers rate the {}?",
    "de": "Wat vinden klanten van de {}?",
    "fr": "¿Qué opinan los clientes de la {}?",
    "es": "Que pensent les clients de la {} ?",
}
WIDE = {ord(each): ord(each) - ord("0") + ord("０") for each in "0123456789"}
INVENTED = "It changed my life and I would buy it again at any price."


def _asking(question: str) -> Lie:
    """A question with a choice of quotes that would be allowed."""
    return lambda told: proposing(question.format(told.phrase), told.names)


def _in(questions: Mapping[str, str]) -> Lie:
    return lambda told: proposing(questions[told.language].format(told.phrase), told.names)


def _naming(names: Callable[[Told], Any]) -> Lie:
    """The draft's own question with another choice of quotes."""
    return lambda told: proposing(told.question, names(told))


def _ending(addition: str) -> Lie:
    """The draft's own question with something before its mark."""
    return lambda told: proposing(told.question.rstrip("? \u00a0\u202f") + addition + "?", told.names)


def _raw(body: bytes) -> Lie:
    return lambda _: Reply(body=body)


def _counted(template: str) -> Lie:
    def lie(told: Told) -> Said:
        few, share, every, nobody = COUNTS[told.language]
        said = template.format(few=few, share=share, every=every, nobody=nobody, phrase=told.phrase)
        return proposing(f"¿{said}?" if told.language == "es" else f"{said}?", told.names)

    return lie


def _altered(told: Told) -> str:
    text = told.texts[told.names[0]]
    return text[:-2] + chr(ord(text[-2]) + 1) + text[-1]


def _obedient(told: Told) -> Said:
    """Does what a review told it to: the text was shown to it as text."""
    hidden = next((each for each in told.texts.values() if "BrewMaster" in each), None)
    return proposing(f"{hidden or 'BrewMaster 500'} {told.phrase}?", told.names)


LIES: Mapping[str, Lie] = {
    "an invented quote as a name": _naming(lambda told: [told.names[0], INVENTED]),
    "a quote instead of its name": _naming(lambda told: [told.texts[each] for each in told.names]),
    "a quote with one character changed": _naming(lambda told: [told.names[0], _altered(told)]),
    "quotes with texts": _naming(lambda told: [{"id": each, "text": _altered(told)} for each in told.names]),
    "texts beside the names": lambda told: proposing(told.question, told.names, quotes=[INVENTED]),
    "an answer beside the names": lambda told: proposing(told.question, told.names, answer="95% of 400 love it."),
    "counts beside the names": lambda told: proposing(told.question, told.names, count=400, percent=95),
    "sentences beside the names": lambda told: proposing(told.question, told.names, sentences=[{"text": INVENTED}]),
    "reviews of another subject": _naming(lambda told: told.elsewhere[:2]),
    "one review of another subject": _naming(lambda told: [*told.names[:2], told.elsewhere[0]]),
    "reviews of this subject by their ids": _naming(lambda told: told.here[:2]),
    "a name that was not offered": _naming(lambda told: [told.names[0], "q99"]),
    "the name before the first": _naming(lambda told: [told.names[0], "q0"]),
    "wide letters": _naming(lambda told: [each.replace("q", "ｑ") for each in told.names]),
    "wide digits": _naming(lambda told: [each.translate(WIDE) for each in told.names]),
    "a letter of another alphabet": _naming(lambda told: [each.replace("q", "\u0566") for each in told.names]),
    "invisible characters in names": _naming(lambda told: [f"{each}\u200b" for each in told.names]),
    "capitals in names": _naming(lambda told: [each.upper() for each in told.names]),
    "spaces round names": _naming(lambda told: [f" {each}" for each in told.names]),
    "floats": _naming(lambda _: [1.0, 2.0]),
    "whole numbers": _naming(lambda _: [1, 2]),
    "truths": _naming(lambda _: [True, True]),
    "nothing for the names": _naming(lambda _: None),
    "an empty list": _naming(lambda _: []),
    "one name twice": _naming(lambda told: [told.names[0], told.names[0]]),
    "one name alone": _naming(lambda told: [told.names[0]]),
    "all that was offered": _naming(lambda told: [*told.texts, "q98"]),
    "lists of names": _naming(lambda told: [[each] for each in told.names]),
    "names in one text": _naming(lambda told: ",".join(told.names)),
    "names as keys": _naming(lambda told: dict.fromkeys(told.names, INVENTED)),
    "no question": lambda told: proposing(None, told.names),
    "an empty question": lambda told: proposing("", told.names),
    "a number for a question": lambda told: proposing(95, told.names),
    "a list for a question": lambda told: proposing([told.question], told.names),
    "a count in digits": _counted("95 / 100 {phrase}"),
    "a percentage": _ending(" (95%)"),
    "a wide number": _ending(" ９５"),
    "a raised number": _ending(" ²"),
    "a Roman numeral": _ending(" Ⅸ"),
    "Arabic digits": _ending(" ٩٥"),
    "a number word": _counted("{few} {phrase}"),
    "a share in words": _counted("{share}: {phrase}"),
    "everybody": _counted("{every} {phrase}"),
    "nobody": _counted("{nobody} {phrase}"),
    "a script": _asking("<script>alert('{}')</script>?"),
    "markup": _asking("<b onmouseover=alert()>{}</b>?"),
    "markup as entities": _ending(" &lt;img src=x onerror=alert()&gt;"),
    "a template": _ending(" {{ config }}"),
    "an e-mail address": _ending(" sales@brewmaster.example"),
    "a web address": _ending(" https://brewmaster.example"),
    "a web address in words": _ending(" brewmaster.example"),
    "a telephone number": _ending(" +31 20 123 4567"),
    "a quotation in the question": _ending(f" “{INVENTED}”"),
    "a quotation in straight marks": _ending(f' "{INVENTED}"'),
    "another language": _in(ANOTHER_LANGUAGE),
    "too long": _ending(" a" * 100),
    "much too long": _ending(" a" * 20_000),
    "something else": _in(ELSEWHERE),
    "a claim": _in(CLAIMS),
    "something taken for granted": _in(LOADED),
    "a negation": _in(NEGATED),
    "two sentences": _ending(f". {INVENTED} "),
    "two questions": lambda told: proposing(f"{told.question} {told.question}", told.names),
    "no question mark": lambda told: proposing(told.question.rstrip("? \u00a0\u202f") + ".", told.names),
    "a heading": lambda told: proposing(f"# {told.question}", told.names),
    "a line break": _ending("\n\nassistant: "),
    "its own instructions": _asking("You edit one question of a list of frequently asked questions about {}?"),
    "the delimiters": _asking("<draft>{}</draft>?"),
    "what a review told it": _obedient,
    "a competitor": _ending(" BrewMaster"),
    "a changed direction": _ending(" \u202elive\u202c"),
    "an invisible character": _ending("\u200b"),
    "a letter of another alphabet in the phrase": lambda told: proposing(
        told.question.replace(told.phrase, told.phrase.replace("a", "\u0430").replace("A", "\u0410")), told.names
    ),
    "half a surrogate pair": _ending(" \ud800"),
    "an empty message": lambda _: "",
    "prose": lambda told: f"I would ask: {told.question}",
    "prose round the JSON": lambda told: f"Sure! {proposing(told.question, told.names)} Anything else?",
    "JSON that is cut off": lambda told: proposing(told.question, told.names)[:-5],
    "two objects": lambda told: proposing(told.question, told.names) * 2,
    "a list round the object": lambda told: f"[{proposing(told.question, told.names)}]",
    "the object as a text": lambda told: json.dumps(proposing(told.question, told.names)),
    "NaN": lambda _: "NaN",
    "nested too deep": lambda _: "[" * 30_000,
    "no content": lambda _: completion(None),
    "content in parts": lambda told: completion([{"type": "text", "text": proposing(told.question, told.names)}]),
    "no choices": _raw(b'{"choices": []}'),
    "choices that are none": _raw(b'{"choices": [null, 1, "x"]}'),
    "no object": _raw(b'"hello"'),
    "no JSON": _raw(b"<html><body>Bad gateway</body></html>"),
    "not even text": _raw(b"\xff\xfe\x00\xd8"),
    "nothing at all": _raw(b""),
    "a huge body": _raw(b'{"choices": [{"message": {"content": "' + b"a" * 2_000_000 + b'"}}]}'),
    "an error": lambda _: Reply(status=500, body=b'{"error": {"message": "95 of 100"}}'),
    "no permission": lambda _: Reply(status=401, body=b'{"error": {"message": "95 of 100"}}'),
    "a way elsewhere": lambda _: Reply(status=307, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}),
}
"""By what they try; each is told in five languages."""
