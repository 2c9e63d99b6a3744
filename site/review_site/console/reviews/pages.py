"""How the pages of moderation are answered."""

from __future__ import annotations

from flask import Response

from review_site.console.shell import Page, respond
from review_site.console.shell.areas import Area

STYLE_SHEETS = ("console-reviews.css",)


def shown(template: str, title: str, body: object) -> Response:
    """A page of moderation that has no form with faults."""
    page = Page(area=Area.REVIEWS, template=f"reviews/{template}", title=title, body=body, style_sheets=STYLE_SHEETS)
    return respond(page)
