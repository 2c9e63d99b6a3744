"""What the site does when a snippet moved: embeds of its page are fetched anew, and whoever listens is told."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from django.db.models import Q
from django.dispatch import Signal
from wagtail.embeds.models import Embed

from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.plaudit_client import Key
from wagtail_plaudit.pulling import changes, hear

FOLDERS = {"subject": "reviews", "topic": "topics", "collection": "collections"}
"""The folder of the public pages of each scope."""

snippets_moved = Signal()
"""Sent with ``keys``, each (scope, id, name, locale), or None for all: purge what a proxy or CDN keeps of them."""


def tell(key: Key, version: int) -> bool:
    """Takes news of one snippet; False where it is none."""
    if not hear(key, version):
        return False
    _moved([key])
    return True


def catch_up() -> int:
    """Takes all news that nobody told; how many snippets moved. Raises requests.RequestException."""
    count = 0
    for keys, anew in changes():
        count += len(keys)
        if keys or anew:
            _moved(None if anew else keys)
    return count


def _moved(keys: Sequence[Key] | None) -> None:
    if keys is None:
        Embed.objects.filter(url__startswith=f"{plaudit().url}/").delete()
    for scope, which in {key[:2] for key in keys or ()}:
        page = f"{plaudit().url}/{FOLDERS.get(scope, scope)}/{quote(which, safe='')}"
        Embed.objects.filter(Q(url=page) | Q(url__startswith=f"{page}?")).delete()
    snippets_moved.send(sender=None, keys=keys)
