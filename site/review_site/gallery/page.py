"""The page of the gallery: what can be chosen, previews at three widths, the code of each embed, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import babel

from engine.domain import Locale, PublishSettings
from engine.i18n import Texts, texts
from review_site.embed.addresses import frame_address, locale_query
from review_site.embed.options import Options
from review_site.embed.wrapping import THEMES
from review_site.frame import ENVIRONMENT, Frame, frame
from review_site.gallery import gallery_address
from review_site.gallery.choosing import EMBEDS, KINDS, About, Kind, Offer, locales_of, path_of, scope_of
from review_site.gallery.codes import Code, Placing, codes
from review_site.gallery.costs import Cost, Loads
from widgets.rendering import render

STYLE_SHEET, SCRIPT = "gallery.css", "gallery.js"
HERE = Path(__file__).parent
WIDTHS: Mapping[str, int] = {"phone": 360, "tablet": 768, "desktop": 1200}
LOW = frozenset({"badge"})
MIDDLE = frozenset({"carousel", "histogram", "phrases", "quote", "summary"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a visitor chose."""

    locale: Locale
    """Of the page; that of the widget is another matter."""
    state: Mapping[str, str]
    """All that the query says but the page's own locale."""
    find: str
    offer: Offer
    about: About
    spoken: Locale
    kinds: Sequence[Kind]
    kind: Kind | None
    wished: str
    """The kind that was asked for, whether or not there is one."""
    embed: str
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the chosen widget is made of, for the codes that embed it and for what they cost."""

    placing: Placing
    loads: Loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One thing to choose in the form."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    words: str
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One frame that shows the widget as wide as it is on a kind of screen."""

    screen: str
    words: str
    title: str
    address: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to embed the widget."""

    name: str
    title: str
    how: str
    loads: str
    codes: Sequence[Code]
    cost: Cost
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryContext:
    """What ``gallery.html`` prints."""

    frame: Frame
    texts: Texts
    style_sheets: Sequence[str]
    scripts: Sequence[str]
    action: str
    start: str
    page_locale: str
    find: str
    is_searched: bool
    groups: Sequence[Group] = ()
    kinds: Sequence[Chip] = ()
    themes: Sequence[Chip] = ()
    languages: Sequence[Chip] = ()
    embeds: Sequence[Chip] = ()
    options: Options = field(default_factory=Options)
    instead: str = ""
    missing: Sequence[tuple[str, str]] = ()
    previews: Sequence[Preview] = ()
    height: str = ""
    """Which room the previews have."""
    ways: Sequence[Way] = ()
    pictures: int = 0


def empty_page(settings: PublishSettings, locale: Locale, find: str) -> str:
    """The page where there is nothing that a widget could be about, or nothing of the name that was searched for."""
    return render("gallery.html", _blank(settings, locale, {}, find, is_searched=bool(find)), ENVIRONMENT)


def gallery_page(settings: PublishSettings, asked: Asked, made: Made | None) -> str:
    """The page of a choice; ``made`` is None where there is no widget to show."""
    # Of this server, whatever address it is asked under: the page's policy lets it frame nothing else.
    context = gallery_context(settings, asked, made, urlsplit(settings.base_url).path)
    return render("gallery.html", context, ENVIRONMENT)


def gallery_context(settings: PublishSettings, asked: Asked, made: Made | None, frames: str) -> GalleryContext:
    """A choice in words; ``frames`` is where the folder ``/embed`` of the frames is."""
    blank = _blank(settings, asked.locale, asked.state, asked.find, is_searched=not asked.offer.is_all)
    spoken = blank.texts
    return replace(
        blank,
        groups=_groups(asked, spoken),
        kinds=[_chip(each.name, kind_words(each.name, spoken), asked.kind) for each in asked.kinds if each.is_there],
        themes=[_named(each, asked.options.theme or THEMES[0], spoken, "theme") for each in THEMES],
        languages=[_language(each, asked.spoken) for each in locales_of(asked.about, settings)],
        embeds=[_named(each, asked.embed, spoken, "embed") for each in EMBEDS],
        options=asked.options,
        instead=_instead(asked, spoken),
        missing=[
            (kind_words(each.name, spoken), why(each, asked.about, spoken)) for each in asked.kinds if not each.is_there
        ],
        previews=_previews(settings, asked, asked.kind, frames, spoken) if asked.kind else (),
        height=_height(asked.kind.name) if asked.kind else "",
        ways=[_way(each, made, asked, spoken) for each in EMBEDS] if made else (),
        pictures=made.loads.pictures if made else 0,
    )


def kind_words(name: str, spoken: Texts) -> str:
    """What a kind is called; one that a stranger's plug makes goes by its own name."""
    return spoken(f"kind-{name}") if name in KINDS else name


