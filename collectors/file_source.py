"""Files in a place that somebody puts them in, as a source: each is read when it is new or has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from glob import glob
from pathlib import Path
from typing import Any

from collectors.api import Position, as_cursor, chosen, number_in, position_of
from collectors.file import FileCollector
from collectors.json_rows import cell_of
from collectors.presets import Preset, find_preset, presets
from engine.domain import Batch, Problem, Record, Severity
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PART_OF_ALL = "its files hold some reviews, perhaps not all"
_NONE_THERE = "there is no such file"
_MOST_PARKED = 2


class FileKind:
    name = "file"
    rights = "own"
    sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = {
        "path": Option(help="the file, or a pattern for several: exports/*.csv"),
        "preset": Option(help="the tool whose export it is; empty: columns are called like fields", default=""),
        "map": Option(help="which column is which field: rating=Stars; body=Review text", default=""),
        "set": Option(help="the same value for every row: subject=kettle; language=en", default=""),
        "holds": Option(
            help="all: what is no longer in the files is gone; some: they hold what is new", default="some"
        ),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:  # noqa: ARG002 - files are here
        return _files(chosen(given, self.options))

    def rights_of(self, given: Mapping[str, str]) -> str:
        """The rights profile of the tool whose export it is."""
        preset = presets().get(given.get("preset", ""))
        return preset.rights if preset else self.rights

    def reader(self, given: Mapping[str, str]) -> Callable[[Mapping[str, Any], str], Record]:
        """What makes the record of one row as it was received, and of the id that it is known by."""
        return _files(chosen(given, self.options)).collector(Path()).read_one

    def find(self, given: Mapping[str, str], record: str) -> Mapping[str, Any] | None:
        """The row with an id or a number (``reviews.csv row 17``, ``row 17`` or ``17``) as the files hold it now.

        Of several the one in the file that was changed last; None when there is none. Raises BadValueError when it
        cannot be read.
        """
        found = [*_files(chosen(given, self.options)).rows_called(record)]
        named = [each for each in found if each.external_id == record] or found
        return json.loads(named[-1].payload) if named else None

    def columns(self, given: Mapping[str, str], raw: Mapping[str, Any]) -> Mapping[str, str]:
        """From which columns of a row each field is read, by the field."""
        layout = _files(chosen(given, self.options)).collector(Path()).layout_of(raw)
        said = {
            field: next((each for each in columns if cell_of(raw, each).strip()), "")
            for field, columns in layout.columns.items()
        }
        passages = " + ".join(each.column for each in layout.passages if cell_of(raw, each.column).strip())
        return {**said, "body": passages} if passages else said


KIND = FileKind()


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it stood when it was found."""

    path: Path
    changed: int
    """In nanoseconds since 1970."""

    @property
    def order(self) -> tuple[int, str]:
        return self.changed, os.fsencode(self.path).hex()

    @property
    def position(self) -> dict[str, str]:
        """Where a reading stands that has read it."""
        changed, name = self.order
        return {"changed": str(changed), "file": name}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """Reads file after file, in the order in which they were changed: so that what is new comes last."""

    pattern: str
    preset: Preset | None
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    shortfall: str

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        position = position_of(cursor)
        done = (number_in(position, "changed", 0), position.get("file", ""))
        found = self._found()
        left = [each for each in found if each.order > done or (each.order == done and "row" in position)]
        shortfall = self.shortfall if found else _NONE_THERE
        for file in left:
            row = position.get("row") if file.order == done else None
            for batch in self._read(file, row):
                yield self._placed(batch, file, shortfall, is_last=file is left[-1])
        if not left:
            yield Batch(records=(), cursor=None, resume=as_cursor(_without_row(position)), shortfall=shortfall)

    def rows_called(self, name: str) -> Iterator[Record]:
        """The rows that have this id or this number."""
        number = name.rpartition("row ")[2]
        for file in self._found():
            places = {name, f"{file.path.name} row {number}" if name in (number, f"row {number}") else name}
            for batch in self.collector(file.path).collect(None):
                yield from (each for each in batch.records if each.external_id == name or each.place in places)
                for each in batch.problems:
                    if each.path in places:
                        raise BadValueError(f"{each.path} {each.message}")

    def collector(self, path: Path) -> FileCollector:
        return FileCollector(path=path, mapping=self.mapping, constants=self.constants, preset=self.preset)

    def _found(self) -> Sequence[_Found]:
        # Path.glob takes no pattern that begins at the root.
        paths = [Path(each) for each in glob(self.pattern, recursive=True)]  # noqa: PTH207
        found = [_Found(each, each.stat().st_mtime_ns) for each in paths if each.is_file()]
        return sorted(found, key=lambda each: each.order)

    def _read(self, file: _Found, row: str | None) -> Iterator[Batch]:
        try:
            yield from _PARKED.going_on(file, self.collector(file.path), row)
        except RefusedError as error:
            yield Batch(records=(), cursor=None, problems=(_problem(file, error),))

    def _placed(self, batch: Batch, file: _Found, shortfall: str, *, is_last: bool) -> Batch:
        """A batch of a file as a batch of all of them."""
        if batch.cursor is not None:
            return replace(batch, cursor=as_cursor({**file.position, "row": batch.cursor}))
        here = as_cursor(file.position)
        if is_last:
            return replace(batch, cursor=None, resume=here, shortfall=shortfall)
        return replace(batch, cursor=here)


