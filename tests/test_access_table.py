"""Tests of the table in docs/access.md: every route, asked by everybody, lets in whom it names and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine.domain import Permission, Role
from review_site import create_app
from review_site.access import needed_by
from review_site.wiring import Instance
from tests.access_matrix import DOCUMENT, OPEN, SIGNED, TABLE, matrix
from tests.doors import SETTINGS, Company


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    """With all the doors there are."""
    with company.configured(f"{SETTINGS}gallery = true\n").instance() as found:
        yield found


def test_the_table_names_every_route_and_method_and_no_others(instance: Instance) -> None:
    app = create_app(instance)
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS"}
        if method != "HEAD" or "GET" not in (rule.methods or set())
    }

    assert {(route, method) for route, method, _ in TABLE} == routes


def test_the_table_says_what_each_route_asks_for(instance: Instance) -> None:
    app = create_app(instance)
    needed = {
        (rule.rule, method): needed_by(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }

    said = {(route, method): takes for route, method, takes in TABLE}
    assert {key: takes for key, takes in said.items() if (needed[key] or OPEN) != takes and takes != SIGNED} == {}


def test_everybody_gets_in_where_the_table_says_so_and_nowhere_else(instance: Instance) -> None:
    assert [cell for cell in matrix(instance) if not cell.is_right] == []


@pytest.mark.parametrize("role", Role)
def test_the_table_of_roles_says_what_roles_may(role: Role) -> None:
    column = list(Role).index(role)
    rows = re.findall(r"^\| `([a-z:]+)` \| [^|]+ \| ([^|]*)\| ([^|]*)\| ([^|]*)\| ([^|]*)\|$", DOCUMENT, re.MULTILINE)

    said = {Permission(permission) for permission, *cells in rows if cells[column].strip() == "yes"}

    assert said == role.permissions
    assert {Permission(row[0]) for row in rows} == set(Permission)
