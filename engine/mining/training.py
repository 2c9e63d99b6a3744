"""Learns from a shop's stars what its customers' words say, measured against the shipped model on the same texts.

scikit-learn is the extra ``training``; what is learned has the shape of the shipped model and runs without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.mining.composition import TURNED_BLAME, TURNED_PRAISE, composed, cuts
from engine.mining.grammar import Grammar, grammar
from engine.mining.lexemes import Lexemes, lexemes
from engine.mining.opinion_model import FULL, OpinionModel, from_bytes, shipped
from engine.mining.opinion_rules import opinion_rules
from engine.mining.segment import Numbers, Reals, row
from engine.mining.sentiment import told
from engine.mining.texts import MinedText, one_per_voice

PRAISE_FROM, BLAME_TO = 400, 250
"""Hundredths of a star; what lies between says too little about the words."""
LEAST_PRAISE = LEAST_BLAME = 50
FOLDS, REPEATS = 5, 3
"""Measured over five folds, three times over, for with little blame one division is luck."""
SEEN = 4
"""A word in fewer texts than this is left as it is."""
STRENGTH = 0.3
"""scikit-learn's C: how far the stars may move a word away from what is shipped."""
FARTHEST = 1.5
NOTHING = 0.05
MARGIN = 0.005
"""By how much the macro-F1 must be better: less is chance."""

Matrix = Any
"""A sparse matrix of SciPy, which has no types of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How often a model agrees with the stars of texts that it was not trained on, from 0 to 1."""

    accuracy: float
    f1: float
    """The mean over praise and blame, so that a shop with little blame is not measured by its praise alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What was learned, measured beside the shipped model on the same texts, none of which had been learned from."""

    language: str
    body: bytes
    """The model as ``OpinionModel.to_bytes`` gives it, learned from all texts."""
    measured: Measured
    shipped: Measured
    texts: int
    seed: int

    @property
    def is_better(self) -> bool:
        gained = self.measured.f1 - self.shipped.f1
        return gained >= MARGIN and self.measured.accuracy >= self.shipped.accuracy - MARGIN

    @property
    def model(self) -> OpinionModel:
        return from_bytes(self.body)


@dataclass(frozen=True, slots=True)
class _Rated:
    """The rated texts as one row, with what they are learned from."""

    words: Lexemes
    praise: Numbers
    """Per text: 1 for praise, -1 for blame."""
    columns: tuple[str, ...]
    """The stems that are learned."""
    features: Matrix
    """Per text: what the shipped model says of it, and how often each stem stands there, turned as it is turned."""


def needed(texts: Iterable[MinedText]) -> tuple[int, int]:
    """How many more texts that praise, and that blame, must be rated before training makes sense: (0, 0) for none."""
    sides = [_side(each) for each in one_per_voice(texts)]
    return max(0, LEAST_PRAISE - sides.count(1)), max(0, LEAST_BLAME - sides.count(-1))


def train(texts: Iterable[MinedText], language: str, seed: int) -> Trained | None:
    """A model of one language's rated texts, measured over five folds thrice; the same seed gives the same bytes.

    None where ``needed`` asks for more. Raises NotFoundError where the language cannot be mined, ImportError where the
    extra ``training`` is not installed.
    """
    chosen = [each for each in one_per_voice(texts) if _side(each)]
    if needed(chosen) != (0, 0):
        return None
    known = grammar(language)
    rated = _rated(chosen, known)
    rounds = [measured(_held_out(rated, known, seed + number), rated.praise) for number in range(REPEATS)]
    return Trained(
        language=known.language,
        body=_learned(rated, np.arange(len(chosen)), known, seed).to_bytes(),
        measured=Measured(
            accuracy=sum(each.accuracy for each in rounds) / REPEATS, f1=sum(each.f1 for each in rounds) / REPEATS
        ),
        shipped=measured(_scores(rated.words, shipped(known)), rated.praise),
        texts=len(chosen),
        seed=seed,
    )


