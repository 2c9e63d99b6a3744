"""A question taken apart at the phrase that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from engine.domain import FaqEntry, Quote
from engine.faq.wording import wordings
from engine.mining.grammar import Grammar, grammar
from engine.mining.segment import POSSESSIVE, key_of, word_spans

_QUESTION = re.compile(r"(?P<opening>¿?)\s*(?P<core>[^¿?]*[^¿?\s])(?P<ending>\s*\?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A question in its parts."""

    opening: str
    """Spanish ``¿``, or nothing."""
    before: str
    phrase: str
    after: str
    ending: str
    """The question mark, with the space that French puts before it."""
    has_marks: bool
    """Whether the phrase stands in the language's quotation marks; they are in none of the parts."""


def is_one_question(text: str) -> bool:
    """Whether a text has one question mark, at its end, and an opening one at most, at its beginning."""
    return _QUESTION.fullmatch(text.strip()) is not None


def mention(entry: FaqEntry, question: str, quotes: Iterable[Quote] = ()) -> Mention | None:
    """A question taken apart at the first place where it holds the phrase of an entry; None where it does not.

    A form that is not the phrase's own, a plural for example, has to be one that a quote is written with: the stems of
    different words may be the same.
    """
    found = _QUESTION.fullmatch(normalize("NFC", question).strip())
    if found is None:
        return None
    core, forms = found["core"], [entry.phrase, *(each.text for each in quotes)]
    for begin, end in places(core, entry.phrase, grammar(entry.language)):
        if _is_written(core[begin:end], forms):
            before, after, has_marks = _without_marks(core[:begin], core[end:], entry.language)
            return Mention(
                opening=found["opening"],
                before=before,
                phrase=core[begin:end],
                after=after,
                ending=found["ending"],
                has_marks=has_marks,
            )
    return None


def places(text: str, phrase: str, language: Grammar) -> list[tuple[int, int]]:
    """Where a text holds the words of a phrase in their order, compared by stems."""
    spans = word_spans(text, language.elisions)
    keys = [key_of(text[begin:end], language.stem) for begin, end in spans]
    wanted = [key_of(phrase[begin:end], language.stem) for begin, end in word_spans(phrase, language.elisions)]
    starts = range(len(keys) - len(wanted) + 1) if wanted else ()
    return [(spans[at][0], spans[at + len(wanted) - 1][1]) for at in starts if keys[at : at + len(wanted)] == wanted]


def words(text: str, language: Grammar) -> list[str]:
    """The words of a text in small letters, without a possessive."""
    forms = (text[begin:end].lower().replace("’", "'") for begin, end in word_spans(text, language.elisions))
    return [POSSESSIVE.sub("", each) for each in forms]


def _is_written(form: str, texts: Sequence[str]) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)", re.IGNORECASE)
    return any(pattern.search(normalize("NFC", text)) for text in texts)


def _without_marks(before: str, after: str, language: str) -> tuple[str, str, bool]:
    opening, closing = (each.strip() for each in wordings(language).quotation_marks)
    if not (before.rstrip().endswith(opening) and after.lstrip().startswith(closing)):
        return before, after, False
    return before.rstrip().removesuffix(opening), after.lstrip().removeprefix(closing), True
