"""Pictures that somebody sent: decoded to see what they are, then drawn anew; bytes in, bytes out.

Only the pixels go over. Place, time, camera, owner and comments stay behind, because nothing but pixels is copied.
Where they are served is kept as a path, so that an instance may move.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from engine.domain import Media, ReviewId
from engine.errors import BadValueError

if TYPE_CHECKING:
    from PIL.Image import Image

MEDIA_TYPE = "image/jpeg"
LARGE, SMALL = "large", "small"
SIDES: Mapping[str, int] = {LARGE: 1600, SMALL: 400}
"""The longer side of each size, in pixels, at most."""
MOST_BYTES = 15_000_000
# A JPEG is read at the scale that is needed; the others are unpacked whole, three or four bytes a pixel.
MOST_PIXELS: Mapping[str, int] = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPTED = "image/jpeg,image/png,image/webp"
JPEGS = frozenset({"JPEG", "MPO"})
MOST_SCANS = 100
"""How often a JPEG may go over its picture: encoders need 12 at most, and each costs time, however few its bytes."""
MOST_PROFILE_BYTES = 2_000_000
# A marker with parameters, or the end of the picture; what is none is skipped, as decoders do (ITU T.81, B.1.1).
_MARKER = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd7]")
_SCAN, _END = b"\xff\xda", b"\xff\xd9"
QUALITY = 84
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it may be shown: JPEG files by size, upright, in sRGB, without metadata."""

    id: str
    """Of what is seen: the same picture always has the same one. Twelve hexadecimal digits."""
    width: int
    height: int
    """Of the large one, in pixels."""
    sizes: Mapping[str, bytes]


def picture(body: bytes) -> Picture:
    """The picture in a JPEG, PNG or WebP file of at most ``MOST_BYTES``.

    Raises BadValueError for whatever is none, is cut off, or has more pixels than ``MOST_PIXELS``.
    """
    if len(body) > MOST_BYTES:
        raise BadValueError(f"the picture has {len(body)} bytes, {MOST_BYTES} are allowed")
    try:
        drawn = _drawn(body)
        sizes = {name: _encoded(drawn, side) for name, side in SIDES.items()}
    except BadValueError:
        raise
    except Exception as error:
        # Decoders raise whatever they stumble over, from struct.error to MemoryError.
        raise BadValueError("this is not a picture that can be read") from error
    width, height = drawn.size
    return Picture(id=sha256(sizes[LARGE]).hexdigest()[:12], width=width, height=height, sizes=sizes)


def path_of(picture: str, size: str) -> str:
    """The path that a picture is served under; it begins with the id of its review, by which it is found."""
    return f"/media/{picture}/{size}.jpg"


def is_path_of(review: ReviewId, path: str) -> bool:
    """Whether it is the path of a picture that was sent to us with this review."""
    return re.fullmatch(rf"/media/{re.escape(review)}\.[0-9a-f]{{12}}/(?:{'|'.join(SIDES)})\.jpg", path) is not None


def path_below(url: str, base_url: str) -> str | None:
    """The path of a picture of our own below a base URL, without a slash before it; None for any other address."""
    return url.removeprefix(f"{base_url}/") if url.startswith(f"{base_url}/media/") else None


def served_from(media: Media, base_url: str) -> Media:
    """A picture or film with the addresses that visitors reach it under; ``base_url`` is that of this instance."""
    url, thumbnail = (
        f"{base_url}{each}" if each and each.startswith("/") else each for each in (media.url, media.thumbnail)
    )
    return replace(media, url=url or media.url, thumbnail=thumbnail)


def _drawn(body: bytes) -> Image:
    # Imported where it is used: most of what Plaudit does needs no pictures.
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(BytesIO(body), formats=FORMATS) as opened:
        width, height = opened.size
        # Checked before a single pixel is unpacked.
        if width * height > _most_pixels(opened.format or "", body):
            raise BadValueError(f"the picture has {width} by {height} pixels, which is too many")
        opened.draft("RGB", (SIDES[LARGE], SIDES[LARGE]))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((SIDES[LARGE], SIDES[LARGE]), Image.Resampling.LANCZOS)
        upright = _in_srgb(upright)
        # A new canvas takes the pixels and nothing else: a JPEG's comment would come along with a copy.
        canvas = Image.new("RGB", upright.size, WHITE)
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            canvas.paste(upright, mask=upright.getchannel("A"))
        else:
            canvas.paste(upright.convert("RGB"))
        return canvas


def scans_of(body: bytes) -> int:
    """How often a JPEG goes over its picture; thumbnails in it, and what follows it, are not counted."""
    place, found = 2, 0
    while (marker := _MARKER.search(body, place)) and marker[0] != _END:
        found += marker[0] == _SCAN
        place = marker.end() + int.from_bytes(body[marker.end() : marker.end() + 2], "big")
    return found


def _most_pixels(kind: str, body: bytes) -> int:
    """How many a picture of this kind may have; raises BadValueError for a JPEG of too many scans."""
    scans = scans_of(body) if kind in JPEGS else 1
    if scans > MOST_SCANS:
        raise BadValueError(f"the picture is drawn in {scans} scans, which is too many")
    # One of several scans is unpacked whole before it is scaled down.
    return MOST_PIXELS.get("PNG" if scans > 1 else kind, 0)


def _in_srgb(upright: Image) -> Image:
    """The picture in the colours of the web; telephones write a wider space, and its profile does not go over."""
    from PIL import ImageCms  # noqa: PLC0415

    profile = upright.info.get("icc_profile")
    if not profile or upright.mode != "RGB" or len(profile) > MOST_PROFILE_BYTES:
        return upright
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        changed = ImageCms.profileToProfile(upright, given, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return upright
    return changed or upright


def _encoded(drawn: Image, side: int) -> bytes:
    copy = drawn.copy()
    copy.thumbnail((side, side))
    out = BytesIO()
    copy.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
