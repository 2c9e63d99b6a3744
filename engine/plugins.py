"""The three plugs: what a collector, a generator and a checker must be able to do, and how they are found.

A plug is declared under the entry point group ``plaudit.collectors`` or ``plaudit.generators``, the built-in ones
just as a stranger's. There is no base class: whatever has these members is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

from engine.domain import Batch, Bundle, Draft, Material, Problem, Scope
from engine.errors import PluginError

COLLECTORS = "plaudit.collectors"
GENERATORS = "plaudit.generators"


class Collector(Protocol):
    """Reads one source and yields what it read; it never sees the store, the clock or the configuration."""

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        """Batches from after ``cursor`` on; None starts at the beginning.

        Raises RetryLaterError when the source is busy and SourceRefusedError when it said no; what was yielded
        before is safe, because each batch was saved together with its cursor.
        """
        ...


@runtime_checkable
class Generator(Protocol):
    """Makes one kind of snippet.

    Pure: the same material gives the same text, so that the ETag can be a hash of it. ``build`` may say nothing
    (None). It never filters: what may be used was decided before, once, by ``engine.publish``.
    """

    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def scopes(self) -> Collection[Scope]:
        """What it can be about; ``build`` is asked for materials of these scopes only."""

    @property
    def needs(self) -> Sequence[str]:
        """The generators whose drafts must stand in ``material.parts`` before this one builds."""
        ...

    def build(self, material: Material) -> Draft | None: ...


class Checker(Protocol):
    """Judges what was built for one page, markup against visible text included."""

    def check(self, bundle: Bundle) -> Sequence[Problem]: ...


def load(group: str) -> dict[str, Any]:
    """The plugs of a group by name: the objects their entry points name.

    Raises PluginError when two have one name or one cannot be imported.
    """
    found: dict[str, Any] = {}
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        if point.name in found:
            raise PluginError(f"two plugs of {group} are called {point.name!r}; uninstall one of their packages")
        found[point.name] = _object(point)
    return found


def load_generators() -> tuple[Generator, ...]:
    """All generators, each after those it needs.

    Raises PluginError when one lacks a member, needs one that is missing, or two need each other.
    """
    generators: dict[str, Generator] = {}
    for name, make in load(GENERATORS).items():
        made = make()
        if not isinstance(made, Generator) or made.name != name:
            raise PluginError(f"the generator {name!r} lacks a member of engine.plugins.Generator, or has another name")
        generators[name] = made
    return in_order_of_need(generators)


def in_order_of_need(generators: Mapping[str, Generator]) -> tuple[Generator, ...]:
    ordered: dict[str, Generator] = {}

    def place(name: str, wanted_by: tuple[str, ...]) -> None:
        if name in wanted_by:
            raise PluginError(f"generators need each other: {' -> '.join((*wanted_by, name))}")
        if name not in generators:
            raise PluginError(f"the generator {wanted_by[-1]!r} needs {name!r}, which is not installed")
        for needed in generators[name].needs:
            place(needed, (*wanted_by, name))
        ordered.setdefault(name, generators[name])

    for name in sorted(generators):
        place(name, ())
    return tuple(ordered.values())


def _object(point: EntryPoint) -> Any:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(f"the plug {point.name!r} of {point.group} cannot be loaded: {error}") from error
