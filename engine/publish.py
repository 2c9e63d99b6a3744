"""Publishing: material to drafts, drafts judged together, finished bytes under their key.

A page is built in all its locales, checked, and written in the transaction that takes its mark away: either all of it
is there or none. A bundle with a problem that forbids publishing is not written, and the last good one stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from engine.collection_material import select_collection_material
from engine.domain import (
    Bundle,
    CollectionId,
    Draft,
    Event,
    EventKind,
    Locale,
    Material,
    Problem,
    PublishSettings,
    ReviewId,
    Scope,
    Snippet,
    SnippetKey,
    SourceId,
    SubjectId,
    Topic,
    TopicId,
    View,
)
from engine.errors import LeaseLostError, NotFoundError
from engine.material import select_material
from engine.outbox import Work, finish, page_key, page_of
from engine.plugins import Checker, Generator
from engine.rights import may_show, oldest_allowed
from engine.store import Lease, Store, Transaction
from engine.topic_material import select_topic_material, still_stands

ETAG_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing one page came to."""

    updated: Sequence[SnippetKey] = ()
    removed: Sequence[SnippetKey] = ()
    unchanged: int = 0
    blocked: Mapping[Locale, Sequence[Problem]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A page in all its locales, before it is written."""

    snippets: Mapping[SnippetKey, Snippet]
    blocked: Mapping[Locale, Sequence[Problem]]
    materials: Sequence[Material]
    """What it was built of, one for each locale."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Builds, checks and writes pages with the plugs and settings of this instance."""

    store: Store
    generators: Sequence[Generator]
    """Each after those it needs."""
    checker: Checker
    settings: PublishSettings

    def publish(self, lease: Lease, now: datetime) -> Published:
        """Brings the page of a leased mark up to date.

        Raises LeaseLostError, with nothing written, when its material changed meanwhile.
        """
        scope, scope_id = page_of(lease.key)
        with self.store.reading() as transaction:
            materials = self._all_locales(transaction, scope, scope_id, now)
        built = self._built(scope, scope_id, materials)
        with self.store.writing() as transaction:
            # Whoever changes a review of a subject sets the subject's mark; one that has only just come to a topic or a
            # collection may change without theirs. Asked before the mark is taken away: whoever decides about reviews
            # locks them first and marks afterwards.
            if scope is not Scope.SUBJECT and not still_stands(transaction, materials, now):
                raise LeaseLostError(f"{lease.kind} {lease.key}: somebody's words changed while they were printed")
            finish(transaction, lease)
            return self._write(transaction, scope, scope_id, built, now)

    def view(
        self,
        about: SubjectId | TopicId | CollectionId,
        locale: Locale,
        view: View,
        name: str,
        now: datetime,
        scope: Scope = Scope.SUBJECT,
    ) -> Draft | None:
        """What one generator makes of a view that is built when it is asked for: sorted, filtered, paged.

        Raises NotFoundError when there is no such subject, topic, collection or generator, BadValueError for a cursor
        that it does not know and for a view that the scope does not have.
        """
        with self.store.reading() as transaction:
            [material] = self._selected(transaction, scope, about, now, locale=locale, view=view)
        return self.draft(material, name)

    def draft(self, material: Material, name: str) -> Draft | None:
        """What one generator makes of material. Raises NotFoundError when there is no such generator."""
        return self._drafts(material, self._needed_for(name)).get(name)

    def material(
        self,
        about: SubjectId | TopicId | CollectionId,
        locale: Locale,
        view: View,
        now: datetime,
        scope: Scope = Scope.SUBJECT,
    ) -> Material:
        """What generators see of a view. Raises as ``view`` does."""
        with self.store.reading() as transaction:
            [material] = self._selected(transaction, scope, about, now, locale=locale, view=view)
        return material

    def built(self, scope: Scope, scope_id: str, now: datetime) -> Built:
        """A page in all its locales, checked, and written nowhere; nothing where what it is about is gone."""
        with self.store.reading() as transaction:
            materials = self._all_locales(transaction, scope, scope_id, now)
        return self._built(scope, scope_id, materials)

    def fingerprint(self, version: str) -> str:
        """Changes whenever the same reviews would give other bytes: another program, settings or plugs."""
        names = sorted(each.name for each in self.generators)
        return sha256(repr((version, self.settings, names)).encode()).hexdigest()

    def _all_locales(self, transaction: Transaction, scope: Scope, scope_id: str, now: datetime) -> list[Material]:
        """The material of a marked page; none for a collection that was deleted since, so that its page goes too."""
        try:
            return self._selected(transaction, scope, scope_id, now)
        except NotFoundError:
            if scope is not Scope.COLLECTION:
                raise
            return []

    def _selected(
        self,
        transaction: Transaction,
        scope: Scope,
        scope_id: str,
        now: datetime,
        *,
        locale: Locale | None = None,
        view: View | None = None,
    ) -> list[Material]:
        """In one locale, or in each where the page is published."""
        locales = [locale] if locale else self.settings.locales
        settings = self.settings
        match scope:
            case Scope.SUBJECT:
                subject = transaction.subjects.find(SubjectId(scope_id))
                return [select_material(transaction, subject, each, settings, now=now, view=view) for each in locales]
            case Scope.TOPIC:
                topic = transaction.topics.find(TopicId(scope_id))
                locales = [locale] if locale else settings.locales_in(topic.language)
                return [
                    select_topic_material(transaction, topic, each, settings, now=now, view=view) for each in locales
                ]
            case Scope.COLLECTION:
                picked = transaction.collections.find(CollectionId(scope_id))
                return [
                    select_collection_material(transaction, picked, each, settings, now=now, view=view)
                    for each in locales
                ]

    def _built(self, scope: Scope, scope_id: str, materials: Sequence[Material]) -> Built:
        snippets: dict[SnippetKey, Snippet] = {}
        blocked: dict[Locale, Sequence[Problem]] = {}
        for material in materials:
            drafts = self._drafts(material, self.generators)
            media_types = {each.name: each.media_type for each in self.generators if each.name in drafts}
            problems = self.checker.check(Bundle(material=material, drafts=drafts, media_types=media_types))
            if any(each.forbids for each in problems):
                blocked[material.locale] = [each for each in problems if each.forbids]
                continue
            for name, draft in drafts.items():
                key = SnippetKey(scope=scope, scope_id=scope_id, name=name, locale=material.locale)
                snippets[key] = _snippet(key, draft, media_types[name])
        return Built(snippets=snippets, blocked=blocked, materials=materials, expires_at=self._expiry(materials))

    def _drafts(self, material: Material, generators: Sequence[Generator]) -> dict[str, Draft]:
        drafts: dict[str, Draft] = {}
        for each in (one for one in generators if material.scope in one.scopes):
            parts = {name: drafts[name] for name in each.needs if name in drafts}
            draft = each.build(replace(material, parts=parts))
            if draft is not None:
                drafts[each.name] = draft
        return drafts

    def _needed_for(self, name: str) -> list[Generator]:
        wanted = {name}
        for each in reversed(self.generators):
            if each.name in wanted:
                wanted.update(each.needs)
        needed = [each for each in self.generators if each.name in wanted]
        if name not in {each.name for each in needed}:
            raise NotFoundError(f"no generator is called {name!r}")
        return needed

    def _expiry(self, materials: Sequence[Material]) -> datetime | None:
        """When the first review that stands on the page, or is counted there, becomes older than its source allows."""
        if not materials:
            return None
        now = materials[0].now
        with self.store.reading() as transaction:
            sources = transaction.sources.all()
            oldest = oldest_allowed(sources.values(), now)
            if not oldest:
                return None
            standing = transaction.reviews.among(sorted({each for one in materials for each in _whose_words(one)}))
            received = [(each.review.source_id, each.review.received_at) for each in standing.values()]
            received += [
                (source, at)
                for source, after in oldest.items()
                if (at := _earliest(transaction, materials[0], source, after)) is not None
            ]
        ends = [at + age for source, at in received if (age := sources[source].rights.max_age) is not None]
        return min(ends, default=None)

    def _write(self, transaction: Transaction, scope: Scope, scope_id: str, built: Built, now: datetime) -> Published:
        kept = transaction.snippets.of_page(scope, scope_id)
        updated = [
            replace(new, version=(kept[key].version if key in kept else 0) + 1)
            for key, new in built.snippets.items()
            if key not in kept or kept[key].body != new.body
        ]
        removed = [
            old
            for key, old in kept.items()
            if old.etag and key not in built.snippets and key.locale not in built.blocked
        ]
        removed += _silenced(transaction, kept, built, now)
        transaction.snippets.save(updated)
        transaction.snippets.remove(each.key for each in removed)
        left = {key: old for key, old in kept.items() if old not in removed}
        transaction.snippets.quote(scope, scope_id, _quoted(left, built))
        if scope is Scope.SUBJECT:
            locales = (each for each in self.settings.locales if each not in built.blocked)
            transaction.faq.show(SubjectId(scope_id), {each.partition("-")[0] for each in locales})
        self._say_what_is_blocked(transaction, scope, scope_id, built, now)
        transaction.events.add(
            [_event(EventKind.SNIPPET_UPDATED, each, each.version, now) for each in updated]
            + [_event(EventKind.SNIPPET_REMOVED, each, each.version + 1, now) for each in removed]
        )
        if built.expires_at is not None:
            transaction.marks.set(Work.PUBLISH, [page_key(scope, scope_id)], built.expires_at)
        return Published(
            updated=[each.key for each in updated],
            removed=[each.key for each in removed],
            unchanged=len(built.snippets) - len(updated),
            blocked=built.blocked,
        )

    def _say_what_is_blocked(
        self, transaction: Transaction, scope: Scope, scope_id: str, built: Built, now: datetime
    ) -> None:
        transaction.snippets.unblock_all_but(scope, scope_id, built.blocked)
        for locale, problems in built.blocked.items():
            transaction.snippets.block(scope, scope_id, locale, problems, now)


def etag_of(body: bytes) -> str:
    """The ETag of finished bytes, without quotes."""
    return sha256(body).hexdigest()[:ETAG_DIGITS]


def _snippet(key: SnippetKey, draft: Draft, media_type: str) -> Snippet:
    body = draft.body.encode()
    return Snippet(
        key=key,
        body=body,
        media_type=media_type,
        etag=etag_of(body),
        version=0,
        review_ids=tuple(sorted(set(draft.reviews))),
    )


def _whose_words(material: Material) -> Iterator[ReviewId]:
    """The reviews that are shown, and those that are quoted without being in the list."""
    yield from (each.id for each in (*material.shown, *material.pictured, *material.testimonials))
    yield from (review for each in material.phrases for review in each.rests_on)
    yield from (review for each in material.faq for review in each.review_ids)
    yield from material.text_summary.review_ids if material.text_summary else ()


def _earliest(transaction: Transaction, material: Material, source: SourceId, after: datetime) -> datetime | None:
    """When the oldest copy was received, after a time, of those of a source that the page counts."""
    if isinstance(material.about, Topic):
        return transaction.topics.earliest(material.about.id, source, after)
    received = (transaction.summaries.earliest(each, source, after) for each in material.subjects)
    return min((each for each in received if each is not None), default=None)


def _silenced(
    transaction: Transaction, kept: Mapping[SnippetKey, Snippet], built: Built, now: datetime
) -> list[Snippet]:
    """Of what stays because its locale is blocked: what holds words that became too old, which nobody's verb tells."""
    staying = [each for each in kept.values() if each.etag and each.key.locale in built.blocked]
    sources = transaction.sources.all()
    # Not locked: whoever decides about reviews locks them before the mark, which this transaction has taken already.
    found = transaction.reviews.among(sorted({one for each in staying for one in each.review_ids}), lock=False)
    gone = {
        which
        for which, filed in found.items()
        if not may_show(filed.review, sources[filed.review.source_id].rights, now)
    }
    return [each for each in staying if gone.intersection(each.review_ids)]


def _quoted(kept: Mapping[SnippetKey, Snippet], built: Built) -> set[ReviewId]:
    """Whose words will stand on the page: in what is new, and in what stays because its locale is blocked."""
    standing = [each for key, each in kept.items() if key.locale in built.blocked]
    return {review for each in (*built.snippets.values(), *standing) for review in each.review_ids}


def _event(kind: EventKind, snippet: Snippet, version: int, now: datetime) -> Event:
    details = {**snippet.key.details, "version": version, "etag": snippet.etag}
    return Event(kind=kind, at=now, by="publish", subject_id=snippet.key.subject_id, details=details)
