"""What reviews are narrowed by, in the memory of a process: read once, and from then on only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from engine.search.codes import Columns, columns
from engine.search.merging import merged
from engine.store import Moment, Packed, Transaction


@dataclass(slots=True)
class Following:
    """The columns as the database has them, one for all threads of a process."""

    _lock: Lock = field(default_factory=Lock, init=False)
    _kept: tuple[Moment, Columns] | None = field(default=None, init=False)
    _newest: tuple[Sequence[Packed], Sequence[int]] = field(default=((), ()), init=False)

    def columns(self, transaction: Transaction) -> Columns:
        """What this transaction sees, or what a later one saw already.

        Everything is read anew where the index was made anew, or an older copy of the database was put back.
        """
        with self._lock:
            # What is read after it may be newer, and is read once more then.
            moment = transaction.search.moment()
            if self._kept is None or _is_another_past(moment, self._kept[0]):
                found = columns(transaction.search.packed())
                self._newest = (), ()
            else:
                before, found = self._kept
                newest = transaction.search.packed(before.mark), transaction.search.gone(before.mark)
                # On PostgreSQL a transaction that takes long makes all be read again that was written since it began.
                if newest != self._newest:
                    found = merged(found, *newest)
                    self._newest = newest
            self._kept = moment, found
            return found


def _is_another_past(moment: Moment, before: Moment) -> bool:
    return moment.rebuilt != before.rebuilt or moment.applying < before.applying or moment.mark < before.mark
