"""Tests of the documents: each command, route, setting and plug has its place in docs/, and links lead somewhere."""

from __future__ import annotations

import importlib
import importlib.util
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from tests.tree import ROOT

PLUGS = {"plaudit.collectors": "collectors.md", "plaudit.generators": "widgets.md"}


def test_every_command_is_described() -> None:
    main = member("review_site.cli", "main")

    described = sections(document("commands.md"))

    assert [path for path, _ in commands(main, "plaudit") if path not in described] == []


def test_every_option_is_described_with_its_command() -> None:
    main = member("review_site.cli", "main")

    described = sections(document("commands.md"))

    missing = [
        f"{path} {option}"
        for path, command in commands(main, "plaudit")
        for option in options(command)
        if not re.search(rf"{re.escape(option)}(?![\w-])", described.get(path, "") + described.get("", ""))
    ]
    assert missing == []


def test_every_route_is_described(tmp_path: Path) -> None:
    open_instance = member("review_site.wiring", "open_instance")
    create_app = member("review_site", "create_app")
    app = create_app(open_instance(None, tmp_path, {}))

    written = without_names(document("api.md") + document("console.md"))

    routes = {without_names(rule.rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert sorted(route for route in routes if f"{route}`" not in written) == []


def test_every_setting_is_described() -> None:
    settings: Mapping[str, Any] = member("engine.config", "SETTINGS")

    written = document("config.md")

    assert [key for key in settings if f"`{key}`" not in written] == []


@pytest.mark.parametrize("group", PLUGS)
def test_every_plug_is_described(group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    written = document(PLUGS[group])

    assert [name for name in project["entry-points"][group] if f"`{name}`" not in written] == []


def test_every_link_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    astray = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert astray == []


def member(module: str, name: str) -> Any:
    """A member of one of our modules; the test is skipped only while there is no such module."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"there is no {module} yet")
    return getattr(importlib.import_module(module), name)


def document(name: str) -> str:
    path = ROOT / "docs" / name
    assert path.exists(), f"docs/{name} is missing"
    return path.read_text(encoding="utf-8")


def sections(written: str) -> dict[str, str]:
    """The text below each heading that names a command; under the empty name, what stands before them all."""
    before, *rest = re.split(r"^#{2,} .*?`(plaudit(?: [a-z-]+)+)[^`]*`.*$", written, flags=re.MULTILINE)
    return {"": before, **dict(zip(rest[::2], rest[1::2], strict=True))}


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Each command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")
    else:
        yield path, command


def options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield from (name for name in parameter.opts if name.startswith("--"))


def without_names(text: str) -> str:
    """Routes without the names of their variables: the documents may call them what a reader understands."""
    return re.sub(r"<[^<>\s]*>|\{[^{}\s]*\}", "<>", text)
