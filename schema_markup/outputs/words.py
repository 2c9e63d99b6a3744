"""What the results of a search engine are called, for people."""

from __future__ import annotations

from schema_markup.features import features


def title(feature: str) -> str:
    found = features().get(feature)
    return found.title if found else feature.replace("-", " ").capitalize()


def note(feature: str) -> str:
    """What an owner should know although nothing is wrong, such as that a result was retired; empty for most."""
    found = features().get(feature)
    return found.note if found else ""
