"""The bodies of requests: bounded, parsed strictly, and judged by the schemas of the document, all mistakes at once.

Nothing reaches a verb of the engine that its schema does not name: unknown members are refused, never left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from flask import request

from engine.domain import Problem, Severity
from engine.errors import BadValueError, MistakesError
from engine.fields import UNWRITABLE
from review_site.described import schema

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

LARGEST = 1 << 20
LARGEST_BULK = 10 << 20
"""Bytes."""
DEEPEST = 16
"""Arrays and objects within each other; the deepest body that a schema knows has six."""
MOST_VALUES = 100_000
"""Of one body: a schema is judged on copies, which take a hundred times the bytes of a list of short numbers."""
MOST_ROWS = 1000
MOST_PROBLEMS = 100
"""Of one body; whoever makes more has not written it by hand, and reads the first ones."""
LONGEST_NUMBER = 18
"""Digits; whatever has more is no number that anybody means."""
NDJSON = "application/x-ndjson"

# A string that is never closed goes to the end: what is tried at one quote is not tried again at the next.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def body(name: str, *, largest: int = LARGEST) -> Any:
    """The JSON body of the request, which follows the schema of that name.

    Raises BadValueError for what is no JSON, and MistakesError with all that the schema does not allow.
    """
    value = parsed(_bytes(largest))
    if problems := judged(name, value):
        raise MistakesError("the body does not follow its schema; nothing was changed", _mappings(problems))
    return value


def rows(name: str) -> Iterator[tuple[int, Any, list[Problem]]]:
    """The rows of a bulk request, each with its number from 0 and with what its schema does not allow.

    A JSON array, or one JSON value a line (``application/x-ndjson``). Raises BadValueError for a body that is neither,
    and MistakesError for more than a thousand rows.
    """
    raw = _bytes(LARGEST_BULK)
    found = _lines(raw) if request.mimetype == NDJSON else _array(raw)
    _refuse_odd_count(len(found))
    for number, value in enumerate(found):
        yield number, value, [value] if isinstance(value, Problem) else judged(name, value, f"$[{number}]")


def parsed(raw: bytes) -> Any:
    """JSON as RFC 8259 has it, in UTF-8, without duplicate names, NaN, halves of characters and great depth or numbers.

    Raises BadValueError.
    """
    if not is_shallow(raw):
        raise BadValueError(f"the body is nested more than {DEEPEST} deep")
    if raw.count(b",") > MOST_VALUES and _STRING.sub(b"", raw).count(b",") > MOST_VALUES:
        raise BadValueError(f"the body holds more than {MOST_VALUES:,} values")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_integer,
            parse_float=_float,
        )
    except UnicodeDecodeError as error:
        raise BadValueError("the body is not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        where = f": {error.msg} in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadValueError(f"the body is not JSON{where}") from error
    return value


def is_shallow(raw: bytes) -> bool:
    """Whether brackets stand within each other no deeper than is allowed; those that are never closed do not count."""
    left = _STRING.sub(b"", raw).translate(_AS_SQUARE, _NOT_BRACKETS)
    # Each round takes the innermost pairs away; whatever was deeper has some left.
    for _ in range(DEEPEST):
        left = left.replace(b"[]", b"")
    return b"[]" not in left


def judged(name: str, value: Any, place: str = "$") -> list[Problem]:
    """Everything that a schema of the document does not allow of a value, the first hundred."""
    found: list[Problem] = []
    for error in _validator(name).iter_errors(value):
        if len(found) == MOST_PROBLEMS:
            break
        found.append(_problem(place + _path(error.instance_path), str(error.schema_path[-1]), error.message))
    return found


@cache
def _validator(name: str) -> Draft202012Validator:
    # A server that is only read from needs none.
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415

    # What was sent may be somebody's words or address: no message repeats it.
    return Draft202012Validator(dict(schema(name)), mask="this")


def _bytes(largest: int) -> bytes:
    request.max_content_length = largest
    return request.get_data(cache=True)


def _refuse_odd_count(count: int) -> None:
    if not 1 <= count <= MOST_ROWS:
        problem = _problem("$", "maxItems", f"send 1 to {MOST_ROWS:,} rows at a time")
        raise MistakesError("nothing was changed", _mappings([problem]))


def _lines(raw: bytes) -> list[Any]:
    # A body has room for five million lines: none is read before it is known that they are few.
    lines = list(islice(filter(bytes.strip, BytesIO(raw)), MOST_ROWS + 1))
    _refuse_odd_count(len(lines))
    return [_row(line, number) for number, line in enumerate(lines)]


def _row(line: bytes, number: int) -> Any:
    """A problem in place of a line that is no JSON: it stops no other."""
    try:
        return parsed(line)
    except BadValueError as error:
        return _problem(f"$[{number}]", "json", str(error).replace("the body", "the row"))


def _array(raw: bytes) -> list[Any]:
    value = parsed(raw)
    if not isinstance(value, list):
        raise BadValueError(f"a bulk request is an array, or {NDJSON} with one value a line")
    return value


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadValueError("the body holds an object that names a member twice")
    for name, value in pairs:
        _refuse_halves(name)
        _refuse_halves(value)
    return made


def _refuse_halves(value: Any) -> None:
    """NUL and halves of surrogate pairs, which no database keeps."""
    texts = value if isinstance(value, list) else (value,)
    if any(isinstance(each, str) and UNWRITABLE.search(each) for each in texts):
        raise BadValueError("the body holds NUL or half of a surrogate pair, which cannot be kept")


def _no_number(text: str) -> NoReturn:
    raise BadValueError(f"{text} is no JSON")


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise BadValueError(f"a number of {len(text)} digits is too long")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadValueError("a number is too large")
    return value


def _path(steps: Sequence[str | int]) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in steps)


def _problem(path: str, rule: str, message: str) -> Problem:
    return Problem(rule=f"body-{rule}", severity=Severity.ERROR, path=path[:200], message=message[:300])


def _mappings(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [each.as_mapping() for each in problems]
