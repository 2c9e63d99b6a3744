"""The source tree as the tests of the tree read it: every module of ours, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "collectors", "schema_markup", "widgets", "site/review_site")
FOLDERS = (*PACKAGES, "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self) -> str:
        """The path from the root of the tree, as the messages of a test show it."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def lines(self) -> int:
        return self.source.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, str(self.path))

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


def lines_of(function: Function) -> int:
    """From ``def`` to the last line, without the decorators: a table of parametrised cases is no code."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


@lru_cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The modules below some folders of the root, in order of their names."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Module(path) for path in found if "__pycache__" not in path.parts)
