"""How well a review can be quoted by writers: of each sentence and of the whole, blind to its rating and its opinion.

What it is judged by is how a sentence is made. No rating comes in here, and words of praise and of blame weigh nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from engine.contact import GAP, find_contacts
from engine.domain import Consent, Use
from engine.mining.segment import CLOSING, sentences, word_pattern
from engine.search.quoting_words import TELLS, QuotingWords, quoting_words, worth
from engine.spam import LINK

QUOTED_USES = (Use.DISPLAY, Use.EXCERPT)
"""What an author has to have agreed to before a sentence of his stands on its own."""
SHORTEST, SHORT, LONG, LONGEST = 4, 8, 35, 55
"""Words of a sentence: nothing below the first, full marks between the second and third, little from the fourth."""
OPENING = "\"'“„«‘¡¿ "
FULL = 3.2
"""Worth of the words from which a sentence is as specific as can be, when they are a third of it."""
NAMES = 1.0
"""What a noun, a figure with its unit and a comparison add to what a sentence is about."""
LETTERS_SHOUTED = 4
UNWELCOME = (LINK, re.compile(re.escape(GAP)))
_DIGIT = re.compile(r"\d")


class Part(StrEnum):
    """What the score is made of; the console says each in its own words."""

    SPECIFIC = "specific"
    SELF_CONTAINED = "self-contained"
    NUMBERS = "numbers"
    LENGTH = "length"
    CALM = "calm"
    CONTACT_FREE = "contact-free"
    CONSENTED = "consented"


class Why(StrEnum):
    """What is said beside a part; the console says each in its own words."""

    SAYS_LITTLE = "says-little"
    FIGURE = "figure"
    COMPARES = "compares"
    SPEAKS_OF_BEFORE = "speaks-of-before"
    GOES_ON = "goes-on"
    POINTS_ELSEWHERE = "points-elsewhere"
    UNFINISHED = "unfinished"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    SHOUTED = "shouted"
    CONTACT = "contact"
    NO_CONSENT = "no-consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotableSentence:
    """One sentence: an exact span of the text, its score from 0 to 100, and what that is made of."""

    start: int
    end: int
    score: int
    parts: Mapping[Part, int]
    why: Sequence[Why]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotability:
    """A review is as quotable as its best sentence, and not at all without its author's consent."""

    score: int
    """0 to 100."""
    parts: Mapping[Part, int]
    """Each 0 to 100: those of the best sentence, and whether it is consented."""
    why: Sequence[Why]
    best: tuple[int, int] | None
    """Where the best sentence stands in the text; None where nothing may or can be quoted."""
    sentences: Sequence[QuotableSentence]
    """All of them, in the order of the text, each judged by its form alone."""


NOTHING: Mapping[Part, int] = {part: 0 for part in Part if part is not Part.CONSENTED}


def quotability(text: str, language: str | None, consent: Consent) -> Quotability:
    """How well a cleaned body can be quoted; ``language`` is its tag, None where it is not known.

    Between sentences of one score the first is the best. Rights of the source are the caller's (``engine.rights``).
    """
    judged = quotable_sentences(text, language)
    best = max(judged, key=lambda each: each.score, default=None)
    may_quote = all(consent.covers(use) for use in QUOTED_USES)
    parts = {**(best.parts if best else NOTHING), Part.CONSENTED: 100 * may_quote}
    why = tuple(best.why) if best else ()
    if best is None or not may_quote:
        why = why if may_quote else (*why, Why.NO_CONSENT)
        return Quotability(score=0, parts=parts, why=why, best=None, sentences=judged)
    span = (best.start, best.end) if best.score else None
    return Quotability(score=best.score, parts=parts, why=why, best=span, sentences=judged)


def quotable_sentences(text: str, language: str | None) -> tuple[QuotableSentence, ...]:
    """Each sentence of a cleaned text with its score, in the order of the text."""
    words = quoting_words(language)
    known = words.grammar
    spans = sentences(text, known.abbreviations, ordinal_dots=known.ordinal_dots) if known else sentences(text, set())
    # Most texts have none of these, and then no sentence is searched for them.
    in_the_way = {*find_contacts(text), *(found.group() for each in UNWELCOME for found in each.finditer(text))}
    return tuple(_judged(text, start, end, words, in_the_way) for start, end in spans)


def _judged(text: str, start: int, end: int, words: QuotingWords, contacts: AbstractSet[str]) -> QuotableSentence:
    sentence = text[start:end]
    straight = sentence.replace("’", "'")
    small = straight.lower()
    pattern = word_pattern(words.grammar.elisions if words.grammar else ())
    forms = [each for each in pattern.findall(straight) if each[0].isalnum()]
    lower = [each.lower() for each in forms]
    why: list[Why] = []
    numbers, figures = _numbers(small, lower, words, why)
    parts = {
        Part.SPECIFIC: _specific(small, forms, lower, words, figures, why),
        Part.SELF_CONTAINED: _self_contained(sentence, small, lower, words, why),
        Part.NUMBERS: numbers,
        Part.LENGTH: _length(len(forms), why),
        Part.CALM: _calm(sentence, forms, why),
        Part.CONTACT_FREE: _contact_free(sentence, contacts, why),
    }
    return QuotableSentence(start=start, end=end, score=_score(parts), parts=parts, why=tuple(why))


