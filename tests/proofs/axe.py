"""axe-core, fetched by npm into a scratch folder, and what it finds on a page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.proofs.scratch import npm_modules


def axe_script(folder: Path) -> str:
    """The source of axe-core. Raises SkippedError where npm is missing or cannot fetch it."""
    script = npm_modules(folder, "axe-core") / "axe-core" / "axe.min.js"
    return script.read_text(encoding="utf-8")


def violations(page: Page, script: str) -> list[str]:
    """What axe-core objects to, each with the element; the page's own policy has to be bypassed to run it."""
    page.evaluate(script)
    found = page.evaluate("async () => (await axe.run()).violations.flatMap(v => v.nodes.map(n => [v.id, n.html]))")
    return [f"{rule}: {html}" for rule, html in found]
