"""Verbs about one person: everything that is kept, and its erasure. They print ids, and nobody's words or address."""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import click

from engine.domain import ReviewId, SubjectId
from engine.dossier import Dossier, dossier
from engine.erasure import DATABASE, Erased, Traces
from engine.errors import RefusedError
from engine.outbox import Work
from engine.store import Scrubbed
from review_site.commands.common import OPERATOR, CouldNotRunError, found_something, stoppable, with_instance
from review_site.commands.publishing import bring_up_to_date
from review_site.wiring import Instance, now

FROM_STDIN = "-"
BETWEEN_LOOKS = 0.5
"""Seconds between two looks at whether a worker has cleaned the files."""
LINE = "an e-mail address, or - to read it from standard input"


@click.group()
def person() -> None:
    """Give a person everything that is kept of them, or erase it."""


@person.command()
@with_instance
@click.argument("email", required=False)
@click.option("--review", "reviews", multiple=True, metavar="ID", help="A review of a person without an address.")
@click.option("--format", "form", type=click.Choice(["json", "zip"]), default="json", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; only its owner reads.")
def export(instance: Instance, email: str | None, reviews: Sequence[str], form: str, out: Path | None) -> None:
    """Write everything that is kept of a person: as JSON with the pictures in it, or as a zip with them beside it."""
    if form == "zip" and out is None:
        raise click.UsageError("a zip needs --out FILE")
    traces = _traced(instance, email, reviews)
    with instance.store.reading() as transaction:
        found = dossier(transaction, traces, now())
    _write(_as_zip(found) if form == "zip" else _as_json(found), out)
    click.echo(_in_numbers(traces), err=True)
    if not _is_known(traces):
        found_something()


@person.command()
@with_instance
@click.argument("email", required=False)
@click.option("--review", "reviews", multiple=True, metavar="ID", help="A review of a person without an address.")
@click.option("--dry-run", is_flag=True, help="Show what would be erased; change nothing.")
def erase(instance: Instance, email: str | None, reviews: Sequence[str], dry_run: bool) -> None:
    """Erase everything of a person, for good; no import or sync brings it back."""
    traces = _traced(instance, email, reviews)
    if dry_run:
        _say_what_would_go(traces)
        return
    erased = instance.privacy.eraser.erase(traces, by=OPERATOR, now=now())
    click.echo(f"{len(erased.reviews)} reviews and {erased.others} other records erased")
    _settle(instance, erased)


@person.command()
@with_instance
@click.argument("email")
def readmit(instance: Instance, email: str) -> None:
    """Let a person who was erased come in again; what was erased stays so."""
    address = _address(email)
    with instance.store.writing() as transaction:
        was_erased = transaction.tombstones.lift(instance.privacy.seal.of_address(address))
    if not was_erased:
        raise RefusedError("nobody of this address was erased here; nothing was changed")
    click.echo("what comes in with this address from now on is taken in")


def _traced(instance: Instance, email: str | None, reviews: Sequence[str]) -> Traces:
    if bool(email) == bool(reviews):
        raise click.UsageError(f"name {LINE}; or reviews, each with --review ID")
    if email:
        return instance.privacy.eraser.trace_person(_address(email))
    return instance.privacy.eraser.trace_reviews([ReviewId(each) for each in dict.fromkeys(reviews)])


def _address(given: str) -> str:
    # An argument is seen in the list of processes and kept by the shell; standard input is not.
    return sys.stdin.readline().strip() if given == FROM_STDIN else given


def _settle(instance: Instance, erased: Erased) -> None:
    """Makes anew what was made of the words, then cleans the files; what is left undone, the worker's marks say."""
    for each in sorted(erased.subjects):
        _refresh_profile(instance, each)
    if erased.subjects:
        bring_up_to_date(instance)
    with stoppable() as stop:
        _clean(instance, stop)
    if erased.reviews:
        click.echo(
            "the index of words is made anew by a worker; until then its files hold the words, and none is found"
        )


def _clean(instance: Instance, stop: Event) -> None:
    """Waits for a worker that cleans already: what is said is so when this returns."""
    with instance.store.writing() as transaction:
        # Whoever cleaned before this moment may have done so before the profile was made anew.
        transaction.marks.set(Work.SCRUB, [DATABASE], now())
    while not stop.is_set():
        outcome = instance.outbox.work_off_one(Work.SCRUB, DATABASE, instance.privacy.retention.scrub)
        if outcome is None and not _is_marked(instance):
            click.echo("the database's files were cleaned by a worker")
            return
        if outcome is not None and outcome.error is not None:
            raise CouldNotRunError(f"erased, but the files are not clean: {outcome.error}; a worker tries again")
        if outcome is not None and isinstance(outcome.result, Scrubbed):
            said = "clean" if outcome.result.is_clean else f"not clean yet: {outcome.result.because}; docs/privacy.md"
            click.echo(f"the database's files are {said}")
            return
        stop.wait(BETWEEN_LOOKS)
    click.echo("stopped: erased, and the database's files are cleaned by the next worker", err=True)


def _is_marked(instance: Instance) -> bool:
    with instance.store.reading() as transaction:
        return transaction.marks.find(Work.SCRUB, DATABASE) is not None


def _refresh_profile(instance: Instance, subject: SubjectId) -> None:
    outcome = instance.outbox.work_off_one(Work.PROFILE, subject, instance.handlers[Work.PROFILE])
    if outcome is not None and outcome.error is not None:
        click.echo(f"the profile of {subject} could not be made anew, a worker tries again: {outcome.error}", err=True)


def _say_what_would_go(traces: Traces) -> None:
    for which, why in traces.reviews.items():
        click.echo(f"{which}  {', '.join(why)}")
    for kind, ids in traces.others.items():
        for each in ids:
            click.echo(f"{each}  {kind}")
    if traces.account:
        click.echo(f"{traces.account}  account{' (enabled: disable it first)' if traces.may_sign_in else ''}")
    click.echo(f"{_in_numbers(traces)}; nothing was changed")


def _in_numbers(traces: Traces) -> str:
    return f"{len(traces.reviews)} reviews and {traces.count} other records"


def _is_known(traces: Traces) -> bool:
    return bool(traces.reviews) or bool(traces.count)


def _as_json(found: Dossier) -> bytes:
    files = {name: base64.b64encode(body).decode() for name, body in found.files.items()}
    return _text({**found.document, "files": files})


def _as_zip(found: Dossier) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", _text(found.document))
        for name, body in found.files.items():
            archive.writestr(name, body)
    return packed.getvalue()


def _text(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "surrogatepass")


def _write(body: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(body)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(body)
    except OSError as error:
        raise CouldNotRunError(f"{out} cannot be written: {error.strerror}") from error
