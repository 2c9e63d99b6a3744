"""A program with an API key, as the proofs of serving let it ask a running server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import requests

from tests.proofs.instances import Instance, Server

PERMISSIONS = ("reviews:write", "signals:write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    server: Server
    key: str

    @classmethod
    def of(cls, instance: Instance, server: Server) -> Caller:
        """A caller with a new key that may hand in reviews and signals."""
        wanted = [word for each in PERMISSIONS for word in ("--permission", each)]
        made = instance.plaudit("key", "create", "proof", "--days", "1", *wanted).out
        return cls(server=server, key=max(re.findall(r"\S+", made), key=len))

    def post(self, path: str, said: Any, **headers: str) -> requests.Response:
        """``_`` stands for ``-`` in headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"http://127.0.0.1:{self.server.port}/v1{path}"
        return requests.post(address, json=said, headers={"Authorization": f"Bearer {self.key}", **named}, timeout=30)
