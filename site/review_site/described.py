"""The API as its document describes it: read once, served as it is, and what every body that is sent is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).with_name("openapi.yaml")
METHODS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    path: str
    method: str
    """In lower case."""
    said: Mapping[str, Any]
    parameters: Sequence[Mapping[str, Any]]
    """Those of the path and its own, each as it is and not by reference."""


@cache
def document() -> Mapping[str, Any]:
    """The document as one mapping."""
    # Nobody but those who read the document or write to the API needs it.
    import yaml  # noqa: PLC0415

    # Safe, and written in C where the package was built with it: ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Mapping[str, Any] = yaml.load(DOCUMENT.read_bytes(), Loader=loader)  # noqa: S506  both loaders are safe
    return found


def operations() -> Iterator[Operation]:
    """Every operation, in the order of the document."""
    for path, said in document()["paths"].items():
        for method in METHODS:
            if method in said:
                together = [*said.get("parameters", ()), *said[method].get("parameters", ())]
                yield Operation(path, method, said[method], [resolved(each) for each in together])


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the document, or what it refers to."""
    while "$ref" in part:
        found: Any = document()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def schema(name: str) -> Mapping[str, Any]:
    """A schema of the document by its name, able to stand alone: with all that it may refer to."""
    return {"$ref": SCHEMAS + name, "components": {"schemas": document()["components"]["schemas"]}}
