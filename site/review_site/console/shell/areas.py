"""The areas of the console in the order of its navigation: who sees each, and the key that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain import Permission


class Area(StrEnum):
    """The names are keys of the shell's texts: ``area-reviews``."""

    HOME = "home"
    REVIEWS = "reviews"
    SEARCH = "search"
    FAQ = "faq"
    VALIDATOR = "validator"
    WIDGETS = "widgets"
    SOURCES = "sources"
    INSIGHTS = "insights"
    SETTINGS = "settings"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an area is."""

    area: Area
    address: str
    letter: str
    """Leads there after ``g``."""
    needs: Permission = Permission.READ


NAVIGATION = (
    Place(area=Area.HOME, address="/console", letter="h"),
    Place(area=Area.REVIEWS, address="/console/reviews", letter="r"),
    Place(area=Area.SEARCH, address="/console/search", letter="s"),
    Place(area=Area.FAQ, address="/console/faq", letter="f"),
    Place(area=Area.VALIDATOR, address="/console/validator", letter="v"),
    Place(area=Area.WIDGETS, address="/console/widgets", letter="w"),
    Place(area=Area.SOURCES, address="/console/sources", letter="o"),
    Place(area=Area.INSIGHTS, address="/console/insights", letter="i"),
    Place(area=Area.SETTINGS, address="/console/settings", letter="e", needs=Permission.ADMINISTER),
)
