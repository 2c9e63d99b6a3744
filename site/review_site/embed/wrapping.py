"""What is put around a finished snippet, and what is left out of it: a theme, a shadow root, its JSON-LD."""

from __future__ import annotations

import re

from markupsafe import escape

THEMES = ("plain", "card", "minimal", "warm", "dark", "contrast")
# The writer of JSON-LD leaves no < in it, and a text in a snippet holds none either.
_SCRIPT = re.compile(r'\n?<script type="application/ld\+json">[^<]*</script>')


def without_markup(html: str) -> str:
    """The snippet without its JSON-LD."""
    return _SCRIPT.sub("", html)


def themed(html: str, theme: str) -> str:
    """The snippet in an element with the class of a theme; as it is where no theme is asked for."""
    return f'<div class="plaudit-theme-{theme}">\n{html}\n</div>' if theme in THEMES else html


def isolated(html: str, style_sheet: str, theme: str = "") -> str:
    """The snippet in a declarative shadow root with the style sheet of its own, so that no rule of a page reaches it.

    https://html.spec.whatwg.org/multipage/scripting.html#attr-template-shadowrootmode. The JSON-LD stays outside:
    not every reader of pages looks into shadow roots.
    """
    scripts = "".join(each.strip() + "\n" for each in _SCRIPT.findall(html))
    inside = themed(without_markup(html), theme)
    return (
        '<div class="plaudit-isolate">\n<template shadowrootmode="open">\n'
        f'<link rel="stylesheet" href="{escape(style_sheet)}">\n{inside}\n</template>\n{scripts}</div>'
    )
