"""Puts the front door of an instance together; what `plaudit serve` gives to its server."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from engine.pictures import MOST_BYTES
from engine.store.snippet_reader import snippet_reader
from review_site import create_app
from review_site.door.bodies import Bodies
from review_site.door.front import FrontDoor
from review_site.facts_at_work import start_keeping
from review_site.imports_at_work import LARGEST as UPLOAD
from review_site.imports_at_work import ROOM
from review_site.loaded import leave_loaded_alone
from review_site.observing.backlog import backlog
from review_site.observing.counts import Counts
from review_site.observing.figures import Figures, serve_figures
from review_site.observing.logs import set_up
from review_site.observing.requests import Observer
from review_site.observing.served import count_served
from review_site.parents import when_gone
from review_site.roles import Role
from review_site.snippet_server import SnippetServer
from review_site.wiring import CONFIG_VARIABLE, DATA_VARIABLE, SERVER_VARIABLE, Instance, now, open_instance

ROLE_VARIABLE = "PLAUDIT_ROLE"
BULK = 10 << 20
"""Bytes of the largest body that the API takes; each route has its own bound, which is never larger than the door's."""


def load() -> FrontDoor:
    """The door of the instance that the environment names."""
    server = os.environ.get(SERVER_VARIABLE)
    if server:
        # Killed with -9, granian leaves the process that answers behind, and on its port.
        when_gone(int(server), lambda: os.kill(os.getpid(), signal.SIGTERM))
    config, folder = os.environ.get(CONFIG_VARIABLE), os.environ.get(DATA_VARIABLE)
    instance = open_instance(Path(config) if config else None, Path(folder) if folder else None, os.environ)
    set_up(instance.config.log_form, instance.config.log_level)
    role = Role(os.environ.get(ROLE_VARIABLE, Role.ALL))
    door = front_door(instance, role)
    leave_loaded_alone()
    if role is not Role.PUBLIC:
        start_keeping(instance)
    Thread(target=count_served, args=(instance.store, door.observer.counts, Event(), now), daemon=True).start()
    port = instance.config.serve_metrics_port
    if port:
        serve_figures(figures_of(instance, door.observer.counts), instance.config.serve_host, port)
    return door


def front_door(instance: Instance, role: Role) -> FrontDoor:
    """Everything that a server of that role answers."""
    config, settings, reader = instance.config, instance.settings, snippet_reader(instance.store.url)
    app = create_app(instance, role).wsgi_app
    photos = max((form.photos for form in config.forms.values()), default=0)
    return FrontDoor(
        snippets=None if role is Role.CONSOLE else SnippetServer(app, reader.read, settings.locales, settings.base_url),
        app=app,
        # One thread fewer than there are: whatever strangers send, one is left that answers.
        bodies=Bodies(
            largest=max(BULK, UPLOAD + ROOM, (photos + 1) * MOST_BYTES),
            waiting=config.serve_threads - 1,
            clock=perf_counter,
        ),
        observer=Observer(counts=Counts(), logs=config.log_access, addresses=config.log_addresses),
        new_id=request_ids(),
        clock=perf_counter,
    )


def request_ids() -> Callable[[], str]:
    """Ids that no other process gives, from a beginning by chance on: chance for each would cost a system call."""
    mine, numbers = secrets.token_hex(4), count()
    return lambda: f"{mine}{next(numbers):08x}"


def figures_of(instance: Instance, counts: Counts) -> Figures:
    sources = list(instance.config.sources)
    return Figures(counts=counts, backlog=lambda: backlog(instance.store, sources, now()))
