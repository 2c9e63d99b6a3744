"""Reviews, kept and found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from engine.domain import Decision, Review, ReviewId, RightsClass, SourceId, Standing, State, SubjectId
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.review_rows import FiledReview, RawRecord, from_row, to_row
from engine.store.tables import contact, earlier_text, raw_record, review
from engine.store.values import (
    decision_to_json,
    from_json,
    from_micros,
    maybe_from_micros,
    maybe_micros,
    rating_to_json,
    to_json,
    to_micros,
)

AT_ONCE = 1000
"""Ids in one statement; PostgreSQL and SQLite both take many more parameters than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVersion:
    """The words of a review that others replaced."""

    replaced_at: datetime
    state: State
    title: str | None
    body: str


class Reviews:
    """Reads and writes reviews.

    In a transaction that writes, whole reviews are read with a lock on their rows, in the order of their ids: whoever
    decides about one on PostgreSQL decides about what it is at that moment. (SQLite has one writer at a time anyway.)
    """

    def __init__(self, connection: Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def standing(self, ids: Sequence[ReviewId]) -> dict[ReviewId, str]:
        """The content hash of each of the wanted that there is."""
        found: dict[ReviewId, str] = {}
        for some in _portions(ids):
            rows = self._connection.execute(select(review.c.id, review.c.content_hash).where(review.c.id.in_(some)))
            found.update((ReviewId(row.id), row.content_hash) for row in rows)
        return found

    def written(self, ids: Sequence[ReviewId]) -> dict[ReviewId, datetime | None]:
        """When each of the wanted that there is was written, as far as that is known."""
        found: dict[ReviewId, datetime | None] = {}
        for some in _portions(ids):
            rows = self._connection.execute(select(review.c.id, review.c.written_at).where(review.c.id.in_(some)))
            found.update((ReviewId(row.id), maybe_from_micros(row.written_at)) for row in rows)
        return found

    def insert(self, filed: Sequence[FiledReview]) -> None:
        if filed:
            self._connection.execute(insert(review), [to_row(each) for each in filed])

    def replace(self, filed: Sequence[FiledReview]) -> None:
        """Writes each over the row of the same id."""
        rows = [to_row(each) for each in filed]
        if not rows:
            return
        changes: dict[str, object] = {name: bindparam(name) for name in rows[0] if name != "id"}
        statement = update(review).where(review.c.id == bindparam("which")).values(changes)
        self._connection.execute(statement, [{**row, "which": row["id"]} for row in rows])

    def move(self, filed: Sequence[FiledReview]) -> None:
        """Writes state, decision, the time of a withdrawal and what the source makes of it; nothing else of each."""
        if not filed:
            return
        statement = (
            update(review)
            .where(review.c.id == bindparam("which"))
            .values({name: bindparam(name) for name in _moved(filed[0]) if name != "which"})
        )
        self._connection.execute(statement, [_moved(each) for each in filed])

    def find(self, wanted: ReviewId) -> FiledReview:
        found = self.among([wanted])
        if wanted not in found:
            raise NotFoundError(f"there is no review {wanted!r}")
        return found[wanted]

    def among(self, ids: Sequence[ReviewId], *, lock: bool = True) -> dict[ReviewId, FiledReview]:
        """Those of the wanted that there are; ``lock=False`` is for whoever decides nothing about them."""
        found: dict[ReviewId, FiledReview] = {}
        for some in _portions(sorted(ids)):
            for each in self._whole(select(review).where(review.c.id.in_(some)), lock=lock):
                found[each.review.id] = each
        return found

    def waiting(
        self,
        state: State,
        *,
        source: SourceId | None = None,
        standing: Standing | None = None,
        after: str = "",
        limit: int = AT_ONCE,
    ) -> list[FiledReview]:
        """Up to ``limit`` reviews in a state, in the order of their ids, from after the id ``after``."""
        statement = select(review).where(review.c.state == state, review.c.id > after)
        if source is not None:
            statement = statement.where(review.c.source_id == source)
        if standing is not None:
            statement = statement.where(review.c.standing == standing)
        return self._whole(statement.limit(limit))

    def renew(self, ids: Sequence[ReviewId], at: datetime) -> None:
        """Keeps that the source told these again."""
        for some in _portions(sorted(ids)):
            self._connection.execute(update(review).where(review.c.id.in_(some)).values(received_at=to_micros(at)))

    def of_source(self, source: SourceId, *, after: str = "", limit: int = AT_ONCE) -> list[FiledReview]:
        statement = select(review).where(review.c.source_id == source, review.c.id > after)
        return self._whole(statement.limit(limit))

    def page(self, *, after: str = "", limit: int = AT_ONCE) -> list[FiledReview]:
        """Up to ``limit`` reviews in whatever state, in the order of their ids, from after the id ``after``."""
        return self._whole(select(review).where(review.c.id > after).limit(limit), lock=False)

    def _whole(self, statement: Select[Any], *, lock: bool = True) -> list[FiledReview]:
        ordered = statement.order_by(review.c.id)
        rows = self._connection.execute(ordered.with_for_update() if self._locks and lock else ordered)
        return [from_row(row) for row in rows]

    def shown(self, subject: SubjectId) -> Iterator[Review]:
        """All reviews of a subject that are approved and of a published class, in the order of their ids."""
        statement = select(review).where(review.c.subject_id == subject, review.c.shown).order_by(review.c.id)
        for row in self._connection.execute(statement.execution_options(yield_per=AT_ONCE)):
            yield from_row(row).review

    def approved(self, subject: SubjectId) -> Iterator[Review]:
        """All approved reviews of a subject, those that nobody outside may see included, in the order of their ids."""
        conditions = (review.c.subject_id == subject, review.c.state == State.APPROVED)
        statement = select(review).where(*conditions).order_by(review.c.id)
        for row in self._connection.execute(statement.execution_options(yield_per=AT_ONCE)):
            yield from_row(row).review

    def of_class(
        self, wanted: RightsClass, *, subject: SubjectId | None = None, after: str = "", limit: int = AT_ONCE
    ) -> list[Review]:
        """Up to ``limit`` shown reviews of a rights class, in the order of their ids, from after the id ``after``.

        Read on by the last id, all of them pass through the memory of one page.
        """
        conditions = [review.c.shown, review.c.rights_class == wanted, review.c.id > after]
        if subject is not None:
            conditions.append(review.c.subject_id == subject)
        statement = select(review).where(*conditions).order_by(review.c.id).limit(limit)
        return [from_row(row).review for row in self._connection.execute(statement)]

    def latest(
        self, wanted: RightsClass, *, subject: SubjectId | None = None, limit: int = 50, skip: int = 0
    ) -> list[Review]:
        """The shown reviews of a rights class that were written last, newest first; those without a date are last."""
        conditions = [review.c.shown, review.c.rights_class == wanted]
        if subject is not None:
            conditions.append(review.c.subject_id == subject)
        statement = select(review).where(*conditions).order_by(review.c.sort_at.desc(), review.c.id)
        rows = self._connection.execute(statement.offset(skip).limit(limit))
        return [from_row(row).review for row in rows]

    def keep_earlier(self, earlier: Iterable[Review], at: datetime) -> None:
        """Keeps the texts that are about to be replaced."""
        rows = [
            {
                "review_id": each.id,
                "replaced_at": to_micros(at),
                "title": each.title,
                "body": each.body,
                "author": each.author,
                "rating": rating_to_json(each.rating),
                "state": each.state,
            }
            for each in earlier
        ]
        if rows:
            self._connection.execute(insert(earlier_text), rows)

    def earlier_versions(self, wanted: ReviewId) -> list[EarlierVersion]:
        """What a review said before, oldest first."""
        statement = select(earlier_text).where(earlier_text.c.review_id == wanted).order_by(earlier_text.c.seq)
        return [
            EarlierVersion(
                replaced_at=from_micros(row.replaced_at), state=State(row.state), title=row.title, body=row.body
            )
            for row in self._connection.execute(statement)
        ]

    def earlier_texts(self, wanted: ReviewId) -> list[str]:
        """The bodies that a review had before, oldest first."""
        statement = select(earlier_text.c.body).where(earlier_text.c.review_id == wanted).order_by(earlier_text.c.seq)
        return list(self._connection.scalars(statement))

    def keep_raw(self, records: Sequence[RawRecord]) -> None:
        rows = [
            {
                "review_id": each.review_id,
                "hash": each.hash,
                "fetched_at": to_micros(each.fetched_at),
                "payload": each.payload,
            }
            for each in records
        ]
        if rows:
            statement = upsert(self._connection, raw_record)
            changes = {name: statement.excluded[name] for name in ("hash", "fetched_at", "payload")}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["review_id"], set_=changes), rows)

    def payload(self, wanted: ReviewId) -> str | None:
        """What a review was made of, as it was received last; None where nothing is kept."""
        return self._connection.scalar(select(raw_record.c.payload).where(raw_record.c.review_id == wanted))

    def keep_contacts(self, details: Mapping[ReviewId, Mapping[str, str]]) -> None:
        """Keeps e-mail addresses and the like apart from the reviews, where no page reads."""
        rows = [{"review_id": each, "details": to_json(dict(values))} for each, values in details.items() if values]
        if rows:
            statement = upsert(self._connection, contact)
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["review_id"], set_={"details": statement.excluded.details}
                ),
                rows,
            )

    def contact_of(self, wanted: ReviewId) -> dict[str, str]:
        text = self._connection.scalar(select(contact.c.details).where(contact.c.review_id == wanted))
        found: dict[str, str] = from_json(text) if text else {}
        return found

    def of_contact(self, digests: Collection[str]) -> list[ReviewId]:
        """The reviews beside which an e-mail address of one of these digests is kept, in the order of their ids.

        A digest is the SHA-256, as hexadecimal digits, of the address in lower case without blanks around it. Every
        kept address is looked at: there is no index by which somebody who reads the database could find a person.
        """
        statement = select(contact).order_by(contact.c.review_id).execution_options(yield_per=AT_ONCE)
        return [
            ReviewId(row.review_id)
            for row in self._connection.execute(statement)
            if email_digest(from_json(row.details).get("email", "")) in digests
        ]

    def by_state_and_star(self, since: datetime | None = None) -> dict[tuple[State, int, bool], int]:
        """How many reviews there are by state, star (0: not rated) and whether they are shown.

        ``since`` leaves out what came in before that moment.
        """
        kinds = [(star, is_shown) for star in range(6) for is_shown in (False, True)]
        # An index gives the states in order; grouped by more than these, SQLite would sort all reviews first.
        counts = [
            func.count().filter(review.c.star.is_not_distinct_from(star or None), review.c.shown == is_shown)
            for star, is_shown in kinds
        ]
        statement = select(review.c.state, *counts).group_by(review.c.state)
        if since is not None:
            # By state, so that an index answers it.
            statement = statement.where(review.c.state.in_(list(State)), review.c.received_at >= to_micros(since))
        return {
            (State(state), star, is_shown): count
            for state, *found in self._connection.execute(statement)
            for (star, is_shown), count in zip(kinds, found, strict=True)
            if count
        }

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(review)) or 0


def email_digest(address: str) -> str:
    return sha256(address.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()


def _moved(filed: FiledReview) -> dict[str, object]:
    decision: Decision | None = filed.review.decision
    return {
        "which": filed.review.id,
        "state": filed.review.state,
        "rights_class": filed.rights_class,
        "shown": filed.is_shown,
        "decision": decision_to_json(decision),
        "withdrawn_at": maybe_micros(filed.review.consent.withdrawn_at),
        "standing": filed.review.standing,
        "content_hash": filed.content_hash,
    }


def _portions(ids: Sequence[ReviewId]) -> Iterator[Sequence[ReviewId]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
