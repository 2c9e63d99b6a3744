"""Pictures and film that hang on reviews, each with its own approval, and the files of those that were sent to us."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from engine.domain import Media, MediaId, MediaKind, ReviewId, Standing, State
from engine.store.connect import upsert
from engine.store.tables import media, media_file
from engine.store.values import from_json, to_json

AT_ONCE = 1000
"""Ids in one statement; PostgreSQL and SQLite both take many more parameters than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledMedia:
    """A picture or film with the review that it hangs on."""

    review_id: ReviewId
    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """The bytes of a picture in one size."""

    media_type: str
    body: bytes


class KeptMedia:
    """Reads and writes media; in a transaction that writes, a change first locks the review that they hang on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, hung: Mapping[ReviewId, Sequence[Media]]) -> None:
        """Keeps what hangs on reviews that had nothing before."""
        if rows := _rows(hung):
            self._connection.execute(insert(media), rows)

    def replace(self, hung: Mapping[ReviewId, Sequence[Media]]) -> set[ReviewId]:
        """Brings what hangs on each review up to date; returns the reviews that lost an approved picture.

        What is known keeps its decision; what is gone is deleted with its files. A logo that was added here is none of
        the source's, and stays.
        """
        before = self.of(hung)
        known = {each.id: each for some in before.values() for each in some}
        kept = {review: [_decided(each, known.get(each.id)) for each in some] for review, some in hung.items()}
        ours = self._with_files([each.id for each in known.values() if each.kind is MediaKind.LOGO])
        for review, some in before.items():
            named = {each.id for each in kept[review]}
            kept[review] += [each for each in some if each.id in ours - named]
        silenced = {
            review
            for review, some in before.items()
            if any(is_shown(each) and not _is_still_shown(each, kept[review]) for each in some)
        }
        moved = {review: some for review, some in kept.items() if tuple(some) != before.get(review, ())}
        staying = {each.id for some in kept.values() for each in some}
        self._delete([each.id for review in moved for each in before.get(review, ()) if each.id not in staying])
        self._upsert(moved)
        return silenced

    def of(self, reviews: Iterable[ReviewId]) -> dict[ReviewId, tuple[Media, ...]]:
        """What hangs on each review that has something, in the order of its source."""
        found: dict[ReviewId, list[Media]] = {}
        wanted = sorted(set(reviews))
        for start in range(0, len(wanted), AT_ONCE):
            statement = (
                select(media)
                .where(media.c.review_id.in_(wanted[start : start + AT_ONCE]))
                .order_by(media.c.review_id, media.c.position, media.c.id)
            )
            for row in self._connection.execute(statement):
                found.setdefault(ReviewId(row.review_id), []).append(_from_row(row))
        return {review: tuple(some) for review, some in found.items()}

    def shown(self, reviews: Iterable[ReviewId]) -> dict[ReviewId, tuple[Media, ...]]:
        """What hangs on each review and may stand on a page, if the review itself may."""
        shown = {review: tuple(each for each in some if is_shown(each)) for review, some in self.of(reviews).items()}
        return {review: some for review, some in shown.items() if some}

    def among(self, ids: Collection[MediaId]) -> dict[MediaId, FiledMedia]:
        """Those of the wanted that there are."""
        statement = select(media).where(media.c.id.in_(ids))
        return {each.media.id: each for each in self._filed(statement)}

    def waiting(self, state: State, *, after: str = "", limit: int = AT_ONCE) -> list[FiledMedia]:
        """Up to ``limit`` pictures in a state, in the order of their ids, from after the id ``after``."""
        statement = select(media).where(media.c.state == state, media.c.id > after).order_by(media.c.id).limit(limit)
        return list(self._filed(statement))

    def count(self, state: State) -> int:
        return self._connection.scalar(select(func.count()).select_from(media).where(media.c.state == state)) or 0

    def move(self, ids: Iterable[MediaId], state: State) -> None:
        rows = [{"which": each} for each in sorted(set(ids))]
        if rows:
            statement = update(media).where(media.c.id == bindparam("which")).values(state=state)
            self._connection.execute(statement, rows)

    def keep_file(self, which: MediaId, size: str, file: MediaFile) -> None:
        """Keeps the bytes of a picture in one size, in place of what was kept."""
        statement = upsert(self._connection, media_file)
        changes = {name: statement.excluded[name] for name in ("media_type", "body")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["media_id", "size"], set_=changes),
            {"media_id": which, "size": size, "media_type": file.media_type, "body": file.body},
        )

    def file(self, which: MediaId, size: str) -> MediaFile | None:
        row = self._connection.execute(
            select(media_file).where(media_file.c.media_id == which, media_file.c.size == size)
        ).one_or_none()
        return None if row is None else MediaFile(media_type=row.media_type, body=row.body)

    def _with_files(self, ids: Sequence[MediaId]) -> set[MediaId]:
        if not ids:
            return set()
        statement = select(media_file.c.media_id).where(media_file.c.media_id.in_(ids)).distinct()
        return {MediaId(each) for each in self._connection.scalars(statement)}

    def _filed(self, statement: Select[Any]) -> Iterator[FiledMedia]:
        for row in self._connection.execute(statement):
            yield FiledMedia(review_id=ReviewId(row.review_id), media=_from_row(row))

    def _upsert(self, hung: Mapping[ReviewId, Sequence[Media]]) -> None:
        if rows := _rows(hung):
            statement = upsert(self._connection, media)
            changes = {name: statement.excluded[name] for name in rows[0] if name not in ("id", "review_id")}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes), rows)

    def _delete(self, ids: Sequence[MediaId]) -> None:
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            self._connection.execute(delete(media_file).where(media_file.c.media_id.in_(some)))
            self._connection.execute(delete(media).where(media.c.id.in_(some)))


def is_shown(each: Media) -> bool:
    """Whether a person approved it and its source still shows it."""
    return each.state is State.APPROVED and each.standing is Standing.PUBLIC


def _is_still_shown(before: Media, now: Sequence[Media]) -> bool:
    return any(is_shown(each) and each.id == before.id and each.url == before.url for each in now)


def _decided(new: Media, known: Media | None) -> Media:
    return new if known is None else replace(new, state=known.state)


def _rows(hung: Mapping[ReviewId, Sequence[Media]]) -> list[dict[str, Any]]:
    return [
        _to_row(review, position, each) for review, some in sorted(hung.items()) for position, each in enumerate(some)
    ]


def _to_row(review: ReviewId, position: int, each: Media) -> dict[str, Any]:
    details = {
        "standing": each.standing,
        "alt": each.alt,
        "thumbnail": each.thumbnail,
        "width": each.width,
        "height": each.height,
    }
    return {
        "id": each.id,
        "review_id": review,
        "position": position,
        "kind": each.kind,
        "url": each.url,
        "state": each.state,
        "details": to_json({name: value for name, value in details.items() if value not in (None, "", "public")}),
    }


def _from_row(row: Row[Any]) -> Media:
    details = from_json(row.details)
    return Media(
        id=MediaId(row.id),
        kind=MediaKind(row.kind),
        url=row.url,
        state=State(row.state),
        standing=Standing(details.get("standing", Standing.PUBLIC)),
        alt=details.get("alt", ""),
        thumbnail=details.get("thumbnail"),
        width=details.get("width"),
        height=details.get("height"),
    )
