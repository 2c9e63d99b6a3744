"""A page of blocks: reviews, and whatever has an address that can be embedded."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_plaudit.blocks import ReviewsBlock


class ReviewsPage(Page):
    """Shows its blocks one after the other."""

    body = StreamField([("reviews", ReviewsBlock()), ("embed", EmbedBlock())])
    content_panels = (*Page.content_panels, FieldPanel("body"))
