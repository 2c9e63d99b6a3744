"""Configured CMSs that tell us what they publish: what each key of a table ``[cms.<id>]`` may be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import BadValueError
from engine.settings import Setting, at_least_one, each, empty_or, identity, one_of, text, web_address

STANDARD, HMAC = "standard", "hmac"
LONGEST_ID = 50
MOST_NAMES = 20


def header(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", text(value)):
        raise BadValueError(f"{value!r} is not the name of a header")
    return str(value).lower()


CMS: Mapping[str, Setting] = {
    "cms.secret_env": Setting(
        read=text, default="", meaning="the environment variable that holds the secret it signs with; it must be set"
    ),
    "cms.signature": Setting(
        read=one_of(STANDARD, HMAC),
        default=STANDARD,
        meaning="standard: Standard Webhooks; hmac: SHA-256 of the body in hexadecimal digits",
    ),
    "cms.header": Setting(
        read=header, default="x-webhook-signature", meaning="the header of an hmac; sha256= may stand before it"
    ),
    "cms.names": Setting(
        read=at_least_one(each(identity)), default=("list",), meaning="the snippets it gets when it names none"
    ),
    "cms.callback": Setting(
        read=empty_or(web_address), default="", meaning="where the snippets are sent; empty: in the answer"
    ),
}
"""The keys of one ``[cms.<id>]`` table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cms:
    """A CMS that may ask, by a signed webhook, for the snippets of pages it published."""

    id: str
    secret: str = field(repr=False)
    signature: str
    header: str
    """In lower case."""
    names: Sequence[str]
    callback: str
    """Empty: the snippets are in the answer."""


def to_cms(name: str, values: Mapping[str, Any], environment: Mapping[str, str], mistakes: list[str]) -> Cms:
    """The CMS of a name; what is wrong beyond its single values is added to ``mistakes``."""
    values = dict(values)
    variable = values.pop("secret_env")
    secret = environment.get(variable, "").strip() if variable else ""
    if not re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_ID}}}", name):
        mistakes.append(f"{name!r} must be letters, digits, dots, dashes and underscores, {LONGEST_ID} at most")
    if not secret:
        mistakes.append(f"cms.secret_env names the environment variable {variable!r}, which is not set")
    if len(values["names"]) > MOST_NAMES:
        mistakes.append(f"cms.names has {MOST_NAMES} names at most")
    if values["callback"] and values["signature"] != STANDARD:
        mistakes.append('cms.callback needs signature = "standard": what is sent there is signed with the same secret')
    return Cms(id=name, secret=secret, **values)
