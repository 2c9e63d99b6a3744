"""axe-core, fetched by npm into a scratch folder, and what it finds on a page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page

from tests.proofs.measuring import SkippedError, run


def axe_script(folder: Path) -> str:
    """The source of axe-core. Raises SkippedError where npm is missing or cannot fetch it."""
    npm = shutil.which("npm")
    if npm is None:
        raise SkippedError("there is no npm in PATH, which brings axe-core")
    ran = run([npm, "install", "--no-fund", "--no-audit", "--prefix", folder, "axe-core"], cwd=folder, env=os.environ)
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if ran.status or not script.exists():
        raise SkippedError(f"npm cannot fetch axe-core: {ran.err[-200:]}")
    return script.read_text(encoding="utf-8")


def violations(page: Page, script: str) -> list[str]:
    """What axe-core objects to, each with the element; the page's own policy has to be bypassed to run it."""
    page.evaluate(script)
    found = page.evaluate("async () => (await axe.run()).violations.flatMap(v => v.nodes.map(n => [v.id, n.html]))")
    return [f"{rule}: {html}" for rule, html in found]