def measured(scores: Reals, praise: Numbers) -> Measured:
    """How scores agree with what is known, 1 for praise and -1 for blame; a score of 0 agrees with neither."""
    signs = np.sign(scores)
    agreed = [int(np.count_nonzero((signs == side) & (praise == side))) for side in (1, -1)]
    named = [int(np.count_nonzero(signs == side) + np.count_nonzero(praise == side)) for side in (1, -1)]
    f1 = sum(2 * right / both if both else 0.0 for right, both in zip(agreed, named, strict=True)) / 2
    return Measured(accuracy=sum(agreed) / max(1, len(praise)), f1=f1)


def _side(text: MinedText) -> int:
    stars = text.hundredths
    if stars is None or BLAME_TO < stars < PRAISE_FROM:
        return 0
    return 1 if stars >= PRAISE_FROM else -1


def _scores(words: Lexemes, model: OpinionModel) -> Reals:
    """What a model says of each text of a row."""
    return np.bincount(words.row.text, told(words, model)[0], int(words.row.text[-1]) + 1).astype(np.float64)


def _rated(texts: Sequence[MinedText], known: Grammar) -> _Rated:
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415

    words = lexemes(row([each.text for each in texts], known.elisions), known)
    shape = (len(texts), len(words.keys))
    scores = np.bincount(words.row.text, told(words, None)[0], len(texts))
    content = np.flatnonzero(words.content)
    places = words.row.text[content], words.key[content]
    counts = csr_matrix((_turns(words)[content], places), shape)
    seen = np.bincount(np.unique(np.stack(places), axis=1)[1], minlength=shape[1])
    columns = np.flatnonzero(seen >= SEEN)
    return _Rated(
        words=words,
        praise=np.array([_side(each) for each in texts]),
        columns=tuple(words.keys[column] for column in columns.tolist()),
        features=hstack([csr_matrix(scores[:, None]), counts[:, columns]], format="csr"),
    )


def _turns(words: Lexemes) -> Reals:
    """Per place: 1, or what negation makes of it."""
    rules = opinion_rules(words.grammar.language)
    weights = shipped(words.grammar).weights(words)
    turned = composed(words, weights, rules, words.inside & ~cuts(words, weights, rules)).turned
    return np.where(turned, (TURNED_PRAISE + TURNED_BLAME) / 2, 1.0)


def _held_out(rated: _Rated, known: Grammar, seed: int) -> Reals:
    """What each text scores by a model that was learned from the other folds."""
    scores = np.zeros(len(rated.praise))
    for learned, left in _folds(rated.praise, seed):
        scores[left] = _scores(rated.words, _learned(rated, learned, known, seed))[left]
    return scores


def _folds(praise: Numbers, seed: int) -> Iterable[tuple[Numbers, Numbers]]:
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415

    folds: Iterable[tuple[Numbers, Numbers]] = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(
        np.zeros(len(praise)), praise
    )
    return folds


def _learned(rated: _Rated, texts: Numbers, known: Grammar, seed: int) -> OpinionModel:
    """The shipped weights, moved as the stars of some of the texts say.

    Without an intercept, since unclear words must stay unclear. Most shops are praised, so blame weighs more, but not
    so much that each rare word in a complaint becomes one.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    praise = rated.praise[texts]
    more = np.sqrt(np.count_nonzero(praise > 0) / np.count_nonzero(praise < 0))
    fitted = LogisticRegression(
        C=STRENGTH, solver="liblinear", fit_intercept=False, class_weight={1: 1.0, -1: more}, random_state=seed
    ).fit(rated.features[texts], praise)
    of_shipped, *moved = fitted.coef_[0].tolist()
    # Where the shipped model tells little about the stars, the word that tells most gets the farthest.
    scale = max(of_shipped, max(map(abs, moved), default=0.0) / FARTHEST) or 1.0
    steps = {
        stem: round(FULL * weight / scale)
        for stem, weight in zip(rated.columns, moved, strict=True)
        if abs(weight / scale) >= NOTHING
    }
    before = shipped(known)
    forms = {word: weight + steps.get(known.stem(word), 0) for word, weight in before.forms.items()}
    forms |= {word: 0 for word in before.forms if word in known.stop_words and not before.forms[word]}
    stems = {stem: before.stems.get(stem, 0) + steps.get(stem, 0) for stem in before.stems.keys() | steps.keys()}
    return OpinionModel(known.language, forms, {stem: weight for stem, weight in stems.items() if weight})
