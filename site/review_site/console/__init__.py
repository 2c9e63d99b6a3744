"""The console: where the people of the company sign in and work."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

VIEWS = (
    "doors",
    "account.views",
    "faq.views",
    "home.views",
    "insights.views",
    "reviews.views",
    "search.saved",
    "search.shortlists",
    "search.views",
    "settings.views",
    "sources.importing",
    "sources.pasting",
    "sources.views",
    "validator.views",
    "widgets.views",
)
"""The modules with the blueprints of the areas."""


def register(app: Flask) -> None:
    """Gives an application the pages of the console."""
    for each in VIEWS:
        # Imported here: a command that judges files needs no pages.
        app.register_blueprint(import_module(f"{__name__}.{each}").blueprint)
