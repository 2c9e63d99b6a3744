"""What schemathesis loads to show who asks: each request another of some keys, because one may ask only so often."""

from __future__ import annotations

import os
from itertools import cycle
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case

from tests.contract import VARIABLE

_KEYS = cycle(os.environ.get(VARIABLE, "").split())


@schemathesis.auth(refresh_interval=None)
class NextKey:
    def get(self, case: Case[Any], context: AuthContext) -> str:  # noqa: ARG002 - schemathesis passes them
        return next(_KEYS)

    def set(self, case: Case[Any], key: str, context: AuthContext) -> None:  # noqa: ARG002
        case.headers["Authorization"] = f"Bearer {key}"
