"""What all pages have in common: their language, the head and foot around them, and their style sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import babel

from engine.domain import Locale, PublishSettings
from engine.i18n import Texts, texts
from engine.site_addresses import site_address
from widgets.rendering import environment, language_tag

HERE = Path(__file__).parent
ENVIRONMENT = environment(HERE / "templates")
STYLE_SHEETS = ("plaudit.css", "page.css")
ICON = "icon.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of a page: where it is, under the name it has for itself."""

    locale: Locale
    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What ``base.html`` prints around a page."""

    texts: Texts
    language: str
    site_name: str
    home: str
    style_sheets: Sequence[str]
    icon: str
    languages: Sequence[Language]


def frame(
    settings: PublishSettings,
    locale: Locale,
    address_of: Callable[[Locale], str] | None = None,
    locales: Sequence[Locale] | None = None,
) -> Frame:
    """The frame of a page in a locale; ``address_of`` says where it is in each of ``locales``."""
    spoken = texts(HERE / "i18n", locale)
    return Frame(
        texts=spoken,
        language=language_tag(spoken),
        site_name=settings.site_name,
        home=home_address(settings, locale),
        style_sheets=[_asset(settings, name) for name in STYLE_SHEETS],
        icon=_asset(settings, ICON),
        languages=tuple(_languages(locales or settings.locales, locale, address_of)) if address_of else (),
    )


def home_address(settings: PublishSettings, locale: Locale, after: str = "") -> str:
    """The address of the list of subjects, from after one of them on."""
    asked = {"locale": locale if locale != settings.default_locale else "", "after": after}
    return site_address(settings, "", query=asked)


def _asset(settings: PublishSettings, name: str) -> str:
    return settings.assets.get(name, f"/assets/{name}")


def _languages(locales: Sequence[Locale], current: Locale, address_of: Callable[[Locale], str]) -> Iterator[Language]:
    for locale in locales:
        parsed = babel.Locale.parse(locale, sep="-")
        name = parsed.get_display_name(parsed) or locale
        yield Language(
            locale=locale,
            name=name[:1].upper() + name[1:],
            address=address_of(locale),
            is_current=locale == current,
        )
