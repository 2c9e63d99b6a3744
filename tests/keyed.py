"""The API as a program with a key asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import Client, TestResponse

from engine.domain import Permission, SubjectId
from engine.store.snippet_reader import snippet_reader
from review_site.wiring import Instance, now
from review_site.wsgi import application
from tests import signing
from tests.doors import BASE, Company


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a key, or without one."""

    client: Client
    key: str
    instance: Instance
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        said: Any = None,
        *,
        raw: bytes | None = None,
        media_type: str = "application/json",
        **headers: str,
    ) -> TestResponse:
        """``said`` goes as JSON, ``raw`` as it is; ``_`` stands for ``-`` in headers."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = raw if raw is not None else None if said is None else json.dumps(said).encode()
        if body is not None:
            sent["Content-Type"] = media_type
        return self.client.open(f"/v1{path}", method=method, data=body, headers=sent, base_url=BASE)

    def with_key(self, *permissions: Permission, subjects: Sequence[str] = ()) -> Program:
        return Program(self.client, make_key(self.instance, *permissions, subjects=subjects), self.instance)

    def without_key(self) -> Program:
        return Program(self.client, "", self.instance)


def make_key(instance: Instance, *permissions: Permission, subjects: Sequence[str] = ()) -> str:
    """The text of a new key that may do these things; everything when none is named."""
    reached = frozenset(SubjectId(each) for each in subjects)
    return signing.make_key(instance.store, *(permissions or tuple(Permission)), now=now(), subjects=reached)


@contextmanager
def programs(company: Company) -> Iterator[Program]:
    """A program that may do everything, at an instance of that company."""
    with company.instance() as instance:
        reader = snippet_reader(instance.store.url)
        try:
            client = Client(application(instance, reader), use_cookies=False)
            yield Program(client, make_key(instance), instance)
        finally:
            reader.close()


def problems_of(answer: TestResponse, status: int) -> list[tuple[str, str]]:
    """Path and rule of every mistake that an answer tells of."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    said: dict[str, Any] = answer.json or {}
    return [(each["path"], each["rule"]) for each in said.get("problems", ())]
