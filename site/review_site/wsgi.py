"""Everything that an instance serves as one WSGI application: the snippet server with Flask behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.store.snippet_reader import SnippetReader, snippet_reader
from review_site import create_app
from review_site.snippet_server import SnippetServer
from review_site.wiring import Instance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application(instance: Instance, reader: SnippetReader | None = None) -> WSGIApplication:
    """Everything that an instance serves; whoever brings a reader closes it."""
    reader = reader or snippet_reader(instance.store.url)
    settings = instance.settings
    return SnippetServer(create_app(instance).wsgi_app, reader.read, settings.locales, settings.base_url)
