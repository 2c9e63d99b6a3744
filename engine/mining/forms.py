"""How people write a phrase: its commonest form, and the others, in the case and with the hyphens that they use."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from engine.mining.lexemes import Lexemes
from engine.mining.ranking import Found, Stems
from engine.mining.segment import Numbers, first_places, word_spans
from engine.mining.texts import MinedText

MOST_VARIANTS = 6
LONGEST_ACRONYM = 4
LOOKED_AT = 9
"""So many places tell whether a form is written with hyphens."""


class Forms:
    """The forms of one phrase after the other, as the texts have them."""

    def __init__(self, texts: Sequence[MinedText], words: Lexemes) -> None:
        self._texts, self._words = texts, words
        self._first = first_places(words.row, len(texts))

    def of(self, found: Found) -> list[str]:
        """The commonest form first, and at least one form of each wording that was counted."""
        first: list[tuple[int, str]] = []
        needed: list[tuple[int, str]] = []
        others: list[tuple[int, str]] = []
        for key, places in zip(found.wording.keys, found.of_key, strict=True):
            commonest, *rest = self._of_key(key, places)
            (needed if first else first).append(commonest)
            others += rest
        seen: dict[str, str] = {}
        for _, form in [*first, *needed, *sorted(others)]:
            seen.setdefault(form.casefold(), form)
        return list(seen.values())[: max(len(first) + len(needed), 1 + MOST_VARIANTS)]

    def _of_key(self, key: Stems, places: Numbers) -> list[tuple[int, str]]:
        """The forms of one wording with how often each is written, as a negative number: the commonest first."""
        rows = np.stack([self._words.row.word[places + offset] for offset in range(len(key))], axis=1)
        different, which, often = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        written: Counter[str] = Counter()
        example: dict[str, tuple[list[int], Numbers]] = {}
        for number, numbers in enumerate(different.tolist()):
            form = self._written(numbers, [" "] * (len(key) - 1))
            written[form] += int(often[number])
            if len(key) > 1 and form not in example:
                example[form] = (numbers, places[which.ravel() == number])
        ranked = sorted((-count, form) for form, count in self._spelled(written).items())
        if len(key) == 1:
            return ranked
        shown = 1 + MOST_VARIANTS
        return [
            (count, self._hyphenated(form, *example[form]) if at < shown else form)
            for at, (count, form) in enumerate(ranked)
        ]

    def _spelled(self, written: Mapping[str, int]) -> dict[str, int]:
        """Each form in one spelling only, with how often it is written in any: not shouted, and nouns as nouns."""
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for form in sorted(written, key=lambda form: (-written[form], form)):
            spellings[form.casefold()].append(form)
        capital_nouns = self._words.grammar.capital_nouns
        chosen = {}
        for each in spellings.values():
            calm = [form for form in each if not (form.isupper() and len(form) > LONGEST_ACRONYM)]
            nouns = [form for form in calm if form[0].isupper()] if capital_nouns else []
            chosen[(nouns or calm or each)[0]] = sum(written[form] for form in each)
        return chosen

    def _hyphenated(self, form: str, numbers: Sequence[int], places: Numbers) -> str:
        """The form with a hyphen in each gap where most of its places have one."""
        hyphens: Counter[int] = Counter()
        looked_at = places[:LOOKED_AT].tolist()
        for place in looked_at:
            text = int(self._words.row.text[place])
            spans = word_spans(self._texts[text].text, self._words.grammar.elisions)
            at = place - int(self._first[text])
            for gap in range(len(numbers) - 1):
                between = self._texts[text].text[spans[at + gap][1] : spans[at + gap + 1][0]]
                hyphens[gap] += between == "-"
        gaps = ["-" if 2 * hyphens[gap] > len(looked_at) else " " for gap in range(len(numbers) - 1)]
        return self._written(numbers, gaps) if "-" in gaps else form

    def _written(self, numbers: Sequence[int], gaps: Sequence[str]) -> str:
        """Words as one text, in the case that the language gives them within a sentence."""
        words, parts = self._words, []
        for number, gap in zip(numbers, [*gaps, ""], strict=True):
            form, plain = words.row.forms[number], words.plain[number]
            parts.append(plain if form.istitle() and not words.grammar.capital_nouns else form[: len(plain)])
            parts.append(gap)
        return re.sub(r"(?<=['’]) ", "", "".join(parts))
