"""What a crawl has done so far, in a file of JSON lines, so that one that was interrupted goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from engine.domain import Problem, Severity
from engine.errors import UnreadableFileError
from schema_markup.outputs.as_jsonl import as_mapping
from schema_markup.outputs.checked import Checked, Place
from schema_markup.validate import Report, Verdict

_BEGIN = b'{"url": "'
"""How each line begins: what ends without a line break and does not begin so is somebody's own file."""


class CrawlState:
    """One line for each page that was judged, written before anybody is told of the page.

    A line that was cut off by a crash is dropped, and its page judged again; pages that could not be read are not kept.
    """

    def __init__(self, path: Path) -> None:
        """Raises UnreadableFileError when the file cannot be used or holds something else."""
        self._path = path
        try:
            self.done = _pages_in(path) if path.exists() else set[str]()
            self._file: IO[bytes] = path.open("ab")
        except OSError as error:
            raise UnreadableFileError(f"{path} cannot be used: {error.strerror}") from error

    def __enter__(self) -> CrawlState:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def again(self, wanted: Collection[str]) -> Iterator[Checked]:
        """What was found on those of the wanted pages that are done, read anew from the file one by one."""
        with self._path.open("rb") as lines:
            for line in lines:
                kept = json.loads(line)
                if kept["url"] in wanted:
                    yield from_kept(kept)

    def add(self, checked: Checked) -> None:
        self._file.write(json.dumps(as_kept(checked)).encode() + b"\n")
        self._file.flush()
        self.done.add(checked.report.where)


def _pages_in(path: Path) -> set[str]:
    """The pages whose lines are whole; what comes after them is cut off."""
    done: set[str] = set()
    whole = 0
    with path.open("r+b") as file:
        for line in file:
            if not line.endswith(b"\n") and line[: len(_BEGIN)] == _BEGIN[: len(line)]:
                break
            try:
                done.add(str(json.loads(line)["url"]))
            except (ValueError, KeyError, TypeError) as error:
                raise UnreadableFileError(f"{path} is not the state of a crawl") from error
            whole += len(line)
        file.truncate(whole)
    return done


def as_kept(checked: Checked) -> dict[str, Any]:
    """What was found on a page as a file holds it; ``url`` is its first member."""
    places = [[each.line, each.column, each.excerpt, each.caret] if each else None for each in checked.places]
    return {"url": checked.report.where, "report": as_mapping(checked.report), "places": places}


def from_kept(kept: Mapping[str, Any]) -> Checked:
    """What ``as_kept`` wrote."""
    report = kept["report"]
    return Checked(
        report=Report(
            where=report["file"],
            problems=tuple(Problem(**{**each, "severity": Severity(each["severity"])}) for each in report["problems"]),
            features={name: Verdict(verdict) for name, verdict in report["features"].items()},
        ),
        places=tuple(
            Place(line=each[0], column=each[1], excerpt=each[2], caret=each[3]) if each else None
            for each in kept["places"]
        ),
    )
