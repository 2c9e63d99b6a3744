"""Addresses of Plaudit's public pages, put into an EmbedBlock or a rich text: the reviews stand there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import requests
from django.utils.timezone import now
from wagtail.embeds.exceptions import EmbedException, EmbedNotFoundException
from wagtail.embeds.finders.base import EmbedFinder

from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.news import FOLDERS
from wagtail_plaudit.pulling import HTTP

TIMEOUT = 3
# The keys that Wagtail keeps of an embed.
KEPT = ("type", "title", "provider_name", "html", "width", "height")


class PlauditFinder(EmbedFinder):
    """Needs no options: the instance is that of ``PLAUDIT``."""

    def __init__(self, **options: Any) -> None:
        """Wagtail gives each finder the options that stand beside its class."""

    def accept(self, url: str) -> bool:
        base = plaudit().url
        return bool(base) and url.startswith(tuple(f"{base}/{folder}/" for folder in FOLDERS.values()))

    def find_embed(self, url: str, max_width: int | None = None, max_height: int | None = None) -> dict[str, Any]:
        """Raises EmbedException: what has expired is not shown any longer because nobody answers."""
        asked = {"url": url, "maxwidth": max_width, "maxheight": max_height}
        try:
            answer = HTTP.get(f"{plaudit().url}/oembed", params=asked, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise EmbedException(f"{url}: nobody answers") from error
        if answer.status_code == 404:
            raise EmbedNotFoundException(url)
        if answer.status_code != 200:
            raise EmbedException(f"{url}: {answer.status_code}")
        said = answer.json()
        # It quotes people: Wagtail would keep it for good.
        until = now() + timedelta(seconds=said["cache_age"])
        return {name: said[name] for name in KEPT} | {"cache_until": until}


embed_finder_class = PlauditFinder
