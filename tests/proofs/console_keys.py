"""Hands on a keyboard and no mouse: every key is counted, and wherever the focus stands, it can be seen."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.proofs.measuring import Ledger

FURTHEST = 250
"""Times that Tab is pressed before something counts as out of reach."""
STANDS = """() => {
  const each = document.activeElement;
  if (!each || each === document.body || each === document.documentElement || each.id === "main") return "";
  const style = getComputedStyle(each), box = each.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return ring && inside ? "" : `${each.outerHTML.slice(0, 120)} (ring ${ring}, in the window ${inside})`;
}"""
"""What has the focus without a ring, or outside the window; empty where all is well."""


@dataclass(slots=True)
class Hands:
    """Types into one page; nothing else ever touches it."""

    page: Page
    ledger: Ledger
    pressed: int = 0
    unseen: list[str] = field(default_factory=list)
    _before: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1
            self.look()

    def go(self, *keys: str) -> None:
        """Presses keys, the last of which leads to another page."""
        for key in keys[:-1]:
            self.press(key)
        with self.page.expect_navigation():
            self.page.keyboard.press(keys[-1])
        self.pressed += 1
        self.look()

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.pressed += len(words)
        self.look()

    def visit(self, address: str) -> None:
        """Types an address into the bar of the browser."""
        self.page.goto(address)
        self.pressed += len(address) + 1

    def reach(self, wanted: Locator) -> None:
        """Presses Tab until this has the focus; every stop on the way has to be seen."""
        wanted.wait_for()
        for _ in range(FURTHEST):
            if wanted.evaluate("each => each === document.activeElement"):
                return
            self.press("Tab")
        raise RuntimeError(f"Tab does not lead to {wanted} in {FURTHEST} steps")

    def look(self) -> None:
        """Remembers a stop at which nobody sees where the focus is."""
        if wrong := self.page.evaluate(STANDS):
            self.unseen.append(f"{self.page.url}: {wrong}")

    def done(self, what: str) -> None:
        """Says how many keys and seconds this took since what was done before."""
        now = time.monotonic()
        self.ledger.say(f"{what}: {self.pressed - self._before} keys, {now - self._begun:.0f} s")
        self._before, self._begun = self.pressed, now
