"""Collectors that cannot give their secrets away: whatever they raise is told without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from engine.domain import Batch
from engine.errors import BudgetSpentError, PlauditError, PluginError, RetryLaterError, SourceRefusedError
from engine.plugins import Collector

HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discreet:
    """A collector, and what nobody may read in an error of it.

    Ours tell no secret in the first place; a stranger's may hand on what its HTTP client says, key and all.
    """

    collector: Collector
    secrets: Sequence[str] = field(repr=False)

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        try:
            yield from self.collector.collect(cursor)
        except Exception as error:
            if not self._tells(error):
                raise
            told = self._without(error)
        else:
            return
        # Outside the handler: raised in it, the new error would still have the one that tells as its context.
        raise told

    def _tells(self, error: BaseException | None) -> bool:
        """Whether an error, or one that it came of, holds a secret."""
        while error is not None:
            if self._hide(f"{error!r} {error}") != f"{error!r} {error}":
                return True
            error = error.__cause__ or error.__context__
        return False

    def _without(self, error: Exception) -> PlauditError:
        said = self._hide(str(error))
        if isinstance(error, RetryLaterError):
            kind = BudgetSpentError if isinstance(error, BudgetSpentError) else RetryLaterError
            return kind(said, retry_after=error.retry_after)
        if isinstance(error, SourceRefusedError):
            return SourceRefusedError(said, status=error.status)
        return PluginError(f"{type(error).__name__}: {said}")

    def _hide(self, text: str) -> str:
        for secret in self.secrets:
            for written in {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}:
                text = text.replace(written, HIDDEN)
        return text
