"""How a snippet is asked for otherwise than as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from engine.errors import BadValueError
from review_site.embed.wrapping import THEMES

NAMES = ("after", "isolate", "ld", "sort", "star", "theme", "topic")
"""The parameters that the snippet server leaves to Flask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    theme: str = ""
    is_marked_up: bool = True
    is_isolated: bool = False


def asks_for_more() -> bool:
    """Whether the request asks for another view, or for options."""
    return any(name in request.args for name in NAMES)


def asked_options() -> Options:
    """Raises BadValueError naming the parameter."""
    theme = request.args.get("theme", "")
    if theme and theme not in THEMES:
        raise BadValueError(f"theme: must be one of {', '.join(THEMES)}")
    return Options(
        theme=theme,
        is_marked_up=asked_switch("ld", default=True),
        is_isolated=asked_switch("isolate"),
    )


def asked_switch(name: str, *, default: bool = False) -> bool:
    """Raises BadValueError where it is neither 0 nor 1."""
    value = request.args.get(name, str(int(default)))
    if value not in ("0", "1"):
        raise BadValueError(f"{name}: must be 0 or 1")
    return value == "1"
