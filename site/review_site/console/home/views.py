"""The first page of the console."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.domain import Permission
from review_site.access import needs
from review_site.console.shell import Page, respond
from review_site.console.shell.areas import Area

blueprint = Blueprint("console-home", __name__, url_prefix="/console")


@blueprint.get("")
@needs(Permission.READ)
def home() -> Response:
    return respond(Page(area=Area.HOME, template="home/home.html", title="console"))
