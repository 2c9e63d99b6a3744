"""Learning from the shop's own stars how its customers praise and blame: used only where it beats what is shipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import TYPE_CHECKING

from engine.errors import RefusedError
from engine.learnt import USED
from engine.minable import quotable_texts
from engine.mining import MinedText, languages
from engine.outbox import Work
from engine.store import KeptModel, ModelKind, Store

if TYPE_CHECKING:
    from engine.mining.training import Trained

MOST_TEXTS = 50_000
"""Learnt from in one language: those with the smallest ids, which are as good as drawn by lot."""
MISSING = "learning from stars needs scikit-learn: pip install 'plaudit[training]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """Trains one language at a time and keeps what came of it."""

    store: Store
    languages: Sequence[str]

    def train(self, seed: int, now: datetime) -> Iterator[tuple[str, Trained | None]]:
        """Each language that can be mined with its model, measured and kept; None where too few reviews are rated.

        The subjects are marked for mining where another model speaks from now on. Raises RefusedError, with nothing
        changed, where the extra ``training`` is not installed.
        """
        for language in sorted(set(self.languages) & set(languages())):
            trained = self._trained(language, seed, now)
            if trained is not None:
                self._keep(trained, now)
            yield language, trained

    def _trained(self, language: str, seed: int, now: datetime) -> Trained | None:
        try:
            import sklearn  # noqa: F401, PLC0415

            from engine.mining.training import train  # noqa: PLC0415
        except ImportError as error:
            raise RefusedError(MISSING) from error
        texts = nsmallest(MOST_TEXTS, self._rated(language, now), key=lambda each: each.id)
        return train(texts, language, seed)

    def _rated(self, language: str, now: datetime) -> Iterator[MinedText]:
        with self.store.reading() as transaction:
            subjects = transaction.subjects.ids()
        for each in subjects:
            with self.store.reading() as transaction:
                texts = quotable_texts(transaction, each, now).get(language, ())
            yield from (text for text in texts if text.hundredths is not None)

    def _keep(self, trained: Trained, now: datetime) -> None:
        model = KeptModel(
            kind=ModelKind.OPINION,
            language=trained.language,
            body=trained.body,
            texts=trained.texts,
            made_at=now,
            details={
                USED: trained.is_better,
                "seed": trained.seed,
                "accuracy": trained.measured.accuracy,
                "f1": trained.measured.f1,
                "shipped_accuracy": trained.shipped.accuracy,
                "shipped_f1": trained.shipped.f1,
            },
        )
        with self.store.writing() as transaction:
            before = transaction.models.find(ModelKind.OPINION, trained.language)
            transaction.models.save(model)
            if trained.is_better or (before is not None and before.details[USED]):
                transaction.marks.set(Work.MINE, transaction.subjects.ids(), now)
