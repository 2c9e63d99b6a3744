"""German and Dutch compounds: which words a long word is made of, as far as the reviews themselves know these words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

SHORTEST_PART = 3
LINKS: Mapping[str, Sequence[str]] = {
    "de": ("", "s", "es", "n", "en", "er", "e", "ns", "ens"),
    "nl": ("", "s", "e", "en", "er", "n"),
}
"""What may stand between two parts: Arbeits|zeit, Straßen|bahn, Kinder|wagen; stads|park, kinder|wagen.

Language by language: German https://grammis.ids-mannheim.de/systematische-grammatik/544 (Fugenelemente),
Dutch https://e-ans.ivdnt.org/topics/pid/ans12040201lingtopic (tussenklanken).
"""
_SHORTEST_HEAD = 4

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
    """Whether a word is a compound of a part and of other words; a word that only holds these letters is none."""
    if language not in LINKS or len(part) < SHORTEST_PART:
        return False
    if compound.startswith(part) and _goes_on(compound[len(part) :], language, is_known):
        return True
    at = compound.rfind(part)
    # The plural and case endings of the last part are spelt like the links.
    is_last = at >= SHORTEST_PART and compound[at + len(part) :] in LINKS[language]
    return is_last and _stands(compound[:at], language, is_known)


def _goes_on(rest: str, language: str, is_known: Known) -> bool:
    for link in LINKS[language]:
        head = rest[len(link) :]
        if not rest.startswith(link) or len(head) < _SHORTEST_HEAD:
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
