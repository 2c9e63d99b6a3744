"""Pictures that were sent: drawn anew, upright, bounded, and silent about their makers."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from engine.errors import BadValueError
from engine.pictures import LARGE, MOST_BYTES, SIDES, SMALL, picture, scans_of
from tests.forms import TELLTALE, Photo


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_holds_no_place_no_camera_and_no_comment(size: str) -> None:
    photo = Photo(width=2000, height=1500, turned=True).jpeg()

    drawn = picture(photo).sizes[size]

    assert all(told in photo for told in (b"Exif", b"Telltale", b"taken at home"))
    assert not any(told in drawn for told in TELLTALE)
    assert dict(opened(drawn).getexif()) == {}
    assert set(opened(drawn).info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


def test_a_png_leaves_its_texts_behind_too() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Telltale Telephones")

    drawn = picture(saved(Image.new("RGB", (30, 20)), "PNG", pnginfo=texts)).sizes[LARGE]

    assert b"Telltale" not in drawn


def test_stands_upright_whatever_way_the_camera_was_held() -> None:
    drawn = picture(Photo(width=640, height=480, turned=True).jpeg())

    image = opened(drawn.sizes[LARGE])
    assert (drawn.width, drawn.height) == image.size == (480, 640)
    assert is_near(image.getpixel((470, 10)), (20, 90, 180))
    assert is_near(image.getpixel((10, 630)), (180, 60, 40))


def test_comes_in_two_sizes_and_is_never_made_larger() -> None:
    large, little = picture(Photo(width=4000, height=3000).jpeg()), picture(Photo(width=64, height=48).jpeg())

    assert {name: max(opened(body).size) for name, body in large.sizes.items()} == SIDES
    assert {opened(body).size for body in little.sizes.values()} == {(64, 48)}


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "RGB"])
def test_draws_every_kind_of_pixel(form: str, mode: str) -> None:
    if form == "WEBP" and mode in ("LA", "P", "L", "1"):
        mode = "RGB"

    drawn = picture(saved(Image.new(mode, (40, 30)), form))

    assert opened(drawn.sizes[LARGE]).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    drawn = picture(saved(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"))

    assert is_near(opened(drawn.sizes[LARGE]).getpixel((10, 10)), (255, 255, 255))


def test_colours_are_those_of_the_web() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    good = picture(saved(Image.new("RGB", (20, 20), (200, 40, 40)), "JPEG", icc_profile=profile))
    odd = picture(saved(Image.new("RGB", (20, 20), (200, 40, 40)), "JPEG", icc_profile=b"nonsense"))

    assert all(b"ICC_PROFILE" not in each.sizes[LARGE] for each in (good, odd))
    assert all(is_near(opened(each.sizes[LARGE]).getpixel((5, 5)), (200, 40, 40)) for each in (good, odd))


def test_the_same_picture_always_has_the_same_id() -> None:
    assert picture(Photo().jpeg()).id == picture(Photo().jpeg()).id
    assert picture(Photo().jpeg()).id != picture(Photo(width=600).jpeg()).id


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
        pytest.param(saved(Image.new("P", (9, 9)), "GIF"), id="GIF"),
        pytest.param(saved(Image.new("RGB", (9, 9)), "BMP"), id="BMP"),
        pytest.param(saved(Image.new("RGB", (9, 9)), "TIFF"), id="TIFF"),
        pytest.param(Photo().jpeg()[:3000], id="cut off"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 500, id="a JPEG by its first bytes only"),
        pytest.param(b"\xff" * (MOST_BYTES + 1), id="too many bytes"),
    ],
)
def test_refuses_what_is_no_picture_to_be_shown(body: bytes) -> None:
    with pytest.raises(BadValueError):
        picture(body)


def test_refuses_a_bomb_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )

    with pytest.raises(BadValueError, match="9000 by 9000"):
        picture(bomb)


def test_broken_bytes_are_refused_and_never_anything_worse() -> None:
    chance, photo = random.Random(20261122), bytearray(Photo(width=64, height=48).jpeg())

    for _ in range(300):
        broken = bytearray(photo)
        for _ in range(8):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            drawn = picture(bytes(broken))
        except BadValueError:
            continue
        assert not any(told in drawn.sizes[LARGE] for told in (b"Telltale", b"taken at home"))


def is_near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True))


def with_scans(body: bytes, most: int) -> bytes:
    """A progressive JPEG with empty scans at its end: each says of every block that there is nothing to refine."""
    codes = b"\xff\xc4" + struct.pack(">H", 20) + b"\x10" + bytes([1, *[0] * 15]) + b"\xe0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x01\x3f\x10" + b"\x7f\xff"
    return body[:-2] + codes + scan * most + body[-2:]


def test_a_jpeg_may_be_drawn_in_as_many_scans_as_encoders_need_and_no_more() -> None:
    progressive = saved(Image.new("RGB", (400, 300), (20, 90, 180)), "JPEG", progressive=True)

    few, many = with_scans(progressive, 20), with_scans(progressive, 200)

    assert (scans_of(Photo().jpeg()), scans_of(progressive), scans_of(few)) == (1, 10, 30)
    assert picture(few).width == 400
    with pytest.raises(BadValueError, match="scans"):
        picture(many)


def test_scans_are_counted_as_decoders_find_them() -> None:
    thumbnail = saved(Image.new("RGB", (16, 16)), "JPEG", progressive=True)
    photo = Photo().jpeg()
    app = b"\xff\xe2" + struct.pack(">H", len(thumbnail) + 2) + thumbnail

    assert scans_of(photo[:2] + app + photo[2:]) == 1
    assert scans_of(photo[:2] + b"\x00junk\xff\xff\xff" + photo[3:] + photo) == 1
    assert scans_of(b"\xff" * 1_000_000) == 0


def test_what_is_unpacked_whole_may_have_fewer_pixels() -> None:
    large = Image.new("RGB", (5200, 5000))

    assert picture(saved(large, "JPEG")).width == 1600
    with pytest.raises(BadValueError, match="too many"):
        picture(saved(large, "JPEG", progressive=True))
