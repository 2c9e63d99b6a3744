"""German and Dutch compounds: which words a long word is made of, as far as the reviews themselves know these words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

SHORTEST_PART = 3
LINKS: Mapping[str, Sequence[str]] = {
    "de": ("", "s", "es", "n", "en", "er", "e", "ns", "ens"),
    "nl": ("", "s", "e", "en", "er", "n"),
}
"""What may stand between two parts: Arbeits|zeit, Straßen|bahn, Kinder|wagen; stads|park, kinder|wagen.

Language by language: German https://grammis.ids-mannheim.de/systematische-grammatik/544 (Fugenelemente),
Dutch https://e-ans.ivdnt.org/topics/pid/ans12040201lingtopic (tussenklanken).
"""
_ENDINGS: Mapping[str, frozenset[str]] = {
    # Mostly spelt like the links; Wörterbüchern, tochtjes.
    "de": frozenset({*LINKS["de"], "ern"}),
    "nl": frozenset({*LINKS["nl"], "je", "jes", "tje", "tjes", "pje", "pjes"}),
}
"""Plurals, cases and diminutives of the last part."""
_SHORTEST_HEAD = 4
_AFFIXES: Mapping[str, re.Pattern[str]] = {
    "de": re.compile(
        r"(?:ab|an|auf|aus|be|bei|dar|durch|ein|emp|ent|er|fort|ge|her|hin|hinter|in|los|miss|mit|nach|nieder|ober|re"
        r"|uber|um|un|unter|ur|ver|vor|weg|wieder|zer|zu|zuruck|zusammen)*"
        r"(?:abel|al|anz|ation|bar|chen|ei|el|erei|haft|heit|ibel|ie|ier|ig|in|ion|isch|ismus|ist|itat|keit|lein|ler|lich"
        r"|los|ment|ner|nis|sam|schaft|tum|ung)*"
        r"(?:e|el|eln|elt|em|en|end|er|ern|ert|es|est|et|in|n|nd|r|s|sch|st|t|te|tem|ten|ter|tes|test)*"
    ),
    "nl": re.compile(
        r"(?:aan|achter|af|be|bij|door|er|ge|her|in|mee|mis|na|om|on|onder|ont|op|over|te|toe|tegen|uit|ver|voor|weer|weg)*"
        r"(?:aar|achtig|atie|baar|eer|el|erij|heid|ie|ier|ig|ing|isch|iteit|lijk|loos|ment|nis|sel|schap|teit|zaam)*"
        r"(?:d|de|den|e|en|end|er|ers|es|je|jes|n|r|s|st|ste|t|te|ten|tje|tjes)*"
    ),
}
"""Beginnings and endings that words are formed with, folded: what is made of these alone is no part of a compound."""
_VOWEL = re.compile("[aeiouy]")

Known = Callable[[str], bool]
"""Whether a word stands by itself in reviews of the language."""


def split(word: str, language: str, is_known: Known) -> tuple[str, ...]:
    """The two words that a compound is made of, the last as long as it can be; nothing where it is no compound."""
    if language not in LINKS or len(word) < SHORTEST_PART + _SHORTEST_HEAD:
        return ()
    for cut in range(SHORTEST_PART, len(word) - _SHORTEST_HEAD + 1):
        head = word[cut:]
        if is_known(head) and (first := _unlinked(word[:cut], language, is_known)):
            return first, head
    return ()


def has_part(compound: str, part: str, language: str, is_known: Known) -> bool:
    """Whether a word is a compound of a part, wherever it stands, and of other words; a word that only holds these
    letters is none."""
    if language not in LINKS or len(part) < SHORTEST_PART:
        return False
    return any(
        (not before or _stands(before, language, is_known)) and _goes_on(before, after, language, is_known)
        for before, after in _around(compound, part)
    )


def may_have_part(compound: str, part: str, language: str, is_known: Known) -> bool:
    """Whether a word looks like a compound of a part at either end and of one word that nobody wrote by itself: few
    reviews have ``Thermometer`` as well as ``Bratenthermometer``."""
    # Three letters stand in too many words that have nothing to do with them: Kar|ton, Kame|rad, Komi|tee.
    if language not in LINKS or len(part) <= SHORTEST_PART:
        return False
    for before, after in _around(compound, part):
        if before and after in _ENDINGS[language]:
            if _looks_like_a_word(before, language) and not _is_of_another(before, part + after, is_known):
                return True
        elif after and not before and _looks_like_a_word(after, language):
            return True
    return False


def _around(compound: str, part: str) -> Iterator[tuple[str, str]]:
    """What stands before and after a part, for each place that it stands in."""
    at = compound.find(part)
    while at >= 0:
        if len(compound) > len(part):
            yield compound[:at], compound[at + len(part) :]
        at = compound.find(part, at + 1)


def _goes_on(before: str, after: str, language: str, is_known: Known) -> bool:
    """Whether a compound may go on so after a part."""
    if before and after in _ENDINGS[language]:
        return True
    for link in LINKS[language]:
        head = after[len(link) :]
        if not after.startswith(link) or len(head) < _SHORTEST_HEAD:
            continue
        if is_known(head) or split(head, language, is_known):
            return True
    return False


def _stands(start: str, language: str, is_known: Known) -> bool:
    return bool(_unlinked(start, language, is_known) or split(start, language, is_known))


def _unlinked(start: str, language: str, is_known: Known) -> str:
    for link in LINKS[language]:
        word = start.removesuffix(link) if link else start
        if len(word) >= SHORTEST_PART and start.endswith(link) and is_known(word):
            return word
    return ""


def _looks_like_a_word(rest: str, language: str) -> bool:
    return len(rest) >= SHORTEST_PART and bool(_VOWEL.search(rest)) and _AFFIXES[language].fullmatch(rest) is None


def _is_of_another(before: str, end: str, is_known: Known) -> bool:
    """Whether a longer word is known that ends so and has no other part: ``Kaufpreise`` is of Preise, not of Reise."""
    others = (before[-more:] + end for more in range(1, min(len(before), SHORTEST_PART)))
    return any(is_known(each) for each in others)
