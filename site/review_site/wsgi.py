"""The WSGI application that a server loads: the snippet server with Flask behind it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from engine.store.snippet_reader import SnippetReader, snippet_reader
from review_site import create_app
from review_site.parents import when_gone
from review_site.snippet_server import SnippetServer
from review_site.wiring import CONFIG_VARIABLE, DATA_VARIABLE, SERVER_VARIABLE, Instance, open_instance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application(instance: Instance, reader: SnippetReader | None = None) -> WSGIApplication:
    """Everything that an instance serves; whoever brings a reader closes it."""
    reader = reader or snippet_reader(instance.store.url)
    settings = instance.settings
    return SnippetServer(create_app(instance).wsgi_app, reader.read, settings.locales, settings.base_url)


def load() -> WSGIApplication:
    """The application of the instance that the environment names; what `plaudit serve` gives to its server."""
    server = os.environ.get(SERVER_VARIABLE)
    if server:
        # Killed with -9, granian leaves the process that answers behind, and on its port.
        when_gone(int(server), lambda: os.kill(os.getpid(), signal.SIGTERM))
    config, folder = os.environ.get(CONFIG_VARIABLE), os.environ.get(DATA_VARIABLE)
    return application(open_instance(Path(config) if config else None, Path(folder) if folder else None, os.environ))
