"""The one writer of JSON-LD: what it returns can stand in a script element of any page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.errors import BadValueError

# Inside JSON these occur in strings only, so a \u escape changes no meaning. "<", ">" and "&": a script element ends at
# "</script", is read otherwise after "<!--", and CMS filters decode entities
# (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements). U+2028/9 end a
# line of JavaScript; controls and non-characters are dropped or replaced by some parsers.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LARGEST = Decimal(10) ** 15


def as_json(document: Mapping[str, Any]) -> str:
    """A document as compact JSON in the order of its literal, the same text for the same document.

    Properties that are None or an empty collection are left out, decimals are written as JSON numbers (``4.3``, and
    ``4`` for ``4.0``), letters outside ASCII stay as they are. Raises BadValueError for what JSON or UTF-8 cannot hold:
    NaN, infinity, lone surrogates, numbers beyond 15 digits.
    """
    try:
        text = json.dumps(_plain(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadValueError(f"a text holds half a character: {error.object[error.start]!r}") from error
    except ValueError as error:
        raise BadValueError(f"JSON has no such number: {error}") from error
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items() if not _is_nothing(each)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return _number(value)
    return value


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, list | tuple | Mapping) and not value)


def _number(value: Decimal) -> int | float:
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise BadValueError(f"JSON readers cannot hold the number {value}")
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    # A double keeps 15 significant digits; what it would round is refused rather than changed.
    if Decimal(repr(near)) != value:
        raise BadValueError(f"JSON readers would round the number {value}")
    return near
