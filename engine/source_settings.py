"""Configured sources: the tables ``[sources.<id>]``, read against what each kind of source understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from engine.domain import Rights, SourceId, digest
from engine.errors import BadValueError, PluginError, RefusedError
from engine.plugins import DerivesRights, Option, SourceKind
from engine.rights import PROFILES, narrowed, profile, wider
from engine.settings import Setting, identity, number, source_id, text

SOURCE: Mapping[str, Setting] = {
    "collector": Setting(read=identity, default=None, meaning="the kind of source; docs/collectors.md lists them"),
    "rights": Setting(read=text, default="", meaning="a rights profile that narrows the one of its kind; empty: that"),
    "approval": Setting(
        read=text, default="", meaning="the leave in writing that some profiles need: from whom, of which date"
    ),
    "attribution": Setting(read=text, default="", meaning="the name that the source is shown under"),
    "every_hours": Setting(
        read=number(1, 24 * 366), default=24, meaning="hours from the end of one reading to the next"
    ),
    "full_every_days": Setting(
        read=number(1, 366), default=7, meaning="days from one full reading, which finds what is gone, to the next"
    ),
    "per_minute": Setting(read=number(1, 10_000), default=60, meaning="most calls in a minute"),
    "per_day": Setting(read=number(1, 10_000_000), default=10_000, meaning="most calls in a day of UTC"),
}
"""The keys that every ``[sources.<id>]`` may have, whatever its kind."""

Kinds = Callable[[], Mapping[str, SourceKind]]
"""The installed kinds of sources; asked for only when a source is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """What the operator decided of one source."""

    id: SourceId
    kind: SourceKind
    rights: Rights
    given: Mapping[str, str] = field(repr=False)
    """Every option of its kind, secrets included."""
    every: timedelta
    full_every: timedelta
    per_minute: int
    per_day: int

    @property
    def secrets(self) -> Sequence[str]:
        """What nobody may read in a log or an error."""
        return [value for name, value in self.given.items() if value and self.kind.options[name].is_secret]

    @property
    def options(self) -> str:
        """A hash of what was chosen for its kind: the same under a new key, and where a release brings a new option."""
        chosen = {name: value for name, value in self.given.items() if value != (self.kind.options[name].default or "")}
        told = (f"{name}={value}" for name, value in sorted(chosen.items()) if not self.kind.options[name].is_secret)
        return digest(self.kind.name, *told)


def read_sources(
    tables: Any, kinds: Kinds, environment: Mapping[str, str], mistakes: list[str]
) -> Mapping[SourceId, SourceSettings]:
    """The configured sources by id; whatever is wrong is added to ``mistakes``, each with its key path."""
    if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
        mistakes.append("sources must be written as [sources.<id>] tables")
        return {}
    known = kinds() if tables else {}
    read = (_source(each, table, known, environment, mistakes) for each, table in tables.items())
    return {each.id: each for each in read if each is not None}


