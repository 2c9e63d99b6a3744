"""Makes a page with each way to embed the reviews of one subject, as the site's first page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page, Site
from wagtail_plaudit.blocks import DIV, FRAME, PAGE
from wagtail_plaudit.conf import plaudit

from example_site.models import ReviewsPage


class Command(BaseCommand):
    help = "Makes a page with each way to embed the reviews of one subject."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", help="its id in Plaudit")

    def handle(self, *_: Any, subject: str, **__: Any) -> None:
        about = {"scope": "subject", "which": subject, "theme": "card"}
        blocks = [
            {"type": "reviews", "value": {**about, "name": "list", "way": PAGE}},
            {"type": "embed", "value": f"{plaudit().url}/reviews/{subject}?locale={plaudit().locale}"},
            {"type": "reviews", "value": {**about, "name": "list-bare", "way": DIV}},
            {"type": "reviews", "value": {**about, "name": "badge", "way": FRAME}},
        ]
        page = ReviewsPage(title="Reviews", slug="reviews", body=blocks)
        Page.get_first_root_node().add_child(instance=page)
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "127.0.0.1", "root_page": page})
        self.stdout.write(page.title)
