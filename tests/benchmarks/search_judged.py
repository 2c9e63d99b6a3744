"""Questions to the corpus with the reviews that answer them, made from the reviews before any index sees them.

- Known item: three or four particular words of one review, half of them in another form of the word, as a person
  remembers them. The answer is that review: no other of its language has all these words, in whatever form.
- Typo: the same with one edit in one word: a letter changed, left out or put in, or two swapped; never to a word of
  the corpus.
- Aspect: words of a hand-made list of sides of a thing (``ASPECTS``), of which only those that the reviews have are
  asked: for each side some alone, and as many pairs and threes of them, as somebody types who looks for all that is
  said of it. A review answers by how many thirds of its sentences speak of that side, whichever of its words they use.
  Single words alone told no two orders apart: analysed text did as well as text as it is, and whatever ranks by words
  ends near the same figure. Asked so, the peers do about as in the measurement that the goals come from
  (docs/adr/0023).
- Compound: a part of a German compound (``COMPOUNDS``, by hand). The answers are the reviews with the compound, but not
  with the part as a word of its own, which any index finds.

Words are told apart by Snowball's stems and nothing of ours, so that no index is judged by its own analysis.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from math import ceil
from string import ascii_lowercase

import Stemmer

from tests.benchmarks.search_corpus import Written
from tests.benchmarks.search_lists import ASPECTS, COMPOUNDS

STEMMERS = {"en": "english", "de": "german", "nl": "dutch", "fr": "french", "es": "spanish"}
WORD = re.compile(r"[^\W\d_]{2,}")
SHORTEST = 4
"""Letters of a word that a question may have."""
COMMONEST = 0.05
"""Share of the reviews that a particular word stands in, at most."""
QUESTIONS = 300
SEED = 20261124
Sides = Mapping[str, Mapping[str, Sequence[str]]]
"""By language and side of a thing, the words for it."""
DRAWS = 12
GRADES = 3
OF_A_SIDE = 4
"""Questions of one, of two and of three words for each side: no side counts more because its list is longer."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    language: str
    answers: Mapping[int, int]
    """The numbers of the reviews that answer it, with their grades from 1 up."""


@dataclass(slots=True)
class Lexicon:
    """Which reviews of one language have a stem, and in which forms."""

    language: str
    owners: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    forms: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, language: str, reviews: Sequence[Written]) -> Lexicon:
        made = cls(language)
        for review in reviews:
            for word in WORD.findall(review.text.lower()):
                stem = stem_of(word, language)
                made.owners[stem].add(review.number)
                made.forms[stem].add(word)
        return made

    def knows(self, word: str) -> bool:
        return word in self.forms.get(stem_of(word, self.language), ())


@lru_cache(maxsize=1 << 18)
def stem_of(word: str, language: str) -> str:
    """What the forms of a word have in common; ``word`` is in small letters."""
    return str(_stemmer(language).stemWord(word))


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(STEMMERS[language])


def known_items(lexicon: Lexicon, reviews: Sequence[Written], count: int = QUESTIONS) -> list[Question]:
    """At most so many questions, each answered by one review."""
    chance = random.Random(SEED)
    most = max(3, int(COMMONEST * len(reviews)))
    made: list[Question] = []
    for review in chance.sample(reviews, len(reviews)):
        if len(made) == count:
            break
        if words := _particular(lexicon, review, most, chance):
            asked = " ".join(_as_remembered(lexicon, word, chance) for word in words)
            made.append(Question(asked, lexicon.language, {review.number: 1}))
    return made


def _particular(lexicon: Lexicon, review: Written, most: int, chance: random.Random) -> list[str]:
    """Words of a review that no other has together; none where a few draws find none."""
    stems = {stem_of(word, lexicon.language): word for word in WORD.findall(review.text.lower())}
    rare = [word for stem, word in stems.items() if len(word) >= SHORTEST and 1 < len(lexicon.owners[stem]) <= most]
    for _ in range(DRAWS):
        length = chance.choice((3, 4))
        if len(rare) < length:
            return []
        words = chance.sample(rare, length)
        if len(set.intersection(*(lexicon.owners[stem_of(word, lexicon.language)] for word in words))) == 1:
            return words
    return []


