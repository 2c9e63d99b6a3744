"""What was learnt from the whole shop, by kind and language, and what each subject put into its profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.domain import SubjectId
from engine.store.connect import upsert
from engine.store.tables import mining_model, profile_share
from engine.store.values import from_json, from_micros, to_json, to_micros

AT_ONCE = 500


class ModelKind(StrEnum):
    PROFILE = "profile"
    """How the shop uses its words."""
    OPINION = "opinion"
    """How the shop's customers praise and blame, learnt from their stars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptModel:
    """A model as it is stored; its bytes say the same wherever they are read."""

    kind: ModelKind
    language: str
    body: bytes
    texts: int
    """How many it was learnt from."""
    made_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sign(self) -> str:
        """Another one for another model."""
        return sha256(to_json([self.texts, self.details]).encode() + self.body).hexdigest()[:32]


class Models:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, kind: ModelKind, language: str) -> KeptModel | None:
        statement = select(mining_model).where(*_which(kind, language), mining_model.c.body != b"")
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _kept(row)

    def hold(self, kind: ModelKind, language: str) -> KeptModel | None:
        """The same, in a transaction that is about to write it: whoever else is about to waits until it ends."""
        # A row that is not there yet cannot be locked; one without a body stands for it.
        empty = KeptModel(kind=kind, language=language, body=b"", texts=0, made_at=from_micros(0))
        self._connection.execute(upsert(self._connection, mining_model).on_conflict_do_nothing(), _row(empty))
        statement = select(mining_model).where(*_which(kind, language)).with_for_update()
        row = self._connection.execute(statement).one()
        return _kept(row) if row.body else None

    def sign(self, kind: ModelKind, language: str) -> str | None:
        """The sign of a model without reading it; None when there is none."""
        found = self._connection.scalar(select(mining_model.c.details).where(*_which(kind, language)))
        return from_json(found).get("sign") if found else None

    def all(self, kind: ModelKind) -> list[KeptModel]:
        statement = select(mining_model).where(mining_model.c.kind == kind, mining_model.c.body != b"")
        return [_kept(row) for row in self._connection.execute(statement.order_by(mining_model.c.language))]

    def save(self, model: KeptModel) -> None:
        """Puts it in the place of the one of its kind and language."""
        statement = upsert(self._connection, mining_model)
        changes = {name: statement.excluded[name] for name in ("made_at", "texts", "body", "details")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "language"], set_=changes), _row(model)
        )

    def forget(self, kind: ModelKind, language: str) -> None:
        self._connection.execute(delete(mining_model).where(*_which(kind, language)))

    def shares(self, subjects: Collection[SubjectId]) -> dict[tuple[SubjectId, str], bytes]:
        """What each of these subjects put into the profiles, by subject and language."""
        wanted, found = sorted(subjects), {}
        for start in range(0, len(wanted), AT_ONCE):
            some = profile_share.c.subject_id.in_(wanted[start : start + AT_ONCE])
            for row in self._connection.execute(select(profile_share).where(some)):
                found[SubjectId(row.subject_id), row.language] = bytes(row.body)
        return found

    def replace_share(self, subject: SubjectId, language: str, body: bytes | None) -> None:
        """Keeps what a subject put into the profile of a language; None when it takes all of it out."""
        which = (profile_share.c.subject_id == subject, profile_share.c.language == language)
        self._connection.execute(delete(profile_share).where(*which))
        if body is not None:
            self._connection.execute(insert(profile_share), {"subject_id": subject, "language": language, "body": body})

    def forget_shares(self, language: str) -> None:
        self._connection.execute(delete(profile_share).where(profile_share.c.language == language))

    def subjects_of(self, language: str) -> list[SubjectId]:
        """The subjects that have a share in the profile of a language."""
        statement = select(profile_share.c.subject_id).where(profile_share.c.language == language)
        return [SubjectId(each) for each in self._connection.scalars(statement.order_by(profile_share.c.subject_id))]


def _which(kind: ModelKind, language: str) -> tuple[Any, Any]:
    return mining_model.c.kind == kind, mining_model.c.language == language


def _row(model: KeptModel) -> dict[str, Any]:
    sign = {"sign": model.sign} if model.body else {}
    return {
        "kind": model.kind,
        "language": model.language,
        "made_at": to_micros(model.made_at),
        "texts": model.texts,
        "body": model.body,
        "details": to_json({**model.details, **sign}),
    }


def _kept(row: Row[Any]) -> KeptModel:
    details = from_json(row.details)
    details.pop("sign", None)
    return KeptModel(
        kind=ModelKind(row.kind),
        language=row.language,
        body=bytes(row.body),
        texts=row.texts,
        made_at=from_micros(row.made_at),
        details=details,
    )
