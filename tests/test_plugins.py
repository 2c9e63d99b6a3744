"""Tests of finding plugs: real distributions on the path, declared as a stranger's would be."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from engine.domain import Draft, Material, Scope
from engine.errors import PluginError
from engine.plugins import GENERATORS, in_order_of_need, load, load_generators


@dataclass(frozen=True)
class Saying:
    name: str
    needs: Sequence[str] = ()
    media_type: str = "text/plain"
    scopes: Collection[Scope] = frozenset({Scope.SUBJECT})

    def build(self, material: Material) -> Draft | None:
        return Draft(body=f"{self.name} {material.subject.name}")


@pytest.fixture
def packages(tmp_path: Path) -> Iterator[Path]:
    """A folder of the path: what is installed there is found, until the test is over."""
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))


def install(folder: Path, package: str, *points: str, group: str = GENERATORS) -> None:
    distribution = folder / f"{package}-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text("\n".join((f"[{group}]", *points)))


def test_our_own_plugs_are_declared_and_load() -> None:
    declared = {each.name for each in entry_points(group=GENERATORS)}

    assert {each.name for each in load_generators()} == declared
    assert {"jsonld", "faq-jsonld", "badge", "list", "list-bare", "faq"} <= declared


def test_a_generator_comes_after_those_it_needs() -> None:
    names = [each.name for each in load_generators()]

    for each in load_generators():
        assert all(names.index(needed) < names.index(each.name) for needed in each.needs)


def test_the_order_does_not_depend_on_the_order_they_were_found_in() -> None:
    made = {each.name: each for each in (Saying("page", ("list",)), Saying("list", ("jsonld",)), Saying("jsonld"))}
    turned = dict(reversed(made.items()))

    assert [each.name for each in in_order_of_need(made)] == ["jsonld", "list", "page"]
    assert in_order_of_need(made) == in_order_of_need(turned)


def test_a_need_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(PluginError, match="'page' needs 'list', which is not installed"):
        in_order_of_need({"page": Saying("page", ("list",))})


def test_two_that_need_each_other_are_an_error() -> None:
    with pytest.raises(PluginError, match="need each other: egg -> hen -> egg"):
        in_order_of_need({"hen": Saying("hen", ("egg",)), "egg": Saying("egg", ("hen",))})


def test_two_plugs_of_one_name_are_an_error(packages: Path) -> None:
    install(packages, "stranger", "badge = widgets.badge:Badge")

    with pytest.raises(PluginError, match=r"two plugs of plaudit\.generators are called 'badge'"):
        load_generators()


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ("kettle = nowhere.to_be:Found", "the plug 'kettle' of plaudit.generators cannot be loaded"),
        ("kettle = widgets.badge:NoSuchWidget", "the plug 'kettle' of plaudit.generators cannot be loaded"),
        ("kettle = widgets.badge:Badge", "the generator 'kettle' lacks a member .* or has another name"),
        ("kettle = builtins:dict", "the generator 'kettle' lacks a member"),
    ],
)
def test_a_plug_that_keeps_no_contract_is_named(packages: Path, point: str, message: str) -> None:
    install(packages, "stranger", point)

    with pytest.raises(PluginError, match=message):
        load_generators()


def test_a_group_without_plugs_is_empty() -> None:
    assert load("plaudit.kettles") == {}
