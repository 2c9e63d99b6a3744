"""Ratings as sources write them, on their own scale and on 1 to 5.

What carries its own scale keeps it: fractions (``4/5``), percentages, stars with empty ones among them (``★★★★☆``),
words. A plain number is on the scale that ``best`` states, and on 1 to 5 where it states none. A scale whose lowest
value is not stated begins at 1, which is schema.org's default for worstRating, and at 0 where it goes beyond 20: nobody
begins a hundred points at 1. It never depends on the value: were ``0/10`` read on 0 to 10 and ``5/10`` on 1 to 10,
the ratings of one source would stand on two scales.

Digits are 0 to 9 only. No exporter writes others, and they are a way to say one number and show another.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.domain import Rating, RatingKind
from engine.errors import BadValueError


class Scale(NamedTuple):
    worst: Decimal
    best: Decimal
    kind: RatingKind = RatingKind.NUMBER


FIVE = Scale(Decimal(1), Decimal(5))
PERCENT = Scale(Decimal(0), Decimal(100), RatingKind.PERCENT)
LABEL = Scale(Decimal(0), Decimal(1), RatingKind.LABEL)

_LONGEST = 60
_HIGHEST = 1000
_FROM_ZERO_BEYOND = 20
_NONE = "leave it empty where none was given"
# Between number and sign, French and German put a space that does not break.
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))
_WAY_OUT = "say which scale the ratings are on, for instance --set rating_best=10 (1 to 10), 0-10 or 100%"

_NUMBER = r"(?P<number>[0-9]{1,4}(?:[.,][0-9]{1,20})?)"
_WHOLE = "(?:[.,]0{1,20})?"
_UNITS = "stars?|sterne?n?|ster(?:ren)?|étoiles?|estrellas?"
_PLAIN = re.compile(rf"{_NUMBER}(?:[ -]?(?:{_UNITS}|[★⭐]))?", re.IGNORECASE)
_FRACTION = re.compile(
    rf"{_NUMBER} ?(?:/|out of|of|von|van(?: de)?|uit|op|sur|de) ?(?P<best>[0-9]{{1,4}}){_WHOLE}"
    rf"(?:[ -]?(?:{_UNITS}|[★⭐]))?",
    re.IGNORECASE,
)
_PERCENTAGE = re.compile(rf"{_NUMBER} ?%")
_STARS = re.compile(r"(?P<full>[★⭐🌟]*)(?P<half>½?)(?P<empty>[☆✩]*)")
_STATED_SCALE = re.compile(
    rf"(?:(?P<worst>[0-9]{{1,4}}){_WHOLE} ?(?:-|–|\.\.|to) ?)?(?P<best>[0-9]{{1,4}}){_WHOLE}(?P<percent> ?%)?"
)

_WORDS = {word: Decimal(value) for value, word in enumerate(("one", "two", "three", "four", "five"), start=1)}
_GOOD = ("good", "positive", "recommended", "recommend", "thumbs up", "up", "like", "👍", "yes")
_BAD = ("bad", "negative", "not recommended", "not recommend", "thumbs down", "down", "dislike", "👎", "no")
_LABELS = {**dict.fromkeys(_GOOD, Decimal(1)), **dict.fromkeys(_BAD, Decimal(0)), "neutral": Decimal("0.5")}


@lru_cache(maxsize=4096)
def parse_rating(text: str, best: str | None = None) -> Rating:
    """The rating that a text states: ``4``, ``4,5``, ``9/10``, ``80%``, ``★★★★☆``, ``FIVE``, ``positive``.

    ``best`` states the scale of plain numbers: ``5`` and ``10`` (both from 1), ``0-10``, ``100%``. Two-sided words are
    the ends of 1 to 5, and ``neutral`` is its middle. Raises BadValueError, which tells the way out, for what is no
    rating or lies outside its scale; in particular for 0 on a scale from 1, which many systems write for "no rating".
    """
    original = text.strip()
    if len(original) > _LONGEST:
        raise BadValueError(f"{original[:_LONGEST]!r}… is too long for a rating")
    stated = _stated_scale(best) if best and best.strip() else None
    value, scale = _read(original.translate(_SPACES), stated)
    if not scale.worst <= value <= scale.best:
        raise BadValueError(
            f"the rating {original!r} lies outside {scale.worst} to {scale.best}: {_NONE}, or {_WAY_OUT}"
        )
    hundredths = 100 + (value - scale.worst) * 400 / (scale.best - scale.worst)
    return Rating(
        original=original,
        value=value,
        worst=scale.worst,
        best=scale.best,
        hundredths=int(hundredths.quantize(Decimal(1), ROUND_HALF_UP)),
        kind=scale.kind,
    )


def _read(text: str, stated: Scale | None) -> tuple[Decimal, Scale]:
    if match := _PLAIN.fullmatch(text):
        return _decimal(match["number"]), stated or FIVE
    if match := _FRACTION.fullmatch(text):
        best = Decimal(match["best"])
        return _decimal(match["number"]), stated if stated and stated.best == best else _scale(None, best)
    if match := _PERCENTAGE.fullmatch(text):
        return _decimal(match["number"]), PERCENT
    word = text.casefold()
    if word in _WORDS:
        return _WORDS[word], FIVE
    if word in _LABELS:
        return _LABELS[word], LABEL
    return _stars(text)


def _stars(text: str) -> tuple[Decimal, Scale]:
    match = _STARS.fullmatch(text.replace("\ufe0f", "").replace(" ", ""))
    if not match or not text:
        raise BadValueError(f"{text!r} is not a rating: {_NONE}, or {_WAY_OUT}")
    value = len(match["full"]) + (Decimal("0.5") if match["half"] else 0)
    places = len(match["full"]) + len(match["half"]) + len(match["empty"])
    return Decimal(value), _scale(None, Decimal(places)) if match["empty"] else FIVE


def _stated_scale(text: str) -> Scale:
    match = _STATED_SCALE.fullmatch(text.strip())
    if not match:
        raise BadValueError(f"rating_best {text[:_LONGEST]!r} is not a scale: {_WAY_OUT}")
    scale = _scale(Decimal(match["worst"]) if match["worst"] else None, Decimal(match["best"]))
    return scale._replace(kind=RatingKind.PERCENT, worst=Decimal(match["worst"] or 0)) if match["percent"] else scale


def _scale(worst: Decimal | None, best: Decimal) -> Scale:
    if worst is None:
        worst = Decimal(1 if best <= _FROM_ZERO_BEYOND else 0)
    if not worst < best <= _HIGHEST:
        raise BadValueError(f"there is no scale from {worst} to {best}: {_WAY_OUT}")
    return Scale(worst, best)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
