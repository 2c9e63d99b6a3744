"""Pictures that somebody sent: decoded to see what they are, then drawn anew; bytes in, bytes out.

Only the pixels go over. Place, time, camera, owner and comments stay behind, because nothing but pixels is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

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


def _drawn(body: bytes) -> Image:
    # Imported where it is used: most of what Plaudit does needs no pictures.
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(BytesIO(body), formats=FORMATS) as opened:
        width, height = opened.size
        # Checked from the header, before a single pixel is unpacked.
        if width * height > MOST_PIXELS.get(opened.format or "", 0):
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


def _in_srgb(upright: Image) -> Image:
    """The picture in the colours of the web; telephones write a wider space, and its profile does not go over."""
    from PIL import ImageCms  # noqa: PLC0415

    profile = upright.info.get("icc_profile")
    if not profile or upright.mode != "RGB":
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
