"""Eight style sheets that hosts bring: five of npm, and three of our own that are as friendly as hosts get."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.proofs.scratch import npm_modules

FROM_NPM: Mapping[str, str] = {
    "bootstrap": "dist/css/bootstrap.min.css",
    "tailwindcss": "preflight.css",
    "@picocss/pico": "css/pico.min.css",
    "bulma": "css/bulma.min.css",
    "normalize.css": "normalize.css",
}
# What themes made of blocks do: type and distance on everything between the blocks, links and buttons of their own.
WORDPRESS = """
body { margin: 0; font-family: Georgia, serif; font-size: 1.125rem; line-height: 1.6; background: #fff; color: #111 }
body > * { max-width: 650px; margin-inline: auto }
h1, h2, h3, h4 { font-weight: 400; line-height: 1.4; margin-block: 2.5rem 1.5rem }
h1 { font-size: 3.6rem } h2 { font-size: 2.6rem } h3 { font-size: 2rem }
p, ul, ol, figure, blockquote, details { margin-block: 1.5rem }
ul, ol { padding-left: 2.5rem; list-style: square }
li { margin-block: .5rem }
a { color: #345c00; text-decoration: underline; text-underline-offset: .2em }
a:hover { text-decoration: none }
img, svg { max-width: 100%; height: auto }
blockquote { border-left: 1px solid; padding-left: 1rem; margin-left: 0 }
button { background: #9dff20; color: #111; border: 0; padding: .7rem 1.4rem; border-radius: 0 }
time { font-size: .8rem }
summary { cursor: pointer; padding: .5rem }
"""
UNSET = "* { all: unset } head, script, style, template { display: none } div, p, li, h2, h3 { display: block }"
# A page by somebody who had enough of everybody else's rules.
IMPORTANT = """
* { font-family: Verdana, sans-serif !important; font-size: 15px !important; line-height: 1.9 !important;
  letter-spacing: .02em !important; color: #567 !important; background: #fbf7ee !important }
p, ul, li, h2, h3, div, a, figure { margin: 6px !important; padding: 3px !important }
a { color: #0a62c2 !important; text-decoration: none !important; text-transform: uppercase !important }
ul { list-style: disc !important; display: block !important }
li { display: list-item !important; float: none !important }
svg, img { width: 40px !important; height: auto !important }
"""
OURS: Mapping[str, str] = {"wordpress": WORDPRESS, "all-unset": UNSET, "important": IMPORTANT}


def css_bases(folder: Path) -> dict[str, str]:
    """The style sheets by their names. Raises SkippedError where npm cannot get those that are others'."""
    modules = npm_modules(folder, *FROM_NPM)
    theirs = {name: (modules / name / path).read_text(encoding="utf-8") for name, path in FROM_NPM.items()}
    return {name.rpartition("/")[2]: sheet for name, sheet in {**theirs, **OURS}.items()}
