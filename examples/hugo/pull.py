"""Pulls snippets of a Plaudit instance into ``data/``, where Hugo reads them: ``python pull.py k2-kettle && hugo``.

Needs ``requests``. Without ids it pulls all subjects. Only what moved since the last time is sent. Where Plaudit does
not answer it fails, and so the site stays as it is.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plaudit_client import MOST_AT_ONCE, Kept, Key, Plaudit

NAMES = ("badge", "list")
LOCALES = ("en",)
REMEMBERED = Path(".cache") / "plaudit.json"
READ_BY_HUGO = Path("data") / "plaudit.json"


def main(ids: Sequence[str]) -> None:
    client = Plaudit(os.environ.get("PLAUDIT_URL", "http://127.0.0.1:8300").rstrip("/"), kept=remembered())
    known = ids or list(subjects(client))
    keys = [("subject", each, name, locale) for each in known for name in NAMES for locale in LOCALES]
    # Not by ``snippets``, which shows what it has where nobody answers: somebody may have taken it back meanwhile.
    for start in range(0, len(keys), MOST_AT_ONCE):
        client.fetch(keys[start : start + MOST_AT_ONCE])
    found = {key: client.kept[key] for key in keys if key in client.kept}
    write(REMEMBERED, [[*key, asdict(kept)] for key, kept in found.items()])
    write(READ_BY_HUGO, {"/".join(key[1:]): kept.body for key, kept in found.items()})


def remembered() -> dict[Key, Kept]:
    """What the last run pulled; nothing the first time."""
    if not REMEMBERED.exists():
        return {}
    said: Any = json.loads(REMEMBERED.read_text(encoding="utf-8"))
    return {(scope, which, name, locale): Kept(**kept) for scope, which, name, locale, kept in said}


def subjects(client: Plaudit) -> Iterator[str]:
    """The ids of all subjects."""
    after = ""
    while after is not None:
        asked = {"limit": "200", **({"after": after} if after else {})}
        answer = client.http.get(f"{client.url}/v1/subjects", params=asked, timeout=client.timeout)
        answer.raise_for_status()
        page = answer.json()
        yield from (each["id"] for each in page["items"])
        after = page["next"]


def write(path: Path, said: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