def _as_remembered(lexicon: Lexicon, word: str, chance: random.Random) -> str:
    others = sorted(each for each in lexicon.forms[stem_of(word, lexicon.language)] if each != word)
    return chance.choice(others) if others and chance.random() < 0.5 else word


def with_typos(lexicon: Lexicon, questions: Sequence[Question]) -> list[Question]:
    """Each question with one edit in one of its words, of five letters or more."""
    chance = random.Random(SEED + 1)
    made = []
    for each in questions:
        words = each.text.split()
        at = max(range(len(words)), key=lambda place: (len(words[place]) >= 5, chance.random()))
        words[at] = next(typo for typo in _typos(words[at], chance) if not lexicon.knows(typo))
        made.append(Question(" ".join(words), each.language, each.answers))
    return made


def _typos(word: str, chance: random.Random) -> Iterator[str]:
    while True:
        at, letter = chance.randrange(len(word) - 1), chance.choice(ascii_lowercase)
        before, here, then, after = word[:at], word[at], word[at + 1], word[at + 2 :]
        edits = (letter + then, then, here + letter + then, then + here)
        if (typo := before + chance.choice(edits) + after) != word:
            yield typo


def aspects(language: str, reviews: Sequence[Written], sides: Sides = ASPECTS) -> list[Question]:
    """Questions of one to three of the words of each aspect that some review has."""
    grades: dict[str, dict[int, int]] = {aspect: {} for aspect in sides[language]}
    asked: set[str] = set()
    listener = _Listener(language, sides[language])
    for review in reviews:
        said = [listener.hears(each) for each in ([review.title] if review.title else []) + list(review.said)]
        counted = Counter(aspect for spoken_of, _ in said for aspect in spoken_of)
        asked.update(term for _, terms in said for term in terms)
        for aspect, times in counted.items():
            grades[aspect][review.number] = ceil(GRADES * times / len(said))
    chance = random.Random(SEED)
    return [
        Question(words, language, grades[aspect])
        for aspect, terms in sides[language].items()
        for words in _asked_with([term for term in terms if term in asked], chance)
    ]


def _asked_with(terms: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Some of the terms alone, then as many pairs and threes of words where there are so many, never the same twice."""
    words = [term for term in terms if " " not in term]
    for among, together in ((terms, 1), (words, 2), (words, 3)):
        chosen = sorted(combinations(among, together))
        yield from (" ".join(each) for each in chance.sample(chosen, min(OF_A_SIDE, len(chosen))))


class _Listener:
    """Hears what sentences speak of; many reviews share a sentence, and it is listened to once."""

    def __init__(self, language: str, sides: Mapping[str, Sequence[str]]) -> None:
        self._language = language
        self._terms = {
            term: (f" {' '.join(stem_of(word, language) for word in WORD.findall(term.lower()))} ", aspect)
            for aspect, terms in sides.items()
            for term in terms
        }
        self._heard: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def hears(self, sentence: str) -> tuple[frozenset[str], frozenset[str]]:
        """The aspects that a sentence speaks of, and the terms that it does so with."""
        if sentence not in self._heard:
            row = f" {' '.join(stem_of(word, self._language) for word in WORD.findall(sentence.lower()))} "
            found = {term: aspect for term, (stems, aspect) in self._terms.items() if stems in row}
            self._heard[sentence] = frozenset(found.values()), frozenset(found)
        return self._heard[sentence]


def compounds(
    language: str, reviews: Sequence[Written], parts: Mapping[str, Sequence[str]] = COMPOUNDS
) -> list[Question]:
    """One question for each part of a compound that the reviews of a language have."""
    words = {review.number: frozenset(WORD.findall(review.text.lower())) for review in reviews}
    owners: defaultdict[str, set[int]] = defaultdict(set)
    for number, found in words.items():
        for word in found:
            owners[word].add(number)
    made = []
    for part, wholes in parts.items():
        bare = {number for form in _bare(part, owners, language) for number in owners[form]}
        if answers := set().union(*(owners.get(whole, ()) for whole in wholes)) - bare:
            made.append(Question(part, language, dict.fromkeys(sorted(answers), 1)))
    return made


def _bare(part: str, words: Collection[str], language: str) -> list[str]:
    """The part as a word of its own, in any form."""
    stem = stem_of(part.lower(), language)
    return [each for each in words if stem_of(each, language) == stem]
