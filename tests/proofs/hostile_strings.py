"""The hostile strings of the shared corpus, and what is left of one of them when it is taken in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.contact import without_contacts
from engine.fields import UNWRITABLE
from engine.text import clean_line, clean_text
from schema_markup.phrases import advertises
from schema_markup.review import LONGEST_AUTHOR
from tests.proofs.measuring import SHARED, SkippedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of one review and of its subject; None where there is no such text."""

    subject: str
    name: str
    author: str | None
    title: str | None
    body: str
    role: str | None
    company: str | None


def hostile_strings() -> Sequence[str]:
    """Each string of the corpus once: the lines of its lists, and the strings and payloads of its JSON files."""
    folder = SHARED / "corpus" / "security"
    if not folder.is_dir():
        raise SkippedError(f"there is no corpus in the folder {SHARED.name} beside the checkout")
    return list(dict.fromkeys(each for path in sorted(folder.iterdir()) for each in _strings_in(path)))


def everywhere(subject: str, hostile: str) -> Words:
    """The string as every text of a review, and as the name of its subject."""
    return Words(
        subject=subject, name=hostile, author=hostile, title=hostile, body=hostile, role=hostile, company=hostile
    )


def all_of(strings: Sequence[str]) -> Sequence[Words]:
    """Each string everywhere; and once more under an ordinary name, where the string as a name is an advertisement."""
    words = [everywhere(f"s{number}", each) for number, each in enumerate(strings)]
    plain = [
        replace(each, subject=f"n{each.subject}", author="Owen B.") for each in words if advertises(each.author or "")
    ]
    return [*words, *plain]


def can_sign(author: str | None) -> bool:
    """Whether a review under this name is marked up: a name is neither endless nor an advertisement."""
    return author is not None and 0 < len(author) <= LONGEST_AUTHOR and not advertises(author)


def in_body(subject: str, hostile: str) -> Words:
    """The string where long texts are allowed, the rest as usual."""
    return Words(
        subject=subject, name="Kettle", author="Owen B.", title="Good", body=hostile, role="Cook", company="Larkfield"
    )


def taken_in(given: Words) -> Words:
    """What the rules of intake leave of the given: cleaned, and without contact data."""
    return Words(
        subject=given.subject,
        name=clean_line(given.name) or given.subject,
        author=_line(given.author),
        title=_line(given.title),
        body=without_contacts(clean_text(given.body))[0],
        role=_line(given.role),
        company=_line(given.company),
    )


def writable(hostile: str) -> str:
    """The string as a database can keep it, and nothing else done to it."""
    return UNWRITABLE.sub("\ufffd", hostile)


def _line(text: str | None) -> str | None:
    return without_contacts(clean_line(text or ""))[0] or None


def _strings_in(path: Path) -> Iterator[str]:
    if path.suffix == ".txt":
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield line
    elif path.suffix == ".json":
        yield from map(_string_of, json.loads(path.read_text(encoding="utf-8")))


def _string_of(entry: Any) -> str:
    return entry if isinstance(entry, str) else str(entry["payload"])
