"""Budgets and pauses: how often a source may be asked, and how long to wait before it is asked again."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from engine.addresses import Network
from engine.errors import BudgetSpentError
from engine.http import Answer, GuardedSession

MINUTE = timedelta(minutes=1)
MOST_BYTES = 10_000_000
SLOWEST = 500_000
"""Bytes a second that a source must send at least, when its answer is as long as may be."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient a run is, and when it lets others have their turn."""

    wait: Callable[[float], object]
    """Waits some seconds."""
    chance: Callable[[], float]
    """A number from 0 to 1, so that many who were refused together do not come back together."""
    longest_wait: float = LONGEST_PAUSE
    """Seconds; what would have to wait longer ends the run, to be gone on with then."""
    is_over: Callable[[], bool] = lambda: False
    """Whether to stop after the batch in hand."""


class Budget:
    """The calls of one source; days are those of UTC."""

    def __init__(self, *, per_minute: int, per_day: int, clock: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._per_day = per_day
        self.clock = clock
        self._recent: deque[datetime] = deque()
        self._used: Counter[str] = Counter()
        self._unsaved: Counter[str] = Counter()

    def know(self, day: str, used: int) -> None:
        """Takes over what was used of a day before, by this process or another."""
        self._used = Counter({day: used + self._unsaved[day]})

    def spend(self) -> None:
        """One call more; raises BudgetSpentError, with the time to wait, when there is none left."""
        now = self.clock()
        day = day_of(now)
        if self._used[day] >= self._per_day:
            raise BudgetSpentError(
                f"the budget of {self._per_day:,} calls a day is spent", retry_after=_until_tomorrow(now)
            )
        if self._recent and self._recent[-1] > now:
            # The clock was set back: calls of a time that is yet to come would stand in the way until then.
            self._recent = deque([now] * len(self._recent))
        while self._recent and self._recent[0] <= now - MINUTE:
            self._recent.popleft()
        if len(self._recent) >= self._per_minute:
            # A whole minute from the last one: whoever needs several calls for a page has all of them at once then.
            wait = MINUTE - (now - self._recent[-1])
            raise BudgetSpentError(
                f"the budget of {self._per_minute:,} calls a minute is spent", retry_after=wait.total_seconds()
            )
        self._recent.append(now)
        self._used[day] += 1
        self._unsaved[day] += 1

    def unsaved(self) -> Mapping[str, int]:
        """Calls by day since ``saved`` was last told."""
        return dict(self._unsaved)

    def saved(self, calls: Mapping[str, int]) -> None:
        self._unsaved.subtract(calls)


class BudgetedSession(GuardedSession):
    """A guarded session whose every call is taken from a budget first; a redirect is part of its call."""

    def __init__(self, budget: Budget, allow: Sequence[Network] = (), *, max_bytes: int = MOST_BYTES) -> None:
        """``max_bytes`` bounds an answer; a longer one has more time as well."""
        super().__init__(allow, timeout=max_bytes / SLOWEST, max_bytes=max_bytes, clock=budget.clock)
        self._budget = budget

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        first_bytes: int | None = None,
    ) -> Answer:
        """As GuardedSession's; raises BudgetSpentError before anything is sent when there is no call left."""
        self._budget.spend()
        return super().request(method, url, headers=headers, params=params, body=body, first_bytes=first_bytes)


def pause_before(tries: int, retry_after: float | None, chance: float) -> float:
    """Seconds before the next try: what the source asked for, else doubling from one second to a minute.

    ``chance``, 0 to 1, shortens a pause of ours by up to half, and prolongs one that was asked for a little.
    """
    if retry_after is not None:
        return retry_after + chance * min(1.0, 0.1 + retry_after / 10)
    doubled: float = FIRST_PAUSE * (1 << min(tries - 1, 10))
    return min(LONGEST_PAUSE, doubled) * (1 - chance / 2)


def day_of(moment: datetime) -> str:
    """The day that a call counts for, as ``2026-11-21``."""
    return moment.astimezone(UTC).date().isoformat()


def _until_tomorrow(now: datetime) -> float:
    today = now.astimezone(UTC)
    return (datetime.combine(today.date() + timedelta(days=1), time.min, UTC) - today).total_seconds()
