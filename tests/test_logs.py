"""The lines of the log: read by programs, one to an event, without the words of an error that may be somebody's."""

from __future__ import annotations

import json
import logging
from io import StringIO

import pytest

from engine.errors import NotFoundError
from review_site.observing.logs import Lines


def line(form: str, error: Exception | None = None, message: str = "done") -> str:
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Lines(form))
    log = logging.Logger("plaudit.test")
    log.addHandler(handler)
    try:
        if error is not None:
            raise error
        log.info(message, extra={"said": {"ms": 1.5}})
    except type(error or ValueError()):
        log.exception(message)
    return out.getvalue()


@pytest.mark.parametrize("message", ["done", 'said "no"', "one\ntwo", "\u202edone", "a=b \\ c"])
@pytest.mark.parametrize("form", ["json", "logfmt"])
def test_an_event_is_one_line_whatever_is_in_it(form: str, message: str) -> None:
    written = line(form, message=message)

    assert written.count("\n") == 1
    assert "plaudit.test" in written


def test_json_is_read_back_with_its_members() -> None:
    said = json.loads(line("json", message='said "no"'))

    assert {"level": "info", "from": "plaudit.test", "message": 'said "no"', "ms": 1.5}.items() <= said.items()


@pytest.mark.parametrize("form", ["json", "logfmt"])
def test_a_foreign_error_is_told_by_kind_and_place_and_ours_in_words(form: str) -> None:
    foreign, ours = line(form, ValueError("anna@example.com wrote")), line(form, NotFoundError("no subject k2"))

    assert "anna" not in foreign
    assert "ValueError" in foreign
    assert "test_logs.py" in foreign
    assert "NotFoundError: no subject k2" in ours
