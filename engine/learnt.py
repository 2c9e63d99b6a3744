"""What was learnt from the whole shop, as the miner takes it: each model is unpacked once, and again when it moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.errors import BadValueError
from engine.store import KeptModel, ModelKind, Transaction

if TYPE_CHECKING:
    from engine.mining.opinion_model import OpinionModel
    from engine.mining.profile import Profile

LEAST_TEXTS = 200
"""Of fewer texts a profile says more about the subjects that happen to be there than about the language."""
USED = "used"
"""Of a model of opinions: whether it was better than the one that is shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What the miner is told of one language."""

    profile: Profile | None = None
    """How the shop uses its words; None while it has too few texts."""
    opinion: OpinionModel | None = None
    """How its customers praise and blame; None where the shipped model is as good."""


@dataclass(slots=True)
class Learnt:
    """The models of one process's store."""

    _unpacked: dict[tuple[ModelKind, str], tuple[str, Any]] = field(default_factory=dict)
    """With the sign of what each was unpacked from."""

    def of(self, transaction: Transaction, language: str) -> Lessons:
        return Lessons(
            profile=self._model(transaction, ModelKind.PROFILE, language, _profile),
            opinion=self._model(transaction, ModelKind.OPINION, language, _opinion),
        )

    def _model(
        self, transaction: Transaction, kind: ModelKind, language: str, unpack: Callable[[KeptModel], Any]
    ) -> Any:
        sign = transaction.models.sign(kind, language)
        if sign is None:
            return None
        known = self._unpacked.get((kind, language))
        if known is None or known[0] != sign:
            kept = transaction.models.find(kind, language)
            known = self._unpacked[kind, language] = sign, kept and _as_far_as_known(kept, unpack)
        return known[1]


def _as_far_as_known(kept: KeptModel, unpack: Callable[[KeptModel], Any]) -> Any:
    try:
        return unpack(kept)
    except BadValueError:
        # Of another version of the program: a profile is built anew at the next change, opinions by hand.
        return None


# numpy is loaded where something is mined, so that starting a server stays cheap.


def _profile(kept: KeptModel) -> Profile | None:
    from engine.mining.profile import Profile  # noqa: PLC0415

    return Profile.from_bytes(kept.body) if kept.texts >= LEAST_TEXTS else None


def _opinion(kept: KeptModel) -> OpinionModel | None:
    from engine.mining.opinion_model import from_bytes  # noqa: PLC0415

    return from_bytes(kept.body) if kept.details[USED] else None
