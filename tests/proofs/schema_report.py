"""Proof: what a person sees of one bad page, as text and as a picture of the HTML report."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.proofs.measuring import Ledger, SkippedError

BAD = """<!doctype html><html lang="en"><head><title>K2</title><meta name="robots" content="noindex">
<script type="application/ld+json">{
  "@context": "https://schema.org", "@type": "Product", "name": "K2 Kettle",
  "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4,5", "reviewCount": 0},
  "review": {"@type": "Review", "author": "50% OFF at kettles.shop", "reviewBody": "Great",
    "datePublished": "yesterday"}
}</script></head><body><h1>K2 Kettle</h1></body></html>"""
PICTURE = Path(tempfile.gettempdir()) / "plaudit-report.png"


def prove(ledger: Ledger) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SkippedError("there is no chromium in PATH")
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as name:
        page, report = Path(name) / "kettle.html", Path(name) / "report.html"
        page.write_text(BAD, encoding="utf-8")
        command = [sys.executable, "-m", "review_site.cli", "validate", str(page)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        print(ran.stdout)
        ledger.claim("a bad page is found out", holds=ran.returncode == 1, found=f"exit code {ran.returncode}")
        written = subprocess.run([*command, "--format", "html", "--output", str(report)], check=False).returncode
        ledger.claim("the report is written", holds=written == 1 and report.exists())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS])
            shown = browser.new_page(viewport={"width": 1000, "height": 900})
            shown.goto(report.as_uri())
            shown.screenshot(path=PICTURE, full_page=True)
            browser.close()
        ledger.say(f"its picture: {PICTURE}")
