"""What a database holds, in a form that two runs can be compared by: clocks and running numbers left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy

from engine.store.tables import metadata
from tests.proofs.instances import Instance, database

# Times that are the clock's, and numbers that count what was done: they tell two equal runs apart.
CLOCKS = frozenset({"at", "received_at", "fetched_at", "saved_at", "replaced_at", "blocked_at", "due_at", "seq"})
WORDS = ("scope", "scope_id", "name", "locale")
SNIPPET = "SELECT scope, scope_id, name, locale, body, gzip, media_type, etag, review_ids FROM snippet"


@dataclass(frozen=True, slots=True)
class Held:
    rows: int
    digest: str


def contents(instance: Instance, but: frozenset[str] = CLOCKS) -> Mapping[str, Held]:
    """How many rows each table holds, and a digest of them in whatever order they come."""
    with database(instance.url) as engine, engine.connect() as connection:
        return {table.name: _held(connection, table, but) for table in metadata.sorted_tables}


def differences(one: Mapping[str, Held], other: Mapping[str, Held]) -> list[str]:
    """The tables in which the two differ, with their numbers of rows."""
    return [f"{name} ({one[name].rows} and {other[name].rows} rows)" for name in one if one[name] != other[name]]


def snippets(instance: Instance) -> Mapping[tuple[str, ...], tuple[Any, ...]]:
    """All that is served, by scope, scope id, name and locale; the version, which counts changes, is left out."""
    rows = instance.rows(f"{SNIPPET} WHERE body IS NOT NULL")
    return {tuple(row[:4]): tuple(_plain(each) for each in row[4:]) for row in rows}


def version_gaps(instance: Instance) -> list[str]:
    """Snippets whose events do not tell of each of their versions exactly once."""
    told: dict[tuple[str, ...], list[int]] = {}
    for subject, details in instance.rows(
        "SELECT subject_id, details FROM event WHERE kind LIKE 'snippet.%' ORDER BY seq"
    ):
        each = json.loads(details)
        scope_id = subject or each[each["scope"]]
        told.setdefault((each["scope"], scope_id, each["name"], each["locale"]), []).append(each["version"])
    kept = instance.rows("SELECT scope, scope_id, name, locale, version FROM snippet")
    return ["/".join(key) for *key, version in kept if told.get(tuple(key)) != list(range(1, version + 1))]


def _held(connection: sqlalchemy.Connection, table: sqlalchemy.Table, but: frozenset[str]) -> Held:
    columns = [column for column in table.c if column.name not in but]
    found = connection.execution_options(yield_per=1000).execute(sqlalchemy.select(*columns))
    digests = sorted(_digests(found, but))
    return Held(len(digests), hashlib.sha256(b"".join(digests)).hexdigest())


def _digests(rows: sqlalchemy.Result[Any], but: frozenset[str]) -> Iterator[bytes]:
    for row in rows:
        values = {name: _unclocked(name, value) if but else _plain(value) for name, value in row._mapping.items()}
        yield hashlib.sha256(repr(sorted(values.items())).encode()).digest()


def _unclocked(name: str, value: Any) -> Any:
    if name == "consent":
        return {key: each for key, each in json.loads(value).items() if key != "given_at"}
    if name == "decision" and value is not None:
        state, by, _at, reason, note = json.loads(value)
        return [state, by, reason, note]
    return _plain(value)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
