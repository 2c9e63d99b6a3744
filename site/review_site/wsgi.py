"""The WSGI application that a server loads: the snippet server with Flask behind it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from engine.store.snippet_reader import snippet_reader
from review_site import create_app
from review_site.snippet_server import SnippetServer
from review_site.wiring import CONFIG_VARIABLE, DATA_VARIABLE, Instance, open_instance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application(instance: Instance) -> WSGIApplication:
    """Everything that an instance serves."""
    reader = snippet_reader(instance.store.url)
    return SnippetServer(create_app(instance).wsgi_app, reader.read, instance.settings.locales)


def load() -> WSGIApplication:
    """The application of the instance that the environment names; what `plaudit serve` gives to its server."""
    config, folder = os.environ.get(CONFIG_VARIABLE), os.environ.get(DATA_VARIABLE)
    return application(open_instance(Path(config) if config else None, Path(folder) if folder else None, os.environ))
