"""Uploading: what was chosen for a file is kept, and the file is tried out or taken in by a worker, batch by batch.

A batch, the counts and the place to go on from are saved together or not at all: it can be stopped and killed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain import Batch, Change, Source, SourceId, digest
from engine.domain.uploads import Choices, Counted, Upload, UploadId, UploadState
from engine.errors import InUseError, LeaseLostError, NotFoundError, RefusedError
from engine.intake import MOST_LISTED, Intake, Report, register
from engine.outbox import Work, finish
from engine.store import Lease, Store, Transaction
from engine.trial import try_out

LEASE_TIME = timedelta(minutes=10)
"""Longer than the slowest batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file as its choices read it."""

    intake: Intake
    batches: Callable[[str | None], Iterable[Batch]]
    """From after a cursor on, as a collector gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploading:
    store: Store
    clock: Callable[[], datetime]

    def begin(self, upload: Upload) -> None:
        with self.store.writing() as transaction:
            _save(transaction, upload)

    def choose(self, wanted: UploadId, choices: Choices) -> Upload:
        """Keeps what was chosen; what a trial of other choices said is forgotten.

        Raises NotFoundError, and InUseError while a worker is at it or once it was taken in.
        """
        with self.store.writing() as transaction:
            upload = _at_rest(transaction, wanted)
            if upload.choices == choices:
                return upload
            changed = replace(upload, choices=choices, state=UploadState.OPEN, moved_at=self.clock(), said="")
            changed = replace(changed, counted=Counted(), is_checked=False, cursor=None)
            transaction.uploads.forget_problems(wanted)
            _save(transaction, changed)
            return changed

    def check(self, wanted: UploadId) -> None:
        """Has every row tried out. Raises as ``choose`` does."""
        self._start(wanted, UploadState.CHECKING)

    def take_in(self, wanted: UploadId, source: Source) -> None:
        """Has every row taken in; one that was stopped goes on where it was.

        Raises as ``choose`` and ``register`` do.
        """
        register(self.store, source)
        self._start(wanted, UploadState.RUNNING)

    def _start(self, wanted: UploadId, state: UploadState) -> None:
        with self.store.writing() as transaction:
            upload = _at_rest(transaction, wanted)
            goes_on = upload.state is UploadState.STOPPED and state is UploadState.RUNNING
            if not goes_on:
                transaction.uploads.forget_problems(wanted)
                upload = replace(upload, counted=Counted(), cursor=None)
            _save(transaction, replace(upload, state=state, moved_at=self.clock(), said="", is_checked=False))

    def stop(self, wanted: UploadId) -> None:
        """After the batch in hand; what was taken in stays. Raises NotFoundError."""
        with self.store.writing() as transaction:
            upload = _held(transaction, wanted)
            if upload.state.is_at_work:
                is_trial = upload.state is UploadState.CHECKING
                stopped = UploadState.OPEN if is_trial else UploadState.STOPPED
                _save(transaction, replace(upload, state=stopped, moved_at=self.clock()))

    def remove(self, wanted: UploadId) -> None:
        """Forgets it; what was taken in of it stays."""
        with self.store.writing() as transaction:
            upload = transaction.uploads.hold(wanted)
            if upload is None:
                return
            if upload.choices.source:
                transaction.cursors.save(SourceId(upload.choices.source), stream_of(wanted), None, self.clock())
            transaction.uploads.remove(wanted)
            transaction.marks.forget([Work.IMPORT], wanted)

    def work_off(
        self, lease: Lease, open_file: Callable[[Upload], Opened], is_over: Callable[[], bool]
    ) -> Upload | None:
        """Reads the file of a leased mark on until ``is_over``; None once it is forgotten: its file may be removed.

        Raises LeaseLostError when it was stopped meanwhile or another worker took over.
        """
        upload = self._begun(lease)
        if upload is None or not upload.state.is_at_work:
            return upload
        try:
            opened = open_file(upload)
            for batch in opened.batches(self._cursor(upload)):
                upload = self._take(lease, upload, opened.intake, batch)
                if not upload.state.is_at_work:
                    return upload
                if is_over():
                    break
        except RefusedError as error:
            return self._failed(lease, upload, str(error))
        return self._laid_down(lease, upload)

    def _begun(self, lease: Lease) -> Upload | None:
        now = self.clock()
        with self.store.writing() as transaction:
            upload = transaction.uploads.hold(UploadId(lease.key))
            if upload is not None and upload.state.is_at_work:
                transaction.marks.extend(lease, now + LEASE_TIME)
                return upload
            finish(transaction, lease)
            if upload is not None and now < upload.kept_until:
                transaction.marks.set(Work.IMPORT, [upload.id], upload.kept_until)
                return upload
        self.remove(UploadId(lease.key))
        return None

    def _cursor(self, upload: Upload) -> str | None:
        if upload.state is UploadState.CHECKING:
            return upload.cursor
        with self.store.reading() as transaction:
            return transaction.cursors.find(SourceId(upload.choices.source), stream_of(upload.id))

    def _take(self, lease: Lease, upload: Upload, intake: Intake, batch: Batch) -> Upload:
        now = self.clock()
        with self.store.writing() as transaction:
            if not transaction.marks.extend(lease, now + LEASE_TIME):
                raise LeaseLostError(f"the upload {upload.id} is read by another worker")
            is_trial = upload.state is UploadState.CHECKING
            # Before its own row: all who write reviews lock the source first.
            report = (
                try_out(transaction, intake, batch, now).report
                if is_trial
                else intake.take_in(transaction, batch, stream_of(upload.id), now)
            )
            held = transaction.uploads.hold(upload.id)
            if held is None or held.state is not upload.state:
                raise LeaseLostError(f"the upload {upload.id} was stopped")
            reached = replace(held, counted=_added(held.counted, report), cursor=batch.cursor if is_trial else None)
            room = max(0, MOST_LISTED - held.counted.refused)
            transaction.uploads.add_problems(upload.id, held.counted.seen, report.problems[:room])
            if batch.cursor is None:
                reached = _ended(reached, now)
                finish(transaction, lease)
                transaction.marks.set(Work.IMPORT, [upload.id], reached.kept_until)
                if not is_trial:
                    transaction.audit.add(_change(reached, now))
            transaction.uploads.save(reached)
        return reached

    def _failed(self, lease: Lease, upload: Upload, said: str) -> Upload:
        with self.store.writing() as transaction:
            failed = replace(upload, state=UploadState.FAILED, moved_at=self.clock(), said=said)
            transaction.uploads.save(failed)
            finish(transaction, lease)
            transaction.marks.set(Work.IMPORT, [upload.id], failed.kept_until)
        return failed

    def _laid_down(self, lease: Lease, upload: Upload) -> Upload:
        with self.store.writing() as transaction:
            finish(transaction, lease)
            transaction.marks.set(Work.IMPORT, [upload.id], self.clock())
        return upload


