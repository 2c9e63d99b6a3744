"""The three plugs: what a collector, a generator and a checker must be able to do, and how they are found.

A plug is declared under the entry point group ``plaudit.collectors`` or ``plaudit.generators``, the built-in ones
just as a stranger's. There is no base class: whatever has these members is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from engine.domain import Batch, Bundle, Draft, Material, Problem, Scope
from engine.errors import PluginError

if TYPE_CHECKING:
    from engine.http import GuardedSession

COLLECTORS = "plaudit.collectors"
GENERATORS = "plaudit.generators"


class Sureness(StrEnum):
    """By what a source's wire shape is known, the surest first."""

    DOCUMENTED = "documented"
    """By the vendor's own document or published machine description."""
    CLIENT = "client"
    """By a connector or client in public code."""
    SECONDARY = "secondary"
    """By a description of somebody else."""
    MEMORY = "memory"
    """By hearsay: try it on a few reviews first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One key of ``[sources.<id>]`` that a kind of source understands."""

    help: str
    default: str | None = None
    """None: it must be given."""
    is_secret: bool = False
    """Given by the name of an environment variable, as ``<key>_env``; never shown, stored or logged."""


class Collector(Protocol):
    """Reads one source and yields what it read; it never sees the store, the clock or the configuration."""

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        """Batches from after ``cursor`` on; None starts at the beginning.

        Raises RetryLaterError when the source is busy and SourceRefusedError when it said no; what was yielded
        before is safe, because each batch was saved together with its cursor.
        """
        ...


@runtime_checkable
class SourceKind(Protocol):
    """What an entry point of ``plaudit.collectors`` names: one kind of source, and the collectors of it."""

    @property
    def name(self) -> str: ...

    @property
    def rights(self) -> str:
        """The rights profile that its sources have unless the configuration narrows it."""

    @property
    def sureness(self) -> Sureness: ...

    @property
    def options(self) -> Mapping[str, Option]: ...

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        """A collector of one source; ``given`` has every option, secrets included.

        Raises BadValueError naming the option that is wrong.
        """
        ...


@runtime_checkable
class DerivesRights(Protocol):
    """A kind of source whose options decide which rights profile its sources have."""

    def rights_of(self, given: Mapping[str, str]) -> str:
        """The name of the profile; the options may be wrong still."""
        ...


@runtime_checkable
class ReadsByOptions(Protocol):
    """A kind of source whose options say how one of its records is read, such as which question is the rating."""

    def reader(self, given: Mapping[str, str]) -> Callable[[Mapping[str, Any], str], object]:
        """What maps one raw record from a place to one or several records; ``given`` has every option."""
        ...


@runtime_checkable
class FindsRecords(Protocol):
    """A kind of source that one record can be looked up at, and that can tell where each field of it stands."""

    def find(self, given: Mapping[str, str], record: str) -> Mapping[str, Any] | None:
        """The raw record with an id or at a place; None when there is none, BadValueError when it cannot be read."""

    def columns(self, given: Mapping[str, str], raw: Mapping[str, Any]) -> Mapping[str, str]:
        """In what of a raw record each field stands, by the field."""
        ...


@runtime_checkable
class AnswersAtLength(Protocol):
    """A kind of source whose answers may be longer than others', because it tells everything at once."""

    @property
    def most_bytes(self) -> int: ...


@runtime_checkable
class ReceivesHooks(Protocol):
    """A kind of source that also tells us by webhook."""

    def receive(self, given: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """What a webhook says, its signature checked over the raw body; header names are in lower case.

        Raises SignatureError for whatever the source did not sign just now, and when no secret is set: closed.
        """
        ...


@runtime_checkable
class NumbersHooks(Protocol):
    """A kind of source whose webhooks each have an id; those of other kinds are told apart by their bodies."""

    def hook_id(self, headers: Mapping[str, str]) -> str:
        """The id of a webhook, the same each time it is sent: one that its signature covers, or none."""
        ...


@runtime_checkable
class TakesReplies(Protocol):
    """A kind of source that the owner's answers can be written back to."""

    def reply(self, given: Mapping[str, str], http: GuardedSession, external_id: str, text: str) -> None:
        """Puts the owner's answer under a review; the same answer again changes nothing."""
        ...


@runtime_checkable
class TakesRepliesBack(Protocol):
    """A kind of source that drops an answer again when its owner takes it back."""

    def withdraw_reply(self, given: Mapping[str, str], http: GuardedSession, external_id: str) -> None:
        """Takes the owner's answer away from under a review; where there is none, that changes nothing."""
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
    return {name: _object(point) for name, point in _points(group).items()}


class Plugs(Mapping[str, Any]):
    """The plugs of a group by name, each imported when it is asked for."""

    def __init__(self, group: str) -> None:
        """Raises PluginError when two have one name."""
        self._points = _points(group)

    def __getitem__(self, name: str) -> Any:
        """Raises PluginError when it cannot be imported."""
        return _object(self._points[name])

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)


class Kinds(Plugs):
    """The kinds of sources that can be configured."""

    def __getitem__(self, name: str) -> SourceKind:
        """Raises PluginError for a plug that is no kind of source, or calls itself otherwise than its entry point."""
        plug = super().__getitem__(name)
        if not isinstance(plug, SourceKind) and hasattr(plug, "collect"):
            raise PluginError(f"{name!r} is what plaudit import reads; it cannot be configured")
        if not isinstance(plug, SourceKind):
            raise PluginError(f"the collector {name!r} lacks a member of engine.plugins.SourceKind")
        if plug.name != name:
            raise PluginError(f"the collector {name!r} calls itself {plug.name!r}")
        return plug


def load_kinds() -> Mapping[str, SourceKind]:
    """The kinds of sources that can be configured, by name; each is imported when it is asked for."""
    return Kinds(COLLECTORS)


def load_reader(name: str) -> Callable[[Mapping[str, Any], str], object] | None:
    """What a kind of source makes records of one raw record with: ``read`` of its module, where it has one."""
    for point in entry_points(group=COLLECTORS, name=name):
        read = getattr(import_module(point.module), "read", None)
        return read if callable(read) else None
    return None


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


def _points(group: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        if point.name in found:
            raise PluginError(f"two plugs of {group} are called {point.name!r}; uninstall one of their packages")
        found[point.name] = point
    return found


def _object(point: EntryPoint) -> Any:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(f"the plug {point.name!r} of {point.group} cannot be loaded: {error}") from error
