"""The validator: structured data of a file or a page, judged by every rule in ``rules/``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.domain import Problem
from engine.errors import UnreadableFileError
from schema_markup.agreement import disagreements
from schema_markup.embedded_markup import embedded_in
from schema_markup.features import Verdict, verdict_of, verdicts
from schema_markup.node_checks import violations_of
from schema_markup.node_reader import Source, read_nodes
from schema_markup.nodes import Node
from schema_markup.page import read_page
from schema_markup.page_checks import document_violations, page_violations
from schema_markup.rulebook import Violation, problems_of
from schema_markup.source_places import source_place
from schema_markup.strict_json import read_json

__all__ = [
    "Report",
    "Verdict",
    "report_file",
    "report_html",
    "report_jsonld",
    "source_place",
    "validate_file",
    "validate_html",
    "validate_jsonld",
]
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


@dataclass(frozen=True)
class Report:
    """What was found in one document or page."""

    where: str
    problems: tuple[Problem, ...]
    features: Mapping[str, Verdict]
    """The features that the document is about, each with its own verdict."""

    @property
    def verdict(self) -> Verdict:
        """An error when any problem is one or is against a policy."""
        return verdict_of(self.problems)


def report_jsonld(text: str | bytes, where: str) -> Report:
    """Everything wrong with one JSON-LD document; paths begin with its root ``$``.

    Whatever the text holds, the answer takes time in proportion to its length.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            place = f"byte {error.start} is {text[error.start]:#04x}"
            return _report(where, [Violation("json-not-utf8", "$", place)], [])
    judgement = judge([("", text)])
    return _report(where, judgement.violations, judgement.nodes)


def report_html(html: str | bytes, where: str, url: str | None = None) -> Report:
    """Everything wrong with the structured data of a page, held against the page; paths begin ``script[0] $``.

    Microdata and RDFa are judged as JSON-LD is, and with it; their paths begin ``microdata[0] $`` and ``rdfa[0] $``.
    ``url`` is the address that the page was found at. The first 5,000 items are looked for in the page's text, so that
    a hostile page cannot hold us up.
    """
    text = _decoded(html) if isinstance(html, bytes) else html
    page = read_page(text)
    scripts = [(f"script[{number}]", script) for number, script in enumerate(page.json_ld)]
    embedded = embedded_in(text, url or page.canonical)
    judgement = judge(scripts, embedded.sources)
    violations = [*judgement.violations, *embedded.violations, *page_violations(page, judgement.nodes, url)]
    violations += disagreements(judgement.nodes[:MOST_COMPARED], page, to_the_letter=False)
    return _report(where, violations, judgement.nodes)


def report_file(path: Path) -> Report:
    """Everything wrong with an HTML or JSON-LD file, told apart by suffix, then by its first character.

    Raises UnreadableFileError when there is no such file, or it cannot be read or is larger than 32 MB.
    """
    content = _content(path)
    return report_html(content, str(path)) if _is_html(path, content) else report_jsonld(content, str(path))


def validate_jsonld(text: str) -> list[Problem]:
    """The problems of ``report_jsonld``."""
    return list(report_jsonld(text, "").problems)


def validate_html(html: str | bytes) -> list[Problem]:
    """The problems of ``report_html``."""
    return list(report_html(html, "").problems)


def validate_file(path: Path) -> list[Problem]:
    """The problems of ``report_file``."""
    return list(report_file(path).problems)


def _report(where: str, violations: Sequence[Violation], nodes: Sequence[Node]) -> Report:
    problems = tuple(problems_of(violations)) if violations else ()
    return Report(where, problems, verdicts(nodes, problems))


def judge(documents: Sequence[tuple[str, str]], embedded: Sequence[Source] = ()) -> Judgement:
    """The documents of one page together: items of one ``@id`` are one item, in whatever document they stand.

    ``embedded`` are documents that were no text, such as Microdata.
    """
    violations: list[Violation] = []
    sources: list[Source] = []
    for where, text in documents:
        path = f"{where} $" if where else "$"
        reading = read_json(text, path)
        violations += reading.violations
        sources.append(Source(path, reading.document))
    nodes, structural = read_nodes([*sources, *embedded])
    violations += structural
    for node in nodes:
        violations += violations_of(node)
    violations += document_violations(nodes)
    kept = tuple(each for each in violations if each.rule != "geo-precision" or not _is_written_longer(each, documents))
    return Judgement(kept, nodes, tuple(source.document for source in sources))


def _is_written_longer(violation: Violation, documents: Sequence[tuple[str, str]]) -> bool:
    """Whether a coordinate stands in the text with the zeros at its end that a parsed number has lost."""
    number = re.compile(rf"(?<![0-9.]){re.escape(str(violation.found))}0+(?![0-9])")
    return any(number.search(text) and len(number.findall(text)[0].partition(".")[2]) >= 5 for _, text in documents)


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
