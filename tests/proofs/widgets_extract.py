"""What four extractors read in a page, and what a reader of structured data does: ``python widgets_extract.py FILE``.

Prints one JSON object, the texts by the names of the extractors; run by a Python that has them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(file: str) -> None:
    # Imported here: the module is looked at by a Python that has none of them.
    import bs4  # noqa: PLC0415
    import extruct  # noqa: PLC0415
    import html2text  # noqa: PLC0415
    import readability  # noqa: PLC0415
    import trafilatura  # noqa: PLC0415

    page = Path(file).read_text(encoding="utf-8")
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_links = True
    article = readability.Document(page).summary()
    texts = {
        "BeautifulSoup": bs4.BeautifulSoup(page, "html.parser").get_text(" "),
        "trafilatura": trafilatura.extract(page, include_comments=True, favor_recall=True) or "",
        "readability-lxml": bs4.BeautifulSoup(article, "html.parser").get_text(" "),
        "html2text": reader.handle(page),
        "extruct": " ".join(_strings(extruct.extract(page, syntaxes=["json-ld"]))),
    }
    print(json.dumps(texts))


def _strings(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for each in found.values() for text in _strings(each)]
    if isinstance(found, list):
        return [text for each in found for text in _strings(each)]
    return [found] if isinstance(found, str) else []


if __name__ == "__main__":
    main(sys.argv[1])
