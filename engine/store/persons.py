"""Where one person stands: rows that hold an e-mail address, the reviews they belong to, and those rows in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Table, and_, func, or_, select

from engine.domain import AccountId, ReviewId, SourceId, State
from engine.mail_addresses import addresses_in, finder, normal_address, runs
from engine.store.tables import (
    account,
    answered_request,
    ask,
    audit,
    contact,
    earlier_decision,
    earlier_text,
    event,
    flag,
    hook_receipt,
    media,
    media_file,
    own_reply,
    question,
    raw_record,
    reply_draft,
    review,
    signal,
)
from engine.store.values import from_json, from_micros

HUNG: Mapping[str, Table] = {
    "contact": contact,
    "payload": raw_record,
    "earlier_texts": earlier_text,
    "earlier_decisions": earlier_decision,
    "media": media,
    "reply": own_reply,
    "reply_draft": reply_draft,
    "asks": ask,
    "flags": flag,
    "events": event,
}
"""What hangs on a review by its id, under the names that an export gives it."""
WORDED: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "contact": (contact, ("details",)),
    "payload": (raw_record, ("payload",)),
    "review": (
        review,
        (
            "external_id",
            "title",
            "body",
            "author",
            "role",
            "company",
            "url",
            "verification_evidence",
            "consent",
            "replies",
            "decision",
            "details",
        ),
    ),
    "earlier text": (earlier_text, ("title", "body", "author")),
    "reply": (own_reply, ("body",)),
    "earlier decision": (earlier_decision, ("decision",)),
    "reply draft": (reply_draft, ("body",)),
}
"""Where an address may stand in or beside a review."""
BY_THEMSELVES: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "flags": (flag, ("details",)),
    "questions": (question, ("external_id", "details")),
    "signals": (signal, ("external_id", "details")),
    "asks": (ask, ("details",)),
}
"""Rows that may hold an address and are known by an id of their own."""
NOT_FOR_EXPORT = frozenset({"password", "digest", "hash", "content_hash"})
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a review is known by, and when its author took it back."""

    id: ReviewId
    source_id: SourceId
    external_id: str
    withdrawn_at: datetime | None
    """None where it is not withdrawn."""


