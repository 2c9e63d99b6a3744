"""What all verbs share: options, exit codes, progress, and how problems are printed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, NoReturn

import click

from engine.domain import Problem, Review
from engine.errors import PlauditError, RefusedError

if TYPE_CHECKING:
    from review_site.wiring import Instance

FOUND_SOMETHING = 1
COULD_NOT_RUN = 2

OPERATOR = "operator"
"""Whoever uses the command, as the record of decisions calls them."""

EVERY = 10_000
"""Units between two plain lines of progress where the whole is unknown."""


class CouldNotRunError(click.ClickException):
    exit_code = COULD_NOT_RUN


class Door(click.Group):
    """A group whose commands answer our own errors with a sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PlauditError as error:
            raise CouldNotRunError(str(error)) from error
        except (KeyboardInterrupt, click.Abort) as error:
            raise CouldNotRunError("stopped; what was done is saved, run it again to go on") from error


def instance_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command ``--config`` and ``--data``."""
    config = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The configuration; config.toml when there is one.",
    )
    folder = click.option(
        "--data", "folder", type=click.Path(path_type=Path, file_okay=False), help="The folder of this instance's data."
    )
    return config(folder(command))


@contextmanager
def opened(config: Path | None, folder: Path | None) -> Iterator[Instance]:
    from review_site.wiring import open_instance  # noqa: PLC0415 - judging a file needs no database

    instance = open_instance(config, folder, os.environ)
    try:
        yield instance
    finally:
        instance.store.close()


def with_instance(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command ``--config`` and ``--data``, and the instance they name as its first argument."""

    @instance_options
    @wraps(command)
    def with_it(config: Path | None, folder: Path | None, **rest: Any) -> None:
        with opened(config, folder) as instance:
            command(instance, **rest)

    return with_it


def found_something() -> NoReturn:
    sys.exit(FOUND_SOMETHING)


def say_problems(problems: Iterable[Problem], unlisted: int = 0) -> None:
    """One line each: where, what, and the way out; then how many more there are."""
    for each in problems:
        way_out = f" - {each.fix}" if each.fix else ""
        click.echo(f"  {each.path}: {each.message}{way_out}")
    if unlisted:
        click.echo(f"  and {unlisted:,} more")


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """What an option that is given as ``NAME=VALUE`` says, by name; raises RefusedError for any other spelling."""
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or name in found:
            raise RefusedError(f"{option} {each!r}: write FIELD=... once for each field")
        found[name] = value
    return found


def in_a_line(review: Review) -> str:
    """A review as a list shows it."""
    stars = f"{review.rating.hundredths / 100:g} of 5" if review.rating else "no rating"
    written = f"{review.written_at:%Y-%m-%d}" if review.written_at else "no date"
    text = " - ".join(filter(None, (review.title, review.body.replace("\n", " "))))
    parts = (
        review.subject_id,
        stars,
        written,
        review.language or "?",
        review.author or "no name",
        text[:60] or "no text",
    )
    return " | ".join(parts)


@contextmanager
def progress(title: str, total: int | None = None, *, every: int = EVERY) -> Iterator[Callable[[int], None]]:
    """Shows how far long work is, on a terminal as a bar, else as plain lines; call what it gives with a step."""
    if sys.stderr.isatty():
        # It takes longer to import than most work that needs no bar.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, transient=True, console=Console(stderr=True)) as bar:
            task = bar.add_task(title, total=total)
            yield lambda step: bar.update(task, advance=step)
        return
    yield _PlainProgress(title, total, every).advance


class _PlainProgress:
    def __init__(self, title: str, total: int | None, every: int) -> None:
        self._title = title
        self._total = total
        self._every = every
        self._done = 0
        self._told = 0

    def advance(self, step: int) -> None:
        self._done += step
        every = max(1, self._total // 10) if self._total and self._total >= self._every else self._every
        if self._done // every > self._told:
            self._told = self._done // every
            of = f" of {self._total}" if self._total else ""
            click.echo(f"{self._title}: {self._done}{of}", err=True)


@contextmanager
def stoppable() -> Iterator[Event]:
    """An event that is set by SIGTERM or Ctrl-C, so that the thing in hand is finished before the end."""
    stop = Event()
    kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    for each in kept:
        signal.signal(each, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
