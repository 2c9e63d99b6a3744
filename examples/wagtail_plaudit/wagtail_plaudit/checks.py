"""What ``manage.py check`` says about the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks

from wagtail_plaudit.conf import plaudit

OF_ONE_PROCESS = ("django.core.cache.backends.locmem.LocMemCache", "django.core.cache.backends.dummy.DummyCache")


@checks.register
def check_settings(**_: Any) -> Sequence[checks.CheckMessage]:
    try:
        said = plaudit()
    except TypeError as error:
        return [checks.Error(f"PLAUDIT: {error}", id="plaudit.E001")]
    if not said.url.startswith(("https://", "http://")):
        return [checks.Error("PLAUDIT: URL must be the address of the instance", id="plaudit.E002")]
    found: list[checks.CheckMessage] = []
    if not any(said.secrets):
        hint = "plaudit subscriptions add https://.../plaudit/webhook/ prints one."
        found.append(checks.Warning("PLAUDIT: without SECRETS every webhook is refused", hint=hint, id="plaudit.W001"))
    if settings.CACHES.get(said.cache, {}).get("BACKEND") in OF_ONE_PROCESS:
        hint = "Redis, Memcached, the database or files; PLAUDIT['CACHE'] names one of CACHES."
        found.append(checks.Warning("PLAUDIT: each process keeps snippets of its own", hint=hint, id="plaudit.W002"))
    return found
