"""Sites that ``plaudit export`` wrote, as tests read them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli

from tests.doors import BASE, Company, row, tree_of

CDN = "https://cdn.example"
SETTINGS = f"""[site]
name = "Larkfield"
base_url = "{BASE}"
locales = ["en", "nl"]
[publish]
reviews_per_list = 2
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A static site as it lies on a disk."""

    folder: Path

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def pages(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self.folder.rglob("index.html")):
            yield str(path.relative_to(self.folder)), path.read_text(encoding="utf-8")

    def snippets(self) -> Iterator[tuple[str, str]]:
        for path in sorted((self.folder / "v1").rglob("*.html")):
            yield str(path.relative_to(self.folder)), path.read_text(encoding="utf-8")

    def finds(self, address: str) -> bool:
        """Whether a host of files would answer an address of this site."""
        path = self.folder / unquote(urlsplit(address).path).lstrip("/")
        return path.is_file() or (address.partition("#")[0].endswith("/") and (path / "index.html").is_file())

    def everything(self) -> bytes:
        """All bytes of all files, the packed ones unpacked."""
        unpack = {".br": brotli.decompress, ".gz": gzip.decompress}
        files = sorted(each for each in self.folder.rglob("*") if each.is_file())
        return b"\n".join(unpack.get(each.suffix, bytes)(each.read_bytes()) for each in files)


def write(company: Company, *options: str) -> Written:
    """The site of a company, written by the command."""
    folder = company.folder.parent / "site"
    done = company.plaudit("export", folder, *(options or ("--base-url", CDN)))
    assert done.exit_code == 0, done.output
    return Written(folder)


def links(html: str) -> list[str]:
    """Every address that a page leads to or loads."""
    tree = tree_of(html)
    return [address for each in tree.iter() for name in ("href", "src", "data-src") if (address := each.get(name))]


def with_five_reviews(company: Company) -> Company:
    """A kettle with five reviews, three pages of two."""
    company.configured(SETTINGS).publish(
        *(row(str(each), rating=str(each), body=f"Opinion number {each}.") for each in range(1, 6))
    )
    return company
