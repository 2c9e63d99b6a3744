"""Proof: five extractors find the words of every review shown, in each embed whose HTML stands in the page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import html5lib

from tests.proofs.measuring import Ledger, run, table
from tests.proofs.product_page import product_page
from tests.proofs.scratch import python_with
from tests.proofs.widgets_company import FIVE, SUBJECT
from tests.proofs.widgets_ground import EMBEDS, Scene, scene

EXTRACTORS = ("BeautifulSoup", "trafilatura", "readability-lxml", "html2text", "extruct")
PACKAGES = ("beautifulsoup4", "trafilatura", "readability-lxml", "html2text", "extruct")
IN_PAGE = ("snippet", "script", "oembed")
SCRIPT = Path(__file__).with_name("widgets_extract.py")


def prove(ledger: Ledger) -> None:
    with scene() as here:
        python = python_with(here.folder / "extractors", *PACKAGES)
        rows: list[tuple[str, int, *tuple[int, ...]]] = []
        for subject in (SUBJECT, FIVE):
            texts = reviews_of(here.snippet("list", subject))
            for embed in EMBEDS:
                found = _found(here, python, subject, embed, texts)
                rows.append((f"{subject}, {embed}", len(texts), *(found[each] for each in EXTRACTORS)))
    for line in table(("list", "reviews", *EXTRACTORS), rows):
        ledger.say(line)
    whole = [row for row in rows if row[0].rpartition(" ")[2] in IN_PAGE]
    missing = [row[0] for row in whole if any(each != row[1] for each in row[2:])]
    ledger.claim(f"all five find every review in {', '.join(IN_PAGE)}", holds=not missing, found=missing or len(whole))
    ledger.say("a div and a frame are filled by a browser: their reviews are not in the page")


def reviews_of(html: str) -> Sequence[str]:
    """The words of each review of a list, as a reader sees them."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    cards = [each for each in tree.iter("li") if each.get("class") == "plaudit-review"]
    bodies = [next(part for part in card if part.get("class") == "plaudit-body") for card in cards]
    return ["".join(each.itertext()) for each in bodies]


def _found(here: Scene, python: Path, subject: str, embed: str, texts: Sequence[str]) -> dict[str, int]:
    """How many of the reviews each extractor finds, by its name."""
    page = here.folder / "page.html"
    page.write_text(product_page(*here.embedded("list", embed, subject)), encoding="utf-8")
    ran = run([python, SCRIPT, page], cwd=here.folder, env={**os.environ, "PYTHONUTF8": "1"})
    if ran.status:
        raise RuntimeError(f"the extractors ended with {ran.status}:\n{ran.err[-1000:]}")
    read = {name: _letters(text) for name, text in json.loads(ran.out).items()}
    return {name: sum(_letters(text) in read[name] for text in texts) for name in EXTRACTORS}


def _letters(text: str) -> str:
    """Letters and figures alone: extractors write spaces, quotation marks and signs in their own ways."""
    return re.sub(r"[\W_]+", "", text)
