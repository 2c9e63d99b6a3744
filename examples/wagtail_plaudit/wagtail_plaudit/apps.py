"""The app, as INSTALLED_APPS names it."""

from __future__ import annotations

from django.apps import AppConfig


class WagtailPlaudit(AppConfig):
    name = "wagtail_plaudit"
    verbose_name = "Plaudit"

    def ready(self) -> None:
        """Checks register themselves when their module is read."""
        from wagtail_plaudit import checks  # noqa: F401, PLC0415 - models are not loaded any earlier
