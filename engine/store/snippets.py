"""Snippets: finished bytes under their key, which pages quote whom, and what was kept from being published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, func, insert, select, tuple_, update

from engine.domain import Locale, Problem, ReviewId, RightsClass, Scope, Snippet, SnippetKey, SubjectId
from engine.packing import brotli_packed, gzip_packed, is_worth_packing
from engine.store.connect import upsert
from engine.store.freshness import NO_AGE, Oldest, ages_and_is_fresh
from engine.store.tables import blocked, quoted, rating_summary, review, snippet
from engine.store.values import from_json, problem_from_mapping, to_json, to_micros

KEPT = tuple(column for column in snippet.c if column.name not in ("gzip", "brotli"))
"""All but what only the hot path hands out."""
PLACE = (snippet.c.scope, snippet.c.scope_id, snippet.c.name, snippet.c.locale)
LISTED = tuple(column for column in KEPT if column.name != "body")


class Snippets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_page(self, scope: Scope, scope_id: str) -> dict[SnippetKey, Snippet]:
        """All snippets of one page in all locales, removed ones (with an empty body and ETag) included."""
        statement = select(*KEPT).where(snippet.c.scope == scope, snippet.c.scope_id == scope_id)
        found = [_from_row(row) for row in self._connection.execute(statement)]
        return {each.key: each for each in found}

    def find(self, wanted: SnippetKey) -> Snippet | None:
        """A snippet that is served; None where there is none."""
        statement = select(*KEPT).where(
            snippet.c.scope == wanted.scope,
            snippet.c.scope_id == wanted.scope_id,
            snippet.c.name == wanted.name,
            snippet.c.locale == wanted.locale,
            snippet.c.body.is_not(None),
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _from_row(row)

    def among(self, wanted: Collection[SnippetKey]) -> dict[SnippetKey, Snippet]:
        """Those of the wanted that are served; at most some hundreds can be asked for at once."""
        place = tuple_(snippet.c.scope, snippet.c.scope_id, snippet.c.name, snippet.c.locale)
        keys = [(each.scope.value, each.scope_id, each.name, each.locale) for each in wanted]
        rows = self._connection.execute(select(snippet).where(place.in_(keys), snippet.c.body.is_not(None)))
        found = [_from_row(row) for row in rows]
        return {each.key: each for each in found}

    def reviewed_pages(
        self,
        name: str,
        locale: Locale,
        *,
        after: str = "",
        skip: int = 0,
        limit: int = 1000,
        oldest: Oldest = NO_AGE,
    ) -> list[SubjectId]:
        """Subjects that are served under a name and have reviews to show, in the order of their ids."""
        statement = _reviewed(select(snippet.c.scope_id), name, locale, oldest).where(snippet.c.scope_id > after)
        ordered = statement.order_by(snippet.c.scope_id).offset(skip).limit(limit)
        return [SubjectId(each) for each in self._connection.scalars(ordered)]

    def count_reviewed_pages(self, name: str, locale: Locale, oldest: Oldest = NO_AGE) -> int:
        return self._connection.scalar(_reviewed(select(func.count()), name, locale, oldest)) or 0

    def listed(self, scope: Scope, scope_id: str, *, after: str = "", limit: int = 100) -> list[Snippet]:
        """Snippets that are served, without their bodies, in the order of ``name/locale``, from after that text."""
        place = snippet.c.name + "/" + snippet.c.locale
        statement = (
            select(*LISTED)
            .where(snippet.c.scope == scope, snippet.c.scope_id == scope_id, snippet.c.body.is_not(None), place > after)
            .order_by(place)
            .limit(limit)
        )
        return [_from_row(row) for row in self._connection.execute(statement)]

    def sizes(self, scope: Scope, scope_id: str) -> dict[SnippetKey, int]:
        """The bytes of each snippet of a page that is served."""
        statement = select(*PLACE, func.length(snippet.c.body)).where(
            snippet.c.scope == scope, snippet.c.scope_id == scope_id, snippet.c.body.is_not(None)
        )
        return {
            SnippetKey(scope=Scope(scope), scope_id=which, name=name, locale=Locale(locale)): size
            for scope, which, name, locale, size in self._connection.execute(statement)
        }

    def save(self, snippets: Sequence[Snippet]) -> None:
        rows = [_to_row(each) for each in snippets]
        if not rows:
            return
        statement = upsert(self._connection, snippet)
        changes = {
            name: statement.excluded[name]
            for name in ("body", "gzip", "brotli", "media_type", "etag", "version", "review_ids")
        }
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["scope", "scope_id", "name", "locale"], set_=changes), rows
        )

    def remove(self, keys: Iterable[SnippetKey]) -> None:
        """Empties each; its version stays."""
        for key in keys:
            self._connection.execute(
                update(snippet)
                .where(
                    snippet.c.scope == key.scope,
                    snippet.c.scope_id == key.scope_id,
                    snippet.c.name == key.name,
                    snippet.c.locale == key.locale,
                )
                .values(body=None, gzip=None, brotli=None, etag="", review_ids="[]", version=snippet.c.version + 1)
            )

    def leap(self, by: int) -> Iterator[tuple[SnippetKey, int, str]]:
        """Raises every version, also of what is served no more; the bytes stay. Key, version and ETag of each."""
        changed = update(snippet).values(version=snippet.c.version + by)
        for scope, scope_id, name, locale, version, etag in self._connection.execute(
            changed.returning(*PLACE, snippet.c.version, snippet.c.etag)
        ):
            yield SnippetKey(scope=Scope(scope), scope_id=scope_id, name=name, locale=Locale(locale)), version, etag

    def quote(self, scope: Scope, scope_id: str, reviews: Iterable[ReviewId]) -> None:
        """Says whose words stand on a page, in place of what was said before."""
        self._connection.execute(delete(quoted).where(quoted.c.scope == scope, quoted.c.scope_id == scope_id))
        rows = [{"review_id": each, "scope": scope, "scope_id": scope_id} for each in sorted(set(reviews))]
        if rows:
            self._connection.execute(insert(quoted), rows)

    def naming(self, wanted: ReviewId) -> list[Snippet]:
        """Every snippet that is served with words of a review, without its body, page by page."""
        pages = select(quoted.c.scope, quoted.c.scope_id).where(quoted.c.review_id == wanted)
        statement = (
            select(*LISTED)
            .where(tuple_(snippet.c.scope, snippet.c.scope_id).in_(pages), snippet.c.body.is_not(None))
            .order_by(*PLACE)
        )
        found = (_from_row(row) for row in self._connection.execute(statement))
        return [each for each in found if wanted in each.review_ids]

    def quoting(self, reviews: Sequence[ReviewId]) -> list[Snippet]:
        """Every snippet in which words of one of the reviews stand."""
        pages = self._connection.execute(
            select(quoted.c.scope, quoted.c.scope_id).where(quoted.c.review_id.in_(reviews)).distinct()
        ).all()
        wanted = set(reviews)
        return [
            each
            for scope, scope_id in pages
            for each in self.of_page(Scope(scope), scope_id).values()
            if wanted & set(each.review_ids)
        ]

    def block(self, scope: Scope, scope_id: str, locale: Locale, problems: Sequence[Problem], at: datetime) -> None:
        """Says why what was built for a page is not published."""
        statement = upsert(self._connection, blocked)
        row = {
            "scope": scope,
            "scope_id": scope_id,
            "locale": locale,
            "blocked_at": to_micros(at),
            "problems": to_json([each.as_mapping() for each in problems]),
        }
        changes = {"blocked_at": statement.excluded.blocked_at, "problems": statement.excluded.problems}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["scope", "scope_id", "locale"], set_=changes), row
        )

    def unblock_all_but(self, scope: Scope, scope_id: str, locales: Iterable[Locale]) -> None:
        """Forgets what was said of a page, but for the locales that are blocked still."""
        self._connection.execute(
            delete(blocked).where(
                blocked.c.scope == scope, blocked.c.scope_id == scope_id, blocked.c.locale.not_in(sorted(locales))
            )
        )

    def blocked(
        self, wanted: str | None = None, scope: Scope = Scope.SUBJECT
    ) -> Mapping[tuple[str, Locale], tuple[Problem, ...]]:
        """Why pages were not published, by scope id and locale: one page, or those of every scope."""
        statement = select(blocked).order_by(blocked.c.scope_id, blocked.c.locale)
        if wanted is not None:
            statement = statement.where(blocked.c.scope == scope, blocked.c.scope_id == wanted)
        return {
            (row.scope_id, Locale(row.locale)): tuple(problem_from_mapping(each) for each in from_json(row.problems))
            for row in self._connection.execute(statement)
        }

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).where(snippet.c.body.is_not(None))) or 0


def _reviewed(statement: Select[Any], name: str, locale: Locale, oldest: Oldest) -> Select[Any]:
    counted = exists().where(
        rating_summary.c.subject_id == snippet.c.scope_id,
        rating_summary.c.reviews > 0,
        rating_summary.c.rights_class != RightsClass.INTERNAL,
        rating_summary.c.source_id.not_in(list(oldest)),
    )
    fresh = exists().where(review.c.subject_id == snippet.c.scope_id, review.c.shown, ages_and_is_fresh(oldest))
    return statement.where(
        snippet.c.scope == Scope.SUBJECT,
        snippet.c.name == name,
        snippet.c.locale == locale,
        snippet.c.body.is_not(None),
        counted | fresh if oldest else counted,
    )


def _to_row(each: Snippet) -> dict[str, Any]:
    is_packed = is_worth_packing(each.body)
    return {
        "scope": each.key.scope,
        "scope_id": each.key.scope_id,
        "name": each.key.name,
        "locale": each.key.locale,
        "body": each.body,
        "gzip": gzip_packed(each.body) if is_packed else None,
        "brotli": brotli_packed(each.body) if is_packed else None,
        "media_type": each.media_type,
        "etag": each.etag,
        "version": each.version,
        "review_ids": to_json(list(each.review_ids)),
    }


def _from_row(row: Row[Any]) -> Snippet:
    return Snippet(
        key=SnippetKey(scope=Scope(row.scope), scope_id=row.scope_id, name=row.name, locale=Locale(row.locale)),
        body=getattr(row, "body", None) or b"",
        media_type=row.media_type,
        etag=row.etag,
        version=row.version,
        review_ids=tuple(ReviewId(each) for each in from_json(row.review_ids)),
    )