def _score(parts: Mapping[Part, int]) -> int:
    """What a sentence says, lessened by each thing that is in the way of quoting it."""
    substance = 0.85 * parts[Part.SPECIFIC] + 0.15 * parts[Part.NUMBERS]
    for part in (Part.SELF_CONTAINED, Part.LENGTH, Part.CALM, Part.CONTACT_FREE):
        substance *= parts[part] / 100
    return round(substance)


def _numbers(small: str, lower: Sequence[str], words: QuotingWords, why: list[Why]) -> tuple[int, int]:
    """The part, and how many figures have a unit; a rating that was put into words is no figure."""
    if words.number_words.isdisjoint(lower) and not _DIGIT.search(small):
        return 0, 0
    found = [each.lastgroup for each in words.figures.finditer(small)]
    units, bare = found.count("unit"), found.count(None)
    if units:
        why.append(Why.FIGURE)
    return (100 if units else min(100, 50 * bare)), units


def _specific(
    small: str, forms: Sequence[str], lower: Sequence[str], words: QuotingWords, figures: int, why: list[Why]
) -> int:
    known, empty, said, before = words.grammar, words.empty, 0.0, ""
    for at, word in enumerate(lower):
        weight = 0.0 if word in empty else worth(word, words)
        if weight >= TELLS and known is not None:
            is_capital = known.capital_nouns and at > 0 and forms[at][0].isupper()
            weight = NAMES if is_capital or before in known.determiners else weight
        said += weight
        before = word
    compares = words.comparisons.search(small) is not None
    if compares:
        why.append(Why.COMPARES)
    said += NAMES * figures + NAMES * compares
    density = min(1.0, 3 * said / max(1, len(forms)))
    specific = round(100 * min(1.0, said / FULL) * (0.5 + 0.5 * density))
    if specific < 40:
        why.append(Why.SAYS_LITTLE)
    return specific


def _self_contained(sentence: str, small: str, lower: Sequence[str], words: QuotingWords, why: list[Why]) -> int:
    share = 1.0
    if _speaks_of_before(lower, words):
        why.append(Why.SPEAKS_OF_BEFORE)
        share *= 0.3
    elif lower and words.grammar and lower[0] in words.grammar.continuations | words.grammar.contrasts:
        why.append(Why.GOES_ON)
        share *= 0.5
    if words.elsewhere.search(small):
        why.append(Why.POINTS_ELSEWHERE)
        share *= 0.2
    end = sentence.rstrip(CLOSING)
    if end.endswith(("…", "..", ",", ":", "-")) or (lower and lower[-1] in words.open_ends):
        why.append(Why.UNFINISHED)
        share *= 0.4
    elif not end.endswith((".", "!", "?")):
        share *= 0.8
    return round(100 * share * (0.8 if sentence.lstrip(OPENING)[:1].islower() else 1))


def _speaks_of_before(lower: Sequence[str], words: QuotingWords) -> bool:
    """Whether the first word stands for a thing that somebody has to have named before."""
    if len(lower) < 2 or lower[1] in words.expletives:
        return False
    return lower[0] in words.pronouns or (lower[0] in words.pointers and lower[1] in words.no_nouns)


def _length(words: int, why: list[Why]) -> int:
    if words < SHORT:
        why.append(Why.TOO_SHORT)
        return 0 if words < SHORTEST else 40 + 60 * (words - SHORTEST) // (SHORT - SHORTEST)
    if words <= LONG:
        return 100
    why.append(Why.TOO_LONG)
    return max(20, 100 - 80 * (words - LONG) // (LONGEST - LONG))


def _calm(sentence: str, forms: Sequence[str], why: list[Why]) -> int:
    shouted = [each for each in forms if each.isupper() and len(each) >= LETTERS_SHOUTED]
    calm = 100
    if len(shouted) > 1:
        long = [each for each in forms if len(each) >= LETTERS_SHOUTED]
        calm = 15 if len(shouted) > len(long) / 2 else 60
    if "!!" in sentence or "??" in sentence or "?!" in sentence:
        calm //= 2
    if calm < 100:
        why.append(Why.SHOUTED)
    return calm


def _contact_free(sentence: str, contacts: AbstractSet[str], why: list[Why]) -> int:
    if any(each in sentence for each in contacts):
        why.append(Why.CONTACT)
        return 0
    return 100
