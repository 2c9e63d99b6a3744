"""Sources played with thousands of reviews, each as its vendor documents it: what the proofs of collecting read.

Each group of collectors plays its sources in a module ``pages_<group>`` beside this one, whose ``PLAYED`` says, by the
name of the kind, what plays it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.source_server import Pages

Given = Callable[[str], Mapping[str, str]]
"""The options of a source for the address of the server, secrets included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One kind of source on loopback."""

    given: Given
    many: Callable[[int], Pages]
    """Plays it with so many reviews, a token that it hands out included."""
    sample: Callable[[], Pages] | None = None
    """Plays it with the reviews of its sample document."""
    ids: Callable[[int], Sequence[str]] | None = None
    """The external ids of so many reviews; without it, those that an undisturbed reading tells of."""
    lacking: str = ""
    """Words of the reason why a reading of many is never complete, where the source gives less than it has."""
    key_in_url: bool = False
    """Whether it takes its key nowhere else."""


def pages() -> Mapping[str, Played]:
    """Every kind that is played, by its name."""
    found: dict[str, Played] = {}
    for path in sorted(Path(__file__).parent.glob("pages_*.py")):
        found.update(import_module(f"tests.proofs.{path.stem}").PLAYED)
    return dict(sorted(found.items()))
