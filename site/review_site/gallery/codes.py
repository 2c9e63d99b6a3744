"""What has to be written where, for each way to embed a widget; ready to be copied."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import escape

from engine.domain import Locale, PublishSettings, Scope
from review_site.embed.addresses import asset_address, oembed_address
from review_site.embed.options import Options
from review_site.embed.pieces import STYLE_SHEET

SCRIPT = "plaudit.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A text to copy, and the key of the words that say where it belongs."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """One widget, as embeds name it."""

    settings: PublishSettings
    scope: Scope
    scope_id: str
    name: str
    locale: Locale
    options: Options
    heading: str
    page: str
    """The address of its public page."""
    frame: str
    """The HTML that frames it."""

    @property
    def head(self) -> str:
        """The style sheet. An isolated snippet brings it along."""
        return f'<link rel="stylesheet" href="{escape(asset_address(self.settings, STYLE_SHEET))}">'

    @property
    def script(self) -> str:
        return f'<script src="{escape(asset_address(self.settings, SCRIPT))}" defer></script>'

    @property
    def request(self) -> str:
        query = _query(locale=self.locale, **self._snippet_options)
        path = f"/v1/{self.scope}s/{quote(self.scope_id, safe='')}/snippets/{quote(self.name, safe='')}"
        return f"{self.settings.base_url}{path}?{urlencode(query)}"

    @property
    def oembed(self) -> str:
        return f"{oembed_address(self.settings.base_url, self.page)}&{urlencode(self._oembed_query)}"

    @property
    def oembed_frame(self) -> str:
        query = _query(name=self.name, theme=self.options.theme, iframe="1")
        return f"{oembed_address(self.settings.base_url, self.page)}&{urlencode(query)}"

    @property
    def div(self) -> str:
        path = f"{self.scope}s/{quote(self.scope_id, safe='')}/{quote(self.name, safe='')}"
        given = {"plaudit": path, "locale": self.locale, **self._options}
        written = "".join(f' data-{name}="{escape(value)}"' for name, value in given.items())
        return f'<div{written}>\n<a href="{escape(self.page)}">{escape(self.heading)}</a>\n</div>'

    @property
    def template(self) -> str:
        """As Jinja, Django and Nunjucks write it. The theme of an isolated snippet is inside it."""
        theme = "" if self.options.is_isolated else self.options.theme
        return f'<div class="plaudit-theme-{theme}">{{{{ reviews | safe }}}}</div>' if theme else "{{ reviews | safe }}"

    @property
    def _options(self) -> dict[str, str]:
        options = self.options
        return _query(
            theme=options.theme,
            ld="" if options.is_marked_up else "0",
            isolate="1" if options.is_isolated else "",
        )

    @property
    def _snippet_options(self) -> dict[str, str]:
        """Without a theme where the page gives it: then the stored snippet is what is asked for."""
        options = self._options
        return options if self.options.is_isolated else {key: options[key] for key in options if key != "theme"}

    @property
    def _oembed_query(self) -> dict[str, str]:
        return {"name": self.name, **self._options}


def codes(embed: str, placing: Placing) -> Sequence[Code]:
    """What is to be copied for an embed, in the order in which it is put to use."""
    match embed:
        case "snippet":
            return [*_fetched(placing), *_head(placing, "")]
        case "script":
            return [*_fetched(placing), *_head(placing, placing.script)]
        case "oembed":
            return [
                Code(key="code-page", text=placing.page),
                Code(key="code-oembed", text=placing.oembed),
                Code(key="code-oembed-frame", text=placing.oembed_frame),
                Code(key="code-head", text=placing.head),
            ]
        case "div":
            head = f"{placing.head}\n{placing.script}"
            return [Code(key="code-place", text=placing.div), Code(key="code-head", text=head)]
        case _:
            return [Code(key="code-place", text=placing.frame), Code(key="code-head", text=placing.script)]


def _fetched(placing: Placing) -> Sequence[Code]:
    known = "--etag-compare reviews.etag --etag-save reviews.etag"
    request = f"curl --fail {known} --output reviews.html {shlex.quote(placing.request)}"
    return [Code(key="code-request", text=request), Code(key="code-template", text=placing.template)]


def _head(placing: Placing, script: str) -> Sequence[Code]:
    # What is isolated needs nothing in the head but the script.
    lines = [each for each in ("" if placing.options.is_isolated else placing.head, script) if each]
    return [Code(key="code-head", text="\n".join(lines))] if lines else []


def _query(**given: str) -> dict[str, str]:
    wanted: Mapping[str, str] = given
    return {name: value for name, value in wanted.items() if value}
