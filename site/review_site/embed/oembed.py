"""oEmbed (https://oembed.com, 2.3): a public page, asked for by its address, as HTML to be printed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotImplemented as NotImplementedHere

from engine.domain import Scope
from engine.errors import BadValueError, NotFoundError
from review_site.asking import asked_number, instance
from review_site.embed.addresses import PageAddress, read_page_address
from review_site.embed.frames import frame_element, title_of
from review_site.embed.options import Options, asked_options, asked_switch
from review_site.embed.pieces import Wanted, found, shaped, wanted

WIDTH = 640
HEIGHTS: Mapping[str, int] = {
    "badge": 32,
    "carousel": 420,
    "gallery": 480,
    "histogram": 280,
    "phrases": 160,
    "quote": 260,
}
"""About how high each kind is where it is 640 pixels wide."""
HEIGHT = 800
LARGEST = 100_000
"""Pixels."""

blueprint = Blueprint("oembed", __name__)


@blueprint.get("/oembed")
def oembed() -> Response:
    """The embed of a public page: HTML, or a frame with ``iframe=1``."""
    if request.args.get("format", "json") != "json":
        raise NotImplementedHere("format: there is only json")
    page, options = _asked_page(), asked_options()
    default = "list" if page.scope is Scope.SUBJECT else "list-bare"
    asked = wanted(page.scope, page.scope_id, request.args.get("name") or default, page.locale)
    width = min(WIDTH, _asked_pixels("maxwidth"))
    height = min(HEIGHTS.get(asked.name, HEIGHT), _asked_pixels("maxheight"))
    config = instance().config
    response = jsonify(
        type="rich",
        version="1.0",
        title=title_of(asked),
        provider_name=config.site_name,
        provider_url=config.site_base_url,
        cache_age=config.embed_cache_age,
        html=_html(asked, options, width, height),
        width=width,
        height=height,
    )
    response.headers["Content-Language"] = asked.locale
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    conditional: Response = response.make_conditional(request)  # type: ignore[assignment]
    return conditional


def _html(asked: Wanted, options: Options, width: int, height: int) -> str:
    html = found(asked)
    if asked_switch("iframe"):
        return frame_element(asked, options.theme, width, height)
    return shaped(html, options)


def _asked_page() -> PageAddress:
    url = request.args.get("url", "")
    if not url:
        raise BadValueError("url: the address of a public page is missing")
    page = read_page_address(url, instance().settings.base_url)
    if page is None:
        raise NotFoundError(f"url: {url[:200]!r} is no page of reviews here")
    return page


def _asked_pixels(name: str) -> int:
    return asked_number(name, LARGEST, LARGEST) if request.args.get(name) else LARGEST
