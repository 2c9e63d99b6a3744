"""Packing bodies with Brotli and gzip, and which of the two a client takes."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import NamedTuple

import brotli

BROTLI, GZIP = "br", "gzip"
SMALLEST = 200
"""Bytes; what is smaller fits into one packet either way."""
_MARK = re.compile(r'-(?:br|gzip)(?="|$)')
_WEIGHT = re.compile(r"\s*;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


class Accepted(NamedTuple):
    """Which codings to look for; gzip beside Brotli is for what is packed with gzip alone."""

    brotli: bool
    gzip: bool


@lru_cache(maxsize=256)
def accepted(header: str) -> Accepted:
    """What an Accept-Encoding header takes (RFC 9110, 12.5.3): Brotli, unless gzip is wanted more.

    A weight that is none counts as not taken, since an unpacked answer is readable for everybody.
    """
    weights: dict[str, float] = {}
    for each in header.split(","):
        coding, semicolon, weight = each.partition(";")
        found = _WEIGHT.fullmatch(semicolon + weight) if semicolon else None
        weights[coding.strip().casefold()] = float(found[1]) if found else 0.0 if semicolon else 1.0
    other = weights.get("*", 0.0)
    by_brotli, by_gzip = weights.get(BROTLI, other), weights.get(GZIP, other)
    return Accepted(brotli=by_brotli > 0 and by_brotli >= by_gzip, gzip=by_gzip > 0)


def is_worth_packing(body: bytes) -> bool:
    return len(body) >= SMALLEST


def brotli_packed(body: bytes, quality: int = 5) -> bytes:
    """The same bytes each time. Quality 5 is for what changes, 11 for files that are packed once (RFC 7932)."""
    packed: bytes = brotli.compress(body, quality=quality)
    return packed


def gzip_packed(body: bytes, level: int = 6) -> bytes:
    """The same bytes each time: no moment stands in them."""
    return gzip.compress(body, level, mtime=0)


def packed(body: bytes, coding: str) -> bytes:
    """The body in a coding, as what changes is packed; as it is for no coding."""
    match coding:
        case "br":
            return brotli_packed(body)
        case "gzip":
            return gzip_packed(body)
        case _:
            return body


def unpacked(body: bytes, coding: str) -> bytes:
    """What was packed; for files of our own, never for what came from outside: nothing bounds its size."""
    whole: bytes = brotli.decompress(body) if coding == BROTLI else gzip.decompress(body)
    return whole


def unmarked(etag: str) -> str:
    """An ETag, or a list of them, without the codings that mark what is packed."""
    return _MARK.sub("", etag)
