"""Snippets in other people's pages: their views and options, the framed page, and oEmbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Gives an application what other pages embed."""
    # Imported here: addresses of this package are asked for without Flask.
    from review_site.embed import frames, oembed  # noqa: PLC0415

    for each in (frames, oembed):
        app.register_blueprint(each.blueprint)