@dataclass(slots=True)
class _Parked:
    """Files that a reading left in the middle, kept open for the next turn of a worker.

    It spares reading a file of rows without ids from its beginning in each turn; after a restart that happens once.
    """

    kept: dict[tuple[_Found, str], Iterator[Batch]] = field(default_factory=dict)

    def going_on(self, file: _Found, collector: FileCollector, row: str | None) -> Iterator[Batch]:
        """The batches after a cursor, from where they were left when the file is as it was."""
        batches = self.kept.pop((file, repr(collector) + (row or "")), None) or collector.collect(row)
        for batch in batches:
            left_at = (file, repr(collector) + (batch.cursor or ""))
            if batch.cursor is not None:
                self._keep(left_at, batches)
            yield batch
            self.kept.pop(left_at, None)

    def _keep(self, left_at: tuple[_Found, str], batches: Iterator[Batch]) -> None:
        while len(self.kept) >= _MOST_PARKED:
            del self.kept[next(iter(self.kept))]
        self.kept[left_at] = batches


_PARKED = _Parked()


def _files(options: Mapping[str, str]) -> _Files:
    if options["holds"] not in ("all", "some"):
        raise BadValueError("holds is either all or some")
    return _Files(
        pattern=options["path"],
        preset=_preset(options["preset"]),
        mapping=_pairs("map", options["map"]),
        constants=_pairs("set", options["set"]),
        shortfall=_PART_OF_ALL if options["holds"] == "some" else "",
    )


def _preset(name: str) -> Preset | None:
    try:
        return find_preset(name) if name else None
    except NotFoundError as error:
        raise BadValueError(f"preset: {error}") from error


def _pairs(option: str, text: str) -> Mapping[str, str]:
    """What ``field=value; field=value`` says; raises BadValueError naming the option."""
    pairs: dict[str, str] = {}
    for part in text.replace("\n", ";").split(";"):
        name, equals, value = (each.strip() for each in part.partition("="))
        if not part.strip():
            continue
        if not equals or not name or name in pairs:
            raise BadValueError(f"{option}: {part.strip()[:40]!r} is not written as field=..., once for each field")
        pairs[name] = value
    return pairs


def _problem(file: _Found, error: RefusedError) -> Problem:
    name = os.fsencode(file.path.name).decode("utf-8", "replace")
    return Problem(rule="file", severity=Severity.ERROR, path=name, message=str(error), fix="mend it, or take it away")


def _without_row(position: Position) -> Position:
    return {name: value for name, value in position.items() if name != "row"}
