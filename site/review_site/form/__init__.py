"""Where customers write themselves: forms, links that invite, and the author's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Gives an application the pages of the forms that are configured."""
    # Imported here: reading a configuration needs the tokens of this package and no pages.
    from review_site.form import mine, photos, views  # noqa: PLC0415
    from review_site.visitors import count_senders  # noqa: PLC0415

    count_senders(app)
    for each in (views, mine, photos):
        app.register_blueprint(each.blueprint)
