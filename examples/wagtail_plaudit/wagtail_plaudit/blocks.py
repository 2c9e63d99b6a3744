"""The block by which editors put reviews on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.news import FOLDERS
from wagtail_plaudit.pulling import snippet

NAMES = (
    ("list", _("Reviews, with structured data")),
    ("list-bare", _("Reviews, without structured data")),
    ("badge", _("Stars in one line")),
    ("histogram", _("Stars and bars")),
    ("quote", _("One review")),
    ("wall", _("Wall")),
    ("carousel", _("Row to scroll")),
    ("gallery", _("Pictures")),
    ("testimonials", _("Testimonials")),
    ("faq", _("Questions and answers")),
    ("phrases", _("What reviewers mention")),
    ("summary", _("Summary")),
)
THEMES = tuple((each, each) for each in ("plain", "card", "minimal", "warm", "dark", "contrast"))
PAGE, DIV, FRAME = "page", "div", "frame"
WAYS = (
    (PAGE, _("In the page, for search engines too")),
    (DIV, _("By the script of Plaudit, after the page is there")),
    (FRAME, _("In a frame")),
)


class ReviewsBlock(blocks.StructBlock):
    """Reviews of one subject, topic or collection."""

    scope = blocks.ChoiceBlock(
        choices=[("subject", _("Product or place")), ("topic", _("Topic")), ("collection", _("Collection"))],
        default="subject",
        label=_("About"),
    )
    which = blocks.CharBlock(label=_("Its id in Plaudit"), max_length=120)
    name = blocks.ChoiceBlock(choices=NAMES, default="list", label=_("What is shown"))
    theme = blocks.ChoiceBlock(choices=THEMES, required=False, label=_("Look"))
    way = blocks.ChoiceBlock(choices=WAYS, default=PAGE, label=_("How it comes into the page"))

    class Meta:
        icon = "openquote"
        label = _("Reviews")
        template = "wagtail_plaudit/reviews.html"

    def get_context(self, value: Mapping[str, str], parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        into_page = {PAGE: _pulled, DIV: _left_to_the_script, FRAME: _framed}[value["way"]]
        return context | {"way": value["way"], **into_page(value)}


def _pulled(value: Mapping[str, str]) -> Mapping[str, Any]:
    return {"reviews": _trusted(snippet((value["scope"], value["which"], value["name"], plaudit().locale)))}


def _left_to_the_script(value: Mapping[str, str]) -> Mapping[str, Any]:
    query = urlencode({"locale": plaudit().locale})
    page = f"{plaudit().url}/{FOLDERS[value['scope']]}/{quote(value['which'], safe='')}?{query}"
    return {"path": _path(value), "locale": plaudit().locale, "page": page}


def _framed(value: Mapping[str, str]) -> Mapping[str, Any]:
    asked = {"locale": plaudit().locale, "theme": value["theme"] or ""}
    query = urlencode({name: each for name, each in asked.items() if each})
    return {"address": f"{plaudit().url}/embed/{_path(value)}?{query}"}


def _path(value: Mapping[str, str]) -> str:
    return f"{value['scope']}s/{quote(value['which'], safe='')}/{value['name']}"


def _trusted(html: str) -> SafeString:
    # Finished HTML of our own instance, which escapes what customers wrote. It comes from nowhere else.
    return mark_safe(html)  # noqa: S308
