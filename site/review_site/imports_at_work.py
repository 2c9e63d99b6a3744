"""Files that somebody brings in the console: kept in the data folder, looked into, and read on by a worker."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO

from werkzeug.utils import secure_filename

from collectors.file import FileCollector, open_table
from collectors.presets import Preset, find_preset, fitting
from collectors.spreadsheet import refuse_bombs
from collectors.tables import Row, Table, start_of
from collectors.usual_names import proposed
from engine.domain import ApprovalRule, Problem, Source, SourceId, digest
from engine.domain.forms import FORM_SOURCES
from engine.domain.uploads import Choices, Upload, UploadId, UploadState
from engine.errors import BadValueError, RefusedError, UnreadableFileError
from engine.fields import Rules
from engine.intake import Intake
from engine.rights import declared_consent, refuse_unless_storable
from engine.settings import source_id
from engine.store import Lease, Store
from engine.tombstones import Seal
from engine.trial import TriedRow, try_out
from engine.uploading import Opened, Uploading
from review_site.import_rights import import_rights

LARGEST = 25 << 20
"""Bytes of a file; what is larger comes in with ``plaudit import``."""
ROOM = 1 << 16
"""Bytes of a form beside its file."""
MOST_UNPACKED = 20 << 20
"""Bytes of a spreadsheet: whoever looks waits for all of its texts, a second for a few megabytes."""
MOST_COLUMNS = 250
"""Each is a line on the page, with a choice of all fields."""
MOST_FILES = 20
"""That wait at the same time."""
FOLDER = "uploads"
SHOWN = 20
"""Rows that are tried out while somebody chooses."""
SAMPLES = 3
"""Cells that are shown of a column."""
BATCH = 500
PIECE = 1 << 20
COLLECTOR = "file"
_ARCHIVE = b"PK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What is in a file, and what its first rows would become under what was chosen."""

    columns: Sequence[str]
    samples: Mapping[str, Sequence[str]]
    """By column, its first cells that are not empty."""
    rows: Sequence[TriedRow] = ()
    problems: Sequence[Problem] = ()
    """Of rows that cannot be read at all."""
    mistake: str = ""
    """Why it cannot be read as was chosen."""


