"""The page that shows the API to people, made of its document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain import Locale, PublishSettings
from review_site.described import Operation, document, operations, resolved
from review_site.frame import ENVIRONMENT, Frame, frame
from widgets.rendering import render

STYLE_SHEET = "docs.css"
NEEDS = "x-permission"
"""The extension that names what a key must be allowed to do."""
JUDGED_AS = "x-judged-as"
"""The extension that names the schema of one row, where a row that does not follow it is refused alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, or a member of a body."""

    name: str
    kind: str
    is_required: bool
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One operation."""

    anchor: str
    method: str
    path: str
    summary: str
    meaning: str
    permission: str
    parameters: Sequence[Field]
    body: Sequence[Field]
    example: str
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    name: str
    meaning: str
    operations: Sequence[Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsContext:
    frame: Frame
    style_sheet: str
    title: str
    lead: str
    sections: Sequence[Section]


def docs_page(settings: PublishSettings, locale: Locale) -> str:
    """The whole page; the frame around it speaks the locale, the description is English."""
    said = document()
    context = DocsContext(
        frame=frame(settings, locale),
        style_sheet=settings.assets.get(STYLE_SHEET, f"/assets/{STYLE_SHEET}"),
        title=said["info"]["title"],
        lead=said["info"]["description"],
        sections=tuple(_sections(said)),
    )
    return render("docs.html", context, ENVIRONMENT)


def _sections(said: Mapping[str, Any]) -> Iterator[Section]:
    every = list(operations())
    for tag in said["tags"]:
        mine = [_shown(each) for each in every if tag["name"] in each.said["tags"]]
        yield Section(name=tag["name"], meaning=tag.get("description", ""), operations=mine)


def _shown(each: Operation) -> Shown:
    content = resolved(each.said.get("requestBody", {})).get("content", {})
    first: Mapping[str, Any] = next(iter(content.values()), {})
    return Shown(
        anchor=each.said["operationId"],
        method=each.method.upper(),
        path=f"/v1{each.path}" if not each.path.startswith("/v1") else each.path,
        summary=each.said["summary"],
        meaning=each.said.get("description", ""),
        permission=each.said.get(NEEDS, ""),
        parameters=[_parameter(parameter) for parameter in each.parameters],
        body=list(_members(first.get("schema", {}))),
        example=json.dumps(first["example"], ensure_ascii=False, indent=2) if "example" in first else "",
        answers=[(status, resolved(answer)["description"]) for status, answer in each.said["responses"].items()],
    )


def _parameter(said: Mapping[str, Any]) -> Field:
    return Field(
        name=said["name"],
        kind=f"{said['in']}, {_kind(said['schema'])}",
        is_required=said.get("required", False),
        meaning=said.get("description", ""),
    )


def _members(schema: Mapping[str, Any], before: str = "") -> Iterator[Field]:
    """The members of an object, of what is in a list too, each with its path."""
    schema = resolved(schema)
    if "items" in schema:
        yield from _members(schema["items"].get(JUDGED_AS, schema["items"]), f"{before}[].")
    for name, said in schema.get("properties", {}).items():
        inner = resolved(said)
        yield Field(
            name=before + name,
            kind=_kind(inner),
            is_required=name in schema.get("required", ()),
            meaning=inner.get("description", ""),
        )
        deeper = resolved(inner["items"]) if "items" in inner else inner
        yield from _members(deeper, f"{before}{name}{'[]' if 'items' in inner else ''}.")


def _kind(schema: Mapping[str, Any]) -> str:
    schema = resolved(schema)
    kind = schema.get("type", "any")
    said = " or ".join(kind) if isinstance(kind, list) else kind
    if "enum" in schema:
        return f"{said}: {', '.join(str(each) for each in schema['enum'] if each is not None)}"
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    return f"{said} ({schema['format']})" if "format" in schema else said
