"""The bytes and requests that a widget adds to a page, measured on what is served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.packing import BROTLI, GZIP, packed
from review_site.assets import Asset
from review_site.embed.wrapping import without_markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Bytes, as they are and as they travel."""

    raw: int = 0
    gzip: int = 0
    brotli: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(raw=self.raw + other.raw, gzip=self.gzip + other.gzip, brotli=self.brotli + other.brotli)

    def __sub__(self, other: Size) -> Size:
        return Size(raw=self.raw - other.raw, gzip=self.gzip - other.gzip, brotli=self.brotli - other.brotli)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one embed of one widget adds to a page."""

    html: Size
    markup: Size
    """Of the JSON-LD: what the HTML is longer by."""
    style_sheets: Size
    scripts: Size
    requests: int
    """When the page is loaded, pictures not counted."""

    @property
    def whole(self) -> Size:
        return self.html + self.markup + self.style_sheets + self.scripts


@dataclass(frozen=True)
class Loads:
    """What the embeds of one widget are made of."""

    snippet: str
    """As the options want it."""
    framed: str
    """The page of a frame."""
    div: str
    frame: str
    widget_styles: Asset
    frame_styles: Asset
    script: Asset

    def of(self, embed: str) -> Cost:
        """What an embed costs.

        A browser keeps what a frame loads apart from what its page loads, so the script of both counts twice.
        """
        match embed:
            case "script":
                return self._cost(self.snippet, "", [self.widget_styles], [self.script])
            case "div":
                return self._cost(self.snippet, self.div, [self.widget_styles], [self.script], documents=1)
            case "frame":
                return self._cost(self.framed, self.frame, [self.frame_styles], [self.script, self.script], documents=1)
            case _:
                return self._cost(self.snippet, "", [self.widget_styles], [])

    @cached_property
    def pictures(self) -> int:
        """Pictures in it, which a browser asks for when they are about to come into view."""
        return self.snippet.count("<img ")

    def _cost(self, html: str, around: str, styles: list[Asset], scripts: list[Asset], documents: int = 0) -> Cost:
        bare = size_of(without_markup(html).encode())
        return Cost(
            html=bare + (size_of(around.encode()) if around else Size()),
            markup=size_of(html.encode()) - bare,
            style_sheets=_together(styles),
            scripts=_together(scripts),
            requests=documents + len(styles) + len(scripts),
        )


def size_of(body: bytes) -> Size:
    return Size(raw=len(body), gzip=len(packed(body, GZIP)), brotli=len(packed(body, BROTLI)))


def _together(assets: Iterable[Asset]) -> Size:
    return sum((_served(each) for each in assets), Size())


def _served(asset: Asset) -> Size:
    """As it is answered: an asset that has no packed file beside it goes out as it is."""
    gzip, brotli = asset.packed.get(GZIP, asset.body), asset.packed.get(BROTLI, asset.body)
    return Size(raw=len(asset.body), gzip=len(gzip), brotli=len(brotli))
