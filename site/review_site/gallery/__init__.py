"""The gallery at /widgets: every kind, as it looks and as it is embedded, where the operator turned it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.domain import Locale, PublishSettings
from engine.site_addresses import live_address

if TYPE_CHECKING:
    from flask import Flask

FOLDER = "widgets"


def register(app: Flask) -> None:
    """Gives an application the gallery."""
    # Imported here: its address is asked for without Flask.
    from review_site.gallery import views  # noqa: PLC0415

    app.register_blueprint(views.blueprint)


def gallery_address(settings: PublishSettings, locale: Locale, state: Mapping[str, str] | None = None) -> str:
    """Where the gallery is, in the language of the page that leads there, with what is chosen in it."""
    spoken = {"locale": locale if locale != settings.default_locale else ""}
    return live_address(settings, FOLDER, query={**spoken, **(state or {})})
