"""Where readers report reviews and are answered, and the page that one review stands on alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Gives an application these pages."""
    # Imported here: the reasons for a decision are worded by this package without Flask.
    from review_site.flagging import reviews, views  # noqa: PLC0415

    for each in (reviews, views):
        app.register_blueprint(each.blueprint)
