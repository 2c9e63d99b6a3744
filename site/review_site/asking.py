"""What a request asks for, read once and refused clearly."""

from __future__ import annotations

import re
from typing import cast

from flask import current_app, request

from engine.domain import Locale, Order, Topic, TopicId, View
from engine.errors import BadValueError, NotFoundError
from review_site.wiring import Instance

_WHOLE = re.compile(r"0*(?P<digits>[1-9][0-9]{0,8})")


def instance() -> Instance:
    return cast("Instance", current_app.extensions["plaudit"])


def asked_locale(elsewhere: str | None = None) -> Locale:
    """The published locale that fits ``?locale=`` best: itself, its language, or the default when none is asked for.

    ``elsewhere`` counts where the query says nothing. Raises BadValueError for a language that is not published.
    """
    found = fitting_locale(elsewhere)
    if found is None:
        asked, locales = request.args.get("locale", elsewhere) or "", instance().settings.locales
        raise BadValueError(f"locale: {asked[:20]!r} is not published here; there are {', '.join(locales)}")
    return found


def asked_topic_locale(topic: Topic, elsewhere: str | None = None) -> Locale:
    """The published locale that fits ``?locale=`` best among those of a topic, its first one when none is asked for.

    ``elsewhere`` counts where the query says nothing. Raises BadValueError for a language that is not published,
    NotFoundError where the topic is in another.
    """
    locales = instance().settings.locales_in(topic.language)
    is_asked_for = bool(elsewhere) or "locale" in request.args
    asked = asked_locale(elsewhere) if is_asked_for or not locales else locales[0]
    if asked not in locales:
        there_is = f"it is published in {', '.join(locales)}" if locales else "that is not published any more"
        raise NotFoundError(f"{topic.id} is what people say in {topic.language}: {there_is}, not in {asked}")
    return asked


def fitting_locale(elsewhere: str | None = None) -> Locale | None:
    """As ``asked_locale``, but None for a language that is not published."""
    locales = instance().settings.locales
    asked = request.args.get("locale", elsewhere)
    if asked is None:
        return locales[0]
    wanted = asked.replace("_", "-").casefold()
    same = (each for each in locales if each.casefold() == wanted)
    related = (each for each in locales if each.partition("-")[0] == wanted.partition("-")[0])
    return next(same, None) or next(related, None)


def asked_number(name: str, default: int, most: int) -> int:
    """A whole number from 1 to ``most``, which has nine digits at most, or the default where the query has none.

    Raises BadValueError naming the parameter.
    """
    found = _WHOLE.fullmatch(request.args.get(name, str(default)))
    number = int(found["digits"]) if found else 0
    if not 1 <= number <= most:
        raise BadValueError(f"{name}: must be a whole number from 1 to {most}")
    return number


def asked_view() -> View:
    """Order, star, topic and cursor from the query; whether there is such a topic is found out by whoever selects.

    Raises BadValueError naming the parameter.
    """
    order, star = request.args.get("sort", Order.NEWEST), request.args.get("star")
    if order not in set(Order):
        raise BadValueError(f"sort: must be one of {', '.join(Order)}")
    if star is not None and star not in set("12345"):
        raise BadValueError("star: must be a number of stars from 1 to 5")
    topic, after = request.args.get("topic"), request.args.get("after")
    return View(
        order=Order(order),
        star=int(star) if star else None,
        topic=TopicId(topic) if topic else None,
        after=after or None,
    )
