"""How much each word praises or blames: the model that is shipped for a language, or one trained on rated texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import BadValueError
from engine.mining.grammar import Grammar, grammar, languages
from engine.mining.lexemes import Lexemes
from engine.mining.opinion_rules import FOLDER, OpinionRules, opinion_rules
from engine.mining.segment import Reals

FULL = 100
"""The weight of a word that is an opinion beyond doubt."""
MAGIC = "plaudit-opinions 1"
UNKNOWN = -1_000
LEXICON = 0.6
"""What a lexicon of general language counts for beside the words that were chosen for reviews."""


@dataclass(frozen=True, slots=True)
class OpinionModel:
    """Weights in hundredths, above 0 for praise, below 0 for blame; a form goes before its stem."""

    language: str
    forms: Mapping[str, int]
    """By the word in lower case."""
    stems: Mapping[str, int]
    """By the key of a word, for forms that are not listed."""

    def weights(self, words: Lexemes) -> Reals:
        """What the word at each place of a row says by itself, usually between -1 and 1."""
        forms, stems = self.forms, self.stems
        known = (forms.get(a, forms.get(b, UNKNOWN)) for a, b in zip(words.whole, words.plain, strict=True))
        by_form = np.fromiter(known, np.int32, len(words.plain))[words.row.word]
        by_stem = np.fromiter((stems.get(key, 0) for key in words.keys), np.int32, len(words.keys))[words.key]
        weights: Reals = np.where(by_form == UNKNOWN, by_stem, by_form) / FULL
        return weights

    def to_bytes(self) -> bytes:
        """As UTF-8 text with one word a line, sorted; the same model gives the same bytes."""
        lines = [f"{MAGIC} {self.language}"]
        for sort, weights in (("f", self.forms), ("s", self.stems)):
            lines += [f"{sort}\t{word}\t{weights[word]}" for word in sorted(weights)]
        return ("\n".join(lines) + "\n").encode()


def from_bytes(body: bytes) -> OpinionModel:
    """What ``to_bytes`` gave. Raises BadValueError for anything else."""
    try:
        first, *lines = body.decode().splitlines()
        weights: dict[str, dict[str, int]] = {"f": {}, "s": {}}
        for line in lines:
            sort, word, weight = line.split("\t")
            weights[sort][word] = int(weight)
    except (UnicodeDecodeError, ValueError, KeyError) as error:
        raise BadValueError(f"no model of opinions: {error}") from error
    magic, _, language = first.rpartition(" ")
    if magic != MAGIC:
        raise BadValueError(f"no model of opinions: it begins with {first[:40]!r}")
    return OpinionModel(language, weights["f"], weights["s"])


def shipped(of: Grammar) -> OpinionModel:
    """The model that comes with Plaudit: the lists of the language over the lexicon that ``opinion_build`` read."""
    return _of_language(of.language) if of.language in languages() else merged({}, of, opinion_rules(of.language))


@lru_cache(maxsize=32)
def _of_language(language: str) -> OpinionModel:
    path = FOLDER / f"{language}.tsv"
    lexicon = from_bytes(path.read_bytes()).forms if path.exists() else {}
    return merged(lexicon, grammar(language), opinion_rules(language))


def merged(lexicon: Mapping[str, int], of: Grammar, rules: OpinionRules) -> OpinionModel:
    """A lexicon under the lists of a language: a listed word says what the list says, and so does its stem."""
    listed = dict(_signed(of.positive | rules.praise, FULL))
    listed |= _signed(of.negative | rules.blame, -FULL)
    mute = rules.silent | of.qualities | of.generic | of.stop_words | of.neutral
    forms = {word: round(LEXICON * weight) for word, weight in lexicon.items()}
    forms |= dict.fromkeys(mute, 0) | listed | dict.fromkeys(of.neutral, 0)
    stems = _of_stems(forms.items(), of) | _of_stems(listed.items(), of)
    return OpinionModel(of.language, forms, {stem: weight for stem, weight in stems.items() if weight})


def _signed(words: Iterable[str], weight: int) -> Iterator[tuple[str, int]]:
    return ((word, weight) for word in words)


def _of_stems(forms: Iterable[tuple[str, int]], of: Grammar) -> dict[str, int]:
    """The mean weight of each stem's forms; none where one praises and another blames: French ``attentif, attente``."""
    found: dict[str, list[int]] = {}
    for word, weight in forms:
        if weight:
            found.setdefault(of.stem(word), []).append(weight)
    return {
        stem: round(sum(weights) / len(weights)) if min(weights) > 0 or max(weights) < 0 else 0
        for stem, weights in found.items()
    }
