"""``{% load plaudit %}``, and ``{% plaudit_head %}`` in the head of every page that shows reviews."""

from __future__ import annotations

from typing import Any

from django import template

from wagtail_plaudit.conf import plaudit

register = template.Library()


@register.inclusion_tag("wagtail_plaudit/head.html")
def plaudit_head(script: bool = True) -> dict[str, Any]:
    """The style sheet, and the script that orders, filters, and fills what is not in the page; a snippet needs none."""
    return {"url": plaudit().url, "script": script}
