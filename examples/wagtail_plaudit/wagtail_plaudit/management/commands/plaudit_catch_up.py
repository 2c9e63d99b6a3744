"""Reads what changed since the last time, for whatever no webhook told; to be run every minute."""

from __future__ import annotations

from typing import Any

import requests
from django.core.management.base import BaseCommand, CommandError

from wagtail_plaudit.news import catch_up


class Command(BaseCommand):
    help = "Reads what changed in Plaudit since the last time, for whatever no webhook told."

    def handle(self, *_: Any, **__: Any) -> None:
        """Raises CommandError where Plaudit does not answer: the next run goes on where this one began."""
        try:
            count = catch_up()
        except requests.RequestException as error:
            raise CommandError(f"Plaudit does not answer: {error}") from error
        self.stdout.write(f"{count} snippets moved")
