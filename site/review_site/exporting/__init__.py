"""Everything public of an instance as files, for a host that runs no program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from threading import Event

from engine.domain import Locale, Problem, Scope, StaticSite, digest
from engine.errors import RefusedError
from engine.exporting import Counts, Export, exporting
from engine.rights import oldest_allowed
from review_site.exporting.pages import page_files
from review_site.exporting.rest import asset_files, feed_files, headers_file, home_files, method_files
from review_site.wiring import Instance, now

ALWAYS = ""
"""The state of what is cheaper to write than to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A page in all its languages and views."""

    scope: Scope
    scope_id: str
    state: str
    """Moves with whatever may change it: events, rights of sources, names of topics, reviews that became too old."""

    @property
    def name(self) -> str:
        return f"{self.scope}/{self.scope_id}"


def as_static(instance: Instance, base_url: str, live_url: str, *, only_newest: bool = False) -> Instance:
    """The instance as it is written for a static site at a base URL."""
    static = StaticSite(origin=instance.config.site_base_url, live_url=live_url, only_newest=only_newest)
    return replace(instance, config=replace(instance.config, site_base_url=base_url), static=static)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBack:
    """A page that is not among the files in one locale, because its checker forbids it."""

    name: str
    locale: Locale
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export came to."""

    counts: Counts
    kept_back: Sequence[KeptBack]


def export(
    known: Instance, folder: Path, stop: Event, advance: Callable[[int], None], *, is_fresh: bool = False
) -> Exported:
    """Writes a static instance into a folder; pages of which nothing changed are taken over from what is there.

    Raises RefusedError, with the folder as it was, where it cannot be written and when it is told to stop.
    """
    program = version("plaudit")
    made_with = known.publisher.fingerprint(program)
    kept_back: list[KeptBack] = []
    with exporting(folder) as made:
        for each in units(known):
            if stop.is_set():
                raise RefusedError(f"stopped; {folder} is as it was")
            state = digest(made_with, each.state)
            if is_fresh or not made.keep(each.name, state):
                built = known.publisher.built(each.scope, each.scope_id, now())
                kept_back += [KeptBack(name=each.name, locale=one, problems=why) for one, why in built.blocked.items()]
                # What is kept back is judged, and told, at each run.
                made.write(each.name, ALWAYS if built.blocked else state, page_files(known, each.scope, built, now()))
            advance(1)
        _write_the_rest(known, made)
        made.finish(program)
    return Exported(counts=made.counts, kept_back=kept_back)


def units(known: Instance) -> list[Unit]:
    """Every page of which there may be files. A topic or collection is about many subjects: any event may change it."""
    # Asked before anything is built: what happens meanwhile is seen by the next run.
    with known.store.reading() as transaction:
        newest, _ = transaction.events.last()
        last = transaction.events.last_of_subjects()
        sources = transaction.sources.all()
        aged = transaction.summaries.too_old(oldest_allowed(sources.values(), now()))
        spoken_of = transaction.topics.marks()
        subjects, topics = transaction.subjects.ids(), transaction.topics.ids()
        collections = transaction.collections.ids()
    rights = repr([sources[each].rights for each in sorted(sources)])
    of_all = digest(rights, str(newest), repr(sorted(aged.items())))
    of_one = {
        each: digest(rights, str(last.get(each, 0)), aged.get(each, ""), spoken_of.get(each, "")) for each in subjects
    }
    return [
        *(Unit(scope=Scope.SUBJECT, scope_id=each, state=of_one[each]) for each in subjects),
        *(Unit(scope=Scope.TOPIC, scope_id=each, state=of_all) for each in topics),
        *(Unit(scope=Scope.COLLECTION, scope_id=each, state=of_all) for each in collections),
    ]


def _write_the_rest(known: Instance, made: Export) -> None:
    for name, files in (
        ("assets", asset_files(known)),
        ("home", home_files(known)),
        ("method", method_files(known)),
        ("feeds", feed_files(known)),
        ("headers", iter([headers_file(known)])),
    ):
        made.write(name, ALWAYS, files)
