"""Static files under addresses that carry a hash of their content, so that browsers may keep them for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files

from engine.packing import BROTLI, GZIP, accepted, unpacked

FOLDERS = (("widgets", "static"), ("review_site", "static"), ("review_site", "static/vendor"))
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
PACKED: Mapping[str, str] = {BROTLI: ".br", GZIP: ".gz"}
"""What the file beside one is called that holds it in a coding; `make assets` writes them."""
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    body: bytes
    media_type: str
    packed: Mapping[str, bytes] = field(default_factory=dict)
    """The body in other codings."""

    def coding_for(self, header: str) -> str:
        """The best coding that an Accept-Encoding header takes and the file is there in; empty for the file itself."""
        takes = accepted(header)
        wanted = [name for name, is_taken in ((BROTLI, takes.brotli), (GZIP, takes.gzip)) if is_taken]
        return next((each for each in wanted if each in self.packed), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """All static files of the site and the widgets."""

    by_address: Mapping[str, Asset]
    """By the last segment of the address: ``plaudit.1a2b3c4d.css``."""
    addresses: Mapping[str, str]
    """By file name: ``plaudit.css`` is at ``/assets/plaudit.1a2b3c4d.css``."""

    def successor(self, name: str) -> Asset | None:
        """The file as it is now, for an address of what it was before; None when there never was such a file."""
        stem, _, suffix = name.rpartition(".")
        address = self.addresses.get(f"{stem.rpartition('.')[0]}.{suffix}", "")
        return self.by_address.get(address.rpartition("/")[2])


def find_assets() -> Assets:
    by_address: dict[str, Asset] = {}
    addresses: dict[str, str] = {}
    for package, folder in FOLDERS:
        for path in files(package).joinpath(folder).iterdir():
            stem, dot, suffix = path.name.rpartition(".")
            if dot + suffix not in MEDIA_TYPES:
                continue
            body = path.read_bytes()
            hashed = f"{stem}.{sha256(body).hexdigest()[:8]}.{suffix}"
            by_address[hashed] = Asset(
                body=body, media_type=MEDIA_TYPES[dot + suffix], packed=_packed(package, f"{folder}/{path.name}", body)
            )
            addresses[path.name] = f"/assets/{hashed}"
    return Assets(by_address=by_address, addresses=addresses)


def _packed(package: str, place: str, body: bytes) -> dict[str, bytes]:
    """The packed files beside one, as far as they hold what it holds: one that was forgotten is not served."""
    beside = {coding: files(package).joinpath(place + ending) for coding, ending in PACKED.items()}
    found = {coding: path.read_bytes() for coding, path in beside.items() if path.is_file()}
    return {coding: packed for coding, packed in found.items() if unpacked(packed, coding) == body}
