"""Verbs that run an instance: demo, serve, work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server as Granian
from granian.server.common import AbstractServer

from engine.accounts import make_first_link
from engine.errors import RefusedError
from engine.outbox import Work
from review_site.chance import new_token
from review_site.commands.common import stoppable, with_instance
from review_site.commands.publishing import bring_up_to_date
from review_site.demo import approve_answers, load_demo
from review_site.demo.settings import furnish
from review_site.door.load import ROLE_VARIABLE
from review_site.indexing import index_now
from review_site.observing.logs import set_up
from review_site.parents import when_gone
from review_site.roles import Role
from review_site.wiring import CONFIG_VARIABLE, DATA_VARIABLE, SERVER_VARIABLE, Instance, now
from review_site.worker import catch_up
from review_site.worker import work as run_worker

HEADER_MILLISECONDS = 10_000
"""From the first byte of a request to the end of its headers; also how long a connection may stay without a request."""
MOST_CONNECTIONS = 4096
IDLE_SECONDS = 600
"""After which a thread ends that had nothing to answer, and its connection to the database: the longest there is."""
RESTART_AFTER = 1.0
"""Seconds before a worker that died is started again."""


@click.command()
@with_instance
def demo(instance: Instance) -> None:
    """Fill an instance with a sample company's reviews, and publish them."""
    report = load_demo(instance)
    click.echo(f"sample company: {report.taken} taken in, {report.unchanged} were there, {report.refused} refused")
    with stoppable() as stop:
        catch_up(instance, lambda _: None, stop, kinds=(Work.MINE,))
    approve_answers(instance)
    bring_up_to_date(instance)
    with stoppable() as stop:
        index_now(instance, stop)
    furnish(instance)


@click.command()
@with_instance
@click.option("--beside", type=int, hidden=True, help="Stop when this process is no longer the parent.")
def work(instance: Instance, beside: int | None) -> None:
    """Run a worker alone: it mines and publishes what changes, until it is stopped."""
    set_up(instance.config.log_form, instance.config.log_level)
    with stoppable() as stop:
        if beside is not None:
            when_gone(beside, stop.set)
        run_worker(instance, stop)


@click.command()
@with_instance
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--no-worker", is_flag=True, help="Serve only; a worker runs elsewhere.")
@click.option(
    "--role", type=click.Choice([str(each) for each in Role]), default=str(Role.ALL), help="Which routes are served."
)
def serve(instance: Instance, host: str | None, port: int | None, no_worker: bool, role: str) -> None:
    """Serve the pages and the API, with one worker beside."""
    config = instance.config
    host, port = host or config.serve_host, config.serve_port if port is None else port
    _refuse_taken(host, port)
    _say_where(instance, role)
    instance.mark_what_settings_changed()
    say_addresses(instance, host, port)
    say_first_link(instance, host, port)
    server = _server(instance, host, port)
    instance.store.close()
    if no_worker:
        server.serve()
        return
    with _worker_beside(config.serve_drain_seconds):
        server.serve()


def _server(instance: Instance, host: str, port: int) -> AbstractServer[Any]:
    return Granian(
        "review_site.door.load:load",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=instance.config.serve_threads,
        blocking_threads_idle_timeout=IDLE_SECONDS,
        log_level=LogLevels.warning,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        backpressure=MOST_CONNECTIONS,
        workers_kill_timeout=instance.config.serve_drain_seconds,
        # One thread that speaks HTTP, beside those that run Python: a pool of them cost a third more per request.
        runtime_mode=RuntimeModes.st,
    )


def say_addresses(instance: Instance, host: str, port: int) -> None:
    """What a person opens, subject by subject."""
    base = address_of(host, port)
    click.echo(f"Plaudit serves at {base}/")
    with instance.store.reading() as transaction:
        subjects = transaction.subjects.page(limit=10)
    for each in subjects:
        click.echo(f"  {base}/reviews/{each.id}")
    if subjects:
        click.echo(f"  {base}/v1/subjects/{subjects[0].id}/snippets")
    if instance.config.site_gallery:
        click.echo(f"  {base}/widgets")


def say_first_link(instance: Instance, host: str, port: int) -> None:
    """Where nobody has an account yet, the one-time link to make the first one; a new one each time."""
    token = new_token()
    with instance.store.writing() as transaction:
        if not make_first_link(transaction, token, now()):
            return
    configured = instance.settings.base_url
    # Sessions of a site that is reached by HTTPS are kept there and nowhere else.
    base = configured if configured.startswith("https://") else address_of(host, port)
    click.echo("nobody has an account yet; make the first one, which may do everything, within a day:")
    click.echo(f"  {base}/console/welcome/{token}")


def address_of(host: str, port: int) -> str:
    """What a person on this machine opens."""
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared, not bound


def _say_where(instance: Instance, role: str) -> None:
    """Puts into the environment what the processes that are started next need to open the same instance."""
    os.environ[DATA_VARIABLE] = str(instance.config.data_dir.resolve())
    os.environ[SERVER_VARIABLE] = str(os.getpid())
    os.environ[ROLE_VARIABLE] = role
    if instance.config_path is not None:
        os.environ[CONFIG_VARIABLE] = str(instance.config_path.resolve())


def _refuse_taken(host: str, port: int) -> None:
    """Raises RefusedError when the address cannot be listened on.

    The server itself would share a port that another Plaudit listens on, and each would answer for the other.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise RefusedError(f"cannot listen on {host}, port {port}: {error.strerror}") from error


@contextmanager
def _worker_beside(drain_seconds: float) -> Iterator[None]:
    """A worker in a process of its own, started again when it dies, stopped when the server stops."""
    stop = Event()
    # Not by the thread: a process that the server forks meanwhile would inherit the pipe on which Popen waits for its
    # child to start, and Popen would not return before that process ends.
    worker = subprocess.Popen(_worker_command())
    keeper = Thread(target=_keep_a_worker, args=(worker, stop, drain_seconds), name="worker keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_a_worker(worker: subprocess.Popen[bytes], stop: Event, drain_seconds: float) -> None:
    while True:
        with worker:
            while worker.poll() is None and not stop.wait(0.2):
                pass
            if worker.poll() is None:
                worker.terminate()
                _end_within(worker, drain_seconds)
        if stop.wait(RESTART_AFTER):
            return
        worker = subprocess.Popen(_worker_command())


def _end_within(worker: subprocess.Popen[bytes], seconds: float) -> None:
    """What a worker has in hand is finished, unless it takes too long: then it is done again by the next one."""
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        worker.kill()


def _worker_command() -> list[str]:
    command = [sys.executable, "-m", "review_site.cli", "work", "--data", os.environ[DATA_VARIABLE]]
    command += ["--beside", str(os.getpid())]
    config = os.environ.get(CONFIG_VARIABLE)
    return [*command, "--config", config] if config else command
