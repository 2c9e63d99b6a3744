"""A page of the console: what an area hands over, and the answer with the shell around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from flask import Response, current_app

from engine.domain import PublishSettings
from engine.i18n import Texts, texts
from review_site.access import Who, who
from review_site.asking import instance
from review_site.console.pages import Fault, console_locale, private
from review_site.console.shell.areas import NAVIGATION, Area, Place
from review_site.console.shell.said import Said, forget_said, read_said
from review_site.frame import ENVIRONMENT, ICON
from review_site.security import CONSOLE_POLICY
from widgets.rendering import language_tag

HERE = Path(__file__).parent
STYLE_SHEETS = ("missing.min.css", "console.css", "plaudit.css")
SCRIPTS = ("htmx.min.js", "console.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page before it has a language."""

    area: Area
    template: str
    """Below ``templates/console``: ``reviews/queue.html``."""
    title: str
    """A key of the area's texts."""
    named: Mapping[str, object] = field(default_factory=dict)
    """What stands in the title's placeholders."""
    body: object = None
    """What the template prints: a frozen dataclass, or a mapping."""
    faults: Sequence[Fault] = ()
    """What is wrong with a form that was sent; the keys are of the area's texts."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What is shown in the fields again."""
    style_sheets: Sequence[str] = ()
    """Further files of ``static/``, after those of every page."""
    scripts: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What templates call ``it``."""

    texts: Texts
    shell: Texts
    language: str
    site_name: str
    title: str
    area: Area
    places: Sequence[Place]
    asker: Who
    body: object
    said: Said | None
    faults: Sequence[tuple[str, str]]
    """Field and words, in the order of the page."""
    faulty: Mapping[str, str]
    typed: Mapping[str, str]
    style_sheets: Sequence[str]
    scripts: Sequence[str]
    icon: str


def area_texts(area: Area) -> Texts:
    """The words of an area in the language of whoever asks."""
    return texts(HERE.parent / area / "i18n", console_locale())


def shell_texts() -> Texts:
    return texts(HERE / "i18n", console_locale())


def respond(page: Page, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The answer: kept nowhere, framed by nobody, found by no search engine."""
    said = read_said()
    html = ENVIRONMENT.get_template(f"console/{page.template}").render(it=_context(page, said))
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = console_locale()
    response.headers["Content-Security-Policy"] = CONSOLE_POLICY
    if said is not None:
        forget_said(response)
    return private(response)


def _context(page: Page, said: Said | None) -> PageContext:
    spoken, shell, settings = area_texts(page.area), shell_texts(), instance().settings
    asker = who()
    wrong = [(each.name, spoken(each.key, **each.values)) for each in page.faults]
    there = {rule.rule for rule in current_app.url_map.iter_rules()}
    return PageContext(
        texts=spoken,
        shell=shell,
        language=language_tag(shell),
        site_name=settings.site_name,
        title=spoken(page.title, **page.named),
        area=page.area,
        # An area that a server does not have leads nowhere.
        places=[each for each in NAVIGATION if asker.may(each.needs) and each.address in there],
        asker=asker,
        body=page.body,
        # A message for another area was overtaken by a click.
        said=said if said and {said.key, said.rest or said.key} <= set(spoken.entries) else None,
        faults=wrong,
        faulty=dict(wrong),
        typed=page.typed,
        style_sheets=_addresses(settings, (*STYLE_SHEETS, *page.style_sheets)),
        scripts=_addresses(settings, (*SCRIPTS, *page.scripts)),
        icon=_addresses(settings, (ICON,))[0],
    )


def _addresses(settings: PublishSettings, names: Sequence[str]) -> Sequence[str]:
    return [settings.assets.get(name, f"/assets/{name}") for name in names]
