"""How widgets become HTML: templates that are compiled once, and one escaping that no template can leave out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import markupsafe
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.domain import Locale
from engine.i18n import Texts, texts

HERE = Path(__file__).parent

# A CMS reads these in what it is given: WordPress runs [shortcodes]; Liquid, Nunjucks and Jinja run {{ }} and {% %}.
CMS_SYNTAX = (("[", "&#91;"), ("]", "&#93;"), ("{", "&#123;"), ("}", "&#125;"), ("%", "&#37;"))


def escape_text(value: object) -> Markup:
    """Any value as HTML that neither a browser nor a CMS takes for code; what already is Markup stays as it is."""
    if isinstance(value, Markup):
        return value
    html = str(markupsafe.escape(value))
    for character, entity in CMS_SYNTAX:
        html = html.replace(character, entity)
    return Markup(html)  # noqa: S704  escaped in the lines above


def environment(*folders: Path) -> Environment:
    """Templates of the folders, then of the widgets; every ``{{ }}`` goes through ``escape_text``."""
    return Environment(
        loader=FileSystemLoader([*folders, HERE / "templates"]),
        autoescape=True,
        # Autoescaping alone leaves the syntax of CMSs alive; finalize runs before it on all that is printed.
        finalize=escape_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


ENVIRONMENT = environment()


def render(template: str, context: object, templates: Environment = ENVIRONMENT) -> str:
    """A template filled with ``context``, which stands in it as ``it``, without blank lines.

    Markdown ends an HTML block at a blank line and would take what follows for text.
    """
    html = templates.get_template(template).render(it=context)
    return "\n".join(line for line in (each.strip(" \t\r") for each in html.split("\n")) if line)


def words(locale: Locale) -> Texts:
    """The texts of the widgets in a locale."""
    return texts(HERE / "i18n", locale)


def language_tag(spoken: Texts) -> str:
    """The language that texts are in, for ``lang``: English where the locale asked for has no catalogue."""
    return str(spoken.locale).replace("_", "-")


def with_markup(text: str) -> Markup:
    """A text of a catalogue, into which only Markup was filled, as Markup: catalogues hold no markup of their own."""
    return Markup(text)  # noqa: S704  a test keeps < and & out of the catalogues


def one_line(text: str) -> str:
    """The text with every run of white space, line breaks too, as one space."""
    return " ".join(text.split())


def paragraphs(text: str) -> Sequence[Markup]:
    """The paragraphs of a plain text, which a blank line parts, as HTML with ``<br>`` for the other line breaks."""
    found: list[list[Markup]] = [[]]
    for line in (each.strip() for each in text.splitlines()):
        if line:
            found[-1].append(line_of(line))
        elif found[-1]:
            found.append([])
    return [Markup("<br>\n").join(lines) for lines in found if lines]


def line_of(text: str) -> Markup:
    """Somebody's words on one line, as HTML in which no CMS finds an address to embed."""
    # WordPress replaces an address that is alone in its paragraph by what that address wants embedded.
    return Markup(str(escape_text(one_line(text))).replace("://", ":&#47;/"))  # noqa: S704  escaped in this very line
