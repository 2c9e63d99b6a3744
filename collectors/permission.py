"""Permission to publish that somebody gave in a letter or an answer, in so many words, in any of five languages.

What is found is evidence: it is quoted with the sentence that it stands in, for a person to judge.
"""

from __future__ import annotations

import re

from engine.domain import Use

QUOTING = frozenset({Use.DISPLAY, Use.EXCERPT})
"""What such a sentence permits: to show the words, whole or in part. Nobody who writes it thinks of search engines."""
_LONGEST = 400
_PARAGRAPHS = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"[^.!?]+[.!?]?")

# "You can use it daily" is praise: only to quote and to publish are plain by themselves.
_QUOTE = {
    "en": r"\b(?:quot|publish|(?:use|share|post) (?:my|this|these) (?:words?|quote|review|feedback|comment))",
    "nl": r"\b(?:cite(?:er|ren)|publi(?:ceer|ceren|catie)|(?:mijn|deze) (?:woorden|review|reactie|recensie))",
    "de": r"\b(?:zitier|veröffentlich|(?:meine|diese) (?:worte|bewertung|rezension|rückmeldung))",
    "fr": r"\b(?:citer|publi(?:er|cation)|(?:mes|ces|mon|cet|ce) (?:mots|avis|témoignage|commentaire))",
    "es": r"\b(?:citar|publica|(?:mis|mi|estas?|este) (?:palabras|opinión|comentario|testimonio|reseña))",
}
_LEAVE = {
    "en": r"\b(?:you (?:may|can|are (?:free|welcome) to)(?! (?:want|like|wish|need))|feel free to"
    r"|i (?:agree|consent)|(?:my|you) permission|happy for you to)\b",
    "nl": r"\b(?:(?:jullie|je|u) (?:mag|mogen|kunt|kan|kunnen)|(?:mag|mogen|kunt|kunnen) (?:jullie|je|u)"
    r"|toestemming|ga akkoord)\b",
    "de": r"\b(?:(?:sie|ihr) (?:dürfen|dürft|können|könnt)|(?:dürfen|dürft|können|könnt) (?:sie|ihr)"
    r"|stimme|einverstanden|willige)\b",
    "fr": r"\b(?:vous pouvez|tu peux|autorise|j'accepte|permission)\b",
    "es": r"\b(?:pueden?|podéis|puedes|autorizo|permiso)\b",
}
_GRANT = re.compile(
    "|".join(f"{_LEAVE[each]}.{{0,80}}{_QUOTE[each]}|{_QUOTE[each]}.{{0,80}}{_LEAVE[each]}" for each in _QUOTE),
    re.IGNORECASE,
)
# A condition is for a person to read, and so is whatever denies.
_TAKES_BACK = re.compile(
    r"n't\b|\b(?:not|cannot|never|only|unless|but|without|niet|geen|nooit|alleen|mits|tenzij|maar|zonder"
    r"|nicht|kein|nie|nur|sofern|aber|ohne|ne|pas|jamais|sauf|mais|sans|no|nunca|salvo|pero|solo|sin)\b",
    re.IGNORECASE,
)


def permission_in(words: str) -> str:
    """The sentence that gives permission without a condition.

    Empty where there is none, where it is a question, and where any sentence about it holds a no or a condition.
    """
    found = ""
    for paragraph in _PARAGRAPHS.split(words.replace("’", "'")):
        for sentence in _SENTENCE.findall(" ".join(paragraph.split())):
            if len(sentence) > _LONGEST or not _GRANT.search(sentence) or sentence.endswith("?"):
                continue
            if _TAKES_BACK.search(sentence):
                return ""
            found = found or sentence.strip()
    return found
