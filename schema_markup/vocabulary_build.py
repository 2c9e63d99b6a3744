"""Builds ``rules/vocabulary.json`` from a release of schema.org: ``python -m schema_markup.vocabulary_build FILE``.

FILE is ``schemaorg-all-https.jsonld`` of a release (https://schema.org/docs/developers.html). Only facts are taken:
which classes there are and what stands above them, which properties they have, what those take, which enumeration each
member belongs to, what was superseded by what, and what is pending. No description is copied.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schema_markup.vocabulary import TABLE

RELEASE, RELEASED = "30.0", "2026-03-19"
_OURS = ("schema:", "https://schema.org/", "http://schema.org/")


def table(graph: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The nodes of a release as the compact table that ``vocabulary`` reads."""
    classes: dict[str, list[str]] = {}
    properties: dict[str, list[list[str]]] = {}
    members: dict[str, str] = {}
    superseded: dict[str, str] = {}
    pending: list[str] = []
    for node in graph:
        name, types = _name(node), _as_list(node.get("@type"))
        if name is None:
            continue
        if "rdfs:Class" in types:
            classes[name] = _names(node.get("rdfs:subClassOf"))
        elif "rdf:Property" in types:
            properties[name] = [_names(node.get("schema:domainIncludes")), _names(node.get("schema:rangeIncludes"))]
        else:
            members[name] = _short(types[0]) or ""
        for newer in _names(node.get("schema:supersededBy"))[:1]:
            superseded[name] = newer
        if any("pending.schema.org" in str(part.get("@id")) for part in _as_list(node.get("schema:isPartOf"))):
            pending.append(name)
    return {
        "release": RELEASE,
        "released": RELEASED,
        "classes": classes,
        "properties": properties,
        "members": members,
        "superseded": superseded,
        "pending": sorted(pending),
    }


def as_text(built: Mapping[str, Any]) -> str:
    """The table with one entry a line, so that a new release reads as a short difference."""
    parts = []
    for key, value in built.items():
        if isinstance(value, dict):
            lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value[name])}" for name in sorted(value))
            parts.append(f"{json.dumps(key)}: {{\n{lines}\n}}")
        elif isinstance(value, list):
            lines = ",\n".join(json.dumps(each) for each in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _name(node: Mapping[str, Any]) -> str | None:
    return _short(str(node.get("@id", "")))


def _names(value: Any) -> list[str]:
    return [name for each in _as_list(value) if (name := _short(each.get("@id", "")))]


def _short(iri: str) -> str | None:
    return next((iri.removeprefix(prefix) for prefix in _OURS if iri.startswith(prefix)), None)


if __name__ == "__main__":
    release = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    TABLE.write_text(as_text(table(release["@graph"])), "utf-8")