@dataclass(frozen=True, kw_only=True)
class ImportsAtWork:
    """The uploads of one instance, and what it takes to read them."""

    store: Store
    folder: Path
    """Of the instance's data."""
    rules: Rules
    policy: Sequence[ApprovalRule]
    mining_delay: timedelta
    profile_delay: timedelta
    collected: Mapping[SourceId, object]
    """Sources that are configured: nobody brings a file in their name."""
    clock: Callable[[], datetime]
    seal: Seal

    @cached_property
    def uploading(self) -> Uploading:
        return Uploading(store=self.store, clock=self.clock)

    def bring(self, sent: IO[bytes], name: str, which: UploadId, by: str) -> Upload:
        """Keeps a file, with a first proposal of what its columns are.

        Raises UnreadableFileError for one that is too large, empty or of no kind that can be read, and RefusedError
        where too many wait.
        """
        with self.store.reading() as transaction:
            if len([each for each in transaction.uploads.all() if self._path(each).exists()]) >= MOST_FILES:
                raise RefusedError(f"{MOST_FILES} files wait: take them in, or remove them")
        path = self.folder / FOLDER / which / (secure_filename(name)[-100:] or "file")
        now = self.clock()
        try:
            size = _write(sent, path)
            upload = Upload(id=which, name=path.name, by=by, at=now, moved_at=now, size=size)
            table = _opened(path)
            upload = replace(upload, choices=_first_choices(table, path.stem), total=table.count())
        except UnreadableFileError as error:
            self._drop(which)
            raise UnreadableFileError(_without_folder(error, path)) from error
        self.uploading.begin(upload)
        return upload

    def glance(self, upload: Upload) -> Glance:
        """Raises UnreadableFileError where the file is gone or is no table any more."""
        path = self._path(upload)
        try:
            table = open_table(path)
            columns = table.columns
            first = [row for row in islice(table.rows(), SHOWN) if isinstance(row, Row)]
        except UnreadableFileError as error:
            raise UnreadableFileError(_without_folder(error, path)) from error
        samples = {each: _samples(row.cells.get(each, "") for row in first) for each in columns}
        try:
            opened = self._open(upload, SHOWN)
            batch = next(iter(opened.batches(None)))
        except RefusedError as error:
            return Glance(columns=columns, samples=samples, mistake=_without_folder(error, path))
        with self.store.reading() as transaction:
            trial = try_out(transaction, opened.intake, batch, self.clock())
        return Glance(columns=columns, samples=samples, rows=trial.rows, problems=batch.problems)

    def source_of(self, choices: Choices) -> Source:
        """The source that a file would come in under; raises RefusedError with what is wrong with the choices."""
        if not choices.source:
            raise BadValueError("source: say under which id these reviews are known")
        named = source_id(choices.source)
        if named in self.collected or named.startswith(FORM_SOURCES):
            raise RefusedError(f"the source {named!r} is not filled by hand: bring this file in under another id")
        if not choices.rights:
            raise BadValueError("rights: say what may be done with these reviews")
        rights = import_rights(
            choices.rights, _preset(choices), attribution=choices.attribution or None, approval=choices.approval
        )
        refuse_unless_storable(rights, named)
        return Source(id=named, collector=COLLECTOR, rights=rights)

    def remove(self, which: UploadId) -> None:
        self.uploading.remove(which)
        self._drop(which)

    def read_on(self, lease: Lease, is_over: Callable[[], bool]) -> Upload | None:
        """Works off the mark of an upload; a file that was taken in, or waited too long, is gone then."""
        upload = self.uploading.work_off(lease, lambda each: self._open(each, BATCH), is_over)
        if upload is None or upload.state is UploadState.DONE:
            self._drop(UploadId(lease.key))
        return upload

    def _open(self, upload: Upload, batch_size: int) -> Opened:
        choices, source = upload.choices, self.source_of(upload.choices)
        intake = Intake(
            source=source,
            consent=declared_consent(source.rights, proof=f"import of {upload.name}", now=upload.at),
            rules=self.rules,
            policy=self.policy,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            seal=self.seal,
        )
        collector = FileCollector(
            path=self._path(upload),
            mapping=choices.mapping,
            constants=choices.constants,
            preset=_preset(choices),
            batch_size=batch_size,
        )
        return Opened(intake=intake, batches=collector.collect)

    def _path(self, upload: Upload) -> Path:
        return self.folder / FOLDER / upload.id / upload.name

    def _drop(self, which: UploadId) -> None:
        # An id is ours, and still only one name: nothing beside the uploads is ever removed.
        shutil.rmtree(self.folder / FOLDER / Path(which).name, ignore_errors=True)


def _samples(cells: Iterable[str]) -> Sequence[str]:
    return list(islice((each for each in cells if each.strip()), SAMPLES))


def _write(sent: IO[bytes], path: Path) -> int:
    """Returns the size in bytes."""
    path.parent.mkdir(parents=True, mode=0o700)
    size = 0
    with path.open("wb") as file:
        while piece := sent.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise UnreadableFileError(
                    f"{path} has more than {LARGEST >> 20} MB; plaudit import takes in files of any size"
                )
            file.write(piece)
    if not size:
        raise UnreadableFileError(f"{path} is empty")
    return size


def _opened(path: Path) -> Table:
    """A file as a table that can be looked at while somebody waits; raises UnreadableFileError."""
    if start_of(path).startswith(_ARCHIVE):
        refuse_bombs(path, MOST_UNPACKED)
    table = open_table(path)
    if len(table.columns) > MOST_COLUMNS:
        raise UnreadableFileError(
            f"{path} has {len(table.columns):,} columns, and {MOST_COLUMNS} can be chosen from here; plaudit import"
            " takes in more"
        )
    return table


def _first_choices(table: Table, stem: str) -> Choices:
    columns = table.columns
    named = _as_source_id(stem)
    known = next(iter(fitting(columns)), None)
    if known is not None:
        return Choices(source=named, preset=known.name, rights=known.rights)
    return Choices(source=named, mapping=proposed(columns))


def _as_source_id(stem: str) -> str:
    try:
        return source_id(stem.lower().replace("_", "-").replace(".", "-"))
    except BadValueError:
        return f"file-{digest(stem)[:6]}"


def _preset(choices: Choices) -> Preset | None:
    return find_preset(choices.preset) if choices.preset else None


def _without_folder(error: Exception, path: Path) -> str:
    """What an error says, for somebody who knows the file by its name."""
    return str(error).replace(str(path), path.name)
