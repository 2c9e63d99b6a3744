"""What an instance forgets: persons who ask for it, and whatever was kept as long as its kind may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from engine.config import Config
from engine.erasure import Eraser
from engine.retention import Kept, Retention
from engine.store import Store
from engine.tombstones import Seal

SECRET_FILE = Path("secret")
"""In the data folder."""


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """Put together by ``wiring`` from the configuration; the instance's secret is read where it is first needed."""

    store: Store
    config: Config
    clock: Callable[[], datetime]

    @cached_property
    def seal(self) -> Seal:
        """What knows again what was erased; every door that lets reviews in asks it."""
        return Seal.of_secret((self.config.data_dir / SECRET_FILE).read_text(encoding="utf-8").strip())

    @cached_property
    def eraser(self) -> Eraser:
        return Eraser(store=self.store, seal=self.seal, mining_delay=timedelta(seconds=self.config.mining_delay))

    @cached_property
    def retention(self) -> Retention:
        days = {each: getattr(self.config, f"retention_{each}") for each in Kept}
        periods = {each: timedelta(days=count) for each, count in days.items()}
        return Retention(store=self.store, seal=self.seal, periods=periods, clock=self.clock)
