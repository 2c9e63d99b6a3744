"""Bringing a file in: it is uploaded, its columns are chosen beside its first rows, and a worker takes it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain import Permission
from engine.domain.uploads import Upload, UploadId, UploadState
from engine.errors import NotFoundError, RefusedError
from engine.store import Transaction
from review_site.access import FILES, FORM, needs, who
from review_site.asking import instance
from review_site.console.pages import Fault
from review_site.console.shell import Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.console.sources.choosing import ChoosingForm, choices_from, form_of
from review_site.console.sources.outcomes import OutcomeLine, lines_of, problems_of
from review_site.imports_at_work import LARGEST, ROOM, Glance
from review_site.wiring import new_key

ADDRESS = "/console/sources/import"
BEGIN, CHECK, SAVE = "begin", "check", "save"

blueprint = Blueprint("console-import", __name__, url_prefix=ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """Where a file is brought, and those that are under way."""

    megabytes: int
    uploads: Sequence[Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage:
    upload: Upload
    address: str
    share: float | None
    """How much of it was read; None where nobody knows."""
    form: ChoosingForm | None
    """None once it was taken in."""
    lines: Sequence[OutcomeLine]
    mistake: str
    """Why it cannot be read as was chosen; in English, as the reader says it."""
    problems: Table
    unlisted: int
    subjects: Sequence[tuple[str, str]]


@blueprint.get("")
@needs(Permission.WRITE_REVIEWS)
def ask() -> Response:
    return _ask()


@blueprint.post("")
@needs(Permission.WRITE_REVIEWS, FILES, largest=LARGEST + ROOM)
def bring() -> Response:
    """Keeps the file and leads to its columns."""
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        return _ask([_fault(f"more than {LARGEST >> 20} MB")])
    if sent is None or not sent.filename:
        return _ask([Fault(name="file", key="fault-file-none")])
    which = UploadId(new_key())
    try:
        instance().imports.bring(sent.stream, sent.filename, which, who().name)
    except RefusedError as error:
        return _ask([_fault(str(error))])
    return sent_on(f"{ADDRESS}/{which}")


@blueprint.get("/<upload>")
@needs(Permission.WRITE_REVIEWS)
def look(upload: str) -> Response:
    found = _find(upload)
    if wants_csv():
        with instance().store.reading() as transaction:
            return exported(_problems(transaction, found), f"problems-{found.name}")
    return _show(found)


@blueprint.post("/<upload>")
@needs(Permission.WRITE_REVIEWS, FORM)
def choose(upload: str) -> Response:
    """Keeps the choices, and begins with what the button said."""
    found, imports = _find(upload), instance().imports
    choices, faults = choices_from(request.form, imports.glance(found).columns)
    if faults:
        return _show(found, faults)
    # What goes on from where it was stopped goes on as it was chosen.
    if found.state is not UploadState.STOPPED or request.form.get("do") != BEGIN:
        found = imports.uploading.choose(found.id, choices)
    wanted = request.form.get("do", SAVE)
    if wanted == SAVE:
        return sent_on(_address(found))
    try:
        source = imports.source_of(found.choices)
        if wanted == CHECK:
            imports.uploading.check(found.id)
        else:
            imports.uploading.take_in(found.id, source)
    except RefusedError as error:
        return _show(found, [_wrong(error)])
    return sent_on(_address(found), Said(key="said-check" if wanted == CHECK else "said-begin"))


@blueprint.post("/<upload>/stop")
@needs(Permission.WRITE_REVIEWS, FORM)
def stop(upload: str) -> Response:
    found = _find(upload)
    instance().imports.uploading.stop(found.id)
    return sent_on(_address(found), Said(key="said-stop"))


@blueprint.post("/<upload>/remove")
@needs(Permission.WRITE_REVIEWS, FORM)
def remove(upload: str) -> Response:
    instance().imports.remove(_find(upload).id)
    return sent_on(ADDRESS, Said(key="said-remove"))


def _ask(faults: Sequence[Fault] = ()) -> Response:
    with instance().store.reading() as transaction:
        uploads = transaction.uploads.all()
    body = Bringing(megabytes=LARGEST >> 20, uploads=uploads)
    page = Page(area=Area.SOURCES, template="sources/import.html", title="import", body=body, faults=faults)
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _show(upload: Upload, faults: Sequence[Fault] = ()) -> Response:
    spoken = area_texts(Area.SOURCES)
    glance = _glance(upload)
    with instance().store.reading() as transaction:
        problems = _problems(transaction, upload)
        subjects = [(each.id, each.name) for each in transaction.subjects.page(limit=100)]
    body = UploadPage(
        upload=upload,
        address=_address(upload),
        share=_share(upload),
        form=form_of(upload, glance, spoken) if glance.columns else None,
        lines=lines_of(glance, instance().config.site_timezone),
        mistake=glance.mistake,
        problems=problems,
        unlisted=max(0, upload.counted.refused - len(problems.rows)) if problems.rows else 0,
        subjects=subjects,
    )
    page = Page(
        area=Area.SOURCES,
        template="sources/upload.html",
        title="upload-title",
        named={"name": upload.name},
        body=body,
        faults=faults,
        typed={name: getattr(upload.choices, name) for name in ("source", "attribution", "approval")},
    )
    return respond(page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK)


def _glance(upload: Upload) -> Glance:
    """Nothing of a file that is being read or was: it may be gone at any moment."""
    if upload.state.is_at_work or upload.state is UploadState.DONE:
        return Glance(columns=(), samples={})
    try:
        return instance().imports.glance(upload)
    except RefusedError as error:
        return Glance(columns=(), samples={}, mistake=str(error))


def _problems(transaction: Transaction, upload: Upload) -> Table:
    return problems_of(area_texts(Area.SOURCES), transaction.uploads.problems(upload.id))


def _share(upload: Upload) -> float | None:
    if not upload.total:
        return None
    return min(1.0, upload.counted.seen / upload.total)


def _find(which: str) -> Upload:
    with instance().store.reading() as transaction:
        found = transaction.uploads.find(UploadId(which))
    if found is None:
        raise NotFoundError(f"there is no upload {which!r}; files are kept for a day")
    return found


def _address(upload: Upload) -> str:
    return f"{ADDRESS}/{upload.id}"


def _fault(words: str) -> Fault:
    return Fault(name="file", key="fault-file", values={"words": words})


def _wrong(error: RefusedError) -> Fault:
    """With the field that it begins with, where it does."""
    words = str(error)
    name = words.partition(":")[0]
    return Fault(name=name if name in ("source", "rights") else "", key="fault-choices", values={"words": words})