class Persons:
    """Reads only; addresses that it is given are normal, as ``normal_address`` makes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reviews_with(self, address: str) -> dict[ReviewId, tuple[str, ...]]:
        """The reviews in or beside which an address stands, each with the places; the whole shop is read for it."""
        found: dict[ReviewId, list[str]] = {}
        for place, (table, names) in WORDED.items():
            key = table.c.id if table is review else table.c.review_id
            for which in self._holding(table, key, names, address):
                places = found.setdefault(ReviewId(which), [])
                places += [place] if place not in places else []
        return {which: tuple(found[which]) for which in sorted(found)}

    def identities(self) -> Iterator[Identity]:
        """What every review is known by, in the order of their ids."""
        columns = review.c.id, review.c.source_id, review.c.external_id, review.c.state, review.c.withdrawn_at
        for row in self._connection.execute(select(*columns).order_by(review.c.id)):
            is_withdrawn = row.state == State.WITHDRAWN and row.withdrawn_at is not None
            yield Identity(
                id=ReviewId(row.id),
                source_id=SourceId(row.source_id),
                external_id=row.external_id,
                withdrawn_at=from_micros(row.withdrawn_at) if is_withdrawn else None,
            )

    def addresses(self) -> set[str]:
        """Every address, normal, that ``reviews_with``, ``others_with`` or ``account`` would find somebody by."""
        found = {normal_address(each) for each in self._connection.scalars(select(account.c.email))}
        for table, names in (*WORDED.values(), *BY_THEMSELVES.values()):
            columns = [table.c[each] for each in names]
            for texts in self._connection.execute(select(*columns)):
                found.update(each for text in texts if text for each in addresses_in(text))
        for _, _, body in (*self.receipts(), *self.requests()):
            found.update(addresses_in(body.decode(errors="replace")))
        return found

    def copies_of(self, reviews: Collection[ReviewId]) -> list[ReviewId]:
        """The other reviews that are copies of one person's words, under other subjects or from other sources."""
        found: set[ReviewId] = set()
        for some in _portions(reviews):
            voices = select(review.c.voice).where(review.c.id.in_(some), review.c.voice.is_not(None))
            copies = select(review.c.id).where(review.c.voice.in_(voices))
            found.update(ReviewId(each) for each in self._connection.scalars(copies))
        return sorted(found.difference(reviews))

    def others_with(self, address: str) -> dict[str, tuple[str, ...]]:
        """The ids of flags, questions, signals and asks that hold an address, by their kind."""
        return {
            kind: tuple(sorted(self._holding(table, table.c.id, names, address)))
            for kind, (table, names) in BY_THEMSELVES.items()
        }

    def asks_for(self, reviews: Collection[ReviewId]) -> list[str]:
        """The asks that were answered by one of the reviews."""
        found: list[str] = []
        for some in _portions(reviews):
            found += self._connection.scalars(select(ask.c.id).where(ask.c.review_id.in_(some)))
        return sorted(found)

    def receipts(self) -> Iterator[tuple[str, str, bytes]]:
        """Source, key and body of every webhook that waits to be worked off."""
        statement = select(hook_receipt).where(hook_receipt.c.body.is_not(None))
        for row in self._connection.execute(statement.order_by(hook_receipt.c.source_id, hook_receipt.c.key)):
            yield row.source_id, row.key, bytes(row.body)

    def requests(self) -> Iterator[tuple[str, str, bytes]]:
        """Who asked, key and body of every answer that is kept to be given again."""
        statement = select(answered_request).order_by(answered_request.c.by, answered_request.c.key)
        for row in self._connection.execute(statement):
            yield row.by, row.key, bytes(row.body)

    def account(self, address: str) -> tuple[AccountId, bool] | None:
        """The account of the console under an address, and whether it may sign in; None where there is none."""
        rows = self._connection.execute(select(account.c.id, account.c.email, account.c.disabled_at)).all()
        found = (row for row in rows if normal_address(row.email) == address)
        return next(((AccountId(row.id), row.disabled_at is None) for row in found), None)

    def review_in_full(self, wanted: ReviewId) -> dict[str, Any]:
        """A review with all that hangs on it, as plain values; times are ISO 8601 in UTC."""
        [row] = self.rows(review, "id", [wanted])
        hung = {name: self.rows(table, "review_id", [wanted]) for name, table in HUNG.items()}
        return {**row, **hung, "audit": self.rows(audit, "about", [f"review/{wanted}"])}

    def others_in_full(self, kind: str, ids: Collection[str]) -> list[dict[str, Any]]:
        """Flags, questions, signals or asks as plain values."""
        return self.rows(BY_THEMSELVES[kind][0], "id", ids)

    def account_in_full(self, wanted: AccountId) -> dict[str, Any]:
        [row] = self.rows(account, "id", [wanted])
        return row

    def files(self, reviews: Collection[ReviewId]) -> Iterator[tuple[str, str, str, bytes]]:
        """Media id, size, media type and bytes of every picture that hangs on one of the reviews."""
        for some in _portions(reviews):
            statement = (
                select(media_file)
                .join(media, media.c.id == media_file.c.media_id)
                .where(media.c.review_id.in_(some))
                .order_by(media_file.c.media_id, media_file.c.size)
            )
            for row in self._connection.execute(statement):
                yield row.media_id, row.size, row.media_type, bytes(row.body)

    def rows(self, table: Table, column: str, values: Collection[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for some in _portions(values):
            statement = select(table).where(table.c[column].in_(some)).order_by(*table.primary_key.columns)
            found += [_plain(table, row) for row in self._connection.execute(statement).mappings()]
        return found

    def _holding(self, table: Table, key: Column[Any], names: Iterable[str], address: str) -> Iterator[str]:
        columns = [table.c[each] for each in names]
        # Of JSON, and of letters beyond ASCII, a database knows too little to judge.
        holds = [and_(*(func.lower(each).contains(run) for run in some)) for each in columns for some in runs(address)]
        stands_in = finder(address)
        for which, *texts in self._connection.execute(select(key, *columns).where(or_(*holds))):
            if any(text and stands_in(text) for text in texts):
                yield which


def _plain(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {column.name: _value(column, row[column.name]) for column in table.c if column.name not in NOT_FOR_EXPORT}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None or value == "":
        return value
    if isinstance(column.type, BigInteger) and (column.name == "at" or column.name.endswith("_at")):
        return from_micros(value).isoformat()
    if isinstance(value, str) and value[0] in "[{" and column.name != "body":
        try:
            return from_json(value)
        except ValueError:
            return value
    return value


def _portions(values: Collection[str]) -> Iterator[list[Any]]:
    wanted = sorted(values)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
