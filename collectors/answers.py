"""Answers to the questions of a form, and which question is which field of a review.

Questions are mapped by a name that does not change when their wording does. An answer is published only with the
consent of its author: where the form asks for it, only a yes is one; where it does not ask, the operator says under
which words authors sent it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.api import Read, about, given
from collectors.platforms import SUBJECT_OPTIONS
from engine.domain import Record
from engine.errors import BadValueError
from engine.plugins import Option

_TEXTS: Mapping[str, str] = {
    "subject": "what is reviewed",
    "rating": "the rating",
    "title": "the headline",
    "body": "the text",
    "author": "the name to show",
    "role": "what the author does",
    "company": "where the author works",
    "language": "the language of the answers, like en",
}
_CONTACTS: Mapping[str, str] = {
    "email": "the author's address",
    "phone": "the author's telephone number",
    "order": "the order number",
}
_OTHERS: Mapping[str, str] = {
    "consent": "whether the author agrees to publication",
    "photo": "the author's pictures",
}
_MEANINGS: Mapping[str, str] = {**_TEXTS, **_CONTACTS, **_OTHERS}
# Only what says yes and nothing else: "yes, but without my name" is for a person to read.
_YES = frozenset(
    {
        *("yes", "true", "i agree", "agreed"),
        *("ja", "akkoord", "ik ga akkoord", "einverstanden", "ich stimme zu", "ich bin einverstanden"),
        *("oui", "d'accord", "j'accepte", "sí", "si", "acepto", "estoy de acuerdo"),
    }
)

MAPPING_OPTIONS: Mapping[str, Option] = {
    **{
        f"map_{name}": Option(help=f"the question or hidden field that holds {meaning}", default=name)
        for name, meaning in _MEANINGS.items()
    },
    **SUBJECT_OPTIONS,
    "rating_best": Option(help="the scale of the rating where the form does not tell: 5, 10, 0-10", default="5"),
    "consent": Option(help="the words under which authors agreed to publication, where no question asks", default=""),
    "consent_yes": Option(help="the answers beside a plain yes that agree, with | between them", default=""),
}
"""The options of a form: which of its questions is which field, and what no question says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to one question, or that it was not answered."""

    names: tuple[str, ...]
    """By what it can be mapped, the surest first."""
    question: str = ""
    """As the author read it."""
    text: str = ""
    """Several choices have commas between them; empty where nothing was answered."""
    agrees: bool | None = None
    """What was answered to a question that takes only yes and no."""
    scale: str = ""
    """Of a rating, as ``rating_best`` has it; empty where the form does not tell."""
    files: Sequence[str] = ()
    """The addresses of what was uploaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMapping:
    """Which question is which field of a review."""

    names: Mapping[str, str] = field(default_factory=lambda: {name: name for name in _MEANINGS})
    """The name of the question or hidden field of each field."""
    rating_best: str = "5"
    consent: str = ""
    yes: frozenset[str] = _YES

    def maps(self, names: Iterable[str]) -> bool:
        """Whether a question of one of these names is read."""
        wanted = {each.casefold() for each in self.names.values()}
        return any(name.casefold() in wanted for name in names)

    def find(self, answers: Sequence[Answer], name: str) -> Answer | None:
        """The answer that a field is mapped to."""
        wanted = self.names[name].casefold()
        return next((each for each in answers if wanted in (name.casefold() for name in each.names)), None)

    def fields(self, answers: Sequence[Answer]) -> dict[str, str]:
        """The fields of a record that answers give; ``consent`` is the question and its yes, or ``no``."""
        fields = {name: self._text(answers, name) for name in _TEXTS}
        rating = self.find(answers, "rating")
        if rating and rating.text:
            fields["rating_best"] = rating.scale or self.rating_best
        fields["consent"] = self._consent(answers)
        return given(fields)

    def contact(self, answers: Sequence[Answer]) -> dict[str, str] | None:
        """What is kept apart and never published."""
        return given({name: self._text(answers, name) for name in _CONTACTS}) or None

    def media(self, answers: Sequence[Answer]) -> tuple[Mapping[str, str], ...]:
        found = self.find(answers, "photo")
        files = found.files if found else ()
        return tuple({"url": each} for each in files)

    def _consent(self, answers: Sequence[Answer]) -> str:
        """Whatever is no yes is a no: an author who was asked may have changed his mind."""
        asked = self.find(answers, "consent")
        if asked is None:
            return self.consent
        agrees = asked.agrees if asked.agrees is not None else _plain(asked.text) in self.yes
        return f"{asked.question} {asked.text}".strip() if agrees else "no"

    def _text(self, answers: Sequence[Answer], name: str) -> str:
        found = self.find(answers, name)
        return found.text if found else ""


def mapping_of(options: Mapping[str, str]) -> FormMapping:
    """The mapping that the options of a source say, defaults included.

    Raises BadValueError where two fields are mapped to one question.
    """
    names = {name: options[f"map_{name}"] for name in _MEANINGS}
    by_question: dict[str, str] = {}
    for name, question in names.items():
        other = by_question.setdefault(question.casefold(), name)
        if other != name:
            raise BadValueError(f"map_{other} and map_{name} both name {question!r}: one question is one field")
    more = (_plain(each) for each in options["consent_yes"].split("|"))
    return FormMapping(
        names=names,
        rating_best=options["rating_best"],
        consent=options["consent"],
        yes=_YES | frozenset(filter(None, more)),
    )


def reading(
    read_by: Callable[[FormMapping, Mapping[str, Any], str], Record],
) -> Callable[[Mapping[str, str]], Read]:
    """The reader for the options of a form, of what reads a raw response by a mapping."""

    def reader(options: Mapping[str, str]) -> Read:
        mapping = mapping_of(options)
        subject = {name: options[name] for name in SUBJECT_OPTIONS}
        return about(subject, lambda raw, place: read_by(mapping, raw, place))

    return reader


def _plain(words: str) -> str:
    return " ".join(words.casefold().split()).rstrip(".! ").replace("’", "'")
