"""Generators and checkers of a few lines, for tests of what publishing itself does, and a publisher of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain import Bundle, Draft, Locale, Material, Problem, Scope, Severity, SnippetKey, SubjectId
from engine.outbox import Work, page_key
from engine.publish import Published, Publisher
from engine.store import Store
from tests.factories import NOON, lease, make_settings

KETTLE = SubjectId("kettle")
PAGE = page_key(Scope.SUBJECT, KETTLE)


@dataclass(frozen=True)
class Bodies:
    """Says the bodies of all reviews that are shown, and nothing where there are none."""

    name: str = "list"
    media_type: str = "text/html"
    scopes: Collection[Scope] = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()
    meanwhile: Callable[[], object] = lambda: None
    """What happens elsewhere while this builds."""

    def build(self, material: Material) -> Draft | None:
        self.meanwhile()
        if not material.shown:
            return None
        words = "\n".join(each.body for each in material.shown)
        return Draft(body=f"{material.locale}: {words}", reviews=tuple(each.id for each in material.shown))


@dataclass(frozen=True)
class Frame:
    """Puts what it needs into a frame."""

    name: str = "page"
    media_type: str = "text/html"
    scopes: Collection[Scope] = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ("list",)

    def build(self, material: Material) -> Draft | None:
        inner = material.parts.get("list")
        if inner is None:
            return Draft(body="<main>nothing yet</main>")
        return Draft(body=f"<main>{inner.body}</main>", reviews=inner.reviews)


@dataclass(frozen=True)
class Forbids:
    """Finds the same problem on every page of some locales."""

    locales: Sequence[str] = ()
    severity: Severity = Severity.ERROR

    def check(self, bundle: Bundle) -> list[Problem]:
        found = Problem(rule="test", severity=self.severity, path="$", message=f"not in {bundle.material.locale}")
        return [found] if bundle.material.locale in self.locales else []


def make_publisher(store: Store, **changes: Any) -> Publisher:
    parts = {
        "generators": (Bodies(), Frame()),
        "checker": Forbids(),
        "settings": make_settings(locales=(Locale("en"), Locale("de"))),
    }
    return Publisher(store=store, **{**parts, **changes})


def mark(store: Store, now: datetime = NOON) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, [PAGE], now)


def publish(publisher: Publisher, now: datetime = NOON) -> Published:
    """Publishes the kettle's page, marked or not."""
    mark(publisher.store, now)
    return publisher.publish(lease(publisher.store, Work.PUBLISH, PAGE, now=now), now)


def bodies(store: Store) -> dict[str, str]:
    """What is served of the kettle, by ``name/locale``."""
    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
    return {f"{key.name}/{key.locale}": each.body.decode() for key, each in kept.items() if each.etag}


def versions(store: Store) -> dict[str, int]:
    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
    return {f"{key.name}/{key.locale}": each.version for key, each in kept.items()}


def names(keys: Sequence[SnippetKey]) -> set[str]:
    return {f"{each.name}/{each.locale}" for each in keys}
