"""How reviews are collected, checked and published, told to visitors from the settings that are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Gives an application this page."""
    # Imported here: the facts and their words are there without Flask.
    from review_site.method import views  # noqa: PLC0415

    app.register_blueprint(views.blueprint)
