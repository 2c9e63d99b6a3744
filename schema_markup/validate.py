"""The validator: structured data of a file or a page, judged by every rule in ``rules/``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.domain import Problem
from engine.errors import UnreadableFileError
from schema_markup.agreement import disagreements
from schema_markup.node_checks import violations_of
from schema_markup.nodes import Node, read_nodes
from schema_markup.page import Page, read_page
from schema_markup.rulebook import Violation, problems_of
from schema_markup.strict_json import read_json
from schema_markup.type_schemas import schemas_for

LARGEST_FILE = 32 * 1024 * 1024
MOST_COMPARED = 5000
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_JSON_SUFFIXES = frozenset({".json", ".jsonld", ".json-ld"})
_CHARSET = re.compile(rb"""<meta[^<>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in the documents of one page, and the items they describe."""

    violations: tuple[Violation, ...]
    nodes: list[Node]
    documents: tuple[Any, ...]
    """As parsed; None for one that could not be."""


def validate_jsonld(text: str, where: str = "") -> list[Problem]:
    """Everything wrong with one JSON-LD document.

    Paths begin with ``where`` and the document's root ``$``. Whatever the text holds, the answer takes time in
    proportion to its length.
    """
    return problems_of(judge([(where, text)]).violations)


def validate_html(html: str | bytes) -> list[Problem]:
    """Everything wrong with the JSON-LD of a page, held against the page itself; paths begin ``script[0] $``.

    The first 5,000 items are looked for in the page's text, so that a hostile page cannot hold us up.
    """
    page = read_page(html)
    judgement = judge([(f"script[{number}]", text) for number, text in enumerate(page.json_ld)])
    return problems_of([*judgement.violations, *_page_violations(page, judgement.nodes)])


def validate_file(path: Path) -> list[Problem]:
    """Everything wrong with an HTML or JSON-LD file, told apart by suffix, then by its first character.

    Raises UnreadableFileError when there is no such file, or it cannot be read or is larger than 32 MB.
    """
    content = _content(path)
    if _is_html(path, content):
        return validate_html(_decoded(content))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start} is {content[error.start]:#04x}"
        return problems_of([Violation("json-not-utf8", "$", place)])
    return validate_jsonld(text)


def judge(documents: Sequence[tuple[str, str]]) -> Judgement:
    """The documents of one page together: items of one ``@id`` are one item, in whatever document they stand."""
    violations: list[Violation] = []
    parsed: list[tuple[str, Any]] = []
    for where, text in documents:
        path = f"{where} $" if where else "$"
        reading = read_json(text, path)
        violations += reading.violations
        parsed.append((path, reading.document))
    nodes, structural = read_nodes(parsed)
    violations += structural
    for node in nodes:
        violations += violations_of(node)
        for schema in schemas_for(node):
            violations += schema.violations(node)
    return Judgement(tuple(violations), nodes, tuple(document for _, document in parsed))


def _page_violations(page: Page, nodes: list[Node]) -> Iterator[Violation]:
    if page.is_noindex and nodes:
        yield Violation("page-noindex", nodes[0].path)
    for second in [node for node in nodes if "FAQPage" in node.kinds][1:]:
        yield Violation("faq-several", second.path)
    yield from disagreements(nodes[:MOST_COMPARED], page, to_the_letter=False)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFileError(f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error


def _is_html(path: Path, content: bytes) -> bool:
    suffix = path.suffix.lower()
    if suffix in _HTML_SUFFIXES or suffix in _JSON_SUFFIXES:
        return suffix in _HTML_SUFFIXES
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _decoded(content: bytes) -> str:
    declared = _CHARSET.search(content[:1024])
    for encoding in ("utf-8-sig", declared[1].decode("ascii") if declared else "cp1252"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")