def why(kind: Kind, about: About, spoken: Texts) -> str:
    """Why there is no widget of a kind about something."""
    if not kind.is_possible:
        return spoken(f"why-scope-{scope_of(about)}")
    known = {"carousel": "wall", "list": "held", "list-bare": "held", "badge": "held", "histogram": "held"}
    reason = known.get(kind.name, kind.name if kind.name in KINDS else "other")
    return spoken(f"why-{reason}")


def _blank(
    settings: PublishSettings, locale: Locale, state: Mapping[str, str], find: str, *, is_searched: bool
) -> GalleryContext:
    asset = {each: settings.assets.get(each, f"/assets/{each}") for each in (STYLE_SHEET, SCRIPT)}
    return GalleryContext(
        frame=frame(settings, locale, lambda each: gallery_address(settings, each, state)),
        texts=texts(HERE / "i18n", locale),
        style_sheets=[asset[STYLE_SHEET]],
        scripts=[asset[SCRIPT]],
        action=gallery_address(settings, settings.default_locale),
        start=gallery_address(settings, locale),
        page_locale=locale_query(settings, locale),
        find=find,
        is_searched=is_searched,
    )


def _groups(asked: Asked, spoken: Texts) -> Sequence[Group]:
    chosen = path_of(asked.about)
    offered = {scope: list(abouts) for scope, abouts in asked.offer.by_scope.items()}
    own = offered[scope_of(asked.about)]
    if chosen not in [path_of(each) for each in own]:
        own.insert(0, asked.about)
    return [
        Group(
            words=spoken(f"scope-{scope}"),
            chips=[
                Chip(value=path_of(each), words=_name(each, asked.locale), is_chosen=path_of(each) == chosen)
                for each in abouts
            ],
        )
        for scope, abouts in offered.items()
        if abouts
    ]


def _name(about: About, locale: Locale) -> str:
    name_in = getattr(about, "name_in", None)
    return str(name_in(locale)) if name_in else about.name


def _chip(value: str, words: str, chosen: Kind | None) -> Chip:
    return Chip(value=value, words=words, is_chosen=chosen is not None and chosen.name == value)


def _named(value: str, chosen: str, spoken: Texts, folder: str) -> Chip:
    return Chip(value=value, words=spoken(f"{folder}-{value}"), is_chosen=value == chosen)


def _language(locale: Locale, chosen: Locale) -> Chip:
    parsed = babel.Locale.parse(locale, sep="-")
    name = parsed.get_display_name(parsed) or locale
    return Chip(value=locale, words=name[:1].upper() + name[1:], is_chosen=locale == chosen)


def _instead(asked: Asked, spoken: Texts) -> str:
    if asked.kind is None:
        return spoken("nothing")
    if not asked.wished or asked.wished == asked.kind.name:
        return ""
    wished = next(each for each in asked.kinds if each.name == asked.wished)
    return spoken(
        "instead",
        wished=kind_words(wished.name, spoken),
        why=why(wished, asked.about, spoken),
        shown=kind_words(asked.kind.name, spoken),
    )


def _previews(settings: PublishSettings, asked: Asked, kind: Kind, frames: str, spoken: Texts) -> Sequence[Preview]:
    scope, name = scope_of(asked.about), kind.name
    query = {"locale": locale_query(settings, asked.spoken), "theme": asked.options.theme}
    found = []
    for screen, width in WIDTHS.items():
        words = spoken(f"screen-{screen}", width=spoken.number(width))
        found.append(
            Preview(
                screen=screen,
                words=words,
                title=spoken("preview-of", kind=kind_words(name, spoken), screen=words),
                address=frame_address(frames, scope, asked.about.id, name, query),
                width=width,
            )
        )
    return found


def _height(kind: str) -> str:
    return "low" if kind in LOW else "middle" if kind in MIDDLE else "high"


def _way(name: str, made: Made, asked: Asked, spoken: Texts) -> Way:
    isolated = "-isolated" if asked.options.is_isolated and name in ("snippet", "script") else ""
    return Way(
        name=name,
        title=spoken(f"embed-{name}"),
        how=spoken(f"how-{name}{isolated}"),
        loads=spoken(f"loads-{name}"),
        codes=codes(name, made.placing),
        cost=made.loads.of(name),
        is_chosen=name == asked.embed,
    )
