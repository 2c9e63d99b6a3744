"""Judging files, folders, standard input and fetched pages: each becomes a report, those that cannot be read too."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UnreadableFileError
from schema_markup.outputs.checked import Checked, located, unlocated, unreadable
from schema_markup.rulebook import rules
from schema_markup.validate import Report, report_file, report_html, report_jsonld

if TYPE_CHECKING:
    from engine.http import Answer
    from review_site.crawl import Fetched

SUFFIXES = (".html", ".htm", ".json", ".jsonld")
STDIN = "stdin"
_AT_ONCE = 50
_HTML = ("text/", "application/xhtml", "application/xml")


def files_below(folder: Path) -> Iterator[Path]:
    """The HTML and JSON files in a folder and all folders below it, in the order of their names.

    Folders that begin with a dot, ``node_modules`` and links to folders are passed over. Raises UnreadableFileError
    for a folder that cannot be read.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda each: each.name)
    except OSError as error:
        raise UnreadableFileError(f"the folder {folder} cannot be read: {error.strerror}") from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name != "node_modules":
                yield from files_below(Path(entry.path))
        elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            yield Path(entry.path)


def judged_files(paths: Iterable[Path], *, jobs: int = 1, with_places: bool = True) -> Iterator[Checked]:
    """The reports of files and of all files in folders, in their order; with several jobs, in as many processes."""
    if jobs == 1:
        yield from (_judged_file(path, with_places) for path in _each_file(paths))
        return
    files = _each_file(paths)
    in_flight: deque[Future[list[Checked]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        while batch := list(islice(files, _AT_ONCE)):
            in_flight.append(pool.submit(_judged_batch, batch, with_places))
            if len(in_flight) > 2 * jobs:
                yield from in_flight.popleft().result()
        while in_flight:
            yield from in_flight.popleft().result()


def _each_file(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def _judged_batch(paths: Sequence[Path], with_places: bool) -> list[Checked]:
    return [_judged_file(path, with_places) for path in paths]


def _judged_file(path: Path, with_places: bool) -> Checked:
    try:
        report = report_file(path)
        if with_places and report.problems:
            return located(report, path.read_bytes().decode("utf-8", "replace"))
    except UnreadableFileError as error:
        return unreadable(str(path), str(error))
    return unlocated(report)


def judged_text(content: bytes, where: str) -> Checked:
    """The report of what came without a name: HTML when its first character is ``<``, else JSON-LD."""
    is_html = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    report = report_html(content, where) if is_html else report_jsonld(content, where)
    return located(report, content.decode("utf-8", "replace"))


def judged_page(fetched: Fetched) -> Checked:
    """The report of a page, its HTTP headers included; one that could not be fetched has the reason in its report."""
    answer = fetched.answer
    if answer is None:
        return unreadable(fetched.url, fetched.failure)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.endswith("json"):
        return located(report_jsonld(answer.body, fetched.url), answer.text)
    if kind and not kind.startswith(_HTML):
        return unreadable(fetched.url, f"the address answers with {kind[:60]}, neither HTML nor JSON")
    text = answer.text
    return located(_with_headers(report_html(text, fetched.url, answer.url), answer), text)


def _with_headers(report: Report, answer: Answer) -> Report:
    said = answer.headers.get("x-robots-tag", "").lower().replace(",", " ").split()
    if report.features and {"noindex", "none"} & set(said):
        told = rules()["page-noindex"].problem("X-Robots-Tag", "the header X-Robots-Tag")
        return replace(report, problems=(*report.problems, told))
    return report
