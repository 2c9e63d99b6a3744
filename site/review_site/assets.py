"""Style sheets under addresses that carry a hash of their content, so that browsers may keep them for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

FOLDERS = ("widgets", "review_site")
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    body: bytes
    media_type: str


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
    for package in FOLDERS:
        for path in files(package).joinpath("static").iterdir():
            stem, dot, suffix = path.name.rpartition(".")
            if dot + suffix not in MEDIA_TYPES:
                continue
            body = path.read_bytes()
            hashed = f"{stem}.{sha256(body).hexdigest()[:8]}.{suffix}"
            by_address[hashed] = Asset(body=body, media_type=MEDIA_TYPES[dot + suffix])
            addresses[path.name] = f"/assets/{hashed}"
    return Assets(by_address=by_address, addresses=addresses)
