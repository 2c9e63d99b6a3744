"""Tests of the WordPress plugin that need no WordPress; `make prove-6-wordpress` runs it in one."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

from tests.tree import ROOT

PLUGIN = ROOT / "examples" / "wordpress" / "plaudit.php"
DOCUMENTS = {"page", "markdown", "jsonld-nodes"}
"""Snippets that are no part of a page of somebody else's."""


def test_it_offers_each_snippet_that_can_stand_in_a_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    made = set(project["entry-points"]["plaudit.generators"])

    offered = listed("NAMES")

    assert offered == made - DOCUMENTS


def test_it_offers_each_theme() -> None:
    sheet = (ROOT / "widgets" / "static" / "plaudit.css").read_text(encoding="utf-8")

    offered = listed("THEMES")

    assert offered == {"", "plain", *re.findall(r"\.plaudit-theme-([a-z]+)", sheet)}


def test_its_document_names_each_attribute() -> None:
    written = (ROOT / "docs" / "cms" / "wordpress.md").read_text(encoding="utf-8")

    wishes = re.findall(r"^\t'([a-z]+)' +=> '", constant("WISHES"), re.MULTILINE)

    assert wishes
    assert [each for each in wishes if f"`{each}`" not in written] == []


def test_its_licence_is_that_of_wordpress() -> None:
    head = PLUGIN.read_text(encoding="utf-8")[:1000]

    assert "License:           GPL-2.0-or-later" in head


@pytest.mark.skipif(shutil.which("php") is None, reason="there is no php in PATH")
def test_php_reads_it() -> None:
    read = subprocess.run(["php", "-l", PLUGIN], capture_output=True, text=True, check=False)

    assert read.returncode == 0, read.stdout


def constant(name: str) -> str:
    found = re.search(rf"^const {name} +=.*?\);$", PLUGIN.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


def listed(name: str) -> set[str]:
    return set(re.findall(r"'([a-z-]*)'", constant(name)))