def stream_of(upload: UploadId) -> str:
    """Under which name the cursor of an upload is kept with its source."""
    return digest("upload", upload)


def _save(transaction: Transaction, upload: Upload) -> None:
    """Keeps it as a person left it, and when it is next looked at; a worker that is at it loses its lease."""
    transaction.uploads.save(upload)
    transaction.marks.forget([Work.IMPORT], upload.id)
    due = upload.moved_at if upload.state.is_at_work else upload.kept_until
    transaction.marks.set(Work.IMPORT, [upload.id], due)


def _at_rest(transaction: Transaction, wanted: UploadId) -> Upload:
    upload = _held(transaction, wanted)
    if upload.state.is_at_work:
        raise InUseError(f"the upload {wanted!r} is read at this moment: stop it first")
    if upload.state is UploadState.DONE:
        raise InUseError(f"the upload {wanted!r} was taken in; bring its file again to change something")
    return upload


def _held(transaction: Transaction, wanted: UploadId) -> Upload:
    upload = transaction.uploads.hold(wanted)
    if upload is None:
        raise NotFoundError(f"there is no upload {wanted!r}; files are kept for a day")
    return upload


def _ended(upload: Upload, now: datetime) -> Upload:
    if upload.state is UploadState.CHECKING:
        return replace(upload, state=UploadState.OPEN, is_checked=True, moved_at=now)
    return replace(upload, state=UploadState.DONE, moved_at=now)


def _added(so_far: Counted, report: Report) -> Counted:
    return Counted(
        taken=so_far.taken + report.taken,
        changed=so_far.changed + report.changed,
        unchanged=so_far.unchanged + report.unchanged,
        refused=so_far.refused + report.refused,
        approved=so_far.approved + report.approved,
        erased=so_far.erased + report.erased,
    )


def _change(upload: Upload, now: datetime) -> Change:
    counted = upload.counted
    after = {"count": counted.taken + counted.changed, "refused": counted.refused}
    return Change(at=now, by=upload.by, action="review.import", about=f"source/{upload.choices.source}", after=after)
