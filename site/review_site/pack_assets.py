"""Writes each static file packed beside it: ``python -m review_site.pack_assets``, or ``make packed``."""

from __future__ import annotations

from pathlib import Path

import widgets
from engine.packing import BROTLI, GZIP, brotli_packed, gzip_packed
from review_site.assets import MEDIA_TYPES, PACKED

OWN = Path(__file__).with_name("static")
FOLDERS = (Path(widgets.__file__).with_name("static"), OWN, OWN / "vendor")


def packed_files(path: Path) -> dict[Path, bytes]:
    """What belongs beside a static file, as tightly as the codings can: it is packed once and served for years."""
    body = path.read_bytes()
    return {
        path.with_name(path.name + PACKED[BROTLI]): brotli_packed(body, 11),
        path.with_name(path.name + PACKED[GZIP]): gzip_packed(body, 9),
    }


def sources() -> list[Path]:
    """The static files that are served."""
    return sorted(each for folder in FOLDERS for each in folder.iterdir() if each.suffix in MEDIA_TYPES)


def main() -> None:
    for source in sources():
        for path, body in packed_files(source).items():
            path.write_bytes(body)


if __name__ == "__main__":
    main()
