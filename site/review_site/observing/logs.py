"""Logs as lines that programs read: JSON or logfmt, with the id of the request in hand and nobody's data.

What a database or a library says of an error is kept as its kind and place: the message may repeat somebody's words.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from engine.errors import PlauditError
from review_site.observing.requests import CURRENT

JSON, LOGFMT = "json", "logfmt"
FORMS = (LOGFMT, JSON)
LEVELS = ("debug", "info", "warning", "error")
OURS = "plaudit"


def set_up(form: str, level: str, stream: TextIO | None = None) -> None:
    """Sends what this process logs to a stream (standard error), one line each."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(form))
    root = logging.getLogger()
    for each in list(root.handlers):
        root.removeHandler(each)
    root.addHandler(handler)
    # Libraries tell of everything that they do: only their complaints are for an operator.
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())


class Lines(logging.Formatter):
    """A record as one line, in one of FORMS."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        said = dict(_said(record))
        if self._form == JSON:
            return json.dumps(said, ensure_ascii=False, default=str)
        return " ".join(f"{name}={_word(value)}" for name, value in said.items())


def _said(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    yield "time", datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    yield "level", record.levelname.lower()
    yield "from", record.name
    yield "message", record.getMessage()
    own: Mapping[str, Any] = getattr(record, "said", {})
    if CURRENT.get() and "request" not in own:
        yield "request", CURRENT.get()
    yield from own.items()
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        yield "error", _in_words(error)
        yield "at", _place(error)


def _in_words(error: BaseException) -> str:
    """Our own errors name ids and never a person; all others are told by their kind."""
    return f"{type(error).__name__}: {error}" if isinstance(error, PlauditError) else type(error).__name__


def _place(error: BaseException) -> str:
    """The calls that led there, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(f"{each.filename.rpartition('/')[2]}:{each.lineno} {each.name}" for each in reversed(frames))


def _word(value: Any) -> str:
    """A value of logfmt: as it is, or in quotes where it would not be one word."""
    text = str(value)
    is_plain = text.isprintable() and text and not any(each in text for each in ' "=\\')
    return text if is_plain else json.dumps(text, ensure_ascii=False)
