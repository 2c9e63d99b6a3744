"""What the query of a gallery chooses, and the widget that it means: for the public page and for the console's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import request

from engine.domain import Locale
from engine.errors import BadValueError
from engine.store import Transaction
from review_site.asking import instance
from review_site.embed.frames import FRAME_STYLES, frame_element, frame_page, page_of, title_of
from review_site.embed.options import Options, asked_options
from review_site.embed.pieces import STYLE_SHEET, Wanted, found, shaped
from review_site.embed.wrapping import THEMES
from review_site.gallery.choosing import EMBEDS, chosen_kind, find_about, kinds_of, locales_of, offer, scope_of
from review_site.gallery.codes import SCRIPT, Placing
from review_site.gallery.costs import Loads
from review_site.gallery.page import Asked, Made

CHOICES = ("about", "find", "kind", "theme", "language", "embed", "ld", "isolate")
"""The parts of the query: all that there is to choose."""
LONGEST_SEARCH = 100
HEIGHT = 600
"""CSS pixels of a frame before it is as high as what it holds."""
WIDTH = 640


def asked_name() -> str:
    """The name that is searched for; empty for none."""
    return request.args.get("find", "").strip()[:LONGEST_SEARCH]


def asked_choice(transaction: Transaction, locale: Locale, find: str) -> Asked | None:
    """What a query chooses; None where there is nothing that a widget could be about.

    ``locale`` is the page's own. Raises BadValueError naming the parameter, NotFoundError.
    """
    offered, path = offer(transaction, find), request.args.get("about", "")
    # Whoever searches wants what was found, not what was looked at before.
    about = find_about(transaction, path) if path and not find else offered.first
    if about is None:
        return None
    spoken = _spoken(locales_of(about, instance().settings), locale)
    kinds = kinds_of(transaction, instance().publisher.generators, about, spoken) if spoken else []
    wished = request.args.get("kind", "")
    return Asked(
        locale=locale,
        state={name: request.args[name] for name in CHOICES if name in request.args},
        find=find,
        offer=offered,
        about=about,
        spoken=spoken or locale,
        kinds=kinds,
        kind=chosen_kind(kinds, wished) if spoken else None,
        wished=wished if spoken else "",
        embed=_one_of(EMBEDS, "embed"),
        options=_options(),
    )


def made_of(asked: Asked) -> Made | None:
    """The chosen widget, for its codes and what they cost; None where there is none."""
    if asked.kind is None:
        return None
    wanted = Wanted(about=asked.about, scope=scope_of(asked.about), name=asked.kind.name, locale=asked.spoken)
    options, assets = asked.options, instance().assets
    placing = Placing(
        settings=instance().settings,
        scope=wanted.scope,
        scope_id=asked.about.id,
        name=asked.kind.name,
        locale=asked.spoken,
        options=options,
        heading=title_of(wanted),
        page=page_of(wanted),
        frame=frame_element(wanted, options.theme, WIDTH, HEIGHT),
    )
    styles, framed_styles, script = (
        assets.by_address[assets.addresses[name].rpartition("/")[2]] for name in (STYLE_SHEET, FRAME_STYLES, SCRIPT)
    )
    loads = Loads(
        snippet=shaped(found(wanted), options),
        framed=frame_page(wanted, options),
        div=placing.div,
        frame=placing.frame,
        widget_styles=styles,
        frame_styles=framed_styles,
        script=script,
    )
    return Made(placing=placing, loads=loads)


def _options() -> Options:
    """The plain theme is what there is without one."""
    options = asked_options()
    return replace(options, theme="") if options.theme == THEMES[0] else options


def _spoken(locales: Sequence[Locale], page: Locale) -> Locale | None:
    """The language of the widget: the one that is asked for, that of the page, or the first there is."""
    published, asked = instance().settings.locales, request.args.get("language")
    if asked and asked not in published:
        raise BadValueError(f"language: must be one of {', '.join(published)}")
    return next((each for each in locales if each == (asked or page)), next(iter(locales), None))


def _one_of(names: Sequence[str], parameter: str) -> str:
    asked = request.args.get(parameter) or names[0]
    if asked not in names:
        raise BadValueError(f"{parameter}: must be one of {', '.join(names)}")
    return asked
