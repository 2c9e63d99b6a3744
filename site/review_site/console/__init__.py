"""The console: where the people of the company sign in and work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Gives an application the pages of the console."""
    from review_site.console import doors  # noqa: PLC0415 - a command that judges files needs no pages
    from review_site.console.account import views as account  # noqa: PLC0415
    from review_site.console.home import views as home  # noqa: PLC0415
    from review_site.console.insights import views as insights  # noqa: PLC0415
    from review_site.console.search import saved, shortlists  # noqa: PLC0415
    from review_site.console.search import views as search  # noqa: PLC0415
    from review_site.console.settings import views as settings  # noqa: PLC0415
    from review_site.console.widgets import views as widgets  # noqa: PLC0415

    for each in (doors, account, home, insights, saved, search, settings, shortlists, widgets):
        app.register_blueprint(each.blueprint)
