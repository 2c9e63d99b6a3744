"""Tests of the shape of the tree: modules and functions that can be read at once, under names that say something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.tree import FOLDERS, ROOT, Module, lines_of, modules

LONGEST_MODULE, LONG_MODULE = 400, 300
LONGEST_FUNCTION, LONG_FUNCTION = 50, 30
EMPTY_WORDS = frozenset({"helper", "helpers", "manager", "service", "util", "utils"})
EMPTY_NAMES = frozenset({"data", "info", "item"})
# One step of the schema, never changed once it was released, and read as the table it is.
SCHEMA_STEPS = "engine/store/migrations/versions/"

MODULES = modules(*FOLDERS)


def test_every_module_is_short_enough_to_be_read_at_once() -> None:
    assert [f"{each.name}: {each.lines} lines" for each in MODULES if each.lines > LONGEST_MODULE] == []


def test_so_is_every_function() -> None:
    too_long = [
        f"{module.name}:{function.lineno} {function.name}"
        for module in MODULES
        for function in module.functions()
        if lines_of(function) > LONGEST_FUNCTION and not module.name.startswith(SCHEMA_STEPS)
    ]

    assert too_long == []


def test_every_module_says_what_it_is() -> None:
    assert [each.name for each in MODULES if not ast.get_docstring(each.tree)] == []


def test_names_say_something() -> None:
    empty = [f"{module.name}:{line} {name}" for module in MODULES for line, name in named(module) if is_empty(name)]

    assert empty == []


def test_annotations_are_never_evaluated() -> None:
    evaluated = [
        each.name
        for each in MODULES
        if len(each.tree.body) > 1 and "from __future__ import annotations\n" not in each.source
    ]

    assert evaluated == []


def test_site_is_a_source_root_and_no_package() -> None:
    assert (ROOT / "site" / "review_site" / "__init__.py").exists()
    assert not (ROOT / "site" / "__init__.py").exists(), "it would shadow the standard library's module site"


def test_lists_what_is_longer_than_it_should_be() -> None:
    """A table for those who look (``pytest -s``): the soft limits are advice."""
    long_modules = [(module.lines, module.name) for module in MODULES if module.lines > LONG_MODULE]
    long_functions = [
        (lines_of(function), f"{module.name}:{function.lineno} {function.name}")
        for module in MODULES
        for function in module.functions()
        if lines_of(function) > LONG_FUNCTION
    ]

    for lines, name in sorted(long_modules + long_functions, reverse=True):
        print(f"{lines:5} {name}")


@pytest.mark.parametrize("name", ["data", "ReviewManager", "util", "string_utils", "HTTPService", "_info"])
def test_a_name_that_says_nothing_is_seen(name: str) -> None:
    assert is_empty(name)


@pytest.mark.parametrize("name", ["database", "data_dir", "items", "Information", "servicing", "Review"])
def test_a_name_that_says_something_passes(name: str) -> None:
    assert not is_empty(name)


def is_empty(name: str) -> bool:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return name.strip("_") in EMPTY_NAMES or not EMPTY_WORDS.isdisjoint(word.lower() for word in words)


def named(module: Module) -> Iterator[tuple[int, str]]:
    """Line and name of the module and of whatever it names: classes, functions, parameters, variables."""
    yield 1, module.path.stem
    for node in ast.walk(module.tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
