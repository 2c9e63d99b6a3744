"""Uploads, kept and found, with what is wrong with their rows; what the instance remembers, and no projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, select

from engine.domain import Problem
from engine.domain.uploads import Choices, Counted, Upload, UploadId, UploadState
from engine.store.connect import upsert
from engine.store.tables import setting
from engine.store.values import (
    from_json,
    from_micros,
    problem_from_mapping,
    to_json,
    to_micros,
)

UPLOADS, PROBLEMS = "upload/", "upload-problems/"


class Uploads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, upload: Upload) -> None:
        """Inserts or replaces it."""
        self._write(f"{UPLOADS}{upload.id}", _to_text(upload))

    def find(self, wanted: UploadId) -> Upload | None:
        return self._read(wanted, locks=False)

    def hold(self, wanted: UploadId) -> Upload | None:
        """An upload that is about to be saved; whoever else is about to waits until this transaction ends."""
        return self._read(wanted, locks=True)

    def all(self) -> list[Upload]:
        """Newest first."""
        statement = select(setting.c.value).where(setting.c.key.startswith(UPLOADS, autoescape=True))
        return sorted(map(_from_text, self._connection.scalars(statement)), key=lambda each: each.at, reverse=True)

    def remove(self, wanted: UploadId) -> None:
        self.forget_problems(wanted)
        self._connection.execute(delete(setting).where(setting.c.key == f"{UPLOADS}{wanted}"))

    def add_problems(self, wanted: UploadId, after: int, problems: Sequence[Problem]) -> None:
        """Keeps what is wrong in a batch that began after so many rows."""
        if problems:
            self._write(f"{PROBLEMS}{wanted}/{after:010}", to_json([each.as_mapping() for each in problems]))

    def problems(self, wanted: UploadId) -> list[Problem]:
        """All that is wrong, in the order of the rows."""
        key = f"{PROBLEMS}{wanted}/"
        ours = setting.c.key.startswith(key, autoescape=True)
        found = self._connection.scalars(select(setting.c.value).where(ours).order_by(setting.c.key))
        return [problem_from_mapping(each) for text in found for each in from_json(text)]

    def forget_problems(self, wanted: UploadId) -> None:
        key = f"{PROBLEMS}{wanted}/"
        self._connection.execute(delete(setting).where(setting.c.key.startswith(key, autoescape=True)))

    def _read(self, wanted: UploadId, *, locks: bool) -> Upload | None:
        statement = select(setting.c.value).where(setting.c.key == f"{UPLOADS}{wanted}")
        text = self._connection.scalar(statement.with_for_update() if locks else statement)
        return None if text is None else _from_text(text)

    def _write(self, key: str, value: str) -> None:
        statement = upsert(self._connection, setting)
        changed = statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
        self._connection.execute(changed, {"key": key, "value": value})


def _to_text(upload: Upload) -> str:
    return to_json({**asdict(upload), "at": to_micros(upload.at), "moved_at": to_micros(upload.moved_at)})


def _from_text(text: str) -> Upload:
    kept: dict[str, Any] = from_json(text)
    changed = {
        "at": from_micros(kept["at"]),
        "moved_at": from_micros(kept["moved_at"]),
        "state": UploadState(kept["state"]),
        "choices": Choices(**kept["choices"]),
        "counted": Counted(**kept["counted"]),
    }
    return Upload(**{**kept, **changed})
