"""What the site says in its settings, as ``PLAUDIT``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Plaudits:
    """The keys of ``PLAUDIT`` are the names of these fields in capitals."""

    url: str = ""
    """Where the instance is, without a slash at the end."""
    secrets: Sequence[str] = ()
    """What its webhooks are signed with (``whsec_...``); two while one is being changed. None: all are refused."""
    locales: Sequence[str] = ("en",)
    """Those that it publishes, the default one first."""
    fresh_for: float = 60
    """Seconds that a snippet is used without asking, unless a webhook tells of a newer one."""
    cache: str = "default"
    """Which of ``CACHES`` holds snippets. All processes of the site have to share it."""

    @property
    def locale(self) -> str:
        """The published locale that is nearest to the language of the page."""
        language = get_language() or ""
        whole = {each.lower(): each for each in self.locales}
        return whole.get(language) or whole.get(language.partition("-")[0]) or self.locales[0]


def plaudit() -> Plaudits:
    """Read each time, because tests and checks change settings. Raises TypeError for a key that there is not."""
    said = {name.lower(): value for name, value in getattr(settings, "PLAUDIT", {}).items()}
    said["url"] = said.get("url", "").rstrip("/")
    return Plaudits(**said)