def _source(
    name: str,
    table: Mapping[str, Any],
    kinds: Mapping[str, SourceKind],
    environment: Mapping[str, str],
    mistakes: list[str],
) -> SourceSettings | None:
    """None when something is wrong with it."""
    found: list[str] = []
    reader = _Reader(table, environment, found)
    try:
        identifier = source_id(name)
    except BadValueError as error:
        identifier = SourceId(name)
        found.append(f" {error}")
    common = {key: reader.common(key, setting) for key, setting in SOURCE.items()}
    kind = reader.kind(kinds)
    given = reader.options(kind.options) if kind else {}
    rights = reader.rights(kind, given, common) if kind else None
    if kind and not found:
        reader.try_out(kind, given)
    mistakes.extend(f"sources.{name}{each}" for each in found)
    if found or kind is None or rights is None:
        return None
    return SourceSettings(
        id=identifier,
        kind=kind,
        rights=rights,
        given=given,
        every=_often_enough(timedelta(hours=common["every_hours"]), rights),
        full_every=_often_enough(timedelta(days=common["full_every_days"]), rights),
        per_minute=common["per_minute"],
        per_day=common["per_day"],
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one table; each mistake begins with what follows the name of the table in its key path."""

    table: Mapping[str, Any]
    environment: Mapping[str, str]
    mistakes: list[str]

    def common(self, key: str, setting: Setting) -> Any:
        if key not in self.table:
            return setting.default
        try:
            return setting.read(self.table[key])
        except BadValueError as error:
            self.mistakes.append(f".{key} {error}")
            return setting.default

    def kind(self, kinds: Mapping[str, SourceKind]) -> SourceKind | None:
        name = str(self.table.get("collector", ""))
        forbidden = PROFILES.get(name.replace("_", "-"))
        if not name:
            self.mistakes.append(".collector is missing: it says what kind of source it is")
        elif name not in kinds and forbidden and not forbidden.may_store:
            self.mistakes.append(f".collector {name!r} cannot be: {forbidden.because}")
        elif name not in kinds:
            meant = _meant(name, kinds, "docs/collectors.md lists those there are")
            self.mistakes.append(f".collector {name!r} is not a kind of source; {meant}")
        else:
            return self._loaded(kinds, name)
        return None

    def _loaded(self, kinds: Mapping[str, SourceKind], name: str) -> SourceKind | None:
        try:
            return kinds[name]
        except PluginError as error:
            self.mistakes.append(f".collector: {error}")
            return None

    def options(self, options: Mapping[str, Option]) -> Mapping[str, str]:
        written = {_written(key, option): key for key, option in options.items()}
        for key in self.table:
            if key not in written and key not in SOURCE:
                meant = _meant(key, [*written, *SOURCE], "docs/collectors.md lists its options")
                self.mistakes.append(f".{key} is not an option of this kind of source; {meant}")
        return dict(self._given(options))

    def _given(self, options: Mapping[str, Option]) -> Iterator[tuple[str, str]]:
        for key, option in options.items():
            written = _written(key, option)
            if written not in self.table:
                if option.default is None:
                    self.mistakes.append(f".{written} is missing: {option.help}")
                yield key, option.default or ""
                continue
            try:
                value = _as_text(self.table[written])
            except BadValueError as error:
                self.mistakes.append(f".{written} {error}")
                continue
            yield key, self._from_environment(written, value) if option.is_secret else value

    def _from_environment(self, key: str, name: str) -> str:
        if not self.environment.get(name):
            self.mistakes.append(f".{key} names the environment variable {name}, which is not set")
        return self.environment.get(name, "")

    def rights(self, kind: SourceKind, given: Mapping[str, str], common: Mapping[str, Any]) -> Rights | None:
        """The kind's own profile, or a narrower one; None when it cannot be had."""
        own = kind.rights_of(given) if isinstance(kind, DerivesRights) else kind.rights
        try:
            allowed = profile(own, attribution=common["attribution"] or None, approval=common["approval"])
            wanted = profile(common["rights"] or own)
        except RefusedError as error:
            self.mistakes.append(f".rights: {error}")
            return None
        if not allowed.may_store:
            self.mistakes.append(f".rights {own!r}, the profile of this kind, forbids to store: {allowed.because}")
            return None
        if wanted.profile == own:
            return allowed
        if too_much := wider(wanted, allowed):
            self.mistakes.append(
                f".rights {wanted.profile!r} allows what {own!r}, the profile of this kind, does not:"
                f" {', '.join(too_much)}"
            )
            return None
        return narrowed(wanted, allowed)

    def try_out(self, kind: SourceKind, given: Mapping[str, str]) -> None:
        # Imported here: most commands read a configuration and ask nobody.
        from engine.http import GuardedSession  # noqa: PLC0415

        with GuardedSession() as http:
            try:
                kind.collector(given, http)
            except BadValueError as error:
                self.mistakes.append(f": {error}")


def _often_enough(every: timedelta, rights: Rights) -> timedelta:
    """Twice within the age that a copy may have, so that none grows too old while its source is being read."""
    return every if rights.max_age is None else min(every, rights.max_age / 2)


def _written(key: str, option: Option) -> str:
    return f"{key}_env" if option.is_secret else key


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return text(value)


def _meant(key: str, known: Mapping[str, Any] | Sequence[str], otherwise: str) -> str:
    near = get_close_matches(key, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise
