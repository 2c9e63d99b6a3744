"""Tests of collectors whose errors hold a secret: it is told nowhere, and the engine still knows what to do."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from engine.discreet import Discreet
from engine.domain import Batch
from engine.errors import BudgetSpentError, PluginError, RetryLaterError, SourceRefusedError

SECRET = "s3cret/+ key"


@dataclass(frozen=True)
class Failing:
    """A collector that fails as a careless one does: its error came of another."""

    error: Exception
    because: Exception | None = None

    def collect(self, _cursor: str | None) -> Iterator[Batch]:
        yield Batch(records=(), cursor="1")
        raise self.error from self.because


def failure(collector: Failing) -> Exception:
    try:
        list(Discreet(collector=collector, secrets=[SECRET]).collect(None))
    except Exception as error:  # noqa: BLE001 - of whatever kind it is
        return error
    raise AssertionError("it did not fail")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError(f"Invalid header value {SECRET!r}"), PluginError),
        (KeyError(SECRET), PluginError),
        (OSError(f"https://shop.example/?key={quote(SECRET, safe='')} timed out"), PluginError),
        (RetryLaterError(f"{SECRET} is busy", retry_after=7), RetryLaterError),
        (BudgetSpentError(f"no call left for {SECRET}", retry_after=7), BudgetSpentError),
        (SourceRefusedError(f"{SECRET} is wrong", status=401), SourceRefusedError),
    ],
)
def test_a_secret_in_an_error_is_hidden_and_its_kind_stays(error: Exception, kind: type[Exception]) -> None:
    told = failure(Failing(error))

    assert type(told) is kind
    assert "[hidden]" in str(told)
    assert getattr(told, "retry_after", None) == getattr(error, "retry_after", None)
    assert getattr(told, "status", None) == getattr(error, "status", None)


def test_a_secret_in_what_an_error_came_of_is_nowhere_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    told = failure(Failing(RetryLaterError("out of reach"), because=OSError(f"GET /?key={SECRET}")))

    logging.getLogger("plaudit").error("failed", exc_info=told)

    assert SECRET not in caplog.text
    assert SECRET not in "".join(traceback.format_exception(told))
    assert (told.__cause__, told.__context__) == (None, None)


def test_an_error_that_tells_no_secret_is_left_as_it_is() -> None:
    error = ZeroDivisionError("division by zero")

    assert failure(Failing(error)) is error
