"""Mining the whole shop over all cores: the marks in the store say what is left, so a run goes on where it was."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event

from engine.outbox import Work
from review_site.owners import is_gone
from review_site.wiring import Instance, now, open_instance

BEGUN = "mining everything since"
BETWEEN_LOOKS = 0.2
"""Seconds between two looks at whether the run is to be stopped, or at what others have in hand."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one mark came to, as a process tells it."""

    key: str
    subjects: int
    error: str | None = None


def begin(instance: Instance) -> bool:
    """Marks every subject, for the profile and for mining; False where a run before this was stopped and goes on."""
    with instance.store.writing() as transaction:
        if transaction.memory.find(BEGUN) is not None:
            return False
        subjects = transaction.subjects.ids()
        transaction.marks.set(Work.PROFILE, subjects, now())
        transaction.marks.set(Work.MINE, subjects, now())
        transaction.memory.save(BEGUN, now().isoformat())
    return True


def end(instance: Instance) -> None:
    """Everything was mined: the next run begins anew."""
    with instance.store.writing() as transaction:
        transaction.memory.forget(BEGUN)


def left(instance: Instance, kind: Work) -> int:
    """How many marks of a kind are to be worked off now."""
    with instance.store.reading() as transaction:
        return transaction.marks.count([kind], due_by=now() + _ahead(instance, kind))


def work_off(instance: Instance, kind: Work, jobs: int, advance: Advance, stop: Event) -> dict[str, str]:
    """Works off the marks of a kind in so many processes, each with its own store; what failed, by key.

    When ``stop`` is set, or this process dies, each finishes the mark in hand and ends. What a process that was killed
    had in hand is given back, and what another has in hand is waited for: nothing is left when this returns but what
    failed.
    """
    instance.outbox.take_over_from(is_gone)
    failed: dict[str, str] = {}
    if jobs > 1:
        _work_off_beside(instance, kind, jobs, advance, stop, failed)
    while not stop.is_set():
        for each in _worked_off(instance, kind, stop.is_set):
            _tell(each, advance, failed)
        if left(instance, kind) <= len(failed):
            break
        stop.wait(BETWEEN_LOOKS)
        instance.outbox.take_over_from(is_gone)
    return failed


def _work_off_beside(
    instance: Instance, kind: Work, jobs: int, advance: Advance, stop: Event, failed: dict[str, str]
) -> None:
    workers = dict(_started(instance, kind, jobs))
    try:
        _listen(workers, advance, stop, failed)
    finally:
        for connection, process in workers.items():
            connection.close()
            process.join()
    instance.outbox.take_over_from(is_gone)


def _ahead(instance: Instance, kind: Work) -> timedelta:
    """What changed a moment ago is not waited for; what waits for the next profile is left to it."""
    return instance.mining_delay if kind is Work.MINE else timedelta(0)


def _worked_off(instance: Instance, kind: Work, is_stopped: Callable[[], bool]) -> Iterator[Done]:
    handlers = {kind: instance.handlers[kind]}
    failed: set[str] = set()
    while not is_stopped():
        outcome = instance.outbox.work_off(handlers, ahead=_ahead(instance, kind))
        if outcome is None:
            return
        key = outcome.lease.key
        if outcome.error is not None:
            yield Done(key=key, subjects=0, error=f"{type(outcome.error).__name__}: {outcome.error}")
            if key in failed:
                return
            failed.add(key)
        elif not outcome.lost:
            yield Done(key=key, subjects=outcome.result if isinstance(outcome.result, int) else 1)


def _started(instance: Instance, kind: Work, jobs: int) -> Iterator[tuple[Connection, SpawnProcess]]:
    # A process that starts afresh shares no connection with this one.
    processes = multiprocessing.get_context("spawn")
    for _ in range(jobs):
        ours, theirs = processes.Pipe()
        process = processes.Process(
            target=_work_beside, args=(instance.config_path, instance.config.data_dir, kind, theirs), daemon=True
        )
        process.start()
        theirs.close()
        yield ours, process


def _listen(workers: Mapping[Connection, SpawnProcess], advance: Advance, stop: Event, failed: dict[str, str]) -> None:
    """Until the last of them has ended, however it ended."""
    speaking: list[Connection] = list(workers)
    told_to_stop = False
    while speaking:
        if stop.is_set() and not told_to_stop:
            told_to_stop = True
            _tell_to_stop(speaking)
        for each in wait(speaking, BETWEEN_LOOKS):
            connection = next(one for one in speaking if one is each)
            try:
                _tell(connection.recv(), advance, failed)
            except (EOFError, OSError):
                speaking.remove(connection)


def _tell_to_stop(connections: Sequence[Connection]) -> None:
    for each in connections:
        try:
            each.send("stop")
        except OSError:
            # It has ended meanwhile.
            continue


def _tell(done: Done, advance: Advance, failed: dict[str, str]) -> None:
    if done.error is not None:
        failed[done.key] = done.error
    else:
        advance(done.subjects)


def _work_beside(config: Path | None, folder: Path, kind: Work, connection: Connection) -> None:
    """One process: it stops when it is told to, and when nobody is there any more to tell it."""
    # Ctrl-C reaches every process of a terminal: only the first of them decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    instance = open_instance(config, folder, os.environ)
    with closing(connection), closing(instance.store), suppress(BrokenPipeError):
        for each in _worked_off(instance, kind, connection.poll):
            connection.send(each)
